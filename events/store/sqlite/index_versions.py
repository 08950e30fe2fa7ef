"""Generations of the derived tables: one in force, one in the making, one to be dropped.

A generation in the making bears the tables' names behind `next_`, one to be dropped behind
`old_`; one takes over from another by changing names. SQLite can rename a table and no index, so
the indexes of one generation end in `_2` and those of the following do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from events.store.sql import stale_versions
from events.store.sql.session import Session
from events.store.sql.tables import DERIVED
from events.store.sqlite.schema import TABLES

#: Type, name, table and statement of an entry of SQLite's schema.
Entry = tuple[str, str, str, str | None]

NEXT, OLD = "next_", "old_"
_OTHER = "_2"
_STATEMENT = re.compile(r"\s*CREATE (TABLE|INDEX) IF NOT EXISTS (\w+)(?:\s+ON (\w+))?")
_STATEMENT_OF = "SELECT sql FROM sqlite_schema WHERE type = ? AND name = ?"
_INDEXES = """
    SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL
"""
_FIRST_OF_KEY = "SELECT name FROM pragma_table_info(?) WHERE pk = 1"
#: Rows deleted in one transaction.
_DELETED = 20_000


def _told() -> Iterator[tuple[str, str, str, str]]:
    for statement in TABLES:
        if found := _STATEMENT.match(statement):
            kind, name, table = found.groups()
            if (table or name) in DERIVED:
                yield kind, name, table or name, statement


#: The statements of tables and of indexes, by name; of an index with its table.
_TABLES = {name: statement for kind, name, _, statement in _told() if kind == "TABLE"}
_INDEXED = {name: (on, statement) for kind, name, on, statement in _told() if kind == "INDEX"}
indexes = tuple(_INDEXED)


def make_tables(session: Session) -> None:
    """Make the next generation's tables, as yet without indexes."""
    for name, statement in _TABLES.items():
        session.all(statement.replace(f"IF NOT EXISTS {name}", f"{NEXT}{name}", 1))


def make_index(session: Session, name: str) -> None:
    """Make one index of the next generation: sorted and at once it costs far less than by rows."""
    table, statement = _INDEXED[name]
    taken = session.one(_STATEMENT_OF, ("index", name)) is not None
    told = statement.replace(f"IF NOT EXISTS {name}", f"{name}{_OTHER if taken else ''}", 1)
    session.all(told.replace(f"ON {table}", f"ON {NEXT}{table}", 1))


def take_over(session: Session) -> None:
    """Let the next generation be the one in force, and leave that to be dropped."""
    for table in DERIVED:
        session.all(f"ALTER TABLE {table} RENAME TO {OLD}{table}")
        session.all(f"ALTER TABLE {NEXT}{table} RENAME TO {table}")


def drop_some(session: Session) -> bool:
    """Whether no generation but that in force is left, after one more bit of another has gone.

    What is deleted is overwritten, and a large table at once would keep other writers waiting.
    """
    for table in (prefix + name for prefix in (NEXT, OLD) for name in DERIVED):
        made = session.one(_STATEMENT_OF, ("table", table))
        if made is not None:
            _drop_some(session, table, f"{made[0]}")
            return False
    return True


def _drop_some(session: Session, table: str, made: str) -> None:
    index = session.one(_INDEXES, (table,))
    if index is not None:
        session.all(f"DROP INDEX {index[0]}")
        return
    key = "rowid"
    if made.rstrip().endswith("WITHOUT ROWID"):
        (key,) = session.one(_FIRST_OF_KEY, (table,)) or ("",)
    last = session.one(f"SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {_DELETED}")
    if last is None:
        session.all(f"DROP TABLE {table}")
    else:
        session.all(f"DELETE FROM {table} WHERE {key} <= ?", last)


def forget_act(session: Session, act_id: str) -> None:
    """Drop what generations not in force hold of an act, of which something is being erased."""
    there = {
        prefix + name
        for prefix in (NEXT, OLD)
        for name in DERIVED
        if session.one(_STATEMENT_OF, ("table", prefix + name)) is not None
    }
    stale_versions.forget_act(session, act_id, (NEXT, OLD), there)


def in_force(entries: list[Entry]) -> Mapping[tuple[str, str], str | None]:
    """The schema without generations in the making or to be dropped, as it was first written.

    By (type, name) what the statement is; SQLite quotes the name of a table that was renamed.
    """
    passing = {prefix + name for prefix in (NEXT, OLD) for name in DERIVED}
    there: dict[tuple[str, str], str | None] = {}
    for kind, name, table, sql in sorted(entries, key=lambda entry: entry[:2]):
        if table in passing:
            continue
        first = name.removesuffix(_OTHER)
        bears = kind == "index" and first in indexes and (kind, first) not in there
        if sql is not None and table in DERIVED:
            sql = sql.replace(f'"{table}"', table, 1)
            sql = sql.replace(name, first, 1) if bears else sql
        there[kind, first if bears else name] = sql
    return there
