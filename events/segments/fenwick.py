"""Which runs stand for what: a Fenwick tree over the batches of a relationship's record.

The batches are counted from 1, and each makes one run of its number. Run `n` joins the
batches that the last digit of `n` which is not zero counts, to the base of the spread: with 4,
run 7 (13 to that base) joins the batches 5 to 7, run 8 (20) those from 1 to 8. So the
first 7 batches are the runs 4 and 7, whatever was recorded after them: one for each digit of
their number. No run ever changes. Source: Peter M. Fenwick, "A new data structure
for cumulative frequency tables", Software: Practice and Experience 24 (1994), for base 2.
"""

from __future__ import annotations

from collections.abc import Iterator

from events.segments.sizes import Sizes


def cover(count: int, sizes: Sizes) -> Iterator[int]:
    """The runs that the first `count` batches are, the newest first: at most one a level.

    Beside those of the highest level, each of which joins as many batches as any may.
    """
    while count:
        yield count
        count -= span(count, sizes)


def span(number: int, sizes: Sizes) -> int:
    """How many batches a run joins, the one of its own number the last."""
    size: int = 1
    for _ in range(sizes.levels - 1):
        more = number % (size * sizes.spread)
        if more:
            return more
        size *= sizes.spread
    return size


def joined(number: int, sizes: Sizes) -> Iterator[int]:
    """The runs that this one joins with its own batch, the newest first."""
    first = number - span(number, sizes)
    for earlier in cover(number - 1, sizes):
        if earlier <= first:
            return
        yield earlier
