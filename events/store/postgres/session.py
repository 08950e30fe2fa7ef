"""A session of PostgreSQL, and its words for what databases call differently."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

import psycopg
from psycopg.pq import Format
from psycopg.rows import tuple_row

from events.projection.rows import OPEN
from events.store.postgres.flaws import flaws
from events.store.postgres.index_versions import forget_act, in_force, next_prefix
from events.store.postgres.recorder import LogRecorder
from events.store.snapshots import Snapshot
from events.store.sql.session import Entry, Rows, worded

#: See `events.store.sqlite.session`: the event of a record, or the one its correction tells.
_TELLS = """
    (SELECT CASE WHEN position(convert_to('"' || :{name} || '"', 'UTF8') IN e.state) = 0
        THEN false ELSE {told} END
     FROM (SELECT s.state, convert_from(
             substr(s.state, position(decode('0a', 'hex') IN s.state) + 34), 'UTF8') AS body
           FROM stored_events AS s WHERE s.notification_id = v.position) AS e)
"""
#: See `events.store.sql.session.Words`.
_WORDS = {
    "open": str(OPEN),
    "position": "notification_id",
    "each_segment": "CROSS JOIN LATERAL (SELECT *",
    "end_each": ") AS g",
    "header": "substr(state, 1, position(decode('0a', 'hex') IN state) - 1)",
    "join": "JOIN",
    "+": "",
    "instr": "strpos",
    "listed": "json_array_elements_text",
    "tells_rank": _TELLS.format(
        name="rank",
        told="coalesce(e.body::json ->> 'rank', e.body::json -> 'event' ->> 'rank', '') = :rank",
    ),
    "tells_level": _TELLS.format(
        name="level",
        told="coalesce(e.body::jsonb -> 'levels', e.body::jsonb -> 'event' -> 'levels')"
        " @> to_jsonb(:level::text)",
    ),
    "positions": "convert_from(answer, 'UTF8')::jsonb -> 'positions' @> to_jsonb(?::bigint)",
}
_VALUE = re.compile(r"\?(\d*)|(?<!:):([a-z_]+)")


class PostgresSession:
    """See `events.store.sql.session.Session`."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        recorder: LogRecorder,
        prefix: str | None = None,
        snapshot: Snapshot | None = None,
    ) -> None:
        """`prefix` is that of the derived tables; by default of those in force."""
        self.connection = connection
        self.cursor = psycopg.RawCursor(connection, row_factory=tuple_row)
        self.cursor.format = Format.BINARY
        #: Whether events were stored through it.
        self.stored = False
        self._recorder = recorder
        self._prefix = prefix
        self._snapshot = snapshot

    def next(self) -> PostgresSession:
        """The same transaction, asking the generation of tables that is in the making."""
        return PostgresSession(self.connection, self._recorder, next_prefix(self))

    def steady(self) -> AbstractContextManager[Any]:
        """The transaction is one snapshot, or the only one that writes."""
        return nullcontext()

    def all(self, sql: str, values: Any = ()) -> Rows:
        """All rows of an answer."""
        text, names = self._told(sql)
        snapshot = self._snapshot
        if snapshot is None:
            self.cursor.execute(text, _given(values, names))
            return self.cursor.fetchall() if self.cursor.description else []
        snapshot.asks()
        try:
            self.cursor.execute(text, _given(values, names))
        except psycopg.errors.QueryCanceled:
            snapshot.asks()
            raise
        rows: Rows = self.cursor.fetchall() if self.cursor.description else []
        snapshot.read(rows)
        return rows

    def one(self, sql: str, values: Any = ()) -> tuple[Any, ...] | None:
        """The first row of an answer, or None."""
        rows = self.all(sql, values)
        return rows[0] if rows else None

    def each(self, sql: str, values: Rows) -> int:
        """Carry out a statement once for each tuple of values; gives how many rows it changed."""
        if not values:
            return 0
        text, _ = self._told(sql)
        self.cursor.executemany(text, values)
        return self.cursor.rowcount

    def store(self, entries: list[Entry], after: int) -> None:
        """Store events at the positions following `after`."""
        self._recorder.append(self.cursor, entries, after)
        self.stored = True

    def forget_act(self, act_id: str) -> None:
        """Drop what generations not in force hold of an act."""
        forget_act(self, act_id)

    def flaws(self) -> list[str]:
        """What is wrong with the tables."""
        return flaws(self, in_force(self))

    def _told(self, sql: str) -> tuple[str, tuple[str, ...]]:
        if self._prefix is None:
            if not _bears_prefix(sql):
                return _numbered(sql, "")
            self._prefix = in_force(self)
        return _numbered(sql, self._prefix)


@cache
def _bears_prefix(sql: str) -> bool:
    return worded(sql, _WORDS, "x") != worded(sql, _WORDS)


@cache
def _numbered(sql: str, prefix: str) -> tuple[str, tuple[str, ...]]:
    """A question with `$1` and so on where values stand, and their names where they have some."""
    names: list[str] = []
    count = 0

    def number(found: re.Match[str]) -> str:
        nonlocal count
        given, name = found.groups()
        if name:
            if name not in names:
                names.append(name)
            return f"${names.index(name) + 1}"
        count += 1
        return f"${given or count}"

    return _VALUE.sub(number, worded(sql, _WORDS, prefix)), tuple(names)


def _given(values: Any, names: tuple[str, ...]) -> Any:
    return [values[name] for name in names] if names else values
