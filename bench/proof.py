"""What the verifiable log costs, and how fast it proves.

    python -m bench.proof [--rounds N] [--records N] [--json FILE]

The import of the whole sample with the tree stands beside the same import without it, in turns in
one run, since machines are shared: the ratio is what counts. Proofs are timed on a store of a
million records, each a real header and its leaf, whose tiles are grown as the store grows them.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import events.store.sql.writer as writer
from api.signing.key_files import fresh_key
from bench.sample import import_sample
from events.application import Chancery, open_chancery
from events.log.record import encode
from events.notary.notary import Notary
from events.store.sql import queries
from events.store.sqlite.session import SqliteSession
from events.tlog.merkle import leaf_hash
from events.tlog.tree import grown

_BATCH = 65_536


@contextmanager
def without_tree() -> Iterator[None]:
    """The store as it would be if its records were no leaves."""
    kept = writer.grown, writer.leaf_hash, writer.header_of
    writer.grown = lambda read, size, leaves: iter(())
    writer.leaf_hash = writer.header_of = lambda data: b""
    try:
        yield
    finally:
        writer.grown, writer.leaf_hash, writer.header_of = kept


class Share:
    """Processor seconds that the tree itself took: hashing leaves, growing and storing tiles."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does the same and is counted."""

        def counted(*given: Any) -> Any:
            begun = time.thread_time()
            try:
                return work(*given)
            finally:
                self.seconds += time.thread_time() - begun

        return counted


@contextmanager
def counting(share: Share) -> Iterator[None]:
    """Count what the tree takes within the very import it is part of."""
    kept = writer.grown, writer.leaf_hash, SqliteSession.each
    each = share.timed(SqliteSession.each)

    def storing(session: SqliteSession, sql: str, values: list[Any]) -> int:
        chosen = each if sql == queries.SET_TILE else kept[2]
        return chosen(session, sql, values)

    writer.grown = share.timed(lambda *given: list(kept[0](*given)))
    writer.leaf_hash = share.timed(kept[1])
    SqliteSession.each = storing
    try:
        yield
    finally:
        writer.grown, writer.leaf_hash, SqliteSession.each = kept


def import_seconds(folder: Path, name: str) -> tuple[int, float, float]:
    """Records, seconds and processor seconds of an import into a fresh file."""
    chancery = open_chancery(f"sqlite:///{folder / name}.db")
    begun, processor = time.perf_counter(), time.process_time()
    import_sample(chancery)
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    records = chancery.query.head().position
    chancery.close()
    return records, seconds, processor


def import_ratio(folder: Path, rounds: int) -> dict[str, Any]:
    """The import with the tree over the import without it, in turns; the best of each.

    On a busy machine even that swings; the tree's own share of one import does not.
    """
    measured: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    records, shares = 0, []
    for number in range(rounds):
        for tree in (True, False) if number % 2 else (False, True):
            with nullcontext() if tree else without_tree():
                records, *figures = import_seconds(folder, f"{number}-{tree}")
            measured[tree].append(tuple(figures))
        share = Share()
        with counting(share):
            _, _, processor = import_seconds(folder, f"{number}-counted")
        shares.append(processor / (processor - share.seconds))
    best = {
        tree: [min(column) for column in zip(*rows, strict=True)] for tree, rows in measured.items()
    }
    return {
        "records": records,
        "with_tree_seconds": round(best[True][0], 2),
        "without_tree_seconds": round(best[False][0], 2),
        "ratio": round(best[True][0] / best[False][0], 3),
        "ratio_of_processor_time": round(best[True][1] / best[False][1], 3),
        "ratio_by_the_tree_s_share": round(statistics.median(shares), 3),
    }


def build(path: Path, count: int) -> float:
    """A store of many records without index, made in the order of positions; gives seconds."""
    begun = time.perf_counter()
    open_chancery(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    body = {"date": "1990-05-01", "title": "A visit", "parties": [{"party": "FRA"}]}
    for start in range(0, count, _BATCH):
        rows, leaves = [], []
        for position in range(start + 1, min(start + _BATCH, count) + 1):
            _, state = encode(
                position=position,
                act_id=f"made:{position}",
                version=1,
                type="visit.held",
                schema=1,
                recorded_at=1_700_000_000_000_000 + position,
                recorded_by="bench",
                salt=bytes(16),
                body=body,
            )
            rows.append((f"made:{position}", 1, "visit.held", state))
            leaves.append(leaf_hash(state.partition(b"\n")[0]))
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", rows)
        connection.executemany(
            "INSERT OR REPLACE INTO tile VALUES (?, ?, ?)",
            list(grown(lambda level, number: _tile(connection, level, number), start, leaves)),
        )
        connection.execute("COMMIT")
    connection.close()
    return time.perf_counter() - begun


def _tile(connection: sqlite3.Connection, level: int, number: int) -> bytes:
    sql = "SELECT hashes FROM tile WHERE level = ? AND number = ?"
    row = connection.execute(sql, (level, number)).fetchone()
    return row[0] if row else b""


def milliseconds(calls: list[Callable[[], object]]) -> dict[str, float]:
    """The times of calls, each made once; and what the processor did for one, whatever else ran."""
    times = []
    processor = time.thread_time()
    for call in calls:
        begun = time.perf_counter()
        call()
        times.append((time.perf_counter() - begun) * 1_000)
    processor = time.thread_time() - processor
    times.sort()
    return {
        "processor": round(processor * 1_000 / len(calls), 3),
        "median": round(statistics.median(times), 3),
        "p95": round(times[len(times) * 95 // 100], 3),
        "worst": round(times[-1], 3),
    }


def proofs(chancery: Chancery, calls: int) -> dict[str, Any]:
    """Milliseconds of each kind of proof at random places, as the application gives it."""
    size = chancery.query.head().position
    notary: Notary = chancery.admin.notary([fresh_key("bench.example/log")])
    chosen = random.Random(1)
    begun = time.perf_counter()
    notary.checkpoint()
    first = (time.perf_counter() - begun) * 1_000

    def position() -> int:
        return chosen.randint(1, size)

    def pair() -> tuple[int, int]:
        low, high = sorted((position(), position()))
        return low, high

    positions = [position() for _ in range(calls)]
    pairs = [pair() for _ in range(calls)]
    return {
        "records": size,
        "checkpoint_signed_ms": round(first, 3),
        "inclusion_ms": milliseconds([lambda p=p: notary.inclusion(p) for p in positions]),
        "inclusion_at_past_size_ms": milliseconds(
            [lambda p=p: notary.inclusion(*p) for p in pairs]
        ),
        "consistency_ms": milliseconds([lambda p=p: notary.consistency(*p) for p in pairs]),
        "offline_proof_ms": milliseconds([lambda p=p: notary.offline_proof(p) for p in positions]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures_of: dict[str, Any] = {}
        if given.rounds:
            figures_of["import"] = import_ratio(folder, given.rounds)
        if given.records:
            path = folder / "million.db"
            seconds = build(path, given.records)
            chancery = open_chancery(f"sqlite:///{path}")
            figures_of["proofs"] = {"built_in_seconds": round(seconds, 1)}
            figures_of["proofs"] |= proofs(chancery, given.calls)
            chancery.close()
    for room, figures in figures_of.items():
        print(room)
        for figure, value in figures.items():
            print(f"  {figure:<28} {value}")
    if given.json:
        given.json.write_text(json.dumps(figures_of, indent=2))


if __name__ == "__main__":
    main()
