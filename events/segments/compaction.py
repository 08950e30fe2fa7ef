"""Compaction: deltas that have become enough for a run are laid down as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, groupby
from typing import Protocol

from events.segments.delta import Delta
from events.segments.fenwick import joined, span
from events.segments.run import laid, merged, segments
from events.segments.segment import Entry, Segment
from events.segments.signature import Signature
from events.segments.sizes import Sizes

#: Batches of a run whose entries are held while it is joined: some thirty thousand.
_HELD = 256


class SegmentWriter(Protocol):
    """Where runs are laid down."""

    def signature(self, number: int) -> Signature:
        """The signature of a number."""
        ...

    def entries(self, relationship: str, number: int) -> Iterator[Entry]:
        """The entries of a run by day, without holding them all."""
        ...

    def keep_run(self, relationship: str, number: int, last: int, parts: Iterable[Segment]) -> None:
        """Keep a run that ends at the position `last`."""
        ...


class Compaction:
    """Runs of one relationship, laid down in the order of the record."""

    def __init__(self, writer: SegmentWriter, relationship: str, count: int, sizes: Sizes) -> None:
        """Go on after the first `count` of them."""
        self._writer = writer
        self._relationship = relationship
        self._count = count
        self._sizes = sizes

    def lay(self, deltas: Iterable[Delta]) -> int:
        """Lay down as many runs as the deltas make; gives the position where the last ends.

        The deltas are all beyond the last run, by position; -1 where they make none.
        """
        last = -1
        for batch in batches(deltas, self._sizes.batch):
            last = batch[-1].position
            self._count += 1
            parts = segments(self._entries(batch), self._writer.signature, self._sizes)
            self._writer.keep_run(self._relationship, self._count, last, parts)
        return last

    def _entries(self, batch: Iterable[Delta]) -> Iterable[Entry]:
        """Those of the run that a batch makes."""
        entries = laid(batch)
        earlier = [
            partial(self._writer.entries, self._relationship, number)
            for number in joined(self._count, self._sizes)
        ]
        if not earlier:
            return entries
        if span(self._count, self._sizes) > _HELD:
            return merged([*earlier, partial(iter, entries)])
        # Gone through three times: once is dear enough.
        held = sorted(chain(entries, *(part() for part in earlier)))
        return merged([partial(iter, held)])


def batches(deltas: Iterable[Delta], least: int) -> Iterator[list[Delta]]:
    """Deltas in batches of `least` or more, whole positions each; what is over is left out."""
    batch: list[Delta] = []
    for _, told in groupby(deltas, key=lambda delta: delta.position):
        batch += told
        if len(batch) >= least:
            yield batch
            batch = []
