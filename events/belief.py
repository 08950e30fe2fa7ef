"""Belief over time: what was held about one valid day, recorded day by recorded day."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from domain.dates import format_day
from domain.parties import Registry
from domain.relationship import Summary, compare
from events.answers import sealed
from events.audit import record_line
from events.basis import Basis, day_of_instant
from events.record import Record
from events.replay import learnt, rendered
from events.store import Reader

Json = dict[str, Any]


def belief(reader: Reader, registry: Registry, relationship: str, basis: Basis) -> Json:
    """The recorded days on which something was learnt of a valid day, each with what changed.

    `changes` are between the end of the day and the end of the day before it: what was recorded
    and taken back on one day is among its `records` and leaves no change.
    """
    steps = (
        (_record(reader, position), summary)
        for position, summary in learnt(reader, relationship, basis)
    )
    before = rendered(relationship, Summary(), basis.as_of, registry)
    days: list[Json] = []
    for day, learnt_that_day in groupby(steps, lambda step: day_of_instant(step[0].recorded_at)):
        told = list(learnt_that_day)
        records = [record for record, _ in told]
        after = rendered(relationship, told[-1][1], basis.as_of, registry)
        days.append(
            {
                "day": format_day(day),
                "position": records[-1].position,
                "records": [record_line(reader, record) for record in records],
                "changes": compare(before, after),
            }
        )
        before = after
    given = {"relationship": relationship, "parties": before["parties"], "days": days}
    return sealed(given, basis, registry)


def _record(reader: Reader, position: int) -> Record:
    record = reader.record(position)
    assert record is not None  # the index was made of it
    return record
