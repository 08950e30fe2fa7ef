"""Which strata stand for what: a Fenwick tree over the stretches of a relationship's record.

The stretches are counted from 1, and each makes one stratum of its number. Stratum `n` joins the
stretches that the last digit of `n` which is not zero counts, to the base of the spread: with 4,
stratum 7 (13 to that base) joins the stretches 5 to 7, stratum 8 (20) those from 1 to 8. So the
first 7 stretches are the strata 4 and 7, whatever was recorded after them: one for each digit of
their number. No stratum ever changes. Source: Peter M. Fenwick, "A new data structure
for cumulative frequency tables", Software: Practice and Experience 24 (1994), for base 2.
"""

from __future__ import annotations

from collections.abc import Iterator

from events.segments.sizes import Grain


def cover(count: int, grain: Grain) -> Iterator[int]:
    """The strata that the first `count` stretches are, the newest first: at most one a level.

    Beside those of the highest level, each of which joins as many stretches as any may.
    """
    while count:
        yield count
        count -= span(count, grain)


def span(number: int, grain: Grain) -> int:
    """How many stretches a stratum joins, the one of its own number the last."""
    size: int = 1
    for _ in range(grain.levels - 1):
        more = number % (size * grain.spread)
        if more:
            return more
        size *= grain.spread
    return size


def joined(number: int, grain: Grain) -> Iterator[int]:
    """The strata that this one joins with its own stretch, the newest first."""
    first = number - span(number, grain)
    for earlier in cover(number - 1, grain):
        if earlier <= first:
            return
        yield earlier
