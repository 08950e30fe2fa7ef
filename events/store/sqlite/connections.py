"""Connections: where the sessions of a SQLite store come from, in a file or in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from threading import Lock, RLock
from urllib.parse import quote

from events.store.snapshots import Snapshot
from events.store.sql.store import BUSY_SECONDS
from events.store.sqlite.datastore import Datastore, Transaction
from events.store.sqlite.files import LOG_GONE, StoreFiles
from events.store.sqlite.recorder import LogRecorder
from events.store.sqlite.session import SqliteSession

#: How long one waits for another's rebuild of the same store.
_PATIENCE_SECONDS = 24 * 3_600


class FileConnections:
    """Connections to a file: readers have snapshots (WAL) and stand in no writer's way."""

    def __init__(self, path: Path, mode: str = "rw") -> None:
        """`mode` is SQLite's: with `rwc` the file is made, else nothing is made in its place."""
        self.datastore = Datastore(f"file:{quote(str(path))}?mode={mode}")
        self.recorder = LogRecorder(self.datastore)
        self._path = path
        self._files = StoreFiles(path)
        self._let_go = False

    @contextmanager
    def reading(
        self, snapshot: Snapshot | None = None, *, briefly: bool = False
    ) -> Iterator[SqliteSession]:
        """A snapshot, which waits for nobody in any case."""
        with self.datastore.transaction(commit=False) as cursor:
            yield SqliteSession(cursor, nullcontext(), self.recorder, "", snapshot)

    @contextmanager
    def writing(self, *, unhurried: bool = False) -> Iterator[SqliteSession]:
        """A transaction that holds the write lock from its first moment."""
        with self.datastore.transaction(commit=True) as cursor:
            yield SqliteSession(cursor, nullcontext(), self.recorder)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A lock of SQLite's own on an empty file beside: it goes however the process ends."""
        path = f"{self._path}-rebuild"
        with closing(sqlite3.connect(path, timeout=_PATIENCE_SECONDS)) as beside:
            beside.isolation_level = None
            beside.execute("BEGIN EXCLUSIVE")
            yield

    def purge(self, patience_seconds: float) -> bool:
        """Cut the write-ahead log off; False where a reader would not let it in time.

        Erased pages are overwritten (secure_delete); their old frames stay in the log till then.
        """
        with self.datastore.get_connection(commit=False) as connection:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {round(patience_seconds * 1_000)}")
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                (busy, *_) = cursor.fetchall()[0]
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1_000}")
        return not busy

    def lost(self) -> str | None:
        """What was done to the files; None while they are in place.

        Where the write-ahead log has gone, connections are let go of: with the last one SQLite
        brings what the log holds into the database, unless another process has that open. Nothing
        acknowledged is then lost, and nothing more is written to what nobody would find.
        """
        reason = self._files.lost()
        self._let_go = self._let_go or reason == LOG_GONE
        if self._let_go:
            self.datastore.close()
            return reason or LOG_GONE
        return reason

    def size_bytes(self) -> int:
        """The bytes of the file and of its write-ahead log."""
        return self._files.size_bytes()

    def close(self) -> None:
        """Close all connections."""
        self.datastore.close()


class MemoryConnections:
    """One connection to a database in memory, asked by one thread at a time.

    Memory has no snapshots, so a reader is shown only what had been recorded when it came:
    rows carry the positions at which they were known, and that is snapshot enough. It waits
    while a writer is at work.
    """

    def __init__(self) -> None:
        self.datastore = Datastore(":memory:")
        self.recorder = LogRecorder(self.datastore)
        self._connection = self.datastore.pool.get_connection()
        self._lock = RLock()
        self._lone = Lock()

    @contextmanager
    def reading(
        self, snapshot: Snapshot | None = None, *, briefly: bool = False
    ) -> Iterator[SqliteSession]:
        """The one connection, question by question."""
        yield SqliteSession(self._connection.cursor(), self._lock, self.recorder, "", snapshot)

    @contextmanager
    def writing(self, *, unhurried: bool = False) -> Iterator[SqliteSession]:
        """A transaction that holds the write lock from its first moment."""
        with self._lock, self._transaction() as cursor:
            yield SqliteSession(cursor, nullcontext(), self.recorder)

    def _transaction(self) -> Transaction:
        return Transaction(self._connection, commit=True, gaps=self.datastore.gaps)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A lock of this process."""
        with self._lone:
            yield

    def purge(self, patience_seconds: float) -> bool:
        """True: memory has no write-ahead log."""
        return True

    def lost(self) -> None:
        """None: memory is where it was."""

    def size_bytes(self) -> int:
        """The bytes of its pages."""
        with self.reading() as session:
            (pages,) = session.one("PRAGMA page_count") or (0,)
            (size,) = session.one("PRAGMA page_size") or (0,)
        return int(pages) * int(size)

    def close(self) -> None:
        """Close the connection; what was in memory is gone."""
        with self._lock:
            self.datastore.close()
