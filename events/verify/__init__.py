"""Verification: all is derived again from the stored bytes and held against what is claimed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.parties import Registry
from events.backup.holdings import Holdings
from events.errors import UnreadableRecord
from events.log.record import Record, decode
from events.projection.edition import edition_of
from events.store.protocol import Reader
from events.store.raw import LogRow
from events.tlog.keys import VerifierKey
from events.verify.beside import verify_receipts, verify_store
from events.verify.checkpoints import Tree, kept_checkpoints, verify_checkpoints
from events.verify.finding import Finding
from events.verify.index import verify_index
from events.verify.log import verify_log
from events.verify.segments import verify_runs
from events.verify.states import verify_states
from events.verify.tree import Leaves, verify_tree

__all__ = [
    "Against",
    "Finding",
    "Leaves",
    "Tree",
    "verify",
    "verify_checkpoints",
    "verify_holdings",
    "verify_log",
]

_PAGE = 1_000
#: Below every rowid that SQLite can give.
_BEFORE_ALL = -(2**63)


@dataclass(frozen=True, slots=True)
class Against:
    """What a store is verified against, beyond its own word."""

    keys: tuple[VerifierKey, ...] = ()
    """The log's, of which one must have signed each checkpoint, and witnesses'."""
    checkpoints: tuple[tuple[str, bytes], ...] = ()
    """Signed notes that were kept elsewhere, each with a name."""
    states: int | None = 0
    """Of how many relationships states are derived again; None is all."""


def verify(reader: Reader, registry: Registry, against: Against | None = None) -> Iterator[Finding]:
    """Every difference in a store, from the ground up: what comes later rests on what came before.

    The store itself; the log by its bytes; the tree over it, made again; checkpoints, its own and
    others; remembered answers; the index of all times, and the runs laid of it; states. An
    index of another edition is not looked into: it is to be rebuilt.
    """
    asked = against or Against()
    bare = reader.bare()
    yield from verify_store(reader, bare)
    leaves = Leaves()
    yield from verify_log(leaves.of(_rows(reader)))
    tree = Tree(len(leaves.hashes), leaves.tiles())
    yield from verify_tree(bare, tree.tiles)
    notes: Sequence[tuple[str, bytes]] = (*kept_checkpoints(reader), *asked.checkpoints)
    yield from verify_checkpoints(notes, tree, asked.keys)
    yield from verify_receipts(reader, bare)
    edition = edition_of(registry)
    if (claimed := reader.meta("edition")) != edition:
        yield Finding(0, "", "edition of the index (see chancery rebuild)", edition, f"{claimed}")
        return
    yield from verify_index(reader, bare, registry, _readable(reader))
    yield from verify_runs(reader, bare)
    if asked.states != 0:
        yield from verify_states(reader, registry, _readable(reader), asked.states)


def verify_holdings(holdings: Holdings, root: bytes, against: Against) -> Iterator[Finding]:
    """Every difference in holdings away from their store: its log, its root, its checkpoints."""
    leaves = Leaves()
    try:
        yield from verify_log(leaves.of(holdings.rows(0)))
        tree = Tree(len(leaves.hashes), leaves.tiles())
        if (tree.size, tree.root(tree.size)) != (holdings.size, root):
            calculated = f"{tree.size} records, root {tree.root(tree.size).hex()}"
            yield Finding(0, "", "holdings", calculated, f"{holdings.size}, {root.hex()}")
        own = [(f"kept checkpoint {kept.size}", kept.note) for kept in holdings.checkpoints()]
        yield from verify_checkpoints((*own, *against.checkpoints), tree, against.keys)
    except UnreadableRecord as error:
        yield Finding(0, "", error.what, error.expected, error.got)


def _rows(reader: Reader) -> Iterator[LogRow]:
    after = _BEFORE_ALL
    while page := reader.log(after, _PAGE):
        yield from page
        after = page[-1].position


def _readable(reader: Reader) -> Iterator[Record]:
    """The records that can be read; those that cannot have been told of already."""
    for row in _rows(reader):
        try:
            yield decode(row.state)
        except UnreadableRecord:
            continue
