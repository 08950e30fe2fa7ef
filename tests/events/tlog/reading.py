"""How somebody else reads a log: tiles, bundles and notes, from their bytes alone.

Written by the specifications (c2sp.org/tlog-tiles, c2sp.org/signed-note); the product only writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from events.tlog.errors import ProofError
from events.tlog.keys import VerifierKey
from events.tlog.lines import HASH_BYTES
from events.tlog.merkle import Frontier, Node
from events.tlog.note import Verified, parse_note, verified_signatures
from events.tlog.tiles import HEIGHT, WIDTH, Bundle, Tile


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    return Frontier().extend(leaves).root()


def verify_note(data: bytes, known: Iterable[VerifierKey]) -> tuple[str, tuple[Verified, ...]]:
    """The text of a note that a known key has signed, and by whom; raises `ProofError`."""
    note = parse_note(data)
    verified = verified_signatures(note, known)
    if not verified:
        raise ProofError("unsigned", "note", "a signature of a known key", "none")
    return note.text, verified


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
            raise ProofError("out_of_range", "subtree", f"0 to {(count >> height) - 1}", f"{index}")
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
