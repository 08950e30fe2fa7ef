"""Succession: whose place a party took in an act, and when a party's own life ended."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

from domain.acts.act import Act, first_day
from domain.acts.fact import Fact
from domain.dates import FIRST_DAY, LAST_DAY
from domain.once import once
from domain.parties import Registry

_BEFORE = ("predecessor", "continuation")
_AFTER = ("successor", "continuation")


@lru_cache(maxsize=4_096)
def forerunners(registry: Registry, code: str) -> frozenset[str]:
    """The parties that a party continues or follows, by the registry's edges, read either way."""
    own = registry.get(code)
    found = {
        tie.party
        for tie in own.succession
        if tie.kind in _BEFORE and registry.get(tie.party).valid_from < own.valid_from
    }
    found.update(
        other.code
        for other in registry
        if other.valid_from < own.valid_from
        and any(tie.party == code and tie.kind in _AFTER for tie in other.succession)
    )
    return frozenset(found)


def nearest(registry: Registry, code: str, among: Iterable[str]) -> frozenset[str]:
    """Those of some parties that come nearest before a party on its line; none where none does."""
    among, line = frozenset(among), frozenset({code})
    while line := frozenset(one for later in line for one in forerunners(registry, later)):
        if found := line & among:
            return found
    return frozenset()


class Succession:
    """Who came into an act in the place of whom (VCSST art. 2 (1) (b)).

    What is asked about a reach counts the events that may have begun by that day: those who are
    party to the act by them, and those who succeed by them.
    """

    def __init__(self, act: Act, registry: Registry) -> None:
        self._act = act
        self._registry = registry
        self._facts = [fact for fact in act.facts if fact.event.type.event == "succeeded"]
        self._two: dict[int, bool] = {}

    @once
    def places(self) -> dict[int, dict[str, frozenset[str]]]:
        """By the version of a succession and the successor, the parties whose place it takes."""
        return {
            fact.version: {
                code: nearest(self._registry, code, self._act.present(fact) - {*fact.event.by})
                for code in fact.event.by
            }
            for fact in self._facts
        }

    def taken_over(self, code: str) -> list[tuple[Fact, tuple[str, ...]]]:
        """The events by which others took a party's place, each with those who did."""
        taken = []
        for fact in self._facts:
            places = self.places[fact.version]
            heirs = tuple(heir for heir in places if code in places[heir])
            if heirs:
                taken.append((fact, heirs))
        return taken

    def reach(self, day: int) -> int:
        """The last sure day of an event by a day."""
        days = self._act.sure_days
        index = bisect_right(days, day)
        return days[index - 1] if index else FIRST_DAY

    def between_two(self, reach: int) -> bool:
        """Whether the act is between two, each with those who succeed it."""
        if reach not in self._two:
            self._two[reach] = self._between_two(reach)
        return self._two[reach]

    def on_one_side(self, a: str, b: str, reach: int) -> bool:
        """Whether two parties stand in the place of one and the same."""
        return bool(self._facts) and bool(self.roots(a, reach) & self.roots(b, reach))

    def _between_two(self, reach: int) -> bool:
        if not self._facts:
            return sum(day <= reach for day in self._act.joined.values()) <= 2
        originals: set[str] = set()
        for code, day in self._act.joined.items():
            if day <= reach:
                originals |= self.roots(code, reach)
            if len(originals) > 2:
                return False
        return True

    @once
    def turns(self) -> list[tuple[int, bool]]:
        """The days on which somebody joins from whom on it is between two, or no more."""
        found: list[tuple[int, bool]] = []
        for day in sorted(set(self._act.surely_joined.values())):
            two = self.between_two(self.reach(day))
            if not found or found[-1][1] != two:
                found.append((day, two))
        return found

    def roots(self, code: str, reach: int) -> frozenset[str]:
        """Those in whose place a party stands in the end: itself where it took nobody's."""
        places = {
            place
            for fact in self._facts
            if code in fact.event.by and first_day(fact) <= reach
            for place in self.places[fact.version][code]
        }
        found = [self.roots(place, reach) for place in places]
        return frozenset().union(*found) if found else frozenset({code})


def ends_on(registry: Registry, code: str) -> int:
    """The first day on which a party is no more; `LAST_DAY` while it lives."""
    return registry.get(code).valid_to if code in registry else LAST_DAY
