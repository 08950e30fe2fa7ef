"""The log: the library's application recorder, held to positions without gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from events.store.sql.session import Entry
from events.store.sqlite.schema import TABLES


class LogRecorder(SQLiteApplicationRecorder):
    """Stores events in `stored_events`; a position is the library's notification id.

    `originator_id` is the act_id, `originator_version` the version, `topic` the stored type
    name, `state` the record's bytes.
    """

    def construct_create_table_statements(self) -> list[str]:
        """The library's table and those of the index beside it."""
        return [*super().construct_create_table_statements(), *TABLES]

    def create(self, cursor: SQLiteCursor) -> None:
        """Make the tables within a transaction that is open already."""
        self._create_table(cursor)

    def append(self, cursor: SQLiteCursor, entries: list[Entry], after: int) -> None:
        """Store events at the positions following `after`, in a transaction open already.

        All in one statement, with the write lock held: SQLite gives each the next position.
        """
        cursor.executemany(self.insert_events_statement, entries)
        last = self._max_notification_id(cursor) or 0
        if last != after + len(entries):
            _refuse(after + 1, f"{last} as the last")

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> Sequence[int] | None:
        last = self._max_notification_id(c) or 0
        positions = list(super()._insert_events(c, stored_events, **kwargs) or ())
        if positions != list(range(last + 1, last + 1 + len(stored_events))):
            _refuse(last + 1, str(positions))
        return positions


def _refuse(first: int, got: str) -> NoReturn:
    raise IntegrityError(f"expected the positions from {first} on, got {got}")
