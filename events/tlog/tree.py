"""The Merkle tree over the log (RFC 6962), kept as tiles that only ever grow.

A tile holds up to 256 hashes of 32 bytes: at level 0 the leaves', at level n the roots of full
tiles of level n - 1 (C2SP tlog-tiles). A record's leaf is the bytes of its header.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

from events.tlog.lines import HASH_BYTES
from events.tlog.merkle import node_hash
from events.tlog.tiles import HEIGHT, WIDTH

#: Gives the bytes of a tile as it stands; what was never written is empty.
TileReader = Callable[[int, int], bytes]


def grown(read: TileReader, size: int, leaves: Sequence[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """The tiles that change when leaf hashes are appended to a tree of `size` leaves.

    Each as (level, number, bytes), lowest level first, by number; a full tile changes no more.
    """
    level, start, hashes = 0, size, list(leaves)
    while hashes:
        number, width = divmod(start, WIDTH)
        tile = read(level, number) if width else b""
        roots: list[bytes] = []
        taken = 0
        while taken < len(hashes):
            room = WIDTH - len(tile) // HASH_BYTES
            tile += b"".join(hashes[taken : taken + room])
            taken += min(room, len(hashes) - taken)
            yield level, number, tile
            if len(tile) == WIDTH * HASH_BYTES:
                roots.append(subtree(tile))
                number, tile = number + 1, b""
        level, start, hashes = level + 1, start // WIDTH, roots


def subtree(hashes: bytes) -> bytes:
    """The root over a power of two of hashes, given one after another."""
    row = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def nodes(read: TileReader) -> Callable[[int, int], bytes]:
    """The hash of any full subtree, by (level, index), from tiles alone.

    Level 0 are leaves; a node of level l covers 2^l of them. Tiles are read once each, and what
    is hashed out of one is kept as long as the function is.
    """
    kept: dict[tuple[int, int], list[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        row, height = divmod(level, HEIGHT)
        number, first = divmod(index << height, WIDTH)
        rows = kept.get((row, number))
        if rows is None:
            rows = kept[row, number] = [read(row, number)]
        while len(rows) <= height:
            rows.append(_halved(rows[-1]))
        at = (first >> height) * HASH_BYTES
        return rows[height][at : at + HASH_BYTES]

    return node


def _halved(hashes: bytes) -> bytes:
    """The hashes over each two of a row; one that is left over has no sibling yet."""
    pairs = range(0, len(hashes) - HASH_BYTES, 2 * HASH_BYTES)
    return b"".join([sha256(b"\x01" + hashes[at : at + 2 * HASH_BYTES]).digest() for at in pairs])
