"""Proofs of the log of a store: that a record is in it, and that it has only grown.

Positions count from 1, leaves from 0. Sizes are numbers of records; a proof of a past size stays
the same whatever is recorded later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from events.errors import InvalidBasis
from events.log.record import header_of
from events.store.protocol import Reader
from events.tlog.checkpoint import Checkpoint, TreeHead
from events.tlog.errors import ProofError
from events.tlog.lines import base64_text
from events.tlog.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from events.tlog.tree import nodes


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That the record at a position is in the tree of a size."""

    position: int
    size: int
    header: bytes
    """The entry: its hash is the leaf."""
    hashes: tuple[bytes, ...]
    root: bytes

    @property
    def index(self) -> int:
        """The leaf's index, counted from 0."""
        return self.position - 1

    def to_json(self) -> dict[str, Any]:
        """The proof in an answer; hashes in base64, from the leaf's sibling upwards."""
        return {
            "position": self.position,
            "index": self.index,
            "size": self.size,
            "entry": self.header.decode(),
            "leaf": base64_text(leaf_hash(self.header)),
            "hashes": [base64_text(node) for node in self.hashes],
            "root": base64_text(self.root),
        }


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the tree of a later size begins with the whole tree of an earlier one."""

    earlier: TreeHead
    later: TreeHead
    hashes: tuple[bytes, ...]

    def to_json(self) -> dict[str, Any]:
        """The proof in an answer; hashes in base64."""
        return {
            "from": self.earlier.size,
            "to": self.later.size,
            "from_root": base64_text(self.earlier.root),
            "to_root": base64_text(self.later.root),
            "hashes": [base64_text(node) for node in self.hashes],
        }


def inclusion(reader: Reader, position: int, size: int | None = None) -> Inclusion:
    """That a record is in the tree of a size, or of all there is.

    Raises `InvalidBasis`, and `ProofError` where the record is not the one the tree was made of.
    """
    last = reader.head().position
    size = within("size", last if size is None else size, 1, last)
    position = within("position", position, 1, size)
    node = nodes(reader.tile)
    header = header_of(reader.log(position - 1, 1)[0].state)
    hashes = tuple(inclusion_proof(position - 1, size, node))
    root = root_at(size, node)
    verify_inclusion(position - 1, size, leaf_hash(header), hashes, root)
    return Inclusion(position, size, header, hashes, root)


def consistency(reader: Reader, earlier: int, later: int | None = None) -> Consistency:
    """That the tree of a size, or all of it, begins with the tree of an earlier size.

    Raises `InvalidBasis`.
    """
    last = reader.head().position
    later = within("to", last if later is None else later, 0, last)
    earlier = within("from", earlier, 0, later)
    node = nodes(reader.tile)
    return Consistency(
        TreeHead(earlier, root_at(earlier, node)),
        TreeHead(later, root_at(later, node)),
        tuple(consistency_proof(earlier, later, node)),
    )


def check_growth(before: Checkpoint, after: Checkpoint, reader: Reader) -> None:
    """Raise unless a checkpoint may be signed after another: of the same log, grown or the same."""
    if before.origin != after.origin:
        expected = f"{before.origin!r}, which this log has been called"
        raise ProofError("wrong_origin", "log key", expected, repr(after.origin))
    earlier, later = before.head, after.head
    if earlier.size > later.size:
        expected = f"{earlier.size} records or more, since a checkpoint says so"
        raise ProofError("out_of_range", "log", expected, f"{later.size}")
    if earlier.size:
        proof = consistency_proof(earlier.size, later.size, nodes(reader.tile))
        verify_consistency(earlier.size, later.size, earlier.root, later.root, proof)


def within(where: str, given: int, least: int, most: int) -> int:
    """A number that is in its bounds; raises `InvalidBasis`, which names it by `where`."""
    if not least <= given <= most:
        expected = f"{least} to {most}" if least <= most else "a log that has records"
        raise InvalidBasis(where, expected, f"{given}")
    return given
