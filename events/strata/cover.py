"""Which strata stand for what: powers of a spread, so that a few cover any stretch of the record.

Stratum `n` of a level joins the strata `4n` to `4n + 3` of the level below, as the tiles of a
Merkle tree do. How many there are of every level follows from the number of the lowest. The
newest of a level *grows*: it joins two or three of those below until there are four.
"""

from __future__ import annotations

from collections.abc import Iterator

from events.strata.grain import Grain


def cover(count: int, grain: Grain, *, newest: bool = False) -> Iterator[tuple[int, int]]:
    """The fewest strata, as (level, number), that the first `count` of the lowest level make.

    The oldest come first, and they are the largest. `newest` says that there are no more than
    these: then one that grows stands for several, and beside the whole ones of the highest level
    there is at most one for each level below.
    """
    covered = 0
    for level in reversed(range(grain.levels)):
        size = grain.spread**level
        first, upto = covered // size, whole(count, level, grain)
        if newest and level + 1 < grain.levels and upto - first > 1:
            yield level + 1, first // grain.spread
        else:
            for number in range(first, upto):
                yield level, number
        covered = upto * size


def whole(count: int, level: int, grain: Grain) -> int:
    """How many strata of a level the first `count` of the lowest level make whole."""
    size: int = grain.spread**level
    return count // size


def joined_at(number: int, grain: Grain) -> Iterator[tuple[int, int]]:
    """The strata, as (level, number), that become whole once this one of the lowest level is."""
    for level in range(1, grain.levels):
        if (number + 1) % grain.spread**level:
            return
        yield level, number // grain.spread**level


def growing(count: int, grain: Grain) -> Iterator[tuple[int, int, int]]:
    """The strata that grow after so many of the lowest level: (level, number, how many of four)."""
    for level in range(1, grain.levels):
        number, joined = divmod(whole(count, level - 1, grain), grain.spread)
        if joined > 1:
            yield level, number, joined
