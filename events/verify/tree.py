"""The tree: every tile made again from the headers, and held against the stored one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from events.store.raw import Bare, LogRow
from events.tlog.lines import HASH_BYTES
from events.tlog.merkle import leaf_hash
from events.tlog.tiles import WIDTH
from events.tlog.tree import grown
from events.verify.finding import Finding

_PAGE = 256
#: What stands for the leaf of a record that is missing: no header has this hash.
_NONE = bytes(HASH_BYTES)
#: Rows this far beyond the one before are strays, and no reason to make room for a tree.
_GAP = 1_000


class Leaves:
    """Collects the leaf of every row that passes, by its position."""

    def __init__(self) -> None:
        self.hashes: list[bytes] = []

    def of(self, rows: Iterable[LogRow]) -> Iterator[LogRow]:
        """The rows as they come."""
        for row in rows:
            self.take(row)
            yield row

    def take(self, row: LogRow) -> None:
        """Hash the header of a row, whatever stands there."""
        index, size = row.position - 1, len(self.hashes)
        if not size <= index <= size + _GAP:
            return
        state: Any = row.state  # a tampered store may hold anything
        header = state.split(b"\n", 1)[0] if isinstance(state, bytes) else b""
        self.hashes += [_NONE] * (index - size) + [leaf_hash(header)]

    def tiles(self) -> dict[tuple[int, int], bytes]:
        """The tiles of the tree over the leaves, by level and number."""
        made: dict[tuple[int, int], bytes] = {}
        for level, number, hashes in grown(lambda *_: b"", 0, self.hashes):
            made[level, number] = hashes
        return made


def verify_tree(bare: Bare, calculated: dict[tuple[int, int], bytes]) -> Iterator[Finding]:
    """Every stored tile that is not the calculated one, is missing, or is one too many."""
    missing = dict(calculated)
    after = -1, -1
    while page := bare.tiles(after, _PAGE):
        for tile in page:
            should = missing.pop((tile.level, tile.number), b"")
            yield from _compare(tile.level, tile.number, should, tile.hashes)
        after = page[-1].level, page[-1].number
    for (level, number), should in missing.items():
        yield from _compare(level, number, should, b"")


def _compare(level: int, number: int, calculated: bytes, claimed: bytes) -> Iterator[Finding]:
    if calculated == claimed:
        return
    one, other = _hashes(calculated), _hashes(claimed)
    at = next((i for i in range(min(len(one), len(other))) if one[i] != other[i]), None)
    first = min(len(one), len(other)) if at is None else at
    position = (number * WIDTH + first) * WIDTH**level + 1
    what = f"hash {first} of tile {level}/{number}"
    yield Finding(position, "", what, _shown(one, first), _shown(other, first))


def _hashes(tile: Any) -> list[bytes]:
    if not isinstance(tile, bytes):
        return []
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def _shown(hashes: list[bytes], at: int) -> str:
    if at >= len(hashes):
        return "none"
    return "none: no such record" if hashes[at] == _NONE else hashes[at].hex()
