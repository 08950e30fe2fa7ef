"""The store in SQLite: its url, its tables, and what its failures are called."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import quote

from eventsourcing.persistence import ConnectionPoolClosedError, PersistenceError

from events.errors import StoreUnavailable
from events.record import fresh_salt
from events.sql import queries
from events.sql.store import BUSY_SECONDS, EDITION, NotAStore, SqlStore, keep_grain
from events.sql.tables import DERIVED, SCHEMA_VERSION
from events.sqlite import generations
from events.sqlite.connections import FileConnections, MemoryConnections
from events.sqlite.schema import examine, is_made, schema_of
from events.strata import GRAIN, Grain
from events.turns import Turns, turns_of

_SCHEME = "sqlite:///"


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


class SqliteStore(SqlStore):
    """See `events.store.Store`."""

    def __init__(
        self,
        url: str,
        connections: FileConnections | MemoryConnections,
        turns: Turns,
        clock: Callable[[], int],
        salts: Callable[[], bytes],
        grain: Grain,
    ) -> None:
        _make(connections, grain)
        super().__init__(url, connections, generations, turns, clock, salts)

    def _refusals(self) -> AbstractContextManager[None]:
        return refusals(self.url)


def _make(connections: FileConnections | MemoryConnections, grain: Grain) -> None:
    with connections.reading() as session:
        made = is_made(session)
        if made and schema_of(session) == str(SCHEMA_VERSION):
            return
    with connections.writing() as session:
        if made:
            # An older schema: the log stays as it is, the index is derived from it anew.
            for table in DERIVED:
                session.all(f"DROP TABLE IF EXISTS {table}")
            session.all(queries.SET_META, ("schema", str(SCHEMA_VERSION)))
            session.all(queries.FORGET_META, (EDITION,))
        connections.recorder.create(session.cursor)
        keep_grain(session, grain)


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
