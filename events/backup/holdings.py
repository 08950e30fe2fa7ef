"""Holdings: all that one store gives to another, however it comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from events.store.beside import KeptCheckpoint
from events.store.protocol import Reader
from events.store.raw import BareReceipt, LogRow
from events.tlog.merkle import root_at
from events.tlog.tree import nodes

_PAGE = 1_000


class Holdings(Protocol):
    """The records up to a size, and what was kept beside them; it does not change meanwhile."""

    @property
    def size(self) -> int:
        """How many records."""
        ...

    def root(self, size: int) -> bytes:
        """The root of the Merkle tree over the first `size` records."""
        ...

    def rows(self, after: int) -> Iterator[LogRow]:
        """The records beyond a position, as they lie, in position order."""
        ...

    def checkpoints(self) -> Iterator[KeptCheckpoint]:
        """Every checkpoint, by size."""
        ...

    def receipts(self) -> Iterator[BareReceipt]:
        """Every remembered answer, by key."""
        ...

    def remarks(self) -> list[tuple[str, str]]:
        """What is kept beside the log by name: webhooks, witnesses and the like; by name."""
        ...


class StoreHoldings:
    """The holdings in a snapshot of a store; see `Holdings`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.size = reader.head().position

    def root(self, size: int) -> bytes:
        """The root of the tree as the store keeps it."""
        return root_at(size, nodes(self._reader.tile))

    def rows(self, after: int) -> Iterator[LogRow]:
        """The records beyond a position."""
        while page := self._reader.log(after, _PAGE):
            yield from page
            after = page[-1].position

    def checkpoints(self) -> Iterator[KeptCheckpoint]:
        """Every checkpoint."""
        beyond = -1
        while page := self._reader.checkpoints(beyond, _PAGE):
            yield from page
            beyond = page[-1].size

    def receipts(self) -> Iterator[BareReceipt]:
        """Every remembered answer."""
        bare, after = self._reader.bare(), ""
        while page := bare.receipts(after, _PAGE):
            yield from page
            after = page[-1].key

    def remarks(self) -> list[tuple[str, str]]:
        """What is kept beside the log by name."""
        return self._reader.bare().remarks()
