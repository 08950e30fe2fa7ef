"""The sides of an agreement, day by day, each worked out once for all pairs of a party.

A treaty of 190 has 17,955 pairs and 190 sides. What bears on a party is its own events and those
of the whole, so its side is the same whoever the other is, and parties on whom the same events
bear even share one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from domain.acts.act import Act, sure_day
from domain.acts.fact import Fact, surely_from
from domain.dates import LAST_DAY
from domain.dates import parse as parse_date
from domain.kinds import CONSENTS, ENDS
from domain.parties import Registry
from domain.relationship.deed import TELLS, Deed, deeds_of, in_order, tells
from domain.relationship.share import Shares
from domain.relationship.side import Side
from domain.relationship.standing import Taken
from domain.relationship.succession import Succession
from domain.relationship.walk import Bearing, Entry, Inherited, Walk


class Timeline:
    """The side of a party from day to day."""

    def __init__(self, bearing: Sequence[Bearing], shares: Shares) -> None:
        self._held = bearing
        """Held so that no other fact can come to have the identity of one of these."""
        self.days = turning_days(bearing)
        by_deed = {(one.deed.what, one.deed.fact.version): one for one in bearing}
        deeds = [one.deed for one in bearing]
        if all(map(_settled, bearing)):
            life = [by_deed[deed.what, deed.fact.version] for deed in in_order(deeds)]
            self._sides = _in_one_walk(life, self.days)
        else:
            # What is certain on a day may stand in another order than all does in the end.
            self._sides = [_anew(by_deed, deeds, day) for day in self.days]
        self.turns = shares.turns(self.days, self._sides)

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
        self._own: dict[str, list[Fact]] = {}
        self._whole: list[Fact] = []
        for fact in act.facts:
            if bears_on_all(fact):
                self._whole.append(fact)
                continue
            for code in fact.event.by:
                self._own.setdefault(code, []).append(fact)
        self._deeds = {fact.version: deeds_of(fact) for fact in act.facts}
        self._entries = {
            fact.version: entry_of(act, self.succession, fact)
            for fact in self._whole
            if fact.event.type.event == "entered_into_force" and not fact.event.by
        }
        self._of: dict[str, Timeline] = {}
        self._shares = Shares()

    def of(self, party: str) -> Timeline:
        """The timeline of a party."""
        if party not in self._of:
            self._of[party] = self._made(party)
        return self._of[party]

    def taken_over(self, party: str) -> list[Taken]:
        """The events by which others took a party's place in the act."""
        return [
            Taken(self._shares.ground(fact), fact.certain_from, heirs)
            for fact, heirs in self.succession.taken_over(party)
        ]

    def _made(self, party: str) -> Timeline:
        bearing: list[Bearing] = []
        for fact in (*self._whole, *self._own.get(party, ())):
            deeds = self._deeds[fact.version]
            if party in self._act.scope(fact):
                entry, inherited = self._entries.get(fact.version), self._inherited(party, fact)
                bearing += [Bearing(deed, True, entry, inherited) for deed in deeds]
            else:
                whole = _of_the_whole(fact)
                bearing += [Bearing(deed, False) for deed in deeds if whole or deed.what == TELLS]
        key = tuple(
            (id(b.deed.fact), b.mine, b.entry, b.inherited and (b.inherited[0], id(b.inherited[1])))
            for b in bearing
        )
        if key not in self._kept:
            self._kept[key] = Timeline(bearing, self._shares)
        return self._kept[key]

    def _inherited(self, party: str, fact: Fact) -> Inherited | None:
        """Where those stood whose place a party takes, on the day or on the one before."""
        if fact.event.type.event != "succeeded":
            return None
        places = sorted(self.succession.places[fact.version].get(party, ()))
        day = fact.certain_from
        stood = [self.of(place).at(on) for place in places for on in (day, day - 1)]
        for side in stood:
            if side.bound is not None:
                return Inherited(True, side.suspension)
        return Inherited(False, None) if any(side.engaged for side in stood) else None


def bears_on_all(fact: Fact) -> bool:
    """Whether an event bears on more sides than those of the parties that act."""
    event = fact.event
    return event.type.whole or not event.by or _of_the_whole(fact) or tells(fact)


def _of_the_whole(fact: Fact) -> bool:
    """Whether the treaty itself comes into force or ends by an event (VCLT art. 24, 54)."""
    event = fact.event.type.event
    return event in ENDS or (event == "entered_into_force" and len(fact.event.by) != 1)


def entry_of(act: Act, succession: Succession, force: Fact) -> Entry:
    """Whom an entry into force of the whole binds: what is on record by that day decides."""
    last = surely_from(force.takes_effect)

    def on_record(names: Iterable[str]) -> int:
        facts = (fact for fact in act.facts if fact.event.type.event in names)
        given = [d.date for fact in facts for d in deeds_of(fact)[:1]]
        return min((surely_from(d) for d in given if d.earliest <= last), default=LAST_DAY)

    two = succession.between_two(sure_day(force))
    return Entry(two, on_record(CONSENTS), on_record(("signed",)))


def turning_days(bearing: Iterable[Bearing]) -> list[int]:
    """The days, in order, on which a side may change."""
    days = set()
    for one in bearing:
        days.add(one.deed.certain_from)
        if one.entry is not None:
            days.update(one.entry[1:])
        expiry = one.deed.fact.event.body.get("expires_on")
        if expiry is not None:
            days.add(surely_from(parse_date(expiry)) + 1)
    return sorted(day for day in days if day < LAST_DAY)


def _settled(one: Bearing) -> bool:
    """Whether nothing that is certain only later tells what a deed does on its day."""
    day = one.deed.certain_from
    known = one.entry is None or all(on <= day or on == LAST_DAY for on in one.entry[1:])
    return known and one.deed.date.earliest == one.deed.date.latest


def _in_one_walk(life: Sequence[Bearing], days: Sequence[int]) -> list[Side]:
    """The sides of each day where every date is a whole day: life order is that of days."""
    walk, taken, sides = Walk(), 0, []
    for day in days:
        while taken < len(life) and life[taken].deed.certain_from <= day:
            walk.take(life[taken], day)
            taken += 1
        sides.append(walk.until(day))
    return sides


def _anew(by_deed: dict[tuple[str, int], Bearing], deeds: Sequence[Deed], day: int) -> Side:
    walk = Walk()
    for deed in in_order(deed for deed in deeds if deed.certain_from <= day):
        walk.take(by_deed[deed.what, deed.fact.version], day)
    return walk.until(day)
