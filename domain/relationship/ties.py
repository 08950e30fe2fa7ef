"""Ties: which pairs an act bears on, from which day, and whether it is their own.

An act is a pair's own where it had no other party on the day the second of the two joined it, or
where their roles face each other, as those of each visitor and each host. Relations are of the
two whom an event bears on. What others do later changes nothing about that. A meeting of twenty
is no pair's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations
from typing import NamedTuple

from domain.acts.act import Act
from domain.dates import LAST_DAY
from domain.kinds import KINDS, Life
from domain.parties import Registry, relationship_key
from domain.relationship.succession import Succession


class Tie(NamedTuple):
    """Two parties of one act."""

    pair: str
    a: str
    b: str
    may_from: int
    """First day on which both may be party to the act."""
    joined: int
    """First day on which both surely are."""
    own_from: int
    """First day from which the act is the pair's own; `LAST_DAY` where it never is."""

    @property
    def own(self) -> bool:
        """Whether the act is ever the pair's own."""
        return self.own_from < LAST_DAY


def ties(act: Act, registry: Registry, only: Collection[str] | None = None) -> list[Tie]:
    """The ties of an act, or those to the relationships in `only`, by key.

    What is asked for is gone through, not what there is: one state's pairs of a treaty of 190
    are 189 and not 17,955.
    """
    return list(_ties(act, registry, only))


def _ties(act: Act, registry: Registry, only: Collection[str] | None) -> Iterator[Tie]:
    succession = Succession(act, registry)
    for a, b in _pairs(act, only):
        joined = max(act.surely_joined[a], act.surely_joined[b])
        reach = succession.reach(joined)
        own_from = LAST_DAY
        if succession.between_two(reach):
            own_from = joined
            if succession.on_one_side(a, b, reach):
                # A treaty of two goes on with each successor, and is none between two of them,
                # nor between a successor and its predecessor.
                continue
        if own_from == LAST_DAY:
            own_from = _facing(act, a, b, joined)
        if KINDS[act.kind].life is Life.AXES:
            own_from = _related(act, a, b, joined)
        may_from = max(act.joined[a], act.joined[b])
        yield Tie(relationship_key(a, b), a, b, may_from, joined, own_from)


def _pairs(act: Act, only: Collection[str] | None) -> Iterator[tuple[str, str]]:
    if only is None:
        yield from combinations(act.codes, 2)
        return
    codes = set(act.codes)
    for pair in sorted(only):
        a, _, b = pair.partition("-")
        if a in codes and b in codes:
            yield a, b


def _related(act: Act, a: str, b: str, joined: int) -> int:
    """The first day from which an event of relations bears on two parties."""
    days = [fact.begins_certain for fact in act.facts if act.concerns(fact, a, b)]
    return max(joined, min(days, default=LAST_DAY))


def _facing(act: Act, a: str, b: str, joined: int) -> int:
    """The first day from which two parties have roles that face each other."""
    if a not in act.roles or b not in act.roles:
        return LAST_DAY
    (since, role), (other_since, other_role) = act.roles[a], act.roles[b]
    if {role, other_role} != {known.name for known in KINDS[act.kind].roles}:
        return LAST_DAY
    return max(since, other_since, joined)
