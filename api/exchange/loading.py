"""Loading: a format's files go into the application, and every row is accounted for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import orjson

from api.exchange import FORMATS, Format
from api.exchange.changes import Changes
from api.exchange.clash import Clash
from api.exchange.counts import Counts
from api.exchange.edition import Edition
from api.exchange.row import Item, OutOfScope, Quarantined, Repeated, SourceAct, Twin
from domain.dates import EdtfDate, parse
from domain.shapes import Problem
from events.application import Chancery
from events.write.retelling import ImportOutcome

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

Quarantine = Callable[[Quarantined], None]


@dataclass(frozen=True)
class Wish:
    """How an edition is to be taken."""

    dry_run: bool = False
    """Do all of it, keep nothing, and list what would be new and revised."""
    part: bool = False
    """It is a piece of the source, so that nothing it lacks is gone."""
    retract_missing: bool = False
    """Retract what the edition no longer has."""
    most_aside: float | None = None
    """The share of rows that cannot be placed, above which nothing is recorded; None for any."""


def load(
    chancery: Chancery,
    source: Format,
    paths: Sequence[Path],
    quarantine: Quarantine,
    *,
    wish: Wish = Wish(),
    progress: Callable[[int], bool] | None = None,
) -> Counts:
    """Import the files of a source; the same files twice record nothing twice.

    `quarantine` is given each row that was not understood. `progress` is told the rows read so
    far, now and then, and stops the import by answering False: with nothing recorded, or between
    two batches. Raises `UnreadableSource` and `TooManyAside`, also with nothing recorded.
    """
    edition = Edition(source, chancery.registry)
    loading = _Loading(chancery, source, wish, quarantine)
    goes_on = progress or (lambda _read: True)
    try:
        if edition.read(paths, loading.account, wish.most_aside, goes_on) and loading.record(
            edition, goes_on
        ):
            loading.claim(paths)
            loading.miss(paths)
    finally:
        edition.close()
    return loading.counts


class _Loading:
    """One import on its way."""

    def __init__(
        self, chancery: Chancery, source: Format, wish: Wish, quarantine: Quarantine
    ) -> None:
        self.counts = Counts(changes=Changes(every=wish.dry_run))
        self._commands = chancery.commands
        self._source = source
        self._wish = wish
        self._quarantine = quarantine
        self._recorded_by = f"import:{source.name}"
        self._told: set[str] = set()

    def account(self, item: Item | Clash) -> None:
        """Count what is no act, and keep what is put aside."""
        counts = self.counts
        match item:
            case Quarantined():
                counts.read += item.rows
                counts.quarantined += item.rows
                self._quarantine(item)
            case OutOfScope():
                counts.leave_out(item)
            case Repeated():
                counts.read += 1
                counts.repeated += 1
            case Twin():
                counts.twins += 1
                counts.changes.twin(item)
            case Clash():
                counts.clashes += 1
                counts.changes.clash(item)

    def record(self, edition: Edition, goes_on: Callable[[int], bool]) -> bool:
        """Record the acts; False where it was stopped."""
        counts = self.counts
        waiting: deque[SourceAct] = deque()

        def acts() -> Iterator[SourceAct]:
            for item in edition.acts():
                if isinstance(item, SourceAct):
                    counts.read += item.rows
                    counts.acts += 1
                    waiting.append(item)
                    yield item
                else:
                    self.account(item)

        for outcome in self._import(acts(), self._source.own_ids):
            act = waiting.popleft()
            self._told.add(outcome.act_id)
            counts.recorded += outcome.recorded
            counts.known += outcome.known
            counts.revised += outcome.revised
            counts.changes.take(act.act_id, outcome)
            if outcome.problems:
                counts.acts -= 1
                counts.read -= act.rows
                self.account(refused_act(act, outcome.problems))
            if not goes_on(counts.read):
                return False
        return True

    def claim(self, paths: Sequence[Path]) -> None:
        """Record what the source claims to cover; it is no row, so it is in no count."""
        claim = self._source.coverage(paths).claim(self._source)
        if claim is not None:
            for outcome in self._import([claim], own_ids=True):
                assert not outcome.problems, outcome
                self._told.add(outcome.act_id)
                claimed = [parse(body["date"]) for body in claim.events]
                self.counts.changes.gone += [
                    lost
                    for lost in outcome.missing
                    if not _within(parse(lost.body["date"]), claimed)
                ]

    def miss(self, paths: Sequence[Path]) -> None:
        """Find what a whole edition no longer has, and retract it where that is asked for."""
        counts, gone = self.counts, self.counts.changes.gone
        if self._wish.part or not self._source.whole:
            gone.clear()
            return
        prefix = f"{self._source.name}:"
        gone += self._commands.missing_acts(prefix, self._told, recorded_by=self._recorded_by)
        counts.gone = len(gone)
        if self._wish.retract_missing and not self._wish.dry_run:
            names = ", ".join(path.name for path in paths)
            reason = f"no longer in the source {self._source.name}, edition {names}"[:2_000]
            counts.retracted = self._commands.retract_missing(
                gone, recorded_by=self._recorded_by, reason=reason
            )

    def _import(self, acts: Iterable[SourceAct], own_ids: bool) -> Iterator[ImportOutcome]:
        return self._commands.import_acts(
            acts,
            recorded_by=self._recorded_by,
            reason=f"the source {self._source.name} was revised",
            own_ids=own_ids,
            dry_run=self._wish.dry_run,
        )


def _within(span: EdtfDate, spans: Iterable[EdtfDate]) -> bool:
    """Whether a claim's days are all in one of others."""
    return any(o.earliest <= span.earliest and span.latest <= o.latest for o in spans)


def refused_act(act: SourceAct, problems: Sequence[Problem]) -> Quarantined:
    """An act that the domain did not take, as rows put aside."""
    reason = "; ".join(f"{p.where}: expected {p.expected}, got {p.got}" for p in problems)
    row = orjson.dumps({"act_id": act.act_id, "events": act.events}, default=repr).decode()
    return Quarantined(row, act.act_id, act.act_id, reason, act.rows)


def sample(name: str) -> tuple[Format, list[Path]]:
    """A bundled history's format and file; raises `KeyError` for another word."""
    format_name, file = SAMPLES[name]
    return FORMATS[format_name], [Path(str(files("api").joinpath("samples", file)))]


def quarantine_line(row: Quarantined) -> bytes:
    """A row put aside, as a line of a quarantine file."""
    entry = {"key": row.key, "where": row.where, "reason": row.reason, "row": row.row}
    return orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE)
