"""What is wrong with a SQLite database, as far as it can tell by itself and by its tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing

from events.store.sql.session import Session
from events.store.sqlite.index_versions import in_force

_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'"


def flaws(session: Session, statements: Iterable[str]) -> list[str]:
    """What SQLite's own check finds, and what differs from the tables that the statements make."""
    found = [f"{line}" for (line,) in session.all("PRAGMA integrity_check(20)")]
    flaws = [line for line in found if line != "ok"]
    there = in_force([(*row,) for row in session.all(_SCHEMA)])
    expected = schema_by(statements)
    for key in sorted({*there, *expected}):
        if there.get(key, "none") != expected.get(key, "none"):
            word = "altered" if key in there and key in expected else "missing"
            flaws.append(f"{' '.join(key)} is {word if key in expected else 'foreign'}")
    return flaws


def schema_by(statements: Iterable[str]) -> Mapping[tuple[str, str], str | None]:
    """The tables, indexes and their statements of a store as this program makes it."""
    with closing(sqlite3.connect(":memory:")) as made:
        for statement in statements:
            made.execute(statement)
        return in_force(made.execute(_SCHEMA).fetchall())
