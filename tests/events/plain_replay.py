"""The oracle of a replay: whole states before and after every step, and what tells them apart."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import Any

from domain.dates import LAST_DAY, format_day
from domain.parties import Registry
from domain.relationship import Answer, Summary, compare, render
from events.log.record import utc_day
from events.query.basis import Basis
from events.store.protocol import Reader

Json = dict[str, Any]


def whole(reader: Reader, registry: Registry, pair: str, as_of: int, position: int) -> Json:
    """The state with whole lists, joined anew from every change."""
    summary = Summary.of(reader.changes(pair, as_of, position), day_to=as_of + 1)
    return render(Answer(pair, as_of, summary, 0), registry, most=None)


def learnt_steps(
    reader: Reader, registry: Registry, pair: str, basis: Basis
) -> list[tuple[int, list[Json]]]:
    """Of every position up to a basis at which the state changed, what changed."""
    states = [
        whole(reader, registry, pair, basis.as_of, position)
        for position in range(basis.position + 1)
    ]
    steps = [(n, compare(states[n - 1], states[n])) for n in range(1, len(states))]
    return [(position, changes) for position, changes in steps if changes]


def learnt_days(reader: Reader, registry: Registry, pair: str, basis: Basis) -> list[list[Json]]:
    """Of every recorded day on which something was learnt, what was held otherwise at its end."""
    learnt = [
        position for position in reader.learnt_at(pair, basis.as_of) if position <= basis.position
    ]

    def day(position: int) -> int:
        record = reader.record(position)
        assert record is not None
        return utc_day(record.recorded_at)

    ends = [0, *(list(positions)[-1] for _, positions in groupby(learnt, day))]
    states = [whole(reader, registry, pair, basis.as_of, position) for position in ends]
    return [compare(one, other) for one, other in pairwise(states)]


def valid_steps(
    reader: Reader, registry: Registry, pair: str, basis: Basis
) -> list[tuple[str | None, list[Json]]]:
    """Of every valid day up to a basis on which the state changed, what changed."""
    changes = reader.changes(pair, basis.as_of, basis.position)
    days = sorted(
        {
            day
            for change in changes
            for day in (change.day, change.until)
            if day <= basis.as_of and day < LAST_DAY
        }
    )
    before = whole(reader, registry, pair, 0, 0)
    found: list[tuple[str | None, list[Json]]] = []
    for day in days:
        after = whole(reader, registry, pair, day, basis.position)
        if differing := compare(before, after):
            found.append((format_day(day) if day > 0 else None, differing))
        before = after
    return found
