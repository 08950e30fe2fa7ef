"""Loading: a format's files go into the application, and every row is accounted for."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from api.exchange import FORMATS, Format
from api.exchange.row import OutOfScope, Quarantined, Repeated, SourceAct, Twin
from domain.shapes import Problem
from events.application import Chancery

#: The bundled histories: the word for each, its format, its file.
SAMPLES: dict[str, tuple[str, str]] = {
    "eurasian-2024": ("eurasian-2024", "eurasian_partnership_2024.json"),
    "us-visits": ("hsg-visits", "hsg_visits_raw.tar.gz"),
    "us-travels": ("hsg-travels", "hsg_travels_raw.tar.gz"),
    "us-relations": ("hsg-relations", "hsg_rdcr_raw.tar.gz"),
    "us-missions": ("us-mission-status", "us_mission_status_range_cow_v0.1.csv"),
}
#: Which of them are loaded where none is named. The missions file tells again what the guide to
#: relations tells, more coarsely.
DEFAULT_SAMPLES = ("eurasian-2024", "us-visits", "us-travels", "us-relations")
#: How many different reasons for leaving rows out an import tells apart.
MOST_REASONS = 1_000
OTHER_REASONS = "other reasons"


@dataclass
class Counts:
    """What became of the rows of an import, and of the events they told."""

    read: int = 0
    """Rows; the sum of those behind acts, quarantined, repeated and out of scope."""
    acts: int = 0
    recorded: int = 0
    """Events that are new."""
    known: int = 0
    """Events that were recorded already and say the same."""
    revised: int = 0
    """Events that now say something else: corrections."""
    quarantined: int = 0
    out_of_scope: int = 0
    repeated: int = 0
    twins: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Rows out of scope by reason, `MOST_REASONS` at most: the rest are counted as one."""

    def leave_out(self, item: OutOfScope) -> None:
        """Count what was understood and is no act."""
        self.read += item.rows
        self.out_of_scope += item.rows
        room = item.reason in self.reasons or len(self.reasons) < MOST_REASONS
        self.reasons[item.reason if room else OTHER_REASONS] += item.rows

    def to_json(self) -> dict[str, Any]:
        """The counts by name; the reasons most frequent first, then by their words."""
        reasons = sorted(self.reasons.items(), key=lambda told: (-told[1], told[0]))
        return {**vars(self), "reasons": dict(reasons)}


Quarantine = Callable[[Quarantined], None]


def load(
    chancery: Chancery,
    source: Format,
    paths: Sequence[Path],
    quarantine: Quarantine,
    *,
    dry_run: bool = False,
    progress: Callable[[int], bool] | None = None,
) -> Counts:
    """Import the files of a source; the same files twice record nothing twice.

    `quarantine` is given each row that was not understood. `progress` is told the rows read so
    far, now and then, and stops the import between two batches by answering False. Raises
    `UnreadableSource`.
    """
    counts = Counts()
    waiting: deque[SourceAct] = deque()

    def aside(row: Quarantined) -> None:
        counts.quarantined += 1
        quarantine(row)

    def acts() -> Iterator[SourceAct]:
        for item in source.read(paths, chancery.registry):
            match item:
                case SourceAct():
                    counts.read += item.rows
                    counts.acts += 1
                    waiting.append(item)
                    yield item
                case Quarantined():
                    counts.read += 1
                    aside(item)
                case OutOfScope():
                    counts.leave_out(item)
                case Repeated():
                    counts.read += 1
                    counts.repeated += 1
                case Twin():
                    counts.twins += 1

    outcomes = chancery.commands.import_acts(
        acts(),
        recorded_by=f"import:{source.name}",
        reason=f"the source {source.name} was revised",
        dry_run=dry_run,
    )
    for outcome in outcomes:
        act = waiting.popleft()
        counts.recorded += outcome.recorded
        counts.known += outcome.known
        counts.revised += outcome.revised
        if outcome.problems:
            counts.acts -= 1
            counts.quarantined += act.rows - 1
            aside(refused_act(act.act_id, act.events, outcome.problems))
        if progress is not None and not progress(counts.read):
            break
    else:
        _claim(chancery, source, paths, dry_run)
    return counts


def _claim(chancery: Chancery, source: Format, paths: Sequence[Path], dry_run: bool) -> None:
    """Record what the source claims to cover; it is no row, so it is in no count."""
    claim = source.coverage(paths).claim(source)
    if claim is not None:
        told = chancery.commands.import_acts(
            [claim],
            recorded_by=f"import:{source.name}",
            reason=f"the source {source.name} was revised",
            dry_run=dry_run,
        )
        for outcome in told:
            assert not outcome.problems, outcome


def refused_act(
    act_id: str, events: Sequence[dict[str, Any]], problems: Sequence[Problem]
) -> Quarantined:
    """An act that the domain did not take, as a row put aside."""
    reason = "; ".join(f"{p.where}: expected {p.expected}, got {p.got}" for p in problems)
    row = orjson.dumps({"act_id": act_id, "events": list(events)}, default=repr).decode()
    return Quarantined(row, act_id, act_id, reason)


def sample(name: str) -> tuple[Format, list[Path]]:
    """A bundled history's format and file; raises `KeyError` for another word."""
    format_name, file = SAMPLES[name]
    return FORMATS[format_name], [Path(str(files("api").joinpath("samples", file)))]


def quarantine_line(row: Quarantined) -> bytes:
    """A row put aside, as a line of a quarantine file."""
    told = {"key": row.key, "where": row.where, "reason": row.reason, "row": row.row}
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)
