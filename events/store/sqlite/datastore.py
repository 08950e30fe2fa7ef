"""The datastore: the library's pool and transactions, set up for a record that must not be lost."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eventsourcing.persistence import ConnectionPoolClosedError, OperationalError
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from events.store.sql.store import BUSY_SECONDS

#: Connections kept open; more are made while more readers are at work.
_KEPT = 8
_MOST = 200
#: How often one looks whether another process has let go of the write lock, and for how long
#: after it had it, it is let in between.
_LOOK_SECONDS = 0.002
_OTHERS_SECONDS = 2.0


class Gaps:
    """Where processes that write to one file let each other in.

    SQLite's own wait for its write lock sleeps up to a tenth of a second at a time, and may miss
    every gap that a busy writer leaves. So it is asked for every few thousandths of a second, and
    who has seen another at it leaves such a gap after its own commits, for a while.
    """

    def __init__(self) -> None:
        self._others_until = 0.0
        self._left_at = 0.0

    def begin(self, cursor: SQLiteCursor) -> None:
        """Begin a transaction that holds the write lock; raises `sqlite3.OperationalError`."""
        now = time.monotonic()
        if now < self._others_until:
            time.sleep(max(0.0, self._left_at + 2 * _LOOK_SECONDS - now))
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    cursor.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    if not _is_busy(error) or time.monotonic() > now + BUSY_SECONDS:
                        raise
                    self._others_until = time.monotonic() + _OTHERS_SECONDS
                    time.sleep(_LOOK_SECONDS)
                else:
                    return
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1_000}")

    def end(self) -> None:
        """Say that the write lock has been let go."""
        self._left_at = time.monotonic()


class Transaction(SQLiteTransaction):
    """The library's transaction, taking SQLite's write lock before it reads.

    A transaction that reads first and writes later fails at once with "database is locked" when
    another has written in between; no timeout helps it.
    """

    def __init__(self, connection: SQLiteConnection, *, commit: bool, gaps: Gaps) -> None:
        super().__init__(connection, commit=commit)
        self._gaps = gaps

    def __enter__(self) -> SQLiteCursor:
        self._cursor = self.connection.cursor()
        if self.commit:
            self._gaps.begin(self._cursor)
        else:
            self._cursor.execute("BEGIN")
        return self._cursor

    def __exit__(self, *told: Any) -> None:
        try:
            if told[1] is None and not self._holds():
                raise OperationalError("the transaction was undone while it was written")
            super().__exit__(*told)
        finally:
            # A commit that failed would leave its transaction open in a pooled connection.
            self.connection.rollback()
            if self.commit:
                self._gaps.end()

    def _holds(self) -> bool:
        """Whether it is there still: SQLite undoes one by itself where a disk is full, say."""
        connection: sqlite3.Connection = self._cursor.sqlite_cursor.connection
        return connection.in_transaction


class Datastore(SQLiteDatastore):
    """The library's datastore with our pool and our transactions; act ids are text."""

    def __init__(self, name: str) -> None:
        super().__init__(name, originator_id_type="text")
        self.gaps = Gaps()
        self.pool = Pool(
            db_name=name,
            lock_timeout=BUSY_SECONDS,
            pool_size=_KEPT,
            max_overflow=_MOST - _KEPT,
            pool_timeout=BUSY_SECONDS,
        )

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """A transaction: a snapshot, or with `commit` one that writes."""
        with (
            self.get_connection(commit=commit) as connection,
            Transaction(connection, commit=commit, gaps=self.gaps) as cursor,
            cursor,
        ):
            yield cursor

    @contextmanager
    def get_connection(self, *, commit: bool) -> Iterator[SQLiteConnection]:
        """A pooled connection; where the pool was closed meanwhile, it is closed too."""
        # Not as the pool's one writer: it never gives that place up again when making a
        # connection fails. Writers stand in our own queue, and SQLite's lock keeps them apart.
        connection = self.pool.get_connection()
        try:
            yield connection
        finally:
            try:
                self.pool.put_connection(connection)
            except ConnectionPoolClosedError:
                connection.close()


class Pool(SQLiteConnectionPool):
    """The library's pool; every commit is on the disk before it returns (synchronous FULL)."""

    @staticmethod
    def detect_memory_mode(db_name: str) -> bool:
        """Only the whole name says so: a file may be called anything."""
        return db_name == ":memory:"

    def close(self) -> None:
        """Close the connections that lie idle; one that is in use is closed when it comes back.

        The library closes those in use as well, and a connection that is closed while another
        thread reads through it takes the whole process down (CPython 3.11).
        """
        with self._put_condition:
            self._closed = True
            while self._pool:
                self._pool.popleft().close()

    def _create_connection(self) -> SQLiteConnection:
        connection = self._patiently(time.monotonic() + BUSY_SECONDS)
        connection.cursor().execute("PRAGMA synchronous = FULL")
        connection.cursor().execute("PRAGMA trusted_schema = OFF")
        connection.cursor().execute("PRAGMA cache_size = -16000")
        # Pages that an import writes again and again go from the log into the file once: at
        # SQLite's 1,000 pages nearly every batch would end with a checkpoint.
        connection.cursor().execute("PRAGMA wal_autocheckpoint = 8000")
        # From the first row on: what an update moves leaves a copy behind that no later erasure
        # would find again.
        connection.cursor().execute("PRAGMA secure_delete = ON")
        return connection

    def _patiently(self, deadline: float) -> SQLiteConnection:
        # The change to WAL heeds no busy timeout when two processes make one file.
        while True:
            try:
                return super()._create_connection()
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise
            time.sleep(0.02)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether another connection stands in the way, for whichever of SQLite's reasons."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
