"""The store in PostgreSQL: its url, its tables, and what its failures are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlsplit

import psycopg
from eventsourcing.persistence import PersistenceError
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import PoolClosed, PoolTimeout

from events.address import without_password
from events.errors import StoreUnavailable
from events.log.record import fresh_salt
from events.segments import SIZES, Sizes
from events.store.postgres import index_versions
from events.store.postgres.connections import CONNECT_SECONDS, PostgresConnections
from events.store.postgres.listening import Listener
from events.store.postgres.schema import is_made, make_derived, make_tables, place_of, schema_of
from events.store.sql import queries
from events.store.sql.store import BUSY_SECONDS, EDITION, NotAStore, SqlStore, keep_sizes
from events.store.sql.tables import SCHEMA_VERSION
from events.store.writer_lock import Turns, turns_of

SCHEMES = ("postgresql", "postgres")


def open_postgres(
    url: str,
    clock: Callable[[], int],
    salts: Callable[[], bytes] = fresh_salt,
    sizes: Sizes = SIZES,
    patience_seconds: float = CONNECT_SECONDS,
) -> PostgresStore:
    """The store at `postgresql://USER@HOST:PORT/DATABASE`, as libpq reads it.

    The tables are made where there are none. `clock` gives microseconds since 1970 in UTC,
    `salts` 16 random bytes, `sizes` is that of a store that is made now; one waits
    `patience_seconds` at most for a connection. Raises `StoreUnavailable`, and `ValueError` for
    another url.
    """
    refuse_unreadable(url)
    with refusals(url):
        connections = PostgresConnections(url, patience_seconds)
        try:
            return PostgresStore(url, connections, turns_of(url), clock, salts, sizes)
        except BaseException:
            connections.close()
            raise


class PostgresStore(SqlStore):
    """See `events.store.protocol.Store`."""

    def __init__(
        self,
        url: str,
        connections: PostgresConnections,
        turns: Turns,
        clock: Callable[[], int],
        salts: Callable[[], bytes],
        sizes: Sizes,
    ) -> None:
        self._place = connections
        _make(connections, sizes)
        channel = connections.recorder.channel_name
        self._listener = Listener(connections.connected, channel, turns.announce)
        super().__init__(url, connections, index_versions, turns, clock, salts)

    def wait(self, position: int, timeout_seconds: float) -> bool:
        """Whether a record beyond a position is there or comes in time."""
        if not self._closed and timeout_seconds > 0:
            self._listener.start()
        return super().wait(position, timeout_seconds)

    def close(self) -> None:
        """Close every connection and let the waiting go."""
        if not self._closed:
            super().close()
            self._listener.stop()

    def _refusals(self) -> AbstractContextManager[None]:
        return refusals(self.url, self._place.pool)


def _make(connections: PostgresConnections, sizes: Sizes) -> None:
    with connections.looking() as session:
        place_of(session)
        if is_made(session) and schema_of(session) == str(SCHEMA_VERSION):
            return
    with connections.making() as session:
        if is_made(session):
            if schema_of(session) != str(SCHEMA_VERSION):
                # An older schema: the log stays as it is, the index is derived from it anew.
                make_derived(session, index_versions.next_prefix(session))
                session.all(queries.FORGET_META, (EDITION,))
        else:
            connections.recorder.create(session.connection.cursor())
            make_tables(session)
            keep_sizes(session, sizes)


@contextmanager
def refusals(url: str, pool: object = None) -> Iterator[None]:
    """Every way in which PostgreSQL fails becomes `StoreUnavailable`."""
    try:
        yield
    except TimeoutError:
        raise StoreUnavailable(url, f"no turn to write within {BUSY_SECONDS} seconds") from None
    except PoolClosed as error:
        raise StoreUnavailable(url, "it has been closed") from error
    except PoolTimeout as error:
        reason = getattr(pool, "failure", None) or "all its connections are in use"
        raise StoreUnavailable(url, _first_line(reason)) from error
    except psycopg.errors.LockNotAvailable as error:
        raise StoreUnavailable(url, "another holds a lock on its tables") from error
    except (psycopg.Error, PersistenceError, NotAStore) as error:
        raise StoreUnavailable(url, _first_line(f"{error}")) from error


def _first_line(reason: str) -> str:
    return reason.strip().partition("\n")[0]


def refuse_unreadable(url: str) -> None:
    """Raises `ValueError` for a url that libpq cannot read, and shows none of its secrets."""
    expected = "expected a url such as postgresql://user@host:5432/database"
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError(f"{expected}, got {without_password(url)!r}")
    try:
        conninfo_to_dict(url)
        readable = "@" not in f"{parts.path}{parts.query}{parts.fragment}"
    except psycopg.Error:
        readable = False
    if not readable:
        # What libpq says may hold the part of a password up to a character it does not expect.
        raise ValueError(f"{expected}, got one with characters that are to be percent-encoded")
