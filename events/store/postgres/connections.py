"""Connections: where the sessions of a PostgreSQL store come from, and how they commit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import Diagnostic
from psycopg.rows import dict_row
from psycopg.types.numeric import Int8BinaryDumper

from events.store.postgres.index_versions import is_seen_past, tables
from events.store.postgres.pool import Datastore, Pool
from events.store.postgres.recorder import LOCKS, WRITING, LogRecorder
from events.store.postgres.session import PostgresSession
from events.store.postgres.settings import LostSettings, is_kept, pin
from events.store.snapshots import Snapshot
from events.store.sql.writer import PURGE

#: How long one waits for a connection: where the server is there, it takes a few milliseconds.
CONNECT_SECONDS = 10
#: The same for a glance.
_GLANCE_SECONDS = 2
#: Connections of one store; each reader and writer at work has one.
_MOST = 32
#: What a connection asks for unless the URL says otherwise. One that is cut off is found out.
_DEFAULTS: dict[str, str | int] = {
    "application_name": "chancery",
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
#: Of a glance no question takes longer than this, or waits half as long for a lock.
_GLANCE_MILLISECONDS = 1_000
_GLANCE = (
    f"SET LOCAL lock_timeout = {_GLANCE_MILLISECONDS // 2}; "
    f"SET LOCAL statement_timeout = {_GLANCE_MILLISECONDS}; "
)
_WRITE = f"BEGIN; {WRITING}"
#: What is done rarely and at once, such as to make an index, takes as long as it must.
_UNHURRIED = "SET LOCAL statement_timeout = 0"
#: The lock under which tables are made: `CREATE … IF NOT EXISTS` of two at once fails.
_MAKING = f"SELECT pg_advisory_xact_lock({LOCKS} + 2, 0)"
#: Asked with the beginning of a transaction, they cost no way to the server of their own.
_BARE = "SELECT NULL AS value, current_setting('chancery.pinned', true) AS pinned"
_IN_FORCE = """
    SELECT value, current_setting('chancery.pinned', true) AS pinned
    FROM (VALUES (1)) AS one LEFT JOIN meta ON name = 'generation'
"""
_ALONE = f"SELECT pg_advisory_lock({LOCKS} + 1, hashtext(current_schema()))"
_SIZE = """
    SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
"""


class PostgresConnections:
    """Connections to a database: readers have snapshots and stand in no writer's way."""

    def __init__(self, url: str, patience_seconds: float = CONNECT_SECONDS) -> None:
        """One waits at most so long for a connection; raises `psycopg.Error`."""
        self._patience_seconds = patience_seconds
        given = conninfo_to_dict(url)
        own = {name: value for name, value in _DEFAULTS.items() if given.get(name) is None}
        self._conninfo = make_conninfo(url, **own)
        self._schema: str | None = None
        #: Of the pool's connections those that have carried out no transaction yet.
        self._fresh: WeakSet[psycopg.Connection[Any]] = WeakSet()
        # Before there is a pool, which would try again and again and not say why.
        with self.connected() as first:
            (schema,) = first.execute("SELECT current_schema()").fetchone() or (None,)
        # A search path that is set otherwise meanwhile leads no later session elsewhere.
        self._schema = schema
        self.pool = Pool(
            self._conninfo,
            kwargs={"autocommit": True, "row_factory": dict_row},
            configure=self._configure,
            min_size=1,
            max_size=_MOST,
            timeout=patience_seconds,
            reconnect_timeout=CONNECT_SECONDS,
            open=True,
        )
        self.recorder = LogRecorder(Datastore(self.pool, schema or "public"))

    def connected(self) -> psycopg.Connection[Any]:
        """A connection of one's own, as those of the pool are."""
        connection = psycopg.connect(self._conninfo, autocommit=True)
        try:
            self._configure(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def reading(
        self, snapshot: Snapshot | None = None, *, briefly: bool = False
    ) -> Iterator[PostgresSession]:
        """A snapshot, within its bounds; briefly, nothing in it waits for long."""
        begun = f"{_SNAPSHOT}; {_bounds(snapshot, briefly)}{_IN_FORCE}"
        seconds = _GLANCE_SECONDS if briefly else None
        with self._begun(begun, seconds) as (connection, prefix):
            yield PostgresSession(connection, self.recorder, prefix, snapshot)

    @contextmanager
    def looking(self) -> Iterator[PostgresSession]:
        """A snapshot of a database that may not be a store."""
        with self._begun(f"{_SNAPSHOT}; {_BARE}") as (connection, _):
            yield PostgresSession(connection, self.recorder)

    @contextmanager
    def writing(self, *, unhurried: bool = False) -> Iterator[PostgresSession]:
        """A transaction that holds the writers' lock from its first moment."""
        statements = f"{_WRITE}; {_UNHURRIED}" if unhurried else _WRITE
        with self._begun(f"{statements}; {_IN_FORCE}") as (connection, prefix):
            session = PostgresSession(connection, self.recorder, prefix)
            yield session
            told = f"NOTIFY {self.recorder.channel_name}; " if session.stored else ""
            _commit(connection, f"{told}COMMIT")

    @contextmanager
    def making(self) -> Iterator[PostgresSession]:
        """A transaction of a database that may not be a store yet, alone in doing so.

        Also alone among writers, for the store may be one of an older schema.
        """
        with self._begun(f"BEGIN; {_MAKING}; {WRITING}; {_UNHURRIED}; {_BARE}") as (connection, _):
            yield PostgresSession(connection, self.recorder)
            _commit(connection, "COMMIT")

    @contextmanager
    def _begun(
        self, statements: str, seconds: float | None = None
    ) -> Iterator[tuple[psycopg.Connection[Any], str | None]]:
        """A connection in a transaction that is undone at the end unless it has been committed.

        With it the prefix of the tables that are in force, where the statements ask for it.
        """
        patience = self._patience_seconds if seconds is None else seconds
        connection, prefix = self._begin(statements, time.monotonic() + patience)
        try:
            yield connection, prefix
        finally:
            try:
                if not connection.closed and connection.info.transaction_status:
                    connection.execute("ROLLBACK")
            except psycopg.Error:
                # A connection that was cut off has nothing to undo: what was read is read.
                connection.close()
            finally:
                self.pool.putconn(connection)

    def _begin(
        self, statements: str, deadline: float
    ) -> tuple[psycopg.Connection[Any], str | None]:
        """A connection that has carried out the statements, and what the last of them gave."""
        while True:
            connection = self.pool.getconn(max(0.01, deadline - time.monotonic()))
            try:
                cursor = connection.execute(statements)
                while cursor.nextset():
                    pass
                row = cursor.fetchone() if cursor.description else None
                fresh = connection in self._fresh
                self._fresh.discard(connection)
                if row is not None and is_kept(row["pinned"]):
                    return connection, row["value"]
                connection.close()
                if fresh:
                    raise LostSettings
                # Somebody has reset it; a new session may keep what is set in it.
                self.pool.putconn(connection)
            except psycopg.errors.LockNotAvailable:
                self.pool.putconn(connection)
                if WRITING in statements:
                    raise TimeoutError from None
                raise
            except psycopg.OperationalError:
                # A server that was started again has let go of all connections that lay idle.
                broken = connection.closed
                self.pool.putconn(connection)
                if not broken or time.monotonic() > deadline:
                    raise
            except BaseException:
                self.pool.putconn(connection)
                raise

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A lock that goes with its connection, however that ends."""
        with self.connected() as connection:
            connection.execute("SET lock_timeout = 0; SET statement_timeout = 0")
            connection.execute(_ALONE)
            yield

    def purge(self, patience_seconds: float) -> bool:
        """Write the tables anew, without what is dead in them; False where a reader may see it.

        One waits so long for the readers of a table; other readers of it wait meanwhile. Its
        files hold nothing of it then. The server's own log does for a while, and what was
        copied from it for good; see docs/erasure.md.
        """
        with self.connected() as connection:
            session = PostgresSession(connection, self.recorder)
            connection.execute("SET statement_timeout = 0")
            connection.execute(f"SET lock_timeout = {max(1, round(patience_seconds * 1_000))}")
            if is_seen_past(session, PURGE):
                # What it sees would be taken along.
                return False
            try:
                for table in ("stored_events", "remembered", *tables(session)):
                    connection.execute(f"VACUUM (FULL, ANALYZE) {table}")
            except psycopg.errors.LockNotAvailable:
                return False
        return True

    def lost(self) -> None:
        """None: a database has no place it could be moved from under its server."""

    def size_bytes(self) -> int:
        """The bytes of the tables and their indexes."""
        with self.reading(briefly=True) as session:
            (size,) = session.one(_SIZE) or (0,)
        return int(size)

    def _configure(self, connection: psycopg.Connection[Any]) -> None:
        pin(connection, self._schema)
        # One type for all whole numbers: else every size of one would make a statement of its own.
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        self._fresh.add(connection)

    def close(self) -> None:
        """Close the connections that lie idle; one that is in use is closed when it comes back."""
        self.pool.close()


def _commit(connection: psycopg.Connection[Any], statement: str) -> None:
    """Commit; raises `psycopg.OperationalError` where it did not, or may not last.

    When somebody cancels a commit that waits for its standby, it is done all the same: the server
    only warns that the standby may not have it. Of a transaction that failed before, it says that
    it was rolled back.
    """
    warnings: list[str] = []

    def warned(diagnostic: Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "WARNING":
            warnings.append(diagnostic.message_primary or "a warning")

    connection.add_notice_handler(warned)
    try:
        cursor = connection.execute(statement)
        while cursor.nextset():
            pass
    finally:
        connection.remove_notice_handler(warned)
    if cursor.statusmessage != "COMMIT":
        raise psycopg.OperationalError("the transaction was undone while it was written")
    if warnings:
        raise psycopg.OperationalError(f"the commit may not last: {warnings[0]}")


def _bounds(snapshot: Snapshot | None, briefly: bool) -> str:
    """Statements by which the server ends a question that takes longer than it may.

    Also one whose transaction lies idle: nobody is left who would end that.
    """
    left = None if snapshot is None else snapshot.left_seconds
    told = _GLANCE if briefly else ""
    if left is not None:
        milliseconds = max(1, round(left * 1_000))
        told += f"SET LOCAL idle_in_transaction_session_timeout = {milliseconds}; "
        if not briefly or milliseconds < _GLANCE_MILLISECONDS:
            told += f"SET LOCAL statement_timeout = {milliseconds}; "
    return told
