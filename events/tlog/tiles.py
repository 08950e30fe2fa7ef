"""Tiles and entry bundles: a log as files that never change (c2sp.org/tlog-tiles).

A tile holds 256 hashes of consecutive full subtrees, fewer at the right edge of the tree. Those of
tile level l are at tree level 8 * l: leaf hashes first, then each the root over a full tile below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from events.tlog.errors import ProofError
from events.tlog.lines import HASH_BYTES
from events.tlog.merkle import Frontier, Node

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


def partial_tiles(size: int) -> Iterator[Tile]:
    """The partial tiles of a tree, at most one a level, from level 0 up."""
    count, level = size, 0
    while count:
        index, width = divmod(count, WIDTH)
        if width:
            yield Tile(level, index, width)
        count, level = index, level + 1


def full_tiles(size: int) -> Iterator[Tile]:
    """The full tiles of a tree, by level and index."""
    count, level = size // WIDTH, 0
    while count:
        for index in range(count):
            yield Tile(level, index)
        count, level = count // WIDTH, level + 1


def bundles(size: int) -> Iterator[Bundle]:
    """The entry bundles of a log, by index; only the last may be partial."""
    full, rest = divmod(size, WIDTH)
    for index in range(full):
        yield Bundle(index)
    if rest:
        yield Bundle(full, rest)


def tile_bytes(tile: Tile, node: Node) -> bytes:
    """What a tile holds: its hashes, one behind the other."""
    first = tile.index * WIDTH
    return b"".join(node(HEIGHT * tile.level, first + at) for at in range(tile.width))


def tile_hashes(tile: Tile, data: bytes) -> list[bytes]:
    """The hashes of a tile's bytes."""
    if len(data) != HASH_BYTES * tile.width:
        raise ProofError("malformed", tile.path, f"{HASH_BYTES * tile.width} bytes", f"{len(data)}")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def node_from_tiles(size: int, read: Callable[[Tile], bytes]) -> Node:
    """Full subtrees of a tree of that size out of its tiles, each read anew when it is needed."""

    def node(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        first, last = index << height, (index + 1) << height
        count = size >> HEIGHT * tile_level
        if not 0 <= first < last <= count:
            raise _out_of_range("subtree", 0, (count >> height) - 1, index)
        number, offset = divmod(first, WIDTH)
        tile = Tile(tile_level, number, min(WIDTH, count - number * WIDTH))
        hashes = tile_hashes(tile, read(tile))[offset : offset + last - first]
        return Frontier().extend(hashes).root()

    return node


def verify_tiles(size: int, root: bytes, read: Callable[[Tile], bytes]) -> None:
    """Return only if all tiles of a tree agree with one another and with its root.

    Everything is calculated anew from the leaf hashes. Keeps one hash in 256 in memory.
    """
    above: dict[int, list[bytes]] = {}

    def completed(level: int, index: int, node: bytes) -> None:
        if level and level % HEIGHT == 0:
            above.setdefault(level // HEIGHT, []).append(node)

    frontier = Frontier()
    for bundle in bundles(size):
        tile = Tile(0, bundle.index, bundle.width)
        frontier = frontier.extend(tile_hashes(tile, read(tile)), completed)
    for tile in (*full_tiles(size), *partial_tiles(size)):
        if tile.level:
            first = tile.index * WIDTH
            calculated = above[tile.level][first : first + tile.width]
            if tile_hashes(tile, read(tile)) != calculated:
                raise ProofError(
                    "tile_mismatch", tile.path, "the roots of the tiles below", "others"
                )
    if frontier.root() != root:
        raise ProofError("root_mismatch", "tiles", f"root {root.hex()}", frontier.root().hex())


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry behind its length as a big-endian 16-bit integer."""
    _check(0, len(entries))
    for entry in entries:
        if len(entry) > LARGEST_ENTRY:
            raise _out_of_range("entry bytes", 0, LARGEST_ENTRY, len(entry))
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_entries(bundle: Bundle, data: bytes) -> list[bytes]:
    """The entries of a bundle's bytes, as many as its width says."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if at + 2 > len(data) or len(entry) != length:
            raise ProofError("malformed", bundle.path, f"{length} bytes", f"{len(entry)}")
        entries.append(entry)
        at += 2 + length
    if len(entries) != bundle.width:
        raise ProofError("malformed", bundle.path, f"{bundle.width} entries", f"{len(entries)}")
    return entries


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
