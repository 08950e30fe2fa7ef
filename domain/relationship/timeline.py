"""The sides of an agreement of many, day by day, each worked out once for all its pairs.

A treaty of 190 has 17,955 pairs and 190 sides. Where the dates of all facts are whole days, the
life order of some of them never depends on the others, so a party's side is the same whoever the
other is; parties without an act of their own even share one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from domain.acts.act import Act, Fact, life_order
from domain.dates import LAST_DAY
from domain.dates import parse as parse_date
from domain.relationship.side import Side, side_of
from domain.relationship.treaty import Known, Terms


def turning_days(facts: Iterable[Fact]) -> list[int]:
    """The days, in order, on which something an agreement rests on may change."""
    days = set()
    for fact in facts:
        days.add(fact.takes_effect.earliest)
        days.add(fact.certain_from)
        expiry = fact.event.body.get("expires_on")
        if expiry is not None:
            days.add(parse_date(expiry).latest + 1)
    days.discard(LAST_DAY)
    return sorted(day for day in days if day < LAST_DAY)


class Timeline:
    """The side of a party from day to day."""

    def __init__(self, facts: Sequence[Fact], terms: Terms, party: str) -> None:
        self.facts = facts
        self.days = turning_days(facts)
        reached = [-1, *self.days]
        # Of facts on whole days, some stand in the order that all do.
        life = life_order(facts)
        self._sides = [
            side_of(Known([f for f in life if f.certain_from <= day], terms), party)
            for day in reached
        ]

    def at(self, day: int) -> Side:
        """The side on a day."""
        return self._sides[bisect_right(self.days, day)]


#: Timelines of one act, kept from one state of knowledge to the next.
Kept: TypeAlias = dict[tuple[int, ...], Timeline | None]


class Timelines:
    """The timelines of an act's parties."""

    def __init__(self, act: Act, terms: Terms, kept: Kept) -> None:
        self._terms = terms
        self._kept = kept
        self._whole = [fact for fact in act.facts if fact.event.speaks_for is None]
        self._own: dict[str, list[Fact]] = {}
        for fact in act.facts:
            for code in fact.event.speaks_for or ():
                self._own.setdefault(code, []).append(fact)
        self._plain = act.many_party and all(map(_on_one_day, self._whole))

    def facts(self, a: str, b: str) -> list[Fact]:
        """All that bears on two parties."""
        told = (*self._whole, *self._own.get(a, ()), *self._own.get(b, ()))
        return list({fact.version: fact for fact in told}.values())

    def of(self, party: str) -> Timeline | None:
        """The timeline of a party; None where it may depend on the other side."""
        if not self._plain:
            return None
        facts = [*self._whole, *self._own.get(party, ())]
        # A kept timeline holds its facts, so that no other can come to have the name of one.
        key = (self._terms.by_consent, *map(id, facts))
        if key not in self._kept:
            plain = all(map(_on_one_day, facts))
            self._kept[key] = Timeline(facts, self._terms, party) if plain else None
        return self._kept[key]


def merged(one: Timeline, other: Timeline) -> Iterator[tuple[int, Side, Side, tuple[Fact, ...]]]:
    """Each day on which either side may change: the sides, and the facts that word the whole."""
    days = one.days if one.days == other.days else sorted({*one.days, *other.days})
    for day in days:
        a, b = one.at(day), other.at(day)
        worded = a.worded
        if a.worded != b.worded:
            worded = life_order({fact.version: fact for fact in (*worded, *b.worded)}.values())
        yield day, a, b, worded


def _on_one_day(fact: Fact) -> bool:
    date = fact.event.date
    return date.earliest == date.latest and fact.takes_effect.earliest == fact.certain_from
