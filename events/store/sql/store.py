"""The store in a SQL database: its transactions and its turns, whatever the database."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, fields
from typing import Protocol, TypeVar

import orjson

from events.errors import StoreUnavailable
from events.segments import Signature, Sizes
from events.store.group_commit import Grouping
from events.store.protocol import Reader, Writer
from events.store.snapshots import Snapshot, SnapshotEnded, Snapshots
from events.store.sql import queries
from events.store.sql.group_execute import answer_alone, carry_out
from events.store.sql.purging import Purgeable, Purging
from events.store.sql.reader import SqlReader
from events.store.sql.session import Session
from events.store.sql.shadow import Generations, SqlSuccessor
from events.store.sql.tables import DERIVED_ANEW, SCHEMA_VERSION
from events.store.sql.writer import PURGE, SqlWriter
from events.store.writer_lock import Turns

T = TypeVar("T")

#: How long one waits for a turn to write, for another process's transaction, or for a connection.
BUSY_SECONDS = 30
#: The remark that says how finely a store's runs are laid.
_SIZES = "grain"
#: What the first stores call a size.
_KEPT_AS = {"batch": "stretch"}
#: The remark that says by which fold and registry the index was derived.
EDITION = "edition"
#: How long a waiting reader goes without looking whether another process has written.
_LOOK_SECONDS = 0.2


class NotAStore(Exception):
    """A database that is no store of ours, or one of a newer program."""


def known_schema(found: str) -> None:
    """Raises `NotAStore` for a schema that this program cannot use."""
    if found != str(SCHEMA_VERSION) and found not in DERIVED_ANEW:
        raise NotAStore(
            f"expected a store of schema {SCHEMA_VERSION}, got {found}: "
            "another version of Chancery made it"
        )


class Connections(Purgeable, Protocol):
    """Where sessions come from."""

    def reading(
        self, snapshot: Snapshot | None = None, *, briefly: bool = False
    ) -> AbstractContextManager[Session]:
        """A session that reads one snapshot, within its bounds.

        Briefly, it rather fails than waits.
        """
        ...

    def writing(self, *, unhurried: bool = False) -> AbstractContextManager[Session]:
        """A session that writes, alone, and commits at the end; an exception undoes it all.

        Unhurried, its statements have no deadline.
        """
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Keep all others waiting that ask for this, in whatever process."""
        ...

    def lost(self) -> str | None:
        """What was done to the place of what was opened; None while it is where it was."""
        ...

    def size_bytes(self) -> int:
        """How much room it takes."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class SqlStore(ABC):
    """See `events.store.protocol.Store`."""

    def __init__(
        self,
        url: str,
        connections: Connections,
        generations: Generations,
        turns: Turns,
        clock: Callable[[], int],
        salts: Callable[[], bytes],
    ) -> None:
        """The store has been made: it has its tables."""
        self.url = url
        self._connections = connections
        self._generations = generations
        self._turns = turns
        self._clock = clock
        self._salts = salts
        #: Kept from one snapshot to the next: signatures are only ever added.
        self._signatures: dict[int, Signature] = {}
        #: Of signatures that are in the store for good.
        self._numbers: dict[bytes, int] = {}
        self._group: Grouping[Writer] = Grouping(self._carry_out, BUSY_SECONDS)
        self._closed = False
        self._snapshots = Snapshots()
        with self._connections.reading() as session:
            due = session.one(queries.META, (PURGE,)) is not None
            self._sizes = _sizes(session)
        self._purging = Purging(
            connections, self._snapshots, self._refusals, self._forget_purge, due
        )
        self._refuse_lost()
        self.purge()

    @abstractmethod
    def _refusals(self) -> AbstractContextManager[None]:
        """Every way in which the database fails becomes `StoreUnavailable`."""

    def write(self, plan: Callable[[Writer], T], *, alone: bool = False) -> T:
        """Carry out a plan, when its turn has come."""
        with self._refusals():
            if not alone:
                self._turns.refuse_owner()
                return self._group.write(plan)
            with self._turns.turn(BUSY_SECONDS):
                return self._carry_out_alone(plan)

    def submit(self, plan: Callable[[Writer], T], *, alone: bool = False) -> Future[T]:
        """Carry out a plan, and wait for it in no thread."""
        self._turns.refuse_owner()
        return self._group.submit(plan, alone=alone)

    def _carry_out(self, timeout_seconds: float) -> None:
        with self._refusals(), self._turns.turn(timeout_seconds):
            if self._group.alone:
                answer_alone(self._group.taken(), self._carry_out_alone, self._refusals)
                return
            carry_out(self._group.taken(), self._written, self._refusals)
            self._purging.written()

    def _carry_out_alone(self, plan: Callable[[Writer], T]) -> T:
        """Carry out a plan that may take long; what it erased is purged before this returns."""
        with self._written(unhurried=True) as writer:
            result = plan(writer)
        self._purging.written()
        return result

    @contextmanager
    def _written(self, *, unhurried: bool = False) -> Iterator[SqlWriter]:
        """A transaction; what its writer wrote is durable when it ends."""
        with self._refusals():
            self._refuse_closed()
            with self._connections.writing(unhurried=unhurried) as session:
                writer = self._writer(session)
                yield writer
                writer.finish()
            self._refuse_lost()
        self._numbers.update(writer.numbers)
        if writer.erased:
            self._purging.erased()
        self._turns.announce()

    @contextmanager
    def succession(self) -> Iterator[SqlSuccessor]:
        """An index in the making; however it ends, only the one in force is left."""
        successor = SqlSuccessor(self._generations, self._turn, self._writer, self._sizes)
        with self._refusals(), self._connections.alone():
            successor.begin()
            try:
                yield successor
            finally:
                successor.end()

    def _writer(self, session: Session) -> SqlWriter:
        return SqlWriter(session, self._clock, self._salts, self._sizes, self._numbers)

    @contextmanager
    def _turn(self) -> Iterator[Session]:
        with self._refusals(), self._turns.turn(BUSY_SECONDS):
            self._refuse_closed()
            with self._connections.writing(unhurried=True) as session:
                yield session

    def purge(self) -> bool:
        """Whether nothing that was erased is left in the files."""
        if not self._purging.due:
            return True
        with self._refusals(), self._turns.turn(BUSY_SECONDS):
            self._refuse_closed()
            return self._purging.purge()

    def _forget_purge(self) -> None:
        with self._connections.writing() as session:
            session.all(queries.FORGET_META, (PURGE,))

    @contextmanager
    def read(self, *, briefly: bool = False) -> Iterator[Reader]:
        """A snapshot of the store."""
        with self._refusals():
            self._refuse_closed()
            try:
                with (
                    self._snapshots.opened() as snapshot,
                    self._connections.reading(snapshot, briefly=briefly) as session,
                ):
                    yield SqlReader(session, self._sizes, self._signatures)
            except SnapshotEnded:
                reason = "an erasure ended what was being read: ask again"
                raise StoreUnavailable(self.url, reason) from None

    def ping(self) -> int:
        """The position of the last record, where the store can be read."""
        with self.read(briefly=True) as reader:
            return reader.head().position

    @property
    def grouped(self) -> tuple[int, int]:
        """How many groups of plans were carried out, and how many plans in them."""
        return self._group.groups, self._group.plans

    @property
    def open_snapshots(self) -> tuple[int, float]:
        """How many snapshots are open, and for how many seconds the oldest."""
        return self._snapshots.open_now()

    def size_bytes(self) -> int:
        """The bytes of its files."""
        with self._refusals():
            self._refuse_closed()
            return self._connections.size_bytes()

    def wait(self, position: int, timeout_seconds: float) -> bool:
        """Whether a record beyond a position is there or comes in time.

        A writer of this process wakes the waiting; those of others are looked for.
        """
        deadline = time.monotonic() + timeout_seconds
        while not self._closed:
            count = self._turns.count
            with self.read() as reader:
                if reader.head().position > position:
                    return True
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return False
            self._turns.wait_beyond(count, min(remaining, _LOOK_SECONDS))
        return False

    def close(self) -> None:
        """Close every connection and let the waiting go."""
        self._closed = True
        self._group.close()
        self._connections.close()
        self._turns.announce()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreUnavailable(self.url, "it has been closed")
        self._refuse_lost()

    def _refuse_lost(self) -> None:
        reason = self._connections.lost()
        if reason is not None:
            # It could still be written to, and all of that would be gone with this process.
            raise StoreUnavailable(self.url, reason)


def keep_sizes(session: Session, sizes: Sizes) -> None:
    """Keep the sizes of a store that is being made."""
    kept = {_KEPT_AS.get(name, name): size for name, size in asdict(sizes).items()}
    session.all(queries.SET_META, (_SIZES, orjson.dumps(kept).decode()))


def _sizes(session: Session) -> Sizes:
    """The sizes a store was made with."""
    (text,) = session.one(queries.META, (_SIZES,)) or (None,)
    try:
        kept = orjson.loads(text or b"")
        names = {_KEPT_AS.get(field.name, field.name): field.name for field in fields(Sizes)}
        if set(kept) != set(names):
            raise ValueError(kept)
        return Sizes(**{names[name]: size for name, size in kept.items()})
    except (ValueError, TypeError):
        raise NotAStore(f"expected the sizes of its runs, got {text!r}") from None
