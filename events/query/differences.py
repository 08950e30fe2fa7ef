"""What tells the states of a relationship at two bases apart.

Only what lies between the bases is read: the acts of which something begins, ends, is learnt or
unlearnt there. All others say the same at both, whatever they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from domain.dates import FIRST_DAY
from domain.parties import Registry
from domain.relationship import Answer, Change, Item, Summary, answer, compare, render
from events.query import answer_types as types
from events.query.answers import sealed
from events.query.basis import Basis, Clock, known_position, resolve, valid_day
from events.segments import AsOfSummary
from events.segments.signature import is_figure
from events.store.act_writer import ActReader
from events.store.protocol import Reader

Json = dict[str, Any]
_ACTS_AT_ONCE = 1_000


def diff_dates(
    reader: Reader,
    registry: Registry,
    clock: Clock,
    relationship: str,
    days: tuple[str, str],
    known_at: str | int | None,
) -> types.Difference:
    """What changed between two valid days, by one state of knowledge."""
    first = valid_day(days[0], "from")
    basis = resolve(reader, clock, days[1], known_at)
    earlier = Basis(first, basis.position, basis.known_at)
    return difference(reader, registry, relationship, earlier, basis)


def diff_knowledge(
    reader: Reader,
    registry: Registry,
    clock: Clock,
    relationship: str,
    as_of: str | None,
    known: tuple[str | int, str | int | None],
) -> types.Difference:
    """What was learnt about one valid day between two states of knowledge."""
    known_position(reader, clock, known[0], "known_from")
    earlier = resolve(reader, clock, as_of, known[0])
    later = resolve(reader, clock, as_of, known[1])
    return difference(reader, registry, relationship, earlier, later)


def difference(
    reader: Reader, registry: Registry, relationship: str, earlier: Basis, later: Basis
) -> types.Difference:
    """What tells the state at one basis from the state at another, sealed at the later one."""
    bases = earlier, later
    acts = reader.acts_between(relationship, *((basis.as_of, basis.position) for basis in bases))
    states = []
    with reader.runs() as runs:
        for basis in bases:
            summary = _summary(reader, relationship, acts, basis)
            if summary is None:
                # How far a target is reached changes then, of acts that themselves say the same.
                return whole_difference(reader, registry, relationship, earlier, later)
            as_of = AsOfSummary(runs, relationship, basis.as_of, basis.position, lambda count: 0)
            joined = _Joined(as_of, summary)
            states.append(render(Answer(relationship, basis.as_of, joined, 0), registry, None))
    return _told(states[0], states[1], earlier, later, registry)


def whole_difference(
    reader: Reader,
    registry: Registry,
    relationship: str,
    earlier: Basis,
    later: Basis,
    supposed: ActReader | None = None,
) -> types.Difference:
    """As `difference`, by the plain fold: the oracle, and for what has no runs.

    The later state is read from `supposed`, where one is given.
    """
    states = [
        render(
            answer(
                relationship,
                read.changes(relationship, basis.as_of, basis.position),
                basis.as_of,
            ),
            registry,
            None,
        )
        for read, basis in ((reader, earlier), (supposed or reader, later))
    ]
    return _told(states[0], states[1], earlier, later, registry)


def _summary(
    reader: Reader, relationship: str, acts: Sequence[str], basis: Basis
) -> Summary | None:
    """What some acts amount to; None where one of them reports a figure.

    Changes of few acts are held at a time: a summary is that of its parts.
    """
    found = Summary({}, {}, {}, {})
    for first in range(0, len(acts), _ACTS_AT_ONCE):
        some = acts[first : first + _ACTS_AT_ONCE]
        changes = reader.changes_of_acts(relationship, some, basis.as_of, basis.position)
        if _figures(changes):
            return None
        found += Summary.of(changes, FIRST_DAY, basis.as_of + 1)
    return found


class _Joined:
    """What all days amount to, but on the lists the items of some acts alone."""

    def __init__(self, as_of: AsOfSummary, summary: Summary) -> None:
        self._as_of = as_of
        self._summary = summary
        self.counts = as_of.counts
        self.latest = as_of.latest
        self.earliest = as_of.earliest
        self.total = as_of.total

    def items(self, place: str) -> list[Item]:
        return self._summary.items(place)


def _figures(changes: Iterable[Change]) -> bool:
    return any(is_figure(place) for change in changes for place in change.effect.get("last", ()))


def _told(
    before: Json, after: Json, earlier: Basis, later: Basis, registry: Registry
) -> types.Difference:
    given = {
        "relationship": after["relationship"],
        "parties": after["parties"],
        "from": earlier.to_json(),
        "to": later.to_json(),
        "changes": compare(before, after),
    }
    return sealed(types.Difference, given, later, registry)
