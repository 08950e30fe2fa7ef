"""Sealing: notices that have become enough for a stratum are laid down as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import Protocol

from events.strata.cover import growing, joined_at
from events.strata.grain import Grain
from events.strata.notice import Notice
from events.strata.segment import Entry, Segment
from events.strata.shape import Shape
from events.strata.stratum import laid, merged, segments

#: The highest level whose entries are held while it is joined: some thirty thousand.
_HELD = 4


class Ground(Protocol):
    """Where strata are laid down."""

    def shape(self, number: int) -> Shape:
        """The shape of a number."""
        ...

    def entries(self, relationship: str, level: int, number: int) -> Iterator[Entry]:
        """The entries of a stratum by day, without holding them all."""
        ...

    def keep_stratum(
        self, relationship: str, level: int, number: int, last: int, parts: Iterable[Segment]
    ) -> None:
        """Keep a stratum that ends at the position `last`, in place of what there is of it."""
        ...


class Sealing:
    """Strata of one relationship, laid down in the order of the record."""

    def __init__(self, ground: Ground, relationship: str, number: int, grain: Grain) -> None:
        """Go on with the stratum `number` of the lowest level."""
        self._ground = ground
        self._relationship = relationship
        self._number = number
        self._grain = grain

    def lay(self, notices: Iterable[Notice]) -> int:
        """Lay down as many strata as the notices make; gives the position where the last ends.

        The notices are all beyond the last stratum, by position; -1 where they make none.
        """
        last = -1
        for stretch in stretches(notices, self._grain.stretch):
            last = stretch[-1].position
            self._keep(0, self._number, last, laid(stretch))
            for level, number in joined_at(self._number, self._grain):
                self._join(level, number, self._grain.spread, last)
            self._number += 1
        return last

    def grow(self, since: int) -> None:
        """Lay down those that grow now, but as they did after the first `since` of the lowest."""
        for grown in sorted({*growing(self._number, self._grain)} - {*growing(since, self._grain)}):
            self._join(*grown, -1)

    def _join(self, level: int, number: int, parts: int, last: int) -> None:
        first = number * self._grain.spread
        read = partial(self._ground.entries, self._relationship, level - 1)
        below = [partial(read, n) for n in range(first, first + parts)]
        if level <= _HELD:
            # Gone through three times: once is dear enough.
            entries = sorted(entry for part in below for entry in part())
            below = [partial(iter, entries)]
        self._keep(level, number, last, merged(below))

    def _keep(self, level: int, number: int, last: int, entries: Iterable[Entry]) -> None:
        parts = segments(entries, self._ground.shape, self._grain)
        self._ground.keep_stratum(self._relationship, level, number, last, parts)


def stretches(notices: Iterable[Notice], least: int) -> Iterator[list[Notice]]:
    """Notices in stretches of `least` or more, whole positions each; what is over is left out."""
    stretch: list[Notice] = []
    for _, told in groupby(notices, key=lambda notice: notice.position):
        stretch += told
        if len(stretch) >= least:
            yield stretch
            stretch = []
