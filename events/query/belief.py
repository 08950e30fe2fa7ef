"""Belief over time: what was held about one valid day, recorded day by recorded day."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from domain.dates import format_day
from domain.parties import Registry, split_key
from events.log.record import utc_day
from events.query import answer_types as types
from events.query.answers import sealed
from events.query.audit import record_line
from events.query.basis import Basis
from events.query.incremental import Learning
from events.query.replay import learnt
from events.store.protocol import Reader

Json = dict[str, Any]


def belief(reader: Reader, registry: Registry, relationship: str, basis: Basis) -> types.Belief:
    """The recorded days on which something was learnt of a valid day, each with what changed.

    `changes` are between the end of the day and the end of the day before it: what was recorded
    and taken back on one day is among its `records` and leaves no change.
    """
    return sealed(types.Belief, belief_days(reader, registry, relationship, basis), basis, registry)


def belief_days(reader: Reader, registry: Registry, relationship: str, basis: Basis) -> Json:
    """Belief, still without its basis; of a reader it asks how changes grew, and for records."""
    learning = Learning(reader, registry, relationship, basis.as_of)
    days: list[Json] = []
    records = learnt(reader, relationship, basis)
    for day, learnt_that_day in groupby(records, lambda r: utc_day(r.recorded_at)):
        # A day may hold all that was ever imported: records are not kept beside their lines.
        lines = [record_line(reader, record) for record in learnt_that_day]
        position = lines[-1]["position"]
        acts = dict.fromkeys(line["act_id"] for line in lines)
        days.append(
            {
                "day": format_day(day),
                "position": position,
                "records": lines,
                "changes": learning.learn(acts, position),
            }
        )
    codes = split_key(relationship)
    parties = [{"code": code, "name": registry.name(code, basis.as_of)} for code in codes]
    return {"relationship": relationship, "parties": parties, "days": days}
