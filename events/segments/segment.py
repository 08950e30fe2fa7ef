"""A segment: a part of a run that one day falls in, and what all days before it amount to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from struct import Struct, calcsize, error, pack, unpack
from typing import NamedTuple

import orjson

#: What begins or ends on a day. A beginning is [day, signature, sign, ref, at, until], an end is
#: [day, signature, sign, ref]: six numbers and four. `sign` moves the count of the signature.
Entry = list[int]
#: An item or a setting: (day, at, ref, until).
Held = tuple[int, int, int, int]
_HELD = Struct("<iqqi")
_ROOM, _UNPACKED = _HELD.size, _HELD.iter_unpack
#: Numbers of an entry that is a beginning, and bytes of any entry.
_WHOLE, _ENTRY = 6, 29
#: The acts counted before, and how many are counted since; and how many bytes these two take.
_RESTED = "<iH"
_BEFORE = calcsize(_RESTED)


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


class Rested(NamedTuple):
    """How many of the pair's own acts are counted by which day."""

    before: int
    """By the days before the first entry."""
    more: Sequence[int]
    """The day of each that is counted since then, rising."""
    fewer: Sequence[int]
    """The day of each that is counted no longer."""

    def upto(self, day: int) -> int:
        """How many are by the end of a day."""
        return self.before + bisect_right(self.more, day) - bisect_right(self.fewer, day)


class Segment(NamedTuple):
    """Entries in the order of their days, and what stood before the first of them."""

    day: int
    """Of the first entry."""
    part: int
    """Which segment of its run it is, from 0."""
    rested: Rested
    net: Sequence[list[int]]
    """How many changes of a signature are known and hold: [signature, number], no zeros.

    A run alone may have fewer than none: it knows of an ending, an older one of its beginning.
    """
    items: Mapping[str, Standing]
    last: Mapping[str, Standing]
    first: Mapping[str, Standing]
    entries: Sequence[Entry]


class Cut(NamedTuple):
    """A segment as it is read for one day, in columns: hundreds of entries are passed over."""

    net: Sequence[int]
    """Signatures, each with its number in `numbers`."""
    numbers: Sequence[int]
    days: Sequence[int]
    """Of each entry, by day."""
    signatures: Sequence[int]
    signs: Sequence[int]
    untils: Sequence[int]
    """0 of one that is an end."""
    refs: Sequence[int]
    ats: Sequence[int]
    items: Sequence[tuple[str, Standing]]
    last: Sequence[tuple[str, Standing]]
    first: Sequence[tuple[str, Standing]]

    def back_from(self, day: int) -> Iterator[tuple[int, int, int, int, int, int]]:
        """Day, signature, sign, until, ref and at of entries up to a day, the last one first."""
        upto = bisect_right(self.days, day)
        columns = (self.days, self.signatures, self.signs, self.untils, self.refs, self.ats)
        return zip(*[column[:upto][::-1] for column in columns], strict=True)


def encode_segment(segment: Segment) -> tuple[bytes, bytes, bytes, bytes]:
    """What it counts, its net, its entries, and what it holds, as bytes: little-endian, by column.

    What it holds is a line that names the places, each with whether all is there and from where to
    where it is among the bytes that follow.
    """
    before, more, fewer = segment.rested
    counted = pack(f"{_RESTED}{len(more) + len(fewer)}i", before, len(more), *more, *fewer)
    net = [*chain(*zip(*segment.net, strict=True))]
    rooms = [sorted(room.items()) for room in (segment.items, segment.last, segment.first)]
    end = 0
    named: list[list[tuple[str, bool, int, int]]] = []
    for room in rooms:
        named.append([])
        for place, standing in room:
            begin, end = end, end + len(standing.packed)
            named[-1].append((place, standing.whole, begin, end))
    held = [orjson.dumps(named), b"\n", *(s.packed for room in rooms for _, s in room)]
    return counted, pack(f"<{len(net)}i", *net), _columns(segment.entries), b"".join(held)


def _columns(entries: Sequence[Entry]) -> bytes:
    whole = [entry if len(entry) == _WHOLE else [*entry, 0, 0] for entry in entries]
    days, signatures, signs, refs, ats, untils = zip(*whole, strict=True)
    return pack(_form(len(entries)), *days, *signatures, *signs, *untils, *refs, *ats)


def _form(n: int) -> str:
    """How so many entries lie."""
    return f"<{n}i{n}i{n}b{n}i{n}q{n}q"


def decode_rested(told: bytes) -> Rested:
    """How many acts a segment counts by which day; raises `ValueError` for other bytes."""
    before, more, *days = _read(f"{_RESTED}{(len(told) - _BEFORE) // 4}i", told)
    return Rested(before, days[:more], days[more:])


def decode_segment(net: bytes, entries: bytes, held: bytes) -> Cut:
    """The segment of such bytes; raises `ValueError` for others."""
    named, _, rest = held.partition(b"\n")
    items, last, first = (
        [(place, Standing(whole, rest[begin:end])) for place, whole, begin, end in room]
        for room in orjson.loads(named)
    )
    half = len(net) // 8
    summed = _read(f"<{2 * half}i", net)
    summing, numbers = summed[:half], summed[half:]
    days, signatures, signs, untils, refs, ats = _split(entries)
    return Cut(summing, numbers, days, signatures, signs, untils, refs, ats, items, last, first)


def decode_entries(entries: bytes) -> list[Entry]:
    """The entries of a segment; raises `ValueError` for other bytes."""
    days, signatures, signs, untils, refs, ats = _split(entries)
    rows = zip(days, signatures, signs, refs, ats, untils, strict=True)
    return [[*row] if row[5] else [*row[:4]] for row in rows]


def _split(entries: bytes) -> list[tuple[int, ...]]:
    """Days, signatures, signs, untils, refs and ats of entries; raises `ValueError`."""
    n = len(entries) // _ENTRY
    told = _read(_form(n), entries)
    return [told[at : at + n] for at in range(0, _WHOLE * n, n)] if n else [()] * _WHOLE


def _read(form: str, told: bytes) -> tuple[int, ...]:
    try:
        return unpack(form, told)
    except error:
        raise ValueError(f"expected bytes as {form}, got {len(told)} of them") from None
