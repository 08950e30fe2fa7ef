"""What stands at a place while the entries of a run are gone through, from day to day.

Most places stay as they are from one segment to the next: what was made of them is kept.
"""

from __future__ import annotations

from bisect import insort

from domain.dates import LAST_DAY
from events.segments.segment import Held, Standing, packed


class OpenItems:
    """The items of one list."""

    __slots__ = ("_held", "_most", "_room", "_standing", "_until")

    def __init__(self, most: int) -> None:
        """`most` says how many are told."""
        self._most = most
        self._held: list[Held] = []
        self._room = 4 * most
        self._standing: Standing | None = None
        self._until = 0

    def add(self, held: Held) -> None:
        """One more, of whatever day."""
        insort(self._held, held)
        self._standing = None

    def standing(self, day: int) -> Standing:
        """The newest that do not end before `day` is over; days only grow."""
        if self._standing is None or self._until <= day:
            self._standing = self._told(day)
        return self._standing

    def _told(self, day: int) -> Standing:
        if len(self._held) > self._room:
            # Days only grow: what has ended may go.
            self._held = [held for held in self._held if held[3] > day]
            self._room = max(2 * len(self._held), 4 * self._most)
        found: list[Held] = []
        whole = True
        for held in reversed(self._held):
            if held[3] > day:
                if len(found) == self._most:
                    whole = False
                    break
                found.append(held)
        self._until = min((held[3] for held in found), default=LAST_DAY)
        return Standing(whole, packed(found))


class Settings:
    """What one place was set to."""

    __slots__ = ("_held", "_most", "_newest", "_standing")

    def __init__(self, most: int, newest: bool) -> None:
        """`most` says how many are told: the newest, or the oldest."""
        self._most = most
        self._newest = newest
        self._held: list[Held] = []
        self._standing: Standing | None = None

    def add(self, held: Held) -> None:
        """One more, of whatever day."""
        self._held.append(held)
        self._standing = None

    def standing(self) -> Standing:
        """Those that come first."""
        if self._standing is None:
            held, most = self._held, self._most
            held.sort(reverse=self._newest)
            # One more is kept, which tells that these are not all.
            del held[most + 1 :]
            self._standing = Standing(len(held) <= most, packed(held[:most]))
        return self._standing
