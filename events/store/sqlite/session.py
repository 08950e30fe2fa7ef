"""A session of SQLite, and its words for what databases call differently."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from typing import Any

from eventsourcing.sqlite import SQLiteCursor

from events.projection.rows import OPEN
from events.store.snapshots import Snapshot
from events.store.sql.session import Entry, Rows, worded
from events.store.sqlite.flaws import flaws
from events.store.sqlite.index_versions import NEXT, forget_act
from events.store.sqlite.recorder import LogRecorder

#: A record's third line is its body (`events.log.record`): after the header's end come 32
#: characters of salt and another end. A correction's body holds the event's. Few bodies that do
#: not say the word are read as JSON; one that was erased says none.
_TELLS = """
    (SELECT CASE WHEN instr(e.state, CAST('"' || :{name} || '"' AS BLOB)) = 0 THEN 0 ELSE {told} END
     FROM (SELECT s.state, CAST(substr(s.state, instr(s.state, x'0a') + 34) AS TEXT) AS body
           FROM stored_events AS s WHERE s.rowid = v.position) AS e)
"""
#: After so many steps of its machine SQLite asks whether a statement may go on: some milliseconds.
_STEPS = 200_000
#: See `events.store.sql.session.Words`.
_WORDS = {
    "open": str(OPEN),
    "position": "rowid",
    "each_segment": "CROSS JOIN segment AS g WHERE g.rowid = (SELECT rowid",
    "end_each": ")",
    "header": "substr(state, 1, instr(state, x'0a') - 1)",
    "join": "CROSS JOIN",
    "+": "+",
    "instr": "instr",
    "listed": "json_each",
    "tells_rank": _TELLS.format(
        name="rank",
        told="coalesce(json_extract(e.body, '$.rank'), json_extract(e.body, '$.event.rank'))"
        " IS :rank",
    ),
    "tells_level": _TELLS.format(
        name="level",
        told="EXISTS (SELECT 1 FROM json_each(e.body, '$.levels') WHERE value = :level)"
        " OR EXISTS (SELECT 1 FROM json_each(e.body, '$.event.levels') WHERE value = :level)",
    ),
    "positions": "EXISTS (SELECT 1 FROM json_each(CAST(answer AS TEXT), '$.positions') AS told"
    " WHERE told.value = ?)",
}


class SqliteSession:
    """See `events.store.sql.session.Session`."""

    def __init__(
        self,
        cursor: SQLiteCursor,
        lock: AbstractContextManager[Any],
        recorder: LogRecorder,
        prefix: str = "",
        snapshot: Snapshot | None = None,
    ) -> None:
        cursor.sqlite_cursor.row_factory = None
        self.cursor = cursor
        self._lock = lock
        self._recorder = recorder
        self._prefix = prefix
        self._snapshot = snapshot
        self._told: dict[str, str] = _TOLD[prefix]

    def next(self) -> SqliteSession:
        """The same transaction, asking the generation of tables that is in the making."""
        return SqliteSession(self.cursor, self._lock, self._recorder, NEXT)

    def store(self, entries: list[Entry], after: int) -> None:
        """Store events at the positions following `after`."""
        self._recorder.append(self.cursor, entries, after)

    def forget_act(self, act_id: str) -> None:
        """Drop what generations not in force hold of an act."""
        forget_act(self, act_id)

    def flaws(self) -> list[str]:
        """What is wrong with the database."""
        return flaws(self, self._recorder.create_table_statements)

    def steady(self) -> AbstractContextManager[Any]:
        """As long as it lasts, what is read from one question to the next does not change."""
        return self._lock

    def all(self, sql: str, values: Any = ()) -> Rows:
        """All rows of an answer."""
        if self._snapshot is not None:
            return self._bounded(self._snapshot, self._told[sql], values)
        with self._lock:
            self.cursor.execute(self._told[sql], values)
            rows: Rows = self.cursor.fetchall()
            return rows

    def _bounded(self, snapshot: Snapshot, sql: str, values: Any) -> Rows:
        """All rows of an answer, as far as the one who asks may go on."""
        snapshot.asks()
        most = snapshot.most_rows
        cursor = self.cursor.sqlite_cursor
        connection: sqlite3.Connection = cursor.connection
        with self._lock:
            connection.set_progress_handler(lambda: snapshot.over, _STEPS)
            try:
                cursor.execute(sql, values)
                rows: Rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                    snapshot.asks()
                raise
            finally:
                connection.set_progress_handler(None, 0)
        snapshot.read(rows)
        return rows

    def one(self, sql: str, values: Any = ()) -> tuple[Any, ...] | None:
        """The first row of an answer, or None."""
        rows = self.all(sql, values)
        return rows[0] if rows else None

    def each(self, sql: str, values: Rows) -> int:
        """Carry out a statement once for each tuple of values; gives how many rows it changed."""
        self.cursor.executemany(self._told[sql], values)
        return self.cursor.sqlite_cursor.rowcount


class _Told(dict[str, str]):
    """Questions in SQLite's words, by what they are written as."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._prefix = prefix

    def __missing__(self, sql: str) -> str:
        told = self[sql] = worded(sql, _WORDS, self._prefix)
        return told


_TOLD = {prefix: _Told(prefix) for prefix in ("", NEXT)}
