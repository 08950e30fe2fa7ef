"""A step of the record: what one record said, and what it changed of what was known."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from domain.dates import FIRST_DAY, format_day
from domain.parties import Registry
from events.log.record import Record, instant_text
from events.query.acts_view import record_json
from events.query.audit import record_line
from events.query.basis import Basis
from events.query.effects import effects
from events.query.retroactive import LateChanges
from events.store.protocol import Reader

Json = dict[str, Any]


def step(
    reader: Reader, registry: Registry, relationship: str | None, position: int, as_of: int
) -> Json:
    """The record at a position, what it changed of a valid day, and the steps beside it.

    Of the whole log every record is a step; of a relationship those that changed what is known
    of it on days up to `as_of`. A position between two steps stands for the one before it; 0,
    and a position before the first, is the start, where nothing is known. `number` counts the
    steps from 1 and is 0 at the start.
    """
    head = reader.head().position
    steps = range(1, head + 1) if relationship is None else reader.learnt_at(relationship, as_of)
    number = bisect_right(steps, min(position, head))
    at = steps[number - 1] if number else 0
    record = reader.record(at) if at else None
    shown: Json = {"record": None, "body": None, "relationships": [], "count": 0}
    if record is not None:
        shown = _told(reader, registry, relationship, record, as_of)
    return {
        "relationship": relationship,
        **shown,
        "number": number,
        "count_of_steps": len(steps),
        "first": steps[0] if steps else None,
        "previous": None if not number else steps[number - 2] if number > 1 else 0,
        "next": steps[number] if number < len(steps) else None,
        "last": steps[-1] if steps else None,
        "basis": Basis(as_of, at, _known_at(record)).to_json(),
    }


def _told(
    reader: Reader, registry: Registry, relationship: str | None, record: Record, as_of: int
) -> Json:
    earlier = reader.record(record.position - 1)
    before = Basis(as_of, record.position - 1, _known_at(earlier))
    after = Basis(as_of, record.position, _known_at(record))
    late = LateChanges(reader).of(record)
    shown = effects(reader, registry, record.act_id, before, after, relationship)
    for line in shown["relationships"]:
        day = late.get(line["relationship"])
        line["late"] = day is not None
        line["since"] = format_day(day) if day is not None and day > FIRST_DAY else None
    return {
        "record": record_line(reader, record),
        "body": record_json(record)["body"],
        **shown,
    }


def _known_at(record: Record | None) -> str | None:
    return None if record is None else instant_text(record.recorded_at)
