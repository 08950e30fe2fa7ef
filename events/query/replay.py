"""Replay: a relationship's states one after another, each step with what it changed.

It is read as it is told, a page at a time: neither the history nor its states are held.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import groupby
from typing import Any

from domain.dates import FIRST_DAY, LAST_DAY, format_day
from domain.parties import Registry
from domain.relationship import Summary
from events.log.record import Record, instant_text
from events.projection.rows import KnownChange
from events.query import answer_types as types
from events.query.acts_view import record_json
from events.query.basis import Basis
from events.query.incremental import Growth, Learning, known_at
from events.store.change_cursor import Place
from events.store.protocol import Reader

Json = dict[str, Any]
_PAGE = 1_000
#: Positions looked up at a time.
_POSITIONS = 20_000


def recorded_order(
    reader: Reader, registry: Registry, relationship: str, basis: Basis
) -> Iterator[Json]:
    """Belief about one valid day as it grew: a step for each record that changed it."""
    learning = Learning(reader, registry, relationship, basis.as_of)
    for record in learnt(reader, relationship, basis):
        differences = learning.learn([record.act_id], record.position)
        if differences:
            yield {**_told(record), "changes": differences}


def learnt(reader: Reader, relationship: str, basis: Basis) -> Iterator[Record]:
    """The records up to a basis from which something was learnt of its valid day."""
    after = 0
    while page := reader.learnt_beyond(relationship, basis.as_of, after, _POSITIONS):
        for position in page:
            if position > basis.position:
                return
            record = reader.record(position)
            assert record is not None  # the index was made of it
            yield record
        after = page[-1]


def _told(record: Record) -> Json:
    return {
        "position": record.position,
        "recorded_at": instant_text(record.recorded_at),
        "recorded_by": record.recorded_by,
        "act_id": record.act_id,
        "version": record.version,
        "type": record.type,
        "reason": record.about.reason if record.about else None,
    }


def valid_order(
    reader: Reader, registry: Registry, relationship: str, basis: Basis
) -> Iterator[Json]:
    """The relationship as it went: a step for each valid day on which something changed."""
    # What was set on an earlier day is never lost on a later one.
    growth = Growth(relationship, registry, lambda place: (None, None))
    before = FIRST_DAY
    for day, acts in _days(reader, relationship, basis):
        told = [known for act in acts for known in reader.changes_of(act, relationship)]
        changes = known_at(told, basis.position)
        old, new = (Summary.of(changes, FIRST_DAY, end) for end in (day, day + 1))
        differences = growth.step(old, new, (before, day))
        before = day
        if differences:
            yield {"day": format_day(day) if day > FIRST_DAY else None, "changes": differences}


def _days(reader: Reader, relationship: str, basis: Basis) -> Iterator[tuple[int, list[str]]]:
    """The days up to `as_of` on which changes begin or end, with the acts whose they are."""
    ending: list[tuple[int, str]] = []
    last = min(basis.as_of, LAST_DAY - 1)
    for day, begun in groupby(_changes(reader, relationship, basis), lambda k: k.change.day):
        while ending and ending[0][0] < day:
            yield _end(ending)
        acts = dict.fromkeys(known.act_id for known in _noting(begun, ending, last))
        if ending and ending[0][0] == day:
            acts |= dict.fromkeys(_end(ending)[1])
        yield day, [*acts]
    while ending:
        yield _end(ending)


def _noting(
    begun: Iterator[KnownChange], ending: list[tuple[int, str]], last: int
) -> Iterator[KnownChange]:
    for known in begun:
        if known.change.until <= last:
            heappush(ending, (known.change.until, known.act_id))
        yield known


def _end(ending: list[tuple[int, str]]) -> tuple[int, list[str]]:
    """The next day on which changes end, and the acts whose they are."""
    day = ending[0][0]
    acts: dict[str, None] = {}
    while ending and ending[0][0] == day:
        acts[heappop(ending)[1]] = None
    return day, [*acts]


def _changes(reader: Reader, relationship: str, basis: Basis) -> Iterator[KnownChange]:
    after: Place | None = None
    while page := reader.changes_on(relationship, basis.as_of, basis.position, after, _PAGE):
        yield from page
        change = page[-1].change
        after = change.day, change.position, change.until


def whole_log(reader: Reader, basis: Basis) -> Iterator[types.Record]:
    """Every record up to the basis, in the order it was recorded, a page in memory at a time."""
    after = 0
    while records := reader.records(after, _PAGE):
        for record in records:
            if record.position > basis.position:
                return
            yield record_json(record)
        after = records[-1].position
