"""The store in SQLite: its url, its transactions, and what its failures are called."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import orjson
from eventsourcing.persistence import ConnectionPoolClosedError, PersistenceError

from events.errors import StoreUnavailable
from events.record import fresh_salt
from events.sqlite import queries
from events.sqlite.connections import (
    BUSY_SECONDS,
    Connections,
    FileConnections,
    MemoryConnections,
    Session,
)
from events.sqlite.reader import SqliteReader
from events.sqlite.recorder import LogRecorder
from events.sqlite.schema import (
    DERIVED,
    SCHEMA_VERSION,
    NotAStore,
    examine,
    is_made,
    schema_of,
)
from events.sqlite.successor import SqliteSuccessor
from events.sqlite.turns import Turns, turns_of
from events.sqlite.writer import PURGE, SqliteWriter
from events.store import Reader, Writer
from events.strata import GRAIN, Grain, Shape

T = TypeVar("T")

_SCHEME = "sqlite:///"
#: The remark that says how finely a store's strata are laid.
_GRAIN = "grain"
#: The remark that says by which fold and registry the index was derived.
_EDITION = "edition"
#: How long a waiting reader goes without looking whether another process has written.
_LOOK_SECONDS = 0.2


def open_sqlite(
    url: str,
    clock: Callable[[], int],
    salts: Callable[[], bytes] = fresh_salt,
    grain: Grain = GRAIN,
) -> SqliteStore:
    """The store at `sqlite:///relative.db`, `sqlite:////absolute.db` or `sqlite:///:memory:`.

    A file is made where there is none. `clock` gives microseconds since 1970 in UTC, `salts`
    16 random bytes, `grain` is that of a store that is made now. Raises `StoreUnavailable`, and
    `ValueError` for another url.
    """
    name = url.removeprefix(_SCHEME)
    if name == url or not name:
        raise ValueError(f"expected a url such as sqlite:///chancery.db, got {url!r}")
    with refusals(url):
        if name == ":memory:":
            return SqliteStore(url, MemoryConnections(), Turns(), clock, salts, grain)
        path = Path(name).resolve()
        if path.exists() and path.stat().st_size:
            examine(quote(str(path)), BUSY_SECONDS)
        connections = FileConnections(str(path))
        return SqliteStore(url, connections, turns_of(str(path)), clock, salts, grain)


class SqliteStore:
    """See `events.store.Store`."""

    def __init__(
        self,
        url: str,
        connections: Connections,
        turns: Turns,
        clock: Callable[[], int],
        salts: Callable[[], bytes],
        grain: Grain,
    ) -> None:
        self.url = url
        self._connections = connections
        self._turns = turns
        self._clock = clock
        self._salts = salts
        #: Kept from one snapshot to the next: shapes are only ever added.
        self._shapes: dict[int, Shape] = {}
        self._closed = False
        self._recorder = LogRecorder(connections.datastore)
        self._make(grain)
        with self._connections.reading() as session:
            self._due = session.one(queries.META, (PURGE,)) is not None
            self._grain = _grain(session)
        self._refuse_moved()
        if self._due:
            self.purge()

    def _make(self, grain: Grain) -> None:
        with self._connections.reading() as session:
            made = is_made(session)
            if made and schema_of(session) == str(SCHEMA_VERSION):
                return
        with self._connections.writing() as session:
            if made:
                # An older schema: the log stays as it is, the index is derived from it anew.
                for table in DERIVED:
                    session.all(f"DROP TABLE IF EXISTS {table}")
                session.all(queries.SET_META, ("schema", str(SCHEMA_VERSION)))
                session.all(queries.FORGET_META, (_EDITION,))
            self._recorder.create(session.cursor)
            told = orjson.dumps(asdict(grain)).decode()
            session.all(queries.SET_META, (_GRAIN, told))

    def write(self, plan: Callable[[Writer], T]) -> T:
        """Carry out a plan in one transaction, when its turn has come."""
        with refusals(self.url), self._turns.turn(BUSY_SECONDS):
            self._refuse_closed()
            with self._connections.writing() as session:
                writer = self._writer(session)
                result = plan(writer)
                writer.finish()
            self._refuse_moved()
            self._turns.announce()
            if self._due or writer.erased:
                self._purge()
        return result

    @contextmanager
    def succession(self) -> Iterator[SqliteSuccessor]:
        """An index in the making; however it ends, only the one in force is left."""
        successor = SqliteSuccessor(self._turn, self._writer, self._grain)
        with refusals(self.url), self._connections.alone():
            successor.begin()
            try:
                yield successor
            finally:
                successor.end()

    def _writer(self, session: Session) -> SqliteWriter:
        return SqliteWriter(session, self._recorder, self._clock, self._salts, self._grain)

    @contextmanager
    def _turn(self) -> Iterator[Session]:
        with refusals(self.url), self._turns.turn(BUSY_SECONDS):
            self._refuse_closed()
            with self._connections.writing() as session:
                yield session

    def purge(self) -> bool:
        """Whether nothing that was erased is left in the file or its write-ahead log."""
        with refusals(self.url), self._turns.turn(BUSY_SECONDS):
            self._refuse_closed()
            return self._purge() if self._due else True

    def _purge(self) -> bool:
        # Erased pages are overwritten (secure_delete); their old frames stay in the write-ahead
        # log until it is cut, which readers with an older snapshot may put off.
        self._due = not self._connections.cut_log()
        if not self._due:
            with self._connections.writing() as session:
                session.all(queries.FORGET_META, (PURGE,))
        return not self._due

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A snapshot of the store."""
        with refusals(self.url):
            self._refuse_closed()
            with self._connections.reading() as session:
                yield SqliteReader(session, self._grain, self._shapes)

    def ping(self) -> None:
        """Return where the file can be read, and is the one that was opened."""
        with self.read() as reader:
            reader.head()

    def size_bytes(self) -> int:
        """The bytes of the file and its write-ahead log."""
        with refusals(self.url):
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
        self._connections.close()
        self._turns.announce()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreUnavailable(self.url, "it has been closed")
        self._refuse_moved()

    def _refuse_moved(self) -> None:
        if not self._connections.present():
            # It could still be written to, and all of that would be gone with this process.
            raise StoreUnavailable(self.url, "its file was moved or removed")


def _grain(session: Session) -> Grain:
    """The grain a store was made with."""
    (told,) = session.one(queries.META, (_GRAIN,)) or (None,)
    try:
        sizes = orjson.loads(told or b"")
        if set(sizes) != {field.name for field in fields(Grain)}:
            raise ValueError(sizes)
        return Grain(**sizes)
    except (ValueError, TypeError):
        raise NotAStore(f"expected the sizes of its strata, got {told!r}") from None


@contextmanager
def refusals(url: str) -> Iterator[None]:
    """Every way in which SQLite fails becomes `StoreUnavailable`."""
    try:
        yield
    except TimeoutError:
        raise StoreUnavailable(url, f"no turn to write within {BUSY_SECONDS} seconds") from None
    except ConnectionPoolClosedError as error:
        raise StoreUnavailable(url, "it has been closed") from error
    except (sqlite3.Error, PersistenceError, NotAStore, UnicodeDecodeError) as error:
        # SQLite's own message of a damaged file may not be text.
        raise StoreUnavailable(url, str(error)) from error
