"""A run made: deltas become entries by day, entries of several runs become those of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from heapq import merge
from itertools import count, islice

from domain.dates import LAST_DAY
from events.segments.delta import Delta
from events.segments.segment import Entry, Rested, Segment, Standing
from events.segments.signature import Signature
from events.segments.sizes import Sizes
from events.segments.sweep import OpenItems, Settings


def laid(deltas: Iterable[Delta]) -> list[Entry]:
    """The entries of deltas. A change that is learnt and unlearnt among them leaves nothing."""
    found: list[Entry] = []
    for delta in deltas:
        row, sign = delta.row, delta.sign
        found.append([row.day, row.signature, sign, row.ref, row.at, row.until])
        if row.until < LAST_DAY:
            found.append([row.until, row.signature, -sign, row.ref])
    found.sort()
    return list(merged([partial(iter, found)]))


def merged(parts: Sequence[Callable[[], Iterator[Entry]]]) -> Iterator[Entry]:
    """The entries of consecutive runs, each by day, as those of one.

    Each is gone through again and again and never held: the highest have half a million.
    """
    unlearnt = {e[3] for part in parts for e in part() if len(e) == 6 and e[2] < 0}
    settled: set[int] = set()
    if unlearnt:
        settled = {
            e[3] for part in parts for e in part() if e[3] in unlearnt and len(e) == 6 and e[2] > 0
        }
    for entry in merge(*(part() for part in parts)):
        if entry[3] not in settled:
            yield entry


def segments(
    entries: Iterable[Entry], signature: Callable[[int], Signature], sizes: Sizes
) -> Iterator[Segment]:
    """A run's entries in segments, each with what the days before it amount to.

    `signature` gives the signature of a number.
    """
    before = _Before(signature, sizes)
    waiting = iter(entries)
    for part in count():
        span = list(islice(waiting, sizes.segment))
        if not span:
            return
        day = span[0][0]
        net, standing, acts = before.net(), before.standing(day), before.acts
        rested = Rested(acts, *before.add(span))
        yield Segment(day, part, rested, net, *standing, span)


class _Before:
    """What entries amount to, as they are added by day."""

    def __init__(self, signature: Callable[[int], Signature], sizes: Sizes) -> None:
        self.acts = 0
        self._signature = signature
        self._net: defaultdict[int, int] = defaultdict(int)
        self._items: defaultdict[str, OpenItems] = defaultdict(partial(OpenItems, sizes.items))
        newest = partial(Settings, sizes.settings, newest=True)
        oldest = partial(Settings, sizes.settings, newest=False)
        self._last: defaultdict[str, Settings] = defaultdict(newest)
        self._first: defaultdict[str, Settings] = defaultdict(oldest)

    def add(self, entries: Iterable[Entry]) -> tuple[list[int], list[int]]:
        """Gives the day of each act that is counted from then on, and of each that is no longer."""
        net, signature = self._net, self._signature
        more: list[int] = []
        fewer: list[int] = []
        for entry in entries:
            net[entry[1]] += entry[2]
            told = signature(entry[1])
            moved = entry[2] * told.rested
            (more if moved > 0 else fewer).extend([entry[0]] * abs(moved))
            if len(entry) == 4 or entry[2] < 0:
                continue
            held = entry[0], entry[4], entry[3], entry[5]
            for place in told.items:
                self._items[place].add(held)
            for place in told.last:
                self._last[place].add(held)
            for place in told.first:
                self._first[place].add(held)
        self.acts += len(more) - len(fewer)
        return more, fewer

    def net(self) -> list[list[int]]:
        return sorted([signature, number] for signature, number in self._net.items() if number)

    def standing(
        self, day: int
    ) -> tuple[dict[str, Standing], dict[str, Standing], dict[str, Standing]]:
        """Items that do not end before `day` is over, and settings."""
        items = {place: found.standing(day) for place, found in self._items.items()}
        return (
            {place: standing for place, standing in items.items() if standing.packed},
            {place: found.standing() for place, found in self._last.items()},
            {place: found.standing() for place, found in self._first.items()},
        )
