"""Candidates: what may stand at a place, until enough of it is known to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge

from domain.relationship import Item, newest_first
from events.strata.notice import Effect, Told
from events.strata.segment import Held, Standing

#: Rows read for a list beyond those that are missing.
_SPARE = 1
#: What a place has: the day, position and effect of each change, in the order wanted.
Found = tuple[int, int, Effect]


class Candidates:
    """What may stand at a place, in the order it is wanted, until enough of it is known to."""

    __slots__ = (
        "_asked",
        "_bound",
        "_coming",
        "_count",
        "_newest",
        "_next",
        "_place",
        "_standings",
        "_until",
        "found",
        "loose",
        "short",
        "wanted",
    )

    def __init__(self, newest: bool) -> None:
        self.loose: list[Held] = []
        self.found: list[Found] = []
        self.wanted = 0
        self.short = False
        self._newest = newest
        self._standings: list[Standing] = []
        self._bound: tuple[int, int] | None = None
        self._place: str | None = None
        self._until = -1
        self._count = 0
        self._asked: list[Held] = []
        self._coming: Iterator[Held] = iter(())
        self._next: Held | None = None

    def add(self, standing: Standing) -> None:
        """Take what a stratum names; beyond the last it names, it may hold what it does not."""
        self._standings.append(standing)
        if not standing.whole:
            self.leave(standing.final()[:2])

    def leave(self, bound: tuple[int, int]) -> None:
        """Leave out one of a day and position that others come before."""
        if self._bound is None or self._sooner(bound, self._bound):
            self._bound = bound

    def want(self, number: int, as_of: int, place: str | None) -> None:
        """Say how many are wanted: items of a list that hold on a day, or settings."""
        self.wanted, self._place = number, place
        # A setting holds for ever, an item of a list until its day.
        self._until = -1 if place is None else as_of
        if number:
            self.loose.sort(reverse=self._newest)
            standings = (standing.held() for standing in self._standings)
            self._coming = merge(self.loose, *standings, reverse=self._newest)
            self._step()

    def _sooner(self, one: tuple[int, int], other: tuple[int, int]) -> bool:
        """Whether the first is wanted sooner."""
        return one > other if self._newest else one < other

    def _step(self) -> None:
        """Go on to the next that may stand here; to none where a stratum may have a nearer one."""
        bound, newest, until = self._bound, self._newest, self._until
        for held in self._coming:
            if bound is not None and (held[:2] <= bound if newest else held[:2] >= bound):
                break
            if held[3] > until:
                self._next = held
                return
        self._next = None

    def ask(self) -> list[int]:
        """The rows to read next: as many as are missing, and what is told with the last of them."""
        asked = self._asked = []
        missing = self.wanted - self._count
        if self._place is not None and missing:
            # Some of them may be known no longer, and another look costs more than a few rows.
            missing += _SPARE
        last: Held | None = None
        while (held := self._next) is not None and (
            len(asked) < missing or (last is not None and held[:2] == last[:2])
        ):
            last = held
            asked.append(held)
            self._step()
        return [held[2] for held in asked]

    def hear(self, rows: Mapping[int, Told], position: int) -> bool:
        """Take the rows asked for, as far as they are known; gives whether no more are needed."""
        found, place = self.found, self._place
        for day, at, ref, _ in self._asked:
            row = rows.get(ref)
            if row is not None and position < row[0]:
                found.append((day, at, row[1]))
                self._count += 1 if place is None else len(row[1]["items"][place])
        if self._count < self.wanted and self._next is not None:
            return False
        # With all strata whole, there are no more; else one may hold what it does not name.
        self.short = self._count < self.wanted and self._bound is not None
        return True

    def lines(self, place: str) -> list[Item]:
        """The items of the rows found, in the order of the list."""
        return lines_of(place, self.found)


class Room(dict[str, Candidates]):
    """Candidates by place."""

    def __init__(self, newest: bool) -> None:
        super().__init__()
        self._newest = newest

    def __missing__(self, place: str) -> Candidates:
        made = self[place] = Candidates(self._newest)
        return made

    def add(self, standings: Mapping[str, Standing]) -> None:
        """Take what a stratum names at each place."""
        for place, standing in standings.items():
            self[place].add(standing)


def lines_of(place: str, found: Sequence[Found]) -> list[Item]:
    """The items that changes, newest first, have on a list, in the order of the list."""
    lines: list[Item] = [
        ((place, day, at, line["act_id"], ordinal), line)
        for day, at, effect in found
        for ordinal, line in enumerate(effect["items"][place])
    ]
    if len({(day, at) for day, at, _ in found}) < len(lines):
        lines.sort(key=newest_first)
    return lines
