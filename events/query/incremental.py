"""Growth: what a relationship amounts to, as one act after another changes; told by differences.

A step costs what it changes. Held are sums, settings and open proposals, none of which grows with
the history; lines of lists are read of the acts that a step is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from domain.dates import FIRST_DAY
from domain.parties import Registry
from domain.relationship import (
    MOVING,
    Answer,
    Change,
    Setting,
    Summary,
    compare,
    lasts,
    render,
    setting_rank,
)
from events.projection.rows import KnownChange
from events.store.change_cursor import Place
from events.store.protocol import Reader

Json = dict[str, Any]

#: Lists whose lines tell a reported figure too, which another act may have reported.
_WITH_FIGURES = frozenset(place for place, listed in MOVING.items() if listed.reaching)
_FIGURES = "figures."
_PAGE = 200


class Growth:
    """A relationship that is told what acts were to it before a step, and what they are after."""

    def __init__(
        self,
        relationship: str,
        registry: Registry,
        lost: Callable[[str], tuple[Setting | None, Setting | None]],
    ) -> None:
        """Nothing at first. `lost` finds last and first setting of a place among all changes."""
        self._relationship = relationship
        self._registry = registry
        self._lost = lost
        self._counts: dict[str, int] = {}
        self._last: dict[str, Setting] = {}
        self._first: dict[str, Setting] = {}
        self._proposals: dict[Any, Any] = {}
        #: Meetings that last by their dates: while they do, they are the last contact.
        self._lasting: dict[Any, Any] = {}

    def step(self, old: Summary, new: Summary, days: tuple[int, int]) -> list[Json]:
        """The differences that some acts make, whose changes came to `old` and come to `new`.

        `days` are those as of which the state stood before, and stands after.
        """
        held = dict(self._counts), dict(self._last), dict(self._first)
        self._count(old, new)
        figures = self._set(old, new)
        others = {**self._lasting, **(self._proposals if figures else {})}
        for key in old.opened:
            self._proposals.pop(key, None)
            self._lasting.pop(key, None)
            others.pop(key, None)
        self._proposals.update((k, line) for k, line in new.opened.items() if k[0] in _WITH_FIGURES)
        self._lasting.update((k, line) for k, line in new.opened.items() if lasts(k[0], line))
        before = Summary(*held, {**others, **old.opened})
        after = Summary(self._counts, self._last, self._first, {**others, **new.opened})
        return compare(self._rendered(before, days[0]), self._rendered(after, days[1]))

    def _rendered(self, summary: Summary, day: int) -> Json:
        return render(Answer(self._relationship, day, summary, 0), self._registry, most=None)

    def _count(self, old: Summary, new: Summary) -> None:
        for place in {**old.counts, **new.counts}:
            moved = new.counts.get(place, 0) - old.counts.get(place, 0)
            count = self._counts.pop(place, 0) + moved
            if count:
                self._counts[place] = count

    def _set(self, old: Summary, new: Summary) -> bool:
        """Take over settings; whether a reported figure is among them."""
        moved = {place for place in {**old.last, **new.last} if _moved(place, old.last, new.last)}
        for place in moved:
            self._take(self._last, place, (old.last.get(place), new.last.get(place)), 0)
        for place in {**old.first, **new.first}:
            if _moved(place, old.first, new.first):
                self._take(self._first, place, (old.first.get(place), new.first.get(place)), 1)
        return any(place.startswith(_FIGURES) for place in moved)

    def _take(
        self,
        room: dict[str, Setting],
        place: str,
        told: tuple[Setting | None, Setting | None],
        which: int,
    ) -> None:
        """What stands at a place when acts set it otherwise; `which` is 0 for last, 1 for first."""
        held, (own, given) = room.get(place), told
        if held is not None and own is not None and held[:2] == own[:2]:
            if given is None or _counts_less(place, given, held, which):
                # It was theirs, and is so no more: what others set it to may come next.
                given = self._lost(place)[which]
            held = None
        if held is None or (given is not None and not _counts_less(place, given, held, which)):
            held = given
        if held is None:
            room.pop(place, None)
        else:
            room[place] = held


def _moved(place: str, old: Mapping[str, Setting], new: Mapping[str, Setting]) -> bool:
    return old.get(place) != new.get(place)


def _counts_less(place: str, one: Setting, other: Setting, which: int) -> bool:
    if which == 0:
        return setting_rank(place, one) < setting_rank(place, other)
    return one[:2] > other[:2]


def _parts(act_ids: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(act_ids), _PAGE):
        yield act_ids[first : first + _PAGE]


def known_at(changes: Iterable[KnownChange], position: int) -> list[Change]:
    """Those that are known at a position."""
    return [known.change for known in changes if known.known_from <= position < known.known_to]


class Learning:
    """Growth in recorded order: what was held of one valid day."""

    def __init__(self, reader: Reader, registry: Registry, relationship: str, as_of: int) -> None:
        self._reader = reader
        self._relationship = relationship
        self._as_of = as_of
        self._position = 0
        self._growth = Growth(relationship, registry, self._lost)

    def learn(self, act_ids: Iterable[str], position: int) -> list[Json]:
        """What is held otherwise at a later position, when records of these acts lie between."""
        before, self._position = self._position, position
        span = FIRST_DAY, self._as_of + 1
        old, new = Summary({}, {}, {}, {}), Summary({}, {}, {}, {})
        # Of many acts few changes are held at a time: a summary is that of its parts.
        for some in _parts(list(act_ids)):
            known = [k for act in some for k in self._reader.changes_of(act, self._relationship)]
            old += Summary.of(known_at(known, before), *span)
            new += Summary.of(known_at(known, position), *span)
        return self._growth.step(old, new, (self._as_of, self._as_of))

    def _lost(self, place: str) -> tuple[Setting | None, Setting | None]:
        return self._sought(place, "last"), self._sought(place, "first")

    def _sought(self, place: str, room: str) -> Setting | None:
        read = self._reader.changes_back if room == "last" else self._reader.changes_on
        found: Setting | None = None
        # The latest figure is that of the latest period, which any report may have told.
        figures = room == "last" and place.startswith(_FIGURES)
        at: Place | None = None
        while page := read(self._relationship, self._as_of, self._position, at, _PAGE):
            for known in page:
                change = known.change
                if (
                    found is not None
                    and not figures
                    and (room == "first" or found[:2] != _when(change))
                ):
                    return found
                if place in change.effect.get(room, {}):
                    given = *_when(change), change.effect[room][place]
                    if found is None or not _counts_less(place, given, found, 0):
                        found = given
            last = page[-1].change
            at = last.day, last.position, last.until
        return found


def _when(change: Change) -> tuple[int, int]:
    return change.day, change.position
