"""Replay: a relationship's states one after another, each step with what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.dates import FIRST_DAY, LAST_DAY, format_day
from domain.parties import Registry
from domain.relationship import Answer, Change, Summary, compare, render
from events.acts_view import record_json
from events.basis import Basis
from events.index import KnownChange
from events.record import instant_text
from events.store import Reader

Json = dict[str, Any]
_PAGE = 1_000


def recorded_order(
    reader: Reader, registry: Registry, relationship: str, basis: Basis
) -> Iterator[Json]:
    """Belief about one valid day as it grew: a step for each record that changed it."""
    before = rendered(relationship, Summary(), basis.as_of, registry)
    for position, summary in learnt(reader, relationship, basis):
        after = rendered(relationship, summary, basis.as_of, registry)
        differences = compare(before, after)
        if differences:
            yield {**_record(reader, position), "changes": differences}
        before = after


def learnt(reader: Reader, relationship: str, basis: Basis) -> Iterator[tuple[int, Summary]]:
    """What was believed of one valid day after each record that had a part in it, by position."""
    turns: dict[int, tuple[list[KnownChange], list[KnownChange]]] = {}
    for known in reader.changes_log(relationship):
        if known.change.day > basis.as_of:
            continue
        turns.setdefault(known.known_from, ([], []))[0].append(known)
        turns.setdefault(known.known_to, ([], []))[1].append(known)
    held: dict[tuple[str, int, int, int], Change] = {}
    span = FIRST_DAY, basis.as_of + 1
    summary = Summary()
    for position in sorted(p for p in turns if p <= basis.position):
        added, dropped = turns[position]
        for known in dropped:
            del held[_identity(known)]
        held.update((_identity(known), known.change) for known in added)
        if dropped:
            summary = Summary.of(held.values(), *span)
        else:
            summary += Summary.of((known.change for known in added), *span)
        yield position, summary


def _identity(known: KnownChange) -> tuple[str, int, int, int]:
    change = known.change
    return known.act_id, change.day, change.until, change.position


def rendered(relationship: str, summary: Summary, day: int, registry: Registry) -> Json:
    """The state that a summary of all days up to one gives, its lists whole."""
    return render(Answer(relationship, day, summary, 0), registry, most=None)


def _record(reader: Reader, position: int) -> Json:
    record = reader.record(position)
    if record is None:
        return {"position": position}
    return {
        "position": position,
        "recorded_at": instant_text(record.recorded_at),
        "recorded_by": record.recorded_by,
        "act_id": record.act_id,
        "version": record.version,
        "type": record.type,
        "reason": (record.body or {}).get("reason"),
    }


def valid_order(
    reader: Reader, registry: Registry, relationship: str, basis: Basis
) -> Iterator[Json]:
    """The relationship as it went: a step for each valid day on which something changed."""
    changes = reader.changes(relationship, basis.as_of, basis.position)
    days = sorted(
        {
            day
            for change in changes
            for day in (change.day, change.until)
            if day <= basis.as_of and day < LAST_DAY
        }
    )
    reached, summary = FIRST_DAY, Summary()
    before = rendered(relationship, summary, reached, registry)
    for day in days:
        summary += Summary.of(changes, reached, day + 1)
        reached = day + 1
        after = rendered(relationship, summary, day, registry)
        differences = compare(before, after)
        if differences:
            shown = format_day(day) if day > FIRST_DAY else None
            yield {"day": shown, "changes": differences}
        before = after


def whole_log(reader: Reader, basis: Basis) -> Iterator[Json]:
    """Every record up to the basis, in the order it was recorded, a page in memory at a time."""
    after = 0
    while records := reader.records(after, _PAGE):
        for record in records:
            if record.position > basis.position:
                return
            yield record_json(record)
        after = records[-1].position
