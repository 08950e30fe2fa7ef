"""Checkpoints: what was signed of the log, held against the tree made again from its headers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from events.store.protocol import Reader
from events.tlog.checkpoint import Checkpoint, parse_checkpoint
from events.tlog.errors import ProofError
from events.tlog.keys import SignatureType, VerifierKey
from events.tlog.merkle import root_at
from events.tlog.note import Note, parse_note, verified_signatures
from events.tlog.tree import nodes
from events.verify.finding import Finding

_PAGE = 100


class Rooted(Protocol):
    """What has a size, and for every size up to it a root."""

    @property
    def size(self) -> int:
        """How many leaves."""
        ...

    def root(self, size: int) -> bytes:
        """The root of its first leaves."""
        ...


@dataclass(frozen=True)
class Tree:
    """The tree made again: its size and its tiles."""

    size: int
    tiles: dict[tuple[int, int], bytes] = field(repr=False)

    def root(self, size: int) -> bytes:
        """The root of its first leaves."""
        return root_at(size, nodes(lambda level, number: self.tiles.get((level, number), b"")))


def kept_checkpoints(reader: Reader) -> Iterator[tuple[str, bytes]]:
    """The checkpoints a store keeps, each with a name; their sizes are to be what they say."""
    beyond = -1
    while page := reader.checkpoints(beyond, _PAGE):
        for kept in page:
            yield f"kept checkpoint {kept.size}", kept.note
        beyond = page[-1].size


def verify_checkpoints(
    notes: Iterable[tuple[str, bytes]], tree: Rooted, keys: Sequence[VerifierKey] = ()
) -> Iterator[Finding]:
    """Every checkpoint that is none, is signed by none of the keys, or is of another tree.

    All of them are held against one tree, so those that hold are consistent with one another.
    A log's key must have signed where any is given; what a given witness signed must be true.
    Without keys no signature is looked at.
    """
    of_log = [key for key in keys if key.type is SignatureType.ED25519]
    origin = of_log[0].name if of_log else None
    for name, data in notes:
        try:
            note = parse_note(data)
            checkpoint = parse_checkpoint(note.text)
            yield from _signed(name, note, keys)
        except (ProofError, TypeError, AttributeError) as error:
            what, calculated, claimed = name, "a checkpoint", f"{error}"
            if isinstance(error, ProofError):
                what, calculated, claimed = f"{name}, {error.what}", error.expected, error.got
            yield Finding(0, "", what, calculated, claimed)
            continue
        origin = origin or checkpoint.origin
        if checkpoint.origin != origin:
            yield Finding(0, "", f"origin of {name}", origin, checkpoint.origin)
        yield from _of_tree(name, checkpoint, tree)


def _signed(name: str, note: Note, keys: Sequence[VerifierKey]) -> Iterator[Finding]:
    signers = {signed.key.type for signed in verified_signatures(note, keys)}
    wanted = any(key.type is SignatureType.ED25519 for key in keys)
    if wanted and SignatureType.ED25519 not in signers:
        yield Finding(0, "", f"signature of {name}", "one of a given key", "none")


def _of_tree(name: str, checkpoint: Checkpoint, tree: Rooted) -> Iterator[Finding]:
    head = checkpoint.head
    said = name.rpartition(" ")[2]
    if name.startswith("kept ") and said != f"{head.size}":
        yield Finding(0, "", f"size of {name}", said, f"{head.size}")
    if head.size > tree.size:
        expected = f"{head.size} records or more"
        yield Finding(tree.size + 1, "", f"log of {name}", expected, f"{tree.size}")
        return
    root = tree.root(head.size)
    if root != head.root:
        yield Finding(0, "", f"root of {name}", root.hex(), head.root.hex())
