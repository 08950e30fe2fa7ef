"""The oracle: a state by the plain fold over every record, with no index between."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from domain.parties import Registry
from domain.relationship import answer, changes, render
from events.log.history import known_act
from events.log.record import Record
from events.query import answer_types as types
from events.query.answers import sealed, with_coverage
from events.query.basis import Basis


def plain_state(
    records: list[Record], registry: Registry, relationship: str, basis: Basis
) -> dict[str, Any]:
    """What the records up to a basis amount to for a relationship, read from the first on.

    `records` are all there are: an erasure after the basis is one at the basis too.
    """
    ordered = sorted(records, key=lambda record: (record.act_id, record.version))
    streams = [list(stream) for _, stream in groupby(ordered, key=lambda record: record.act_id)]
    acts = [known_act(s, basis.position) for s in streams if s[0].position <= basis.position]
    found = [
        change
        for act in acts
        for change in changes(act, registry)
        if change.relationship == relationship
    ]
    whole = render(answer(relationship, found, basis.as_of), registry)
    claims = [act for act in acts if act.kind == "coverage"]
    return sealed(types.State, with_coverage(whole, claims, basis), basis, registry)
