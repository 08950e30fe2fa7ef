"""A segment: a part of a stratum that one day falls in, and what all days before it amount to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from struct import Struct, pack
from typing import NamedTuple

import orjson

#: What begins or ends on a day. A beginning is [day, shape, sign, ref, at, until], an end is
#: [day, shape, sign, ref]: six numbers and four. `sign` is what the count of the shape moves by.
Entry = list[int]
#: An item or a setting: (day, at, ref, until).
Held = tuple[int, int, int, int]
_HELD = Struct("<4q")


class Standing(NamedTuple):
    """The newest of what stands at a place, or the oldest where a place keeps its first setting."""

    whole: bool
    """Whether these are all."""
    packed: bytes
    """The newest first (for a first setting, the oldest first), each four whole numbers.

    There are many and few are asked for: they are unpacked one by one.
    """

    def held(self) -> Iterator[Held]:
        """Each of them, in that order."""
        return _HELD.iter_unpack(self.packed)

    def final(self) -> Held:
        """The one furthest from what is asked for first; there must be one."""
        return _HELD.unpack_from(self.packed, len(self.packed) - _HELD.size)


def packed(held: Sequence[Held]) -> bytes:
    """The bytes of what is held, one after another."""
    return pack(f"<{4 * len(held)}q", *chain.from_iterable(held))


class Segment(NamedTuple):
    """Entries in the order of their days, and what stood before the first of them."""

    day: int
    """Of the first entry."""
    part: int
    """Which segment of its stratum it is, from 0."""
    net: Sequence[list[int]]
    """How many changes of a shape are known and hold: [shape, number], by shape, no zeros.

    A stratum alone may have fewer than none: it knows of an ending, an older one of its beginning.
    """
    items: Mapping[str, Standing]
    last: Mapping[str, Standing]
    first: Mapping[str, Standing]
    entries: Sequence[Entry]


def encode_segment(segment: Segment) -> tuple[bytes, bytes, bytes]:
    """Its net, what it holds, and its entries, as bytes.

    What it holds is a line that names the places, each with whether all is there and how many
    bytes it takes, and then those bytes.
    """
    rooms = [sorted(room.items()) for room in (segment.items, segment.last, segment.first)]
    named = [[[place, int(s.whole), len(s.packed)] for place, s in room] for room in rooms]
    held = [orjson.dumps(named), b"\n", *(s.packed for room in rooms for _, s in room)]
    return orjson.dumps(segment.net), b"".join(held), orjson.dumps(segment.entries)


def decode_segment(day: int, part: int, net: bytes, held: bytes, entries: bytes) -> Segment:
    """The segment of such bytes."""
    named, _, rest = held.partition(b"\n")
    rooms: list[dict[str, Standing]] = []
    start = 0
    for room in orjson.loads(named):
        standings: dict[str, Standing] = {}
        for place, whole, length in room:
            standings[place] = Standing(bool(whole), rest[start : start + length])
            start += length
        rooms.append(standings)
    items, last, first = rooms
    return Segment(day, part, orjson.loads(net), items, last, first, orjson.loads(entries))
