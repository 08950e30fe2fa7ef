"""Sealing: notices that have become enough for a stratum are laid down as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, groupby
from typing import Protocol

from events.segments.delta import Notice
from events.segments.fenwick import joined, span
from events.segments.run import laid, merged, segments
from events.segments.segment import Entry, Segment
from events.segments.signature import Shape
from events.segments.sizes import Grain

#: Stretches of a stratum whose entries are held while it is joined: some thirty thousand.
_HELD = 256


class Ground(Protocol):
    """Where strata are laid down."""

    def shape(self, number: int) -> Shape:
        """The shape of a number."""
        ...

    def entries(self, relationship: str, number: int) -> Iterator[Entry]:
        """The entries of a stratum by day, without holding them all."""
        ...

    def keep_stratum(
        self, relationship: str, number: int, last: int, parts: Iterable[Segment]
    ) -> None:
        """Keep a stratum that ends at the position `last`."""
        ...


class Sealing:
    """Strata of one relationship, laid down in the order of the record."""

    def __init__(self, ground: Ground, relationship: str, count: int, grain: Grain) -> None:
        """Go on after the first `count` of them."""
        self._ground = ground
        self._relationship = relationship
        self._count = count
        self._grain = grain

    def lay(self, notices: Iterable[Notice]) -> int:
        """Lay down as many strata as the notices make; gives the position where the last ends.

        The notices are all beyond the last stratum, by position; -1 where they make none.
        """
        last = -1
        for stretch in stretches(notices, self._grain.stretch):
            last = stretch[-1].position
            self._count += 1
            parts = segments(self._entries(stretch), self._ground.shape, self._grain)
            self._ground.keep_stratum(self._relationship, self._count, last, parts)
        return last

    def _entries(self, stretch: Iterable[Notice]) -> Iterable[Entry]:
        """Those of the stratum that a stretch makes."""
        entries = laid(stretch)
        earlier = [
            partial(self._ground.entries, self._relationship, number)
            for number in joined(self._count, self._grain)
        ]
        if not earlier:
            return entries
        if span(self._count, self._grain) > _HELD:
            return merged([*earlier, partial(iter, entries)])
        # Gone through three times: once is dear enough.
        held = sorted(chain(entries, *(part() for part in earlier)))
        return merged([partial(iter, held)])


def stretches(notices: Iterable[Notice], least: int) -> Iterator[list[Notice]]:
    """Notices in stretches of `least` or more, whole positions each; what is over is left out."""
    stretch: list[Notice] = []
    for _, told in groupby(notices, key=lambda notice: notice.position):
        stretch += told
        if len(stretch) >= least:
            yield stretch
            stretch = []
