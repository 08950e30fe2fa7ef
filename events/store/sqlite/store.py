"""The store in SQLite: its url, its tables, and what its failures are called."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import quote

from eventsourcing.persistence import ConnectionPoolClosedError, PersistenceError

from events.errors import StoreUnavailable
from events.log.record import fresh_salt
from events.segments import SIZES, Sizes
from events.store.sql.store import BUSY_SECONDS, NotAStore, SqlStore
from events.store.sqlite import index_versions
from events.store.sqlite.connections import FileConnections, MemoryConnections
from events.store.sqlite.making import bring_up, make_in_memory, make_where_absent
from events.store.sqlite.schema import examine
from events.store.writer_lock import Turns, turns_of

_SCHEME = "sqlite:///"


def open_sqlite(
    url: str,
    clock: Callable[[], int],
    salts: Callable[[], bytes] = fresh_salt,
    sizes: Sizes = SIZES,
) -> SqliteStore:
    """The store at `sqlite:///relative.db`, `sqlite:////absolute.db` or `sqlite:///:memory:`.

    A file is made where there is none; an empty one is refused. `clock` gives microseconds since
    1970 in UTC, `salts` 16 random bytes, `sizes` is that of a store that is made now. Raises
    `StoreUnavailable`, and `ValueError` for another url.
    """
    name = url.removeprefix(_SCHEME)
    if name == url or not name:
        raise ValueError(f"expected a url such as sqlite:///chancery.db, got {url!r}")
    with refusals(url):
        if name == ":memory:":
            in_memory = MemoryConnections()
            make_in_memory(in_memory, sizes)
            return SqliteStore(url, in_memory, Turns(), clock, salts)
        path = Path(name).resolve()
        make_where_absent(path, sizes)
        examine(quote(str(path)), BUSY_SECONDS)
        connections = FileConnections(path)
        try:
            bring_up(connections, sizes)
            return SqliteStore(url, connections, turns_of(str(path)), clock, salts)
        except BaseException:
            connections.close()
            raise


class SqliteStore(SqlStore):
    """See `events.store.protocol.Store`."""

    def __init__(
        self,
        url: str,
        connections: FileConnections | MemoryConnections,
        turns: Turns,
        clock: Callable[[], int],
        salts: Callable[[], bytes],
    ) -> None:
        super().__init__(url, connections, index_versions, turns, clock, salts)

    def _refusals(self) -> AbstractContextManager[None]:
        return refusals(self.url)


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
