"""Joining runs: what a relationship amounts to on a day, as known at a position.

Counts are sums over the runs. For lists and settings each run names its newest; the rows
are read, and those no longer known at the position passed over. Where a run keeps too few to
tell, which takes many corrections at one place, the index itself is read backwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from domain.relationship import Item, Setting, setting_rank
from events.segments.candidates import Candidates, Found, Room, lines_of
from events.segments.delta import Row, RowWithEffect, Told
from events.segments.fenwick import cover
from events.segments.list_bits import FIGURES
from events.segments.segment import Cut
from events.segments.signature import is_figure
from events.segments.source import Runs

_NONE: Mapping[str, Any] = {}
#: How many changes hold, by the number of their signature.
Net = dict[int, int]
#: Beyond every day and position: all of a day, and those before it, are left out.
_LEFT = 2**62
#: Rows read at a time where the index is read backwards.
_PAGE = 200


class AsOfSummary:
    """What all days up to one amount to; see `domain.relationship.Joined`."""

    def __init__(
        self,
        runs: Runs,
        relationship: str,
        as_of: int,
        position: int,
        shown: Callable[[int], int],
    ) -> None:
        """`shown` gives how many items are wanted of a list that has so many."""
        self._runs = runs
        self._relationship = relationship
        self._as_of = as_of
        self._position = position
        self._shown = shown
        count, after = runs.compacted(relationship, position)
        self._cover = list(cover(count, runs.sizes))
        self._items = Room(newest=True)
        self._last = Room(newest=True)
        self._first = Room(newest=False)
        self._told: dict[int, Told] = {}
        self._loose = runs.deltas(relationship, after, position, as_of)
        net: Net = defaultdict(int)
        segments = runs.segments(relationship, self._cover, as_of)
        for segment in segments:
            _sum(net, segment, as_of)
        for sign, row in self._loose_on(as_of):
            net[row.signature] += sign
        self._signatures = runs.signatures([*net, *(delta.row.signature for delta in self._loose)])
        for segment in segments:
            self._add(segment)
        self._add_loose()
        self._totals, self.counts = self._counted(net)
        self._choose()

    def rested(self, day: int) -> int:
        """How many times an act of the pair's own had come to rest by a day."""
        # What has come to rest stays counted: what is counted by a day has rested by it.
        found = self._runs.rested(self._relationship, self._cover, day)
        before = sum([rested.upto(day) for rested in found])
        for sign, row in self._loose_on(day):
            before += sign * self._signatures[row.signature].rested
        return before

    def latest(self, place: str) -> Any:
        """What a place was last set to; None where it never was."""
        if is_figure(place):
            return self._latest_figure(place)
        return self._setting(self._last.get(place), place, "last")

    def earliest(self, place: str) -> Any:
        """What a place was first set to; None where it never was."""
        return self._setting(self._first.get(place), place, "first")

    def items(self, place: str) -> list[Item]:
        """The open items of a list, newest first, at least as many as are shown."""
        candidates = self._items.get(place)
        return [] if candidates is None else candidates.lines(place)

    def total(self, place: str) -> int:
        """How many open items a list has."""
        return self._totals.get(place, 0)

    def items_from(self, place: str, day: int, at: int, wanted: int) -> list[Item]:
        """Open items of a list from a day and a position on, the newest first.

        More than are wanted, or all that are left.
        """
        rows = self._read_back(place, wanted, (day, at + 1, 0))
        return lines_of(place, _found(rows))

    def _add(self, segment: Cut) -> None:
        """Take what a segment names, and what its own entries bring."""
        as_of, signatures = self._as_of, self._signatures
        self._items.add(segment.items)
        self._last.add(segment.last)
        self._first.add(segment.first)
        firsts = {place for place, _ in segment.first}
        days: dict[str, int] = {}
        passed: set[str] = set()
        settled: set[int] = set()
        for day, number, sign, until, ref, at in segment.back_from(as_of):
            # An end, or what is known no longer.
            if not until or sign < 0:
                continue
            if until > as_of:
                for listed in signatures[number].items:
                    self._items[listed].loose.append((day, at, ref, until))
            if number in settled:
                continue
            told = signatures[number]
            if passed.issuperset(told.last) and firsts.issuperset(told.first):
                # No earlier one of its signature sets what counts.
                settled.add(number)
                continue
            held = day, at, ref, until
            for place in told.last:
                # One later setting is enough, unless it turns out to be known no longer.
                if days.setdefault(place, day) == day:
                    self._last[place].loose.append(held)
                elif place not in passed:
                    self._last[place].leave((day, _LEFT))
                    passed.add(place)
            for place in told.first:
                if place not in firsts:
                    self._first[place].loose.append(held)

    def _add_loose(self) -> None:
        for delta in self._loose:
            if delta.sign > 0:
                row = delta.row
                held = row.day, row.at, row.ref, row.until
                told = self._signatures[row.signature]
                if row.until > self._as_of:
                    for place in told.items:
                        self._items[place].loose.append(held)
                for place in told.last:
                    self._last[place].loose.append(held)
                for place in told.first:
                    self._first[place].loose.append(held)

    def _loose_on(self, day: int) -> Iterator[tuple[int, Row]]:
        """What was learnt last of changes that hold on a day, each with its sign."""
        return ((sign, row) for _, sign, row in self._loose if row.day <= day < row.until)

    def _counted(self, net: Net) -> tuple[dict[str, int], dict[str, int]]:
        """Items of each list and numbers of each place, those that are not zero."""
        items: dict[str, int] = defaultdict(int)
        counts: dict[str, int] = defaultdict(int)
        for signature, times in net.items():
            if times:
                told = self._signatures[signature]
                for place, number in told.items.items():
                    items[place] += times * number
                for place, number in told.counts:
                    counts[place] += times * number
        return _nonzero(items), _nonzero(counts)

    def _choose(self) -> None:
        """Read the rows that the lists and settings need, all of them at once."""
        waiting: list[Candidates] = []
        for place, candidates in self._items.items():
            candidates.want(self._shown(self.total(place)), self._as_of, place)
            waiting.append(candidates)
        for room in (self._last, self._first):
            for candidates in room.values():
                candidates.want(1, self._as_of, None)
                waiting.append(candidates)
        while waiting:
            refs = {ref for one in waiting for ref in one.ask()} - self._told.keys()
            if refs:
                self._told.update(self._runs.told(refs))
            waiting = [one for one in waiting if not one.hear(self._told, self._position)]
        for place, candidates in self._items.items():
            if candidates.short:
                candidates.found = _found(self._read_back(place, candidates.wanted))

    def _setting(self, candidates: Candidates | None, place: str, what: str) -> Any:
        if candidates is None:
            return None
        if candidates.short:
            found = self._search(place, what)
            return None if found is None else found.effect[what][place]
        return candidates.found[0][3][what][place] if candidates.found else None

    def _read_back(
        self, place: str, wanted: int, before: tuple[int, int, int] | None = None
    ) -> list[RowWithEffect]:
        found: list[RowWithEffect] = []
        while True:
            page = self._runs.rows_back(
                self._relationship, place, self._as_of, self._position, before, _PAGE
            )
            found += page
            # What falls on one day at one position is told by one act: it is read whole.
            if len(page) < _PAGE or (
                len(found) > wanted and (found[-1].day, found[-1].at) != _moment(found[wanted])
            ):
                return found
            before = page[-1].day, page[-1].at, page[-1].ref

    def _latest_figure(self, place: str) -> Any:
        """The figure of the latest period: any of those reported up to the day may have it."""
        latest: Setting | None = None
        before: tuple[int, int, int] | None = None
        while True:
            page = self._runs.rows_back(
                self._relationship, FIGURES, self._as_of, self._position, before, _PAGE
            )
            for row in page:
                value = row.effect.get("last", _NONE).get(place)
                if value is not None:
                    found = row.day, row.at, value
                    if latest is None or setting_rank(place, latest) < setting_rank(place, found):
                        latest = found
            if len(page) < _PAGE:
                return None if latest is None else latest[2]
            before = page[-1].day, page[-1].at, page[-1].ref

    def _search(self, place: str, what: str) -> RowWithEffect | None:
        """The newest row that sets a place, or for a first setting the oldest."""
        asked = (self._relationship, self._as_of, self._position)
        before, offset = None, 0
        while True:
            if what == "last":
                page = self._runs.rows_back(asked[0], None, *asked[1:], before, _PAGE)
            else:
                page = self._runs.rows_on(*asked, offset, _PAGE)
            for row in page:
                if place in row.effect.get(what, _NONE):
                    return row
            if len(page) < _PAGE:
                return None
            before, offset = (page[-1].day, page[-1].at, page[-1].ref), offset + _PAGE


def _found(rows: Iterable[RowWithEffect]) -> list[Found]:
    return [(row.day, row.at, row.until, row.effect) for row in rows]


def _moment(row: RowWithEffect) -> tuple[int, int]:
    return row.day, row.at


def _sum(net: Net, segment: Cut, as_of: int) -> None:
    for signature, number in zip(segment.net, segment.numbers, strict=True):
        net[signature] += number
    upto = bisect_right(segment.days, as_of)
    for signature, sign in zip(segment.signatures[:upto], segment.signs[:upto], strict=True):
        net[signature] += sign


def _nonzero(sums: dict[str, int]) -> dict[str, int]:
    return {place: number for place, number in sums.items() if number}
