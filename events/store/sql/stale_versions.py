"""What generations of the derived tables that are not in force hold of an act, dropped."""

from __future__ import annotations

from collections.abc import Iterable

from events.store.sql.session import Session
from events.store.sql.tables import ACT_TABLES, RUN_TABLES

_RUNS = """
    DELETE FROM {prefix}{table} WHERE relationship IN (
        SELECT relationship FROM {prefix}change_known WHERE act_id = ?)
"""


def forget_act(session: Session, act_id: str, prefixes: Iterable[str], there: set[str]) -> None:
    """Drop what tables of these prefixes, as far as they are there, hold of an act.

    Something of it is being erased, and a generation may yet come into force or be read as a file.
    """
    for prefix in prefixes:
        for name in RUN_TABLES:
            # While tables are dropped one by one, runs may be left without the changes.
            if {prefix + name, f"{prefix}change_known"} <= there:
                session.all(_RUNS.format(prefix=prefix, table=name), (act_id,))
            elif prefix + name in there:
                session.all(f"DELETE FROM {prefix}{name}")
        for name in ACT_TABLES:
            if prefix + name in there:
                session.all(f"DELETE FROM {prefix}{name} WHERE act_id = ?", (act_id,))
