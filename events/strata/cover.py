"""Which strata stand for what: powers of a spread, so that a few cover any stretch of the record.

Stratum `n` of a level joins the strata `4n` to `4n + 3` of the level below, as the tiles of a
Merkle tree do. How many there are of every level follows from the number of the lowest.
"""

from __future__ import annotations

from collections.abc import Iterator

from events.strata.grain import Grain


def cover(count: int, grain: Grain) -> Iterator[tuple[int, int]]:
    """The fewest strata, as (level, number), that the first `count` of the lowest level make.

    The oldest come first, and they are the largest.
    """
    covered = 0
    for level in reversed(range(grain.levels)):
        upto = whole(count, level, grain)
        for number in range(covered // grain.spread**level, upto):
            yield level, number
        covered = upto * grain.spread**level


def whole(count: int, level: int, grain: Grain) -> int:
    """How many strata of a level the first `count` of the lowest level make whole."""
    size: int = grain.spread**level
    return count // size


def joined_at(number: int, grain: Grain) -> Iterator[tuple[int, int]]:
    """The strata, as (level, number), that can be joined once this one of the lowest level is."""
    for level in range(1, grain.levels):
        if (number + 1) % grain.spread**level:
            return
        yield level, number // grain.spread**level
