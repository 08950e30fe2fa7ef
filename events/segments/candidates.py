"""Candidates: what may stand at a place, until enough of it is known to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from domain.relationship import Item, newest_first
from events.segments.delta import Effect, Told
from events.segments.segment import Held, Standing

#: Rows read for a list beyond those that are missing.
_SPARE = 1
#: How many of each run are looked at, beyond those wanted, before more of them are.
_DEEPER = 1
#: Beyond every number of a row.
_AFTER = 2**63
#: What a place has: the day, position, end and effect of each change, in the order wanted.
Found = tuple[int, int, int, Effect]


class Candidates:
    """What may stand at a place, in the order it is wanted, until enough of it is known to."""

    __slots__ = (
        "_asked",
        "_bound",
        "_bounded",
        "_count",
        "_deep",
        "_deeper",
        "_line",
        "_newest",
        "_place",
        "_taken",
        "_until",
        "found",
        "loose",
        "short",
        "standings",
        "wanted",
    )

    def __init__(self, newest: bool) -> None:
        self.loose: list[Held] = []
        self.found: list[Found] = []
        self.wanted = 0
        self.short = False
        self._newest = newest
        self.standings: list[Standing] = []
        """What each run names; beyond the last it names, it may hold what it does not."""
        self._bound: tuple[int, int] | None = None
        self._place: str | None = None
        self._until = -1
        self._count = 0
        self._deep = 0
        self._deeper = False
        self._bounded = False
        self._line: list[Held] = []
        self._taken = 0
        self._asked: list[Held] = []

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
            self._deep = number + _DEEPER
            self._line_up()

    def _sooner(self, one: tuple[int, int], other: tuple[int, int]) -> bool:
        """Whether the first is wanted sooner."""
        return one > other if self._newest else one < other

    def _line_up(self) -> None:
        """Put in order what may stand here, down to where a run may have a nearer one."""
        line, deep = self.loose.copy(), self._deep
        bound, self._deeper = self._bound, False
        for standing in self.standings:
            held, deeper = standing.held(deep)
            line += held
            if (deeper or not standing.whole) and (
                bound is None or self._sooner(held[-1][:2], bound)
            ):
                bound = held[-1][:2]
            self._deeper |= deeper
        self._bounded = bound is not None
        until = self._until
        if bound is None:
            line = [held for held in line if held[3] > until]
        elif self._newest:
            last = (*bound, _AFTER)
            line = [held for held in line if held > last and held[3] > until]
        else:
            line = [held for held in line if held < bound and held[3] > until]
        line.sort(reverse=self._newest)
        self._line = line

    def ask(self) -> list[int]:
        """The rows to read next: as many as are missing, and what is told with the last of them."""
        missing = self.wanted - self._count
        if self._place is not None and missing:
            # Some of them may be known no longer, and another look costs more than a few rows.
            missing += _SPARE
        line, first = self._line, self._taken
        end = min(first + missing, len(line))
        while first < end < len(line) and line[end][:2] == line[end - 1][:2]:
            end += 1
        self._asked, self._taken = line[first:end], end
        return [held[2] for held in self._asked]

    def hear(self, rows: Mapping[int, Told], position: int) -> bool:
        """Take the rows asked for, as far as they are known; gives whether no more are needed."""
        found, place = self.found, self._place
        for day, at, ref, until in self._asked:
            row = rows.get(ref)
            if row is not None and position < row[0]:
                found.append((day, at, until, row[1]))
                self._count += 1 if place is None else len(row[1]["items"][place])
        while self._count < self.wanted and self._taken == len(self._line):
            if not self._deeper:
                # With all runs whole, there are no more; else one may hold what it does not name.
                self.short = self._bounded
                return True
            self._deep *= 4
            self._line_up()
        return self._count >= self.wanted

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

    def add(self, standings: Iterable[tuple[str, Standing]]) -> None:
        """Take what a run names at each place."""
        for place, standing in standings:
            self[place].standings.append(standing)


def lines_of(place: str, found: Sequence[Found]) -> list[Item]:
    """The items that changes, newest first, have on a list, in the order of the list."""
    lines: list[Item] = [
        ((place, day, at, line["act_id"], until, ordinal), line)
        for day, at, until, effect in found
        for ordinal, line in enumerate(effect["items"][place])
    ]
    if len({(day, at) for day, at, _, _ in found}) < len(lines):
        lines.sort(key=newest_first)
    return lines
