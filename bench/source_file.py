"""The whole path of an import: a source's file is read, understood, validated, indexed and kept.

    python -m bench.source_file FOLDER FORMAT FILE

Beside it, in the same run: the same stored bytes put raw into a bare table, and the plain
eventsourcing library saving the same events in batches, with no index at all.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from api.exchange import FORMATS
from api.exchange.row import Coverage, SourceAct, Twin
from bench import processes
from bench.sample import raw_insert
from events.application import Chancery, open_chancery


class _Rows:
    """The acts of a source, with its rows counted as they pass."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items
        self.acts = self.rows = 0

    def __iter__(self) -> Iterator[SourceAct]:
        for item in self._items:
            if not isinstance(item, Twin | Coverage):
                # Those are remarks beside the rows.
                self.rows += getattr(item, "rows", 1)
            if isinstance(item, SourceAct):
                self.acts += 1
                yield item


def imported(chancery: Chancery, format_name: str, file: Path) -> dict[str, Any]:
    """The import; rows are all of the file's, whatever became of them."""
    rows = _Rows(iter(FORMATS[format_name].read([file], chancery.registry)))
    begun, worked = time.perf_counter(), time.process_time()
    recorded = refused = 0
    outcomes = chancery.commands.import_acts(
        rows, recorded_by=f"import:{format_name}", reason="revised"
    )
    for outcome in outcomes:
        recorded += outcome.recorded
        refused += bool(outcome.problems)
    seconds = time.perf_counter() - begun
    return {
        "rows": rows.rows,
        "acts": rows.acts,
        "records": recorded,
        "refused": refused,
        "seconds": seconds,
        "worked": time.process_time() - worked,
    }


def saved_plainly(
    folder: Path, format_name: str, file: Path, registry: Any
) -> tuple[int, float, float]:
    """Events that the plain library's `save` took, seconds with reading, and of `save` alone."""
    from bench.peers.notifications import DiplomaticAct, opened

    app = opened(folder / "plain.db")
    items = FORMATS[format_name].read([file], registry)
    acts = (item for item in items if isinstance(item, SourceAct))
    begun = time.perf_counter()
    number, saving = 0, 0.0
    while batch := list(islice(acts, 5_000)):
        read = time.perf_counter()
        aggregates = []
        for act in batch:
            aggregate = DiplomaticAct(act.act_id)
            for body in act.events:
                aggregate.tell("event", {}, [], body)
                number += 1
            aggregates.append(aggregate)
        app.save(*aggregates)
        saving += time.perf_counter() - read
    seconds = time.perf_counter() - begun
    app.close()
    return number, seconds, saving


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("format")
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    store = given.folder / "source.db"
    chancery = open_chancery(f"sqlite:///{store}")
    outcome = imported(chancery, given.format, given.file)
    peak = processes.own_peak()
    raw = raw_insert(chancery, given.folder / "raw.db")
    events, plain, saving = saved_plainly(given.folder, given.format, given.file, chancery.registry)
    chancery.close()
    rows, seconds, worked = outcome["rows"], outcome["seconds"], outcome["worked"]
    figures = {
        "rows": f"{rows:,}",
        "acts": f"{outcome['acts']:,}, {outcome['refused']:,} refused",
        "records": f"{outcome['records']:,}",
        "whole path": f"{rows / seconds:,.0f} rows/s, {seconds:.1f} s",
        "whole path, worked": f"{rows / worked:,.0f} rows/s, {worked:.1f} s",
        "records recorded": f"{outcome['records'] / seconds:,.0f}/s",
        "plain library's save in batches, no index or reading": f"{events / saving:,.0f} events/s",
        "time over the plain library's, both with reading": f"{seconds / plain:.2f}",
        "time over raw executemany of the same bytes": f"{seconds / raw:.1f}",
        "memory, peak": f"{peak / 1e6:,.0f} MB",
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
