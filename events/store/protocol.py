"""What a store must do: keep records for ever, in order, and find what was known of them.

A store knows no rule of diplomacy. What is written is decided by a plan, a function that is
given the store as it stands inside one transaction; all that the plan does is kept, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from events.log.record import Record
from events.projection.batch import Stream
from events.projection.rows import (
    ActRow,
    RelationshipRow,
)
from events.segments import Runs
from events.store.act_writer import ActReader, ActWriter, Draft, Head
from events.store.beside import KeptCheckpoint, Remembered
from events.store.change_cursor import GrowingReader
from events.store.changed_acts import BetweenReader
from events.store.raw import Bare, LogRow
from events.store.shadow import Successor
from events.store.window import WindowReader

__all__ = ["Draft", "Head", "Reader", "Store", "Writer"]

T = TypeVar("T")


class Reader(ActReader, BetweenReader, GrowingReader, WindowReader, Protocol):
    """One snapshot of a store: what it shows does not change while it is open.

    Methods that take a `position` answer by what was known there. Days are proleptic Gregorian
    ordinals. Every method may raise `StoreUnavailable`, and those that give records
    `UnreadableRecord`.
    """

    def records(self, after: int, limit: int) -> list[Record]:
        """At most `limit` records beyond a position, in position order."""
        ...

    def record(self, position: int) -> Record | None:
        """The record at a position, or None beyond the log."""
        ...

    def streams(self, after: int, upto: int) -> list[Stream]:
        """The whole streams, undecoded, of acts first recorded beyond `after` and up to `upto`.

        By the positions that opened the acts, each in version order.
        """
        ...

    def log(self, after: int, limit: int) -> list[LogRow]:
        """As `records`, but undecoded."""
        ...

    def tile(self, level: int, number: int) -> bytes:
        """A tile of the Merkle tree over the log as it is in the snapshot; see `events.tlog.tree`.

        Hashes of 32 bytes one after another, at most 256; empty where the tree has none yet.
        """
        ...

    def checkpoint(self, size: int | None = None) -> KeptCheckpoint | None:
        """The checkpoint kept of a size, or the one of the largest; None where there is none."""
        ...

    def checkpoints(self, beyond: int, limit: int) -> list[KeptCheckpoint]:
        """At most `limit` kept checkpoints of sizes beyond one (-1 for all), by size."""
        ...

    def position_at(self, instant: int) -> int:
        """The highest position recorded at or before an instant, 0 if none."""
        ...

    def runs(self) -> AbstractContextManager[Runs]:
        """The runs of relationships, which stay as they are as long as the context lasts."""
        ...

    def acts_of(self, relationship: str, position: int, as_of: int | None = None) -> set[str]:
        """The acts that had told anything of a relationship by a position.

        With `as_of` only those with a change on a day up to it that is known at the position.
        """
        ...

    def known_before(self, relationship: str, position: int) -> bool:
        """Whether a record before a position had told anything of a relationship."""
        ...

    def acts(
        self,
        position: int,
        *,
        kind: str | None = None,
        party: str | None = None,
        day_from: int | None = None,
        day_to: int | None = None,
        text: str | None = None,
        as_of: int | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[ActRow]:
        """Acts by the position that opened them, beyond `after`; each filter narrows.

        `text` is casefolded and found anywhere; an act touches the window if its first and last
        day do; `as_of` leaves out what begins later.
        """
        ...

    def relationships(
        self, position: int, as_of: int, party: str | None, after: str, limit: int
    ) -> list[RelationshipRow]:
        """Relationships with acts of their own begun by `as_of`, by key, beyond `after`."""
        ...

    def relationships_among(
        self, position: int, as_of: int, parties: Sequence[str]
    ) -> list[RelationshipRow]:
        """As `relationships`, those between any two of some parties, by key."""
        ...

    def learnt_at(self, relationship: str, as_of: int) -> list[int]:
        """Positions, rising, of the records that changed what was known of days up to `as_of`."""
        ...

    def remembered(self, key: str) -> Remembered | None:
        """What an idempotent request got, or None where the key is new."""
        ...

    def bare(self) -> Bare:
        """The snapshot as it lies, for verification."""
        ...

    def meta(self, name: str) -> str | None:
        """A remark the store keeps about itself, or None."""
        ...


class Writer(ActWriter, Reader, Protocol):
    """A reader that sees what it has written itself."""

    def prepare(self, act_ids: Sequence[str]) -> None:
        """Say which acts will be asked for, so that many are looked up at once; changes nothing."""
        ...

    def transcribe(self, rows: Sequence[LogRow]) -> None:
        """Record what another store recorded: the same bytes at the same positions, the next ones.

        The tree grows with them; no index row is written. Raises `UnreadableRecord` for a row
        that is not the next one, or is not as its own header says.
        """
        ...

    def remember(self, key: str, request_digest: str, answer: bytes, position: int) -> None:
        """Keep the answer of an idempotent request."""
        ...

    def set_meta(self, name: str, value: str) -> None:
        """Keep a remark, in the place of an earlier one of that name."""
        ...

    def keep_checkpoint(self, size: int, note: bytes, made_at: int | None = None) -> None:
        """Keep a checkpoint, in the place of an earlier one of that size.

        As made now by the store's clock, where no instant is given and there was none before.
        """
        ...


class Store(Protocol):
    """A store that is open. It may be used by many threads at once."""

    @property
    def url(self) -> str:
        """Where it is, as it was given."""
        ...

    def write(self, plan: Callable[[Writer], T], *, alone: bool = False) -> T:
        """Carry out a plan; what it did is durable when this returns.

        Plans are carried out in the order they came, one after another, those that wait at the
        same time in one transaction, and each is kept whole or, where it raises, leaves nothing
        behind. It may be carried out in another thread, and again where the store would not have
        what was written with it. One that takes long asks to be `alone`, so that no other waits
        for its end. Raises `StoreUnavailable`, and `RuntimeError` within a plan.
        """
        ...

    def submit(self, plan: Callable[[Writer], T], *, alone: bool = False) -> Future[T]:
        """As `write`, but gives at once what will tell the result, and holds no thread."""
        ...

    def read(self, *, briefly: bool = False) -> AbstractContextManager[Reader]:
        """A snapshot, for as long as the context lasts; it keeps no writer waiting.

        Briefly, a question that would wait for another's lock gives up within a second or two.
        """
        ...

    def succession(self) -> AbstractContextManager[Successor]:
        """An index in the making, one at a time; others wait for it, in whatever process.

        Where it has not taken over when the context ends, or the process, the old one stays in
        force and nothing of it is left, at the latest when the next one begins.
        """
        ...

    def purge(self) -> bool:
        """Whether nothing that was erased is left in the store's files.

        Where a reader's snapshot still needs it, it is tried again after every write, and when
        the store is opened.
        """
        ...

    def ping(self) -> int:
        """The position of the last record, where the store can be read and is the one opened.

        Within two seconds, or two more where no connection is free. Raises `StoreUnavailable`,
        also where its files were moved or removed: what was written to them then would be lost
        with this process.
        """
        ...

    @property
    def grouped(self) -> tuple[int, int]:
        """How many groups of plans were carried out through this store, and how many plans."""
        ...

    @property
    def open_snapshots(self) -> tuple[int, float]:
        """How many snapshots this process has open, and for how many seconds the oldest."""
        ...

    def size_bytes(self) -> int:
        """How much room it takes, in bytes; found without looking through it."""
        ...

    def wait(self, position: int, timeout_seconds: float) -> bool:
        """Whether a record beyond a position is there, waiting at most so long for one."""
        ...

    def close(self) -> None:
        """Let go of everything; waiting readers are let go too. Closing twice is harmless."""
        ...
