"""The tables of a SQLite store, and how a file is told to be one."""

from __future__ import annotations

import sqlite3
from typing import Protocol

from events.store.sql import queries
from events.store.sql.store import NotAStore, known_schema
from events.store.sql.tables import TABLES as SHARED

#: "CHNC" in the file's header, where SQLite keeps room for the program a file belongs to.
APPLICATION_ID = 0x43484E43

#: Beside the library's `stored_events`.
TABLES = (
    *SHARED,
    "INSERT OR IGNORE INTO meta VALUES ('schema', '6')",
    f"PRAGMA application_id = {APPLICATION_ID}",
)


class _Asked(Protocol):
    def one(self, sql: str, values: tuple[str, ...] = ()) -> tuple[object, ...] | None: ...


def is_made(session: _Asked) -> bool:
    """Whether a database is a store of this program; False for an empty one.

    Raises `NotAStore` for another program's database and for a newer schema.
    """
    (mark,) = session.one("PRAGMA application_id") or (0,)
    (tables,) = session.one("SELECT count(*) FROM sqlite_schema") or (0,)
    if mark != APPLICATION_ID:
        if tables:
            raise NotAStore("expected a store of Chancery, got another program's database")
        return False
    known_schema(schema_of(session))
    return True


def schema_of(session: _Asked) -> str:
    """The schema a store says it is of."""
    (found,) = session.one(queries.META, ("schema",)) or ("none",)
    return f"{found}"


def examine(quoted: str, timeout_seconds: float) -> None:
    """Look at a file, given as in a URI, before anything changes it.

    Raises `NotAStore` and `sqlite3.Error`.
    """
    connection = sqlite3.connect(f"file:{quoted}?mode=rw", uri=True, timeout=timeout_seconds)
    try:
        # One snapshot for all questions: another process may be making the store just now.
        connection.execute("BEGIN")
        if not is_made(_Plain(connection)):
            raise NotAStore("expected a store of Chancery, got a database without tables")
    finally:
        connection.close()


class _Plain:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def one(self, sql: str, values: tuple[str, ...] = ()) -> tuple[object, ...] | None:
        row: tuple[object, ...] | None = self._connection.execute(sql, values).fetchone()
        return row
