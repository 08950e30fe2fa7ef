"""A segment: a part of a stratum that one day falls in, and what all days before it amount to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from struct import Struct, error, pack, unpack, unpack_from
from typing import NamedTuple

import orjson

#: What begins or ends on a day. A beginning is [day, shape, sign, ref, at, until], an end is
#: [day, shape, sign, ref]: six numbers and four. `sign` is what the count of the shape moves by.
Entry = list[int]
#: An item or a setting: (day, at, ref, until).
Held = tuple[int, int, int, int]
_HELD = Struct("<iqqi")
_ROOM, _UNPACKED = _HELD.size, _HELD.iter_unpack
#: Numbers of an entry that is a beginning, and bytes of any entry.
_WHOLE, _ENTRY = 6, 29


class Standing(NamedTuple):
    """The newest of what stands at a place, or the oldest where a place keeps its first setting."""

    whole: bool
    """Whether these are all."""
    packed: bytes
    """The newest first (for a first setting, the oldest first), each four whole numbers.

    There are many and few are asked for: they are unpacked as far as they are.
    """

    def held(self, most: int) -> tuple[list[Held], bool]:
        """The first of them, in that order, and whether there are more."""
        size = most * _ROOM
        return list(_UNPACKED(self.packed[:size])), len(self.packed) > size


def packed(held: Sequence[Held]) -> bytes:
    """The bytes of what is held, one after another."""
    return pack("<" + "iqqi" * len(held), *chain.from_iterable(held))


class Segment(NamedTuple):
    """Entries in the order of their days, and what stood before the first of them."""

    day: int
    """Of the first entry."""
    part: int
    """Which segment of its stratum it is, from 0."""
    acts: int
    """How many of the pair's own acts those of `net` count."""
    net: Sequence[list[int]]
    """How many changes of a shape are known and hold: [shape, number], by shape, no zeros.

    A stratum alone may have fewer than none: it knows of an ending, an older one of its beginning.
    """
    items: Mapping[str, Standing]
    last: Mapping[str, Standing]
    first: Mapping[str, Standing]
    entries: Sequence[Entry]


class Moves(NamedTuple):
    """What the entries of a segment move a count by, as columns: hundreds are read at a time."""

    acts: int
    """How many of the pair's own acts are counted before the first of them."""
    days: Sequence[int]
    """Of each entry, by day."""
    shapes: Sequence[int]
    signs: Sequence[int]


class Cut(NamedTuple):
    """A segment as it is read for one day."""

    shapes: Sequence[int]
    """Of the net, each with its number."""
    numbers: Sequence[int]
    moves: Moves
    untils: Sequence[int]
    """Of each entry; 0 of one that is an end."""
    refs: Sequence[int]
    ats: Sequence[int]
    items: Mapping[str, Standing]
    last: Mapping[str, Standing]
    first: Mapping[str, Standing]

    def back_from(self, day: int) -> Iterator[tuple[int, int, int, int, int, int]]:
        """Day, shape, sign, until, ref and at of the entries up to a day, the last one first."""
        moves = self.moves
        upto = bisect_right(moves.days, day)
        columns = (moves.days, moves.shapes, moves.signs, self.untils, self.refs, self.ats)
        return zip(*[column[:upto][::-1] for column in columns], strict=True)


def encode_segment(segment: Segment) -> tuple[bytes, bytes, bytes]:
    """Its net, its entries, and what it holds, as bytes: little-endian, column after column.

    The net begins with the acts. What it holds is a line that names the places, each with whether
    all is there and how many bytes it takes, and then those bytes.
    """
    net = [segment.acts, *chain(*zip(*segment.net, strict=True))]
    rooms = [sorted(room.items()) for room in (segment.items, segment.last, segment.first)]
    named = [[[place, int(s.whole), len(s.packed)] for place, s in room] for room in rooms]
    held = [orjson.dumps(named), b"\n", *(s.packed for room in rooms for _, s in room)]
    return pack(f"<{len(net)}i", *net), _columns(segment.entries), b"".join(held)


def _columns(entries: Sequence[Entry]) -> bytes:
    whole = [entry if len(entry) == _WHOLE else [*entry, 0, 0] for entry in entries]
    days, shapes, signs, refs, ats, untils = zip(*whole, strict=True)
    n = len(entries)
    columns = (*days, *shapes, *signs, *untils, *refs, *ats)
    return pack(f"<{n}i{n}i{n}b{n}i{n}q{n}q", *columns)


def decode_moves(net: bytes, entries: bytes) -> Moves:
    """What a segment's entries move; raises `ValueError` for other bytes."""
    n = len(entries) // _ENTRY
    told = _read(f"<{n}i{n}i{n}b", entries)
    (acts,) = _read("<i", net)
    return Moves(acts, told[:n], told[n : 2 * n], told[2 * n :])


def decode_segment(net: bytes, entries: bytes, held: bytes) -> Cut:
    """The segment of such bytes; raises `ValueError` for others."""
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
    half = len(net) // 8
    summed = _read(f"<{2 * half}i", net, 4)
    n = len(entries) // _ENTRY
    told = _read(f"<{n}i{n}q{n}q", entries, 9 * n)
    return Cut(
        summed[:half],
        summed[half:],
        decode_moves(net, entries),
        told[:n],
        told[n : 2 * n],
        told[2 * n :],
        items,
        last,
        first,
    )


def _read(form: str, told: bytes, start: int = 0) -> tuple[int, ...]:
    try:
        return unpack_from(form, told, start)
    except error:
        raise ValueError(f"expected {form} from byte {start}, got {len(told)} bytes") from None


def decode_entries(entries: bytes) -> list[Entry]:
    """The entries of a segment; raises `ValueError` for other bytes."""
    n, over = divmod(len(entries), _ENTRY)
    if over:
        raise ValueError(f"expected entries of {_ENTRY} bytes, got {len(entries)} bytes")
    told = unpack(f"<{n}i{n}i{n}b{n}i{n}q{n}q", entries)
    days, shapes, signs, untils, refs, ats = (told[i * n : (i + 1) * n] for i in range(_WHOLE))
    rows = zip(days, shapes, signs, refs, ats, untils, strict=True)
    return [[*row] if row[5] else [*row[:4]] for row in rows]
