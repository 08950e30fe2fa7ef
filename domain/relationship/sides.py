"""The sides of an agreement, day by day, each worked out once for all pairs of a party.

A treaty of 190 has 17,955 pairs and 190 sides. What bears on a party is its own events and those
of the whole, so its side is the same whoever the other is, and parties on whom the same events
bear even share one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from domain.acts.act import Act
from domain.acts.fact import Fact, surely_from
from domain.acts.kinds import CONSENTS, ENDS
from domain.dates import LAST_DAY
from domain.dates import parse as parse_date
from domain.parties import Registry
from domain.relationship.deed import Deed, deeds_of, in_order
from domain.relationship.side import Side, Terms, Walk
from domain.relationship.succession import Succession

#: What bears on a party though it may not speak for it.
_OF_THE_WHOLE = frozenset({"entered_into_force", *ENDS})


class _Bearing(NamedTuple):
    """A deed as it bears on one party."""

    deed: Deed
    mine: bool
    inherited: bool | None


class Timeline:
    """The side of a party from day to day."""

    def __init__(self, bearing: Sequence[_Bearing], terms: Terms, facts: object) -> None:
        """`facts` are held so that no other can come to have the identity of one."""
        self._held = facts
        self.days = turning_days(bearing)
        deeds = [one.deed for one in bearing]
        by_deed = {(one.deed.what, one.deed.fact.version): one for one in bearing}
        life = [by_deed[deed.what, deed.fact.version] for deed in in_order(deeds)]
        if all(deed.date.earliest == deed.date.latest for deed in deeds):
            self._sides = _in_one_walk(life, self.days, terms)
        else:
            # What is certain on a day may stand in another order than all does in the end.
            self._sides = [_anew(by_deed, deeds, day, terms) for day in self.days]

    def at(self, day: int) -> Side:
        """The side at the end of a day."""
        index = bisect_right(self.days, day)
        return self._sides[index - 1] if index else Side()


#: Timelines of one act, kept from one state of knowledge to the next.
Kept: TypeAlias = dict[tuple[object, ...], Timeline]


class Sides:
    """The timelines of an act's parties."""

    def __init__(self, act: Act, registry: Registry, kept: Kept) -> None:
        self._act = act
        self._kept = kept
        self.succession = Succession(act, registry)
        self.terms = _terms(act, self.succession)
        self._own: dict[str, list[Fact]] = {}
        self._whole: list[Fact] = []
        for fact in act.facts:
            whole = fact.event.type.whole or not fact.event.by
            several = fact.event.type.event == "entered_into_force" and len(fact.event.by) > 1
            if whole or several:
                self._whole.append(fact)
                continue
            for code in fact.event.by:
                self._own.setdefault(code, []).append(fact)
        self._deeds = {fact.version: deeds_of([fact]) for fact in act.facts}
        self._of: dict[str, Timeline] = {}

    def of(self, party: str) -> Timeline:
        """The timeline of a party."""
        if party not in self._of:
            self._of[party] = self._made(party, frozenset({party}))
        return self._of[party]

    def _made(self, party: str, asked: frozenset[str]) -> Timeline:
        bearing = []
        for fact in (*self._whole, *self._own.get(party, ())):
            mine = party in self._act.scope(fact)
            if not mine and fact.event.type.event not in _OF_THE_WHOLE:
                continue
            inherited = self._inherited(party, fact, asked) if mine else None
            bearing += [_Bearing(deed, mine, inherited) for deed in self._deeds[fact.version]]
        facts = [one.deed.fact for one in bearing]
        told = tuple((id(one.deed.fact), one.mine, one.inherited) for one in bearing)
        key: tuple[object, ...] = (self.terms, told)
        if key not in self._kept:
            self._kept[key] = Timeline(bearing, self.terms, facts)
        return self._kept[key]

    def _inherited(self, party: str, fact: Fact, asked: frozenset[str]) -> bool | None:
        """Whether a party succeeds one that is bound; None where nobody can tell whom."""
        if fact.event.type.event != "succeeded":
            return None
        places = self.succession.heirs.get(party, ())
        if not places:
            return None
        day = fact.certain_from
        for place in places:
            # Two that succeed each other, by an error, inherit nothing from each other.
            if place in asked:
                continue
            line = self._made(place, asked | {place})
            if line.at(day).bound is not None or line.at(day - 1).bound is not None:
                return True
        return False


def _terms(act: Act, succession: Succession) -> Terms:
    originals = sorted(succession.originals.values())
    third = originals[2] if len(originals) > 2 else LAST_DAY
    forces = [f for f in act.facts if f.event.type.event == "entered_into_force"]
    return Terms(
        frozenset(f.version for f in forces if f.certain_from < third),
        min(
            (f.expressed_from for f in act.facts if f.event.type.event in CONSENTS),
            default=LAST_DAY,
        ),
        min(
            (surely_from(f.event.date) for f in act.facts if f.event.type.event == "signed"),
            default=LAST_DAY,
        ),
    )


def turning_days(bearing: Iterable[_Bearing]) -> list[int]:
    """The days, in order, on which a side may change."""
    days = set()
    for one in bearing:
        days.add(one.deed.certain_from)
        expiry = one.deed.fact.event.body.get("expires_on")
        if expiry is not None and one.mine:
            days.add(parse_date(expiry).latest + 1)
    return sorted(day for day in days if day < LAST_DAY)


def _in_one_walk(life: Sequence[_Bearing], days: Sequence[int], terms: Terms) -> list[Side]:
    """The sides of each day where every date is a whole day: life order is that of days."""
    walk, taken, sides = Walk(terms), 0, []
    for day in days:
        while taken < len(life) and life[taken].deed.certain_from <= day:
            walk.take(*life[taken])
            taken += 1
        sides.append(walk.until(day))
    return sides


def _anew(
    by_deed: dict[tuple[str, int], _Bearing], deeds: Sequence[Deed], day: int, terms: Terms
) -> Side:
    walk = Walk(terms)
    for deed in in_order(deed for deed in deeds if deed.certain_from <= day):
        walk.take(*by_deed[deed.what, deed.fact.version])
    return walk.until(day)
