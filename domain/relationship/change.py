"""What an act does to a relationship: changes on the axis of valid days.

The first of the two folds turns an act into changes; the second joins the changes of a pair.
All that needs two events of one act at once is settled before a change is made, so a change
stands alone: it may be stored, filtered and joined in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from domain.dates import LAST_DAY

Json = Any


class Change(NamedTuple):
    """One act's contribution to one relationship, from a valid day on.

    `effect` is a JSON object with some of these:

    - `counts`: place -> number, counted on the days `[day, until)`
    - `items`: list -> items, listed on the days `[day, until)`
    - `last`: place -> value, holds from `day` on until a later (day, position) sets the place
    - `first`: place -> value, holds from `day` on; the earliest (day, position) wins
    """

    relationship: str
    day: int
    until: int
    """First day on which counts and items no longer hold; `LAST_DAY` when they stay."""
    position: int
    """Position of the newest record the change rests on: orders what falls on one day."""
    effect: Mapping[str, Mapping[str, Json]]


@dataclass
class Ledger:
    """Collects an act's contributions and gives them as the fewest changes."""

    _effects: dict[tuple[str, int, int, int], dict[str, dict[str, Json]]] = field(
        default_factory=dict
    )

    def _at(self, pair: str, day: int, until: int, position: int, what: str) -> dict[str, Json]:
        effect = self._effects.setdefault((pair, day, until, position), {})
        return effect.setdefault(what, {})

    def count(self, pair: str, place: str, day: int, until: int, position: int) -> None:
        """Add one at `place` on the days `[day, until)`."""
        if day < until:
            counts = self._at(pair, day, until, position, "counts")
            counts[place] = counts.get(place, 0) + 1

    def item(self, pair: str, place: str, day: int, until: int, position: int, item: Json) -> None:
        """List `item` at `place` on the days `[day, until)`."""
        if day < until:
            self._at(pair, day, until, position, "items").setdefault(place, []).append(item)

    def last(self, pair: str, place: str, day: int, position: int, value: Json) -> None:
        """Set `place` from `day` on, until something later sets it."""
        if day < LAST_DAY:
            self._at(pair, day, LAST_DAY, position, "last")[place] = value

    def first(self, pair: str, place: str, day: int, position: int, value: Json) -> None:
        """Set `place` from `day` on, unless something earlier has set it."""
        if day < LAST_DAY:
            self._at(pair, day, LAST_DAY, position, "first").setdefault(place, value)

    def changes(self) -> tuple[Change, ...]:
        """The changes in the order (relationship, day, until, position)."""
        return tuple(Change(*place, effect) for place, effect in sorted(self._effects.items()))
