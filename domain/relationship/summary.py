"""The second fold: changes of a relationship joined into what they amount to.

`Summary.of(changes, day_from, day_to)` is what a span of valid days contributes, and `a + b`
joins the summaries of two spans. The join is associative and commutative and has a neutral
element, so a history may be split at any days, in any number of parts, and joined in any
order: the whole equals the join of its parts. That is the law every shortcut rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.dates import FIRST_DAY, LAST_DAY
from domain.relationship.change import Change
from domain.relationship.figure import figure_rank

#: What a place was set to: (day, position, value); day and position decide which one counts.
Setting = tuple[int, int, Any]
#: Which item: (place, day, position, act_id, until, ordinal among the change's items at the place).
ItemKey = tuple[str, int, int, str, int, int]
#: An item of a list, under the key it is found by.
Item = tuple[ItemKey, Any]
_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Summary:
    """What a span of valid days contributes to a relationship."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """Place -> sum; places that sum to zero do not stand here."""
    last: Mapping[str, Setting] = field(default_factory=dict)
    first: Mapping[str, Setting] = field(default_factory=dict)
    opened: Mapping[ItemKey, Any] = field(default_factory=dict)
    """Items opened in the span and not closed in it."""
    closed: frozenset[ItemKey] = frozenset()
    """Items closed in the span that an earlier span opened."""

    @staticmethod
    def of(changes: Iterable[Change], day_from: int = FIRST_DAY, day_to: int = LAST_DAY) -> Summary:
        """What the changes contribute on the days `[day_from, day_to)`."""
        counts: dict[str, int] = {}
        last: dict[str, Setting] = {}
        first: dict[str, Setting] = {}
        opened: dict[ItemKey, Any] = {}
        closed: set[ItemKey] = set()
        for change in changes:
            day, position, effect = change.day, change.position, change.effect
            begins = day_from <= day < day_to
            if begins != (day_from <= change.until < day_to):
                sign = 1 if begins else -1
                for place, number in effect.get("counts", _NONE).items():
                    counts[place] = counts.get(place, 0) + sign * number
                if "items" in effect:
                    if begins:
                        opened.update(_items(change))
                    else:
                        closed.update(key for key, _ in _items(change))
            if begins:
                for place, value in effect.get("last", _NONE).items():
                    setting = day, position, value
                    held = last.get(place)
                    if held is None or setting_rank(place, held) < setting_rank(place, setting):
                        last[place] = setting
                for place, value in effect.get("first", _NONE).items():
                    held = first.get(place)
                    if held is None or (day, position) < (held[0], held[1]):
                        first[place] = day, position, value
        return Summary(_nonzero(counts), last, first, opened, frozenset(closed))

    def __add__(self, other: Summary) -> Summary:
        """The join: sums, the later and the earlier settings, items opened and not closed."""
        counts = dict(self.counts)
        for place, number in other.counts.items():
            counts[place] = counts.get(place, 0) + number
        last = dict(self.last)
        for place, setting in other.last.items():
            if place not in last or setting_rank(place, last[place]) < setting_rank(place, setting):
                last[place] = setting
        first = dict(self.first)
        for place, setting in other.first.items():
            if place not in first or setting[:2] < first[place][:2]:
                first[place] = setting
        closed = self.closed | other.closed
        opened = {**self.opened, **other.opened}
        settled = closed & opened.keys()
        for key in settled:
            del opened[key]
        return Summary(_nonzero(counts), last, first, opened, closed - settled)

    def latest(self, place: str) -> Any:
        """What a place was last set to; None where it never was."""
        setting = self.last.get(place)
        return None if setting is None else setting[2]

    def earliest(self, place: str) -> Any:
        """What a place was first set to; None where it never was."""
        setting = self.first.get(place)
        return None if setting is None else setting[2]

    def items(self, place: str) -> list[Item]:
        """The open items of a list, newest first."""
        found = [(key, line) for key, line in self.opened.items() if key[0] == place]
        found.sort(key=newest_first)
        return found

    def total(self, place: str) -> int:
        """How many open items a list has."""
        return sum(key[0] == place for key in self.opened)


def setting_rank(place: str, setting: Setting) -> tuple[int, ...]:
    """By what one setting of a place is later than another: a figure by its period first."""
    day, position, value = setting
    if place.startswith("figures."):
        return figure_rank(value, day), day, position
    return day, position


def newest_first(entry: Item) -> tuple[int, int, tuple[str, int, int]]:
    """The order of a list: by day, then position, both descending, then as the act tells them."""
    _, day, position, act_id, until, ordinal = entry[0]
    return -day, -position, (act_id, until, ordinal)


def _items(change: Change) -> Iterable[tuple[ItemKey, Any]]:
    for place, lines in change.effect["items"].items():
        for ordinal, line in enumerate(lines):
            key = place, change.day, change.position, line["act_id"], change.until, ordinal
            yield key, line


def _nonzero(counts: dict[str, int]) -> dict[str, int]:
    return {place: number for place, number in counts.items() if number}
