"""Connections: the library's pool, set up for a record that must not be lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from eventsourcing.postgres import ConnectionPool, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row
from psycopg.types.numeric import Int8BinaryDumper

from events.postgres.generations import is_seen_past, tables
from events.postgres.recorder import LOCKS, WRITING, LogRecorder
from events.postgres.session import PostgresSession
from events.snapshots import Snapshot
from events.sql.store import BUSY_SECONDS
from events.sql.writer import PURGE

#: How long one waits for a connection: where the server is there, it takes a few milliseconds.
CONNECT_SECONDS = 10
#: The same where it is only asked whether it is there.
_PING_SECONDS = 2
#: How long after one that failed the next attempt to connect is made.
_AGAIN_SECONDS = 0.2
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
#: One plan for all values takes the wrong index for a range, and for a few rows neither compiling
#: nor a second process pays. What is acknowledged is on the disk, and on the synchronous standby.
_SETTINGS = f"""
    SELECT set_config('plan_cache_mode', 'force_custom_plan', false),
        set_config('jit', 'off', false),
        set_config('max_parallel_workers_per_gather', '0', false),
        set_config('lock_timeout', '{BUSY_SECONDS}s', false),
        set_config('synchronous_commit', CASE current_setting('synchronous_commit')
            WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)
"""
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = f"BEGIN; {WRITING}"
#: The lock under which tables are made: `CREATE … IF NOT EXISTS` of two at once fails.
_MAKING = f"SELECT pg_advisory_xact_lock({LOCKS} + 2, 0)"
#: Told with the beginning of a transaction, it costs no way to the server of its own.
_IN_FORCE = "SELECT value FROM meta WHERE name = 'generation'"
_ALONE = f"SELECT pg_advisory_lock({LOCKS} + 1, hashtext(current_schema()))"
_SIZE = """
    SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
"""


class Pool(ConnectionPool[psycopg.Connection[Any]]):
    """The library's pool, remembering why it could not connect.

    It tries again soon: the library waits twice as long each time, and would still be waiting for
    seconds when another server has taken over.
    """

    failure: str | None = None

    def _connect(self, timeout: float | None = None) -> psycopg.Connection[Any]:
        deadline = time.monotonic() + self.reconnect_timeout
        while True:
            try:
                connection = super()._connect(timeout)
            except psycopg.Error as error:
                self.failure = f"{error}"
                if self.closed or time.monotonic() > deadline:
                    raise
                time.sleep(_AGAIN_SECONDS)
            else:
                self.failure = None
                return connection


class Datastore(PostgresDatastore):
    """The library's datastore on a pool of ours; act ids are text."""

    def __init__(self, pool: Pool, schema: str) -> None:
        super().__init__("", "", "", "", "", schema=schema, originator_id_type="text")
        self.pool = pool


class PostgresConnections:
    """Connections to a database: readers have snapshots and stand in no writer's way."""

    def __init__(self, url: str, patience_seconds: float = CONNECT_SECONDS) -> None:
        """One waits at most so long for a connection; raises `psycopg.Error`."""
        self._patience_seconds = patience_seconds
        given = conninfo_to_dict(url)
        own = {name: value for name, value in _DEFAULTS.items() if given.get(name) is None}
        self._conninfo = make_conninfo(url, **own)
        # Before there is a pool, which would try again and again and not say why.
        with self.connected() as first:
            (schema,) = first.execute("SELECT current_schema()").fetchone() or (None,)
        self.pool = Pool(
            self._conninfo,
            kwargs={"autocommit": True, "row_factory": dict_row},
            configure=_configure,
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
            _configure(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def reading(self, snapshot: Snapshot | None = None) -> Iterator[PostgresSession]:
        """A snapshot."""
        begun = f"{_SNAPSHOT}; {_bounds(snapshot)}{_IN_FORCE}"
        with self._begun(begun) as (connection, prefix):
            yield PostgresSession(connection, self.recorder, prefix, snapshot)

    @contextmanager
    def looking(self) -> Iterator[PostgresSession]:
        """A snapshot of a database that may not be a store."""
        with self._begun(_SNAPSHOT) as (connection, _):
            yield PostgresSession(connection, self.recorder)

    @contextmanager
    def writing(self) -> Iterator[PostgresSession]:
        """A transaction that holds the writers' lock from its first moment."""
        with self._begun(f"{_WRITE}; {_IN_FORCE}") as (connection, prefix):
            session = PostgresSession(connection, self.recorder, prefix)
            yield session
            told = f"NOTIFY {self.recorder.channel_name}; " if session.stored else ""
            connection.execute(f"{told}COMMIT")

    @contextmanager
    def making(self) -> Iterator[PostgresSession]:
        """A transaction of a database that may not be a store yet, alone in doing so.

        Also alone among writers, for the store may be one of an older schema.
        """
        with self._begun(f"BEGIN; {_MAKING}; {WRITING}") as (connection, _):
            yield PostgresSession(connection, self.recorder)
            connection.execute("COMMIT")

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
                return connection, row.get("value") if row else None
            except psycopg.OperationalError:
                # A server that was started again has let go of all connections that lay idle.
                broken = connection.closed
                self.pool.putconn(connection)
                if not broken or time.monotonic() > deadline:
                    raise
            except BaseException:
                self.pool.putconn(connection)
                raise

    def ping(self) -> None:
        """Begin a snapshot and end it; raises as `reading` does, and sooner."""
        with self._begun(f"{_SNAPSHOT}; {_IN_FORCE}", seconds=_PING_SECONDS):
            pass

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A lock that goes with its connection, however that ends."""
        with self.connected() as connection:
            connection.execute("SET lock_timeout = 0")
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

    def present(self) -> bool:
        """True: a database has no place it could be moved from under its server."""
        return True

    def size_bytes(self) -> int:
        """The bytes of the tables and their indexes."""
        with self.reading() as session:
            (size,) = session.one(_SIZE) or (0,)
        return int(size)

    def close(self) -> None:
        """Close the connections that lie idle; one that is in use is closed when it comes back."""
        self.pool.close()


def _bounds(snapshot: Snapshot | None) -> str:
    """Statements by which the server ends a question that takes longer than it may.

    Also one whose transaction lies idle: nobody is left who would end that.
    """
    left = None if snapshot is None else snapshot.left_seconds
    if left is None:
        return ""
    milliseconds = max(1, round(left * 1_000))
    return (
        f"SET LOCAL statement_timeout = {milliseconds}; "
        f"SET LOCAL idle_in_transaction_session_timeout = {milliseconds}; "
    )


def _configure(connection: psycopg.Connection[Any]) -> None:
    connection.execute(_SETTINGS)
    # One type for all whole numbers: else every size of one would make a statement of its own.
    connection.adapters.register_dumper(int, Int8BinaryDumper)
