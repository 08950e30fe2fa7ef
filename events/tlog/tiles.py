"""Tiles and entry bundles: a log as files that never change (c2sp.org/tlog-tiles).

A tile holds 256 hashes of consecutive full subtrees, fewer at the right edge of the tree. Those of
tile level l are at tree level 8 * l: leaf hashes first, then each the root over a full tile below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from events.tlog.errors import ProofError

WIDTH = 256
"""Hashes of a full tile, entries of a full bundle."""

HEIGHT = 8
"""Tree levels from a tile's hashes to its root."""

LARGEST_ENTRY = 65_535
"""Bytes that a 16-bit length can announce."""

_LARGEST_LEVEL = 63
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[0-9]{1,3}))?"
)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Where a tile lies. Whether a tree has it is asked of `within`."""

    level: int
    index: int
    width: int = WIDTH
    """1 to 255 for a partial tile."""

    def __post_init__(self) -> None:
        if not 0 <= self.level <= _LARGEST_LEVEL:
            raise _out_of_range("tile level", 0, _LARGEST_LEVEL, self.level)
        _check(self.index, self.width)

    @property
    def path(self) -> str:
        """`tile/<level>/<index>[.p/<width>]`."""
        return f"tile/{self.level}/{_place(self.index, self.width)}"

    def within(self, size: int) -> bool:
        """Whether a tree of that size has all the tile's hashes."""
        return self.index * WIDTH + self.width <= size >> HEIGHT * self.level


@dataclass(frozen=True, slots=True, order=True)
class Bundle:
    """Where a bundle of entries lies: those whose hashes are the level 0 tile of that place."""

    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        _check(self.index, self.width)

    @property
    def path(self) -> str:
        """`tile/entries/<index>[.p/<width>]`."""
        return f"tile/entries/{_place(self.index, self.width)}"

    def within(self, size: int) -> bool:
        """Whether a log of that size has all the bundle's entries."""
        return self.index * WIDTH + self.width <= size


def parse_path(path: str) -> Tile | Bundle:
    """The tile or bundle of a path, which must be spelt as theirs is."""
    found = _PATH.fullmatch(path)
    if found:
        index = int(found["index"].replace("x", "").replace("/", ""))
        width = int(found["width"] or WIDTH)
        try:
            place = (
                Bundle(index, width)
                if found["level"] == "entries"
                else Tile(int(found["level"]), index, width)
            )
        except ProofError:
            place = None
        if place and place.path == path:
            return place
    raise ProofError("malformed", "tile path", "tile/<level>/<index>[.p/<width>]", repr(path))


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry behind its length as a big-endian 16-bit integer."""
    _check(0, len(entries))
    for entry in entries:
        if len(entry) > LARGEST_ENTRY:
            raise _out_of_range("entry bytes", 0, LARGEST_ENTRY, len(entry))
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def _check(index: int, width: int) -> None:
    if index < 0:
        raise ProofError("out_of_range", "tile index", "0 or more", f"{index}")
    if not 1 <= width <= WIDTH:
        raise _out_of_range("tile width", 1, WIDTH, width)


def _place(index: int, width: int) -> str:
    """The index in groups of three digits, all but the last marked: 1234067 is x001/x234/067."""
    index, last = divmod(index, 1000)
    place = f"{last:03d}"
    while index:
        index, group = divmod(index, 1000)
        place = f"x{group:03d}/{place}"
    return place if width == WIDTH else f"{place}.p/{width}"


def _out_of_range(what: str, least: int, most: int, got: int) -> ProofError:
    return ProofError("out_of_range", what, f"{least} to {most}", f"{got}")
