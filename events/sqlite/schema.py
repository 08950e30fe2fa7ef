"""The tables of a SQLite store, and how a file is told to be one."""

from __future__ import annotations

import sqlite3
from typing import Protocol

from events.sql.store import NotAStore

#: "CHNC" in the file's header, where SQLite keeps room for the program a file belongs to.
APPLICATION_ID = 0x43484E43
#: Counted up whenever the tables below change; kept in `meta` as `schema`.
SCHEMA_VERSION = 4

#: Beside the library's `stored_events`. `known_to` is 2^62 for what is known still.
TABLES = (
    """
    CREATE TABLE IF NOT EXISTS act_known (
        act_id TEXT NOT NULL, kind TEXT NOT NULL, opened INTEGER NOT NULL, title TEXT,
        first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, text TEXT NOT NULL,
        known_from INTEGER NOT NULL, known_to INTEGER NOT NULL,
        PRIMARY KEY (act_id, known_from))
    """,
    "CREATE INDEX IF NOT EXISTS act_opened ON act_known (opened, known_from)",
    "CREATE INDEX IF NOT EXISTS act_kind ON act_known (kind, opened, known_from)",
    """
    CREATE TABLE IF NOT EXISTS version_known (
        act_id TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL,
        earliest INTEGER NOT NULL, latest INTEGER NOT NULL, relationship TEXT,
        position INTEGER NOT NULL, known_from INTEGER NOT NULL, known_to INTEGER NOT NULL,
        PRIMARY KEY (act_id, version, known_from))
    """,
    """
    CREATE INDEX IF NOT EXISTS version_between
    ON version_known (relationship, earliest, latest, position) WHERE relationship IS NOT NULL
    """,
    """
    CREATE INDEX IF NOT EXISTS version_claims
    ON version_known (position) WHERE type = 'coverage.claimed'
    """,
    """
    CREATE TABLE IF NOT EXISTS party_known (
        act_id TEXT NOT NULL, party TEXT NOT NULL, opened INTEGER NOT NULL,
        many INTEGER NOT NULL, known_from INTEGER NOT NULL, known_to INTEGER NOT NULL,
        PRIMARY KEY (act_id, party, known_from)) WITHOUT ROWID
    """,
    "CREATE INDEX IF NOT EXISTS party_acts ON party_known (party, opened)",
    "CREATE INDEX IF NOT EXISTS party_many ON party_known (party, opened) WHERE many",
    """
    CREATE TABLE IF NOT EXISTS change_known (
        ref INTEGER PRIMARY KEY,
        act_id TEXT NOT NULL, relationship TEXT NOT NULL, day INTEGER NOT NULL,
        until INTEGER NOT NULL, position INTEGER NOT NULL, effect BLOB NOT NULL,
        acts INTEGER NOT NULL, contact TEXT, shape INTEGER NOT NULL,
        known_from INTEGER NOT NULL, known_to INTEGER NOT NULL)
    """,
    "CREATE INDEX IF NOT EXISTS change_day ON change_known (relationship, day, position, until)",
    "CREATE INDEX IF NOT EXISTS change_act ON change_known (act_id)",
    """
    CREATE INDEX IF NOT EXISTS change_contact ON change_known
    (relationship, day, position, until, acts, contact, known_from, known_to)
    WHERE acts > 0 OR contact IS NOT NULL
    """,
    "CREATE INDEX IF NOT EXISTS change_learnt ON change_known (relationship, known_from)",
    """
    CREATE INDEX IF NOT EXISTS change_unlearnt
    ON change_known (relationship, known_to) WHERE known_to < 4611686018427387904
    """,
    """
    CREATE TABLE IF NOT EXISTS relationship (
        name TEXT PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL,
        unsealed INTEGER NOT NULL) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS stratum (
        relationship TEXT NOT NULL, last INTEGER NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (relationship, last)) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS segment (
        relationship TEXT NOT NULL, level INTEGER NOT NULL, number INTEGER NOT NULL,
        day INTEGER NOT NULL, part INTEGER NOT NULL,
        net BLOB NOT NULL, entries BLOB NOT NULL, held BLOB NOT NULL,
        PRIMARY KEY (relationship, level, number, day, part))
    """,
    """
    CREATE TABLE IF NOT EXISTS shape (
        number INTEGER PRIMARY KEY, told BLOB NOT NULL UNIQUE, lists INTEGER NOT NULL)
    """,
    "CREATE INDEX IF NOT EXISTS relationship_a ON relationship (a)",
    "CREATE INDEX IF NOT EXISTS relationship_b ON relationship (b)",
    """
    CREATE TABLE IF NOT EXISTS tile (
        level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL,
        PRIMARY KEY (level, number))
    """,
    """
    CREATE TABLE IF NOT EXISTS checkpoint (
        size INTEGER PRIMARY KEY, note BLOB NOT NULL, made_at INTEGER NOT NULL)
    """,
    """
    CREATE TABLE IF NOT EXISTS remembered (
        key TEXT PRIMARY KEY, request_digest TEXT NOT NULL, answer BLOB NOT NULL,
        position INTEGER NOT NULL) WITHOUT ROWID
    """,
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "INSERT OR IGNORE INTO meta VALUES ('schema', '4')",
    f"PRAGMA application_id = {APPLICATION_ID}",
)


#: Schemas whose log is this one's: only what is derived from it is laid out otherwise.
_DERIVED_ANEW = ("2", "3")


class _Asked(Protocol):
    def one(self, sql: str) -> tuple[object, ...] | None: ...


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
    found = schema_of(session)
    if found != str(SCHEMA_VERSION) and found not in _DERIVED_ANEW:
        raise NotAStore(
            f"expected a store of schema {SCHEMA_VERSION}, got {found}: "
            "another version of Chancery made it"
        )
    return True


def schema_of(session: _Asked) -> str:
    """The schema a store says it is of."""
    (found,) = session.one("SELECT value FROM meta WHERE name = 'schema'") or ("none",)
    return f"{found}"


def examine(quoted: str, timeout_seconds: float) -> None:
    """Look at a file, given as in a URI, before anything changes it.

    Raises `NotAStore` and `sqlite3.Error`.
    """
    connection = sqlite3.connect(f"file:{quoted}?mode=rw", uri=True, timeout=timeout_seconds)
    try:
        is_made(_Plain(connection))
    finally:
        connection.close()


class _Plain:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def one(self, sql: str) -> tuple[object, ...] | None:
        row: tuple[object, ...] | None = self._connection.execute(sql).fetchone()
        return row
