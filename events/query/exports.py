"""Exporting: whole views of the record at one basis, read a stretch at a time.

An export may take long. Each stretch is read in a snapshot of its own, so that a slow reader
holds up neither the store's files nor an erasure; the basis keeps the stretches one answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import Any

from domain.acts import Act, Fact
from domain.parties import Registry
from events.errors import InvalidBasis, UnknownAct
from events.log.history import known_act
from events.log.record import Record, instant_text
from events.projection.rows import ActRow
from events.query import acts_view
from events.query.audit import record_line
from events.query.basis import Basis, valid_day
from events.query.filters import Filter, Filtering, make_filter
from events.query.pages import page_of_records
from events.query.questions import Json
from events.query.retroactive import named_changes
from events.store.protocol import Reader, Store

_PAGE = 200
#: Acts told whole at a time: each may be of a million bytes.
_ACTS = 25
#: A day after every day there can be: what is dated beyond today counts too.
_LAST_DAY = "2199-12-31"


class Exports:
    """Give views whole: every act, or every record, that a filter takes at a basis."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self._store = store
        self._registry = registry

    def filter(self, **asked: str | None) -> Filter:
        """A filter over acts and records; see `events.query.filters.make_filter`."""
        return make_filter(self._registry, **asked)

    def known_acts(
        self,
        wanted: Filter,
        position: int,
        as_of: str,
        *,
        begun: bool,
        day_from: str | None = None,
        day_to: str | None = None,
        q: str | None = None,
    ) -> Iterator[Json]:
        """Acts as they stood, by the position that opened them, each with its events in force.

        With `begun` only what had or may have happened by `as_of`; else also what is dated
        later, the status being that of `as_of`. Claims of coverage are among the acts where they
        bear on what is wanted. Each event has its body and the header of the record it rests on.
        Raises `UnknownAct` for an act nobody knew of, and `InvalidBasis`.
        """
        window = (_day(day_from, "from"), _day(day_to, "to"))
        if None not in window and window[1] < window[0]:  # type: ignore[operator]
            raise InvalidBasis("to", f"a day not before {day_from}", str(day_to))
        basis = Basis(valid_day(as_of), position, None)
        last = basis.as_of if begun else valid_day(_LAST_DAY)
        if wanted.act_id is not None:
            return iter(self._one(wanted, basis, last))
        narrowed = any(window) or q is not None
        found = self._rows(wanted, basis, last if begun else None, window, q)
        claims = [] if narrowed or wanted.kind is not None else self._claims(wanted, basis)
        return self._told(merge(found, claims, key=lambda row: row.opened), wanted, basis, last)

    def _one(self, wanted: Filter, basis: Basis, last: int) -> list[Json]:
        assert wanted.act_id is not None
        with self._store.read() as reader:
            stream = reader.stream(wanted.act_id)
            if not any(record.position <= basis.position for record in stream):
                raise UnknownAct(wanted.act_id)
            return [self._act(known_act(stream, basis.position), stream, basis, last)]

    def _rows(
        self,
        wanted: Filter,
        basis: Basis,
        as_of: int | None,
        window: tuple[int | None, int | None],
        q: str | None,
    ) -> Iterator[ActRow]:
        after = 0
        while True:
            with self._store.read() as reader:
                page = reader.acts(
                    basis.position,
                    kind=wanted.kind,
                    party=next(iter(sorted(wanted.parties)), None),
                    day_from=window[0],
                    day_to=window[1],
                    text=None if q is None else q.casefold(),
                    as_of=as_of,
                    after=after,
                    limit=_PAGE,
                )
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].opened

    def _claims(self, wanted: Filter, basis: Basis) -> list[ActRow]:
        """The claims of coverage that are about everybody, or about a party that is wanted."""
        with self._store.read() as reader:
            rows = reader.acts(basis.position, kind="coverage", limit=2**31)
            return [row for row in rows if self._covers(reader, row, wanted, basis)]

    def _covers(self, reader: Reader, row: ActRow, wanted: Filter, basis: Basis) -> bool:
        codes = known_act(reader.stream(row.act_id), basis.position).codes
        return not codes or not wanted.parties or bool(wanted.parties & {*codes})

    def _told(
        self, rows: Iterable[ActRow], wanted: Filter, basis: Basis, last: int
    ) -> Iterator[Json]:
        waiting = iter(rows)
        while page := list(islice(waiting, _ACTS)):
            found = []
            with self._store.read() as reader:
                for row in page:
                    stream = reader.stream(row.act_id)
                    act = known_act(stream, basis.position)
                    if row.kind == "coverage" or wanted.takes(act.kind, frozenset(act.codes)):
                        found.append(self._act(act, stream, basis, last))
            yield from found

    def _act(self, act: Act, stream: list[Record], basis: Basis, last: int) -> Json:
        records = {record.position: record for record in stream}
        return {
            **acts_view.act_line(act, self._registry, basis),
            "version": sum(record.position <= basis.position for record in stream),
            "events": [
                _event(fact, records[fact.position], basis)
                for fact in act.life
                if fact.begins_possible <= last
            ],
        }

    def wanted_records(self, wanted: Filter, after: int, position: int) -> Iterator[Record]:
        """The records a filter takes, beyond one position up to another, as they were recorded."""
        while after < position:
            with self._store.read() as reader:
                filtering = Filtering(reader, wanted)
                page = page_of_records(reader, after, min(_PAGE, position - after))
                taken = [record for record in page if filtering.takes(record)]
            if not page:
                return
            yield from taken
            after = page[-1].position

    def record_lines(self, wanted: Filter, after: int, position: int) -> Iterator[Json]:
        """The same as an auditor sees them: who did what, when, why, and what it changed late."""
        for page in _pages(self.wanted_records(wanted, after, position)):
            with self._store.read() as reader:
                filtering = Filtering(reader, wanted)
                lines = [_line(reader, filtering, record) for record in page]
            yield from lines

    def newest_records(self, wanted: Filter, position: int, limit: int) -> tuple[list[Json], int]:
        """At most `limit` such lines up to a position, the last first, and where to go on (0: end).

        A bounded stretch of the log is looked at.
        """
        with self._store.read() as reader:
            filtering = Filtering(reader, wanted)
            found, following = filtering.newest(position, limit)
            return [_line(reader, filtering, record) for record in found], following


def _day(text: str | None, where: str) -> int | None:
    return None if text is None else valid_day(text, where)


def _pages(records: Iterator[Record]) -> Iterator[list[Record]]:
    while page := list(islice(records, _PAGE)):
        yield page


def _event(fact: Fact, record: Record, basis: Basis) -> Json:
    return {
        "version": fact.version,
        "certain": fact.certain_from <= basis.as_of,
        "position": fact.position,
        "recorded_at": instant_text(record.recorded_at),
        "recorded_by": record.recorded_by,
        "digest": record.digest,
        "event": dict(fact.event.body),
    }


def _line(reader: Reader, filtering: Filtering, record: Record) -> dict[str, Any]:
    changed = filtering.late(record)
    return {
        **record_line(reader, record),
        "kind": filtering.kind(record),
        "parties": list(filtering.parties(record)),
        "late_changes": named_changes(record, changed),
        "late_count": len(changed),
    }
