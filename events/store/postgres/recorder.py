"""The log: the library's application recorder, held to positions without gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed
from psycopg.types.numeric import Int8

from events.store.sql.session import Entry

#: "CHNC": by it the locks of a store are told from those of other programs in a database.
LOCKS = 0x43484E43
#: The lock a writer holds. The library locks the table; that would wait for a vacuum of it, and
#: end every vacuum that a busy writer meets.
WRITING = f"SELECT pg_advisory_xact_lock({LOCKS}, hashtext(current_schema()))"
#: Bytes and events of one statement: the library's with eight megabytes never ends.
_MOST_BYTES = 500_000
_MOST_EVENTS = 1_000
_INSERT = """
    INSERT INTO stored_events
        (originator_id, originator_version, topic, state, notification_id)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[], $5::bigint[])
"""
_LAST = "SELECT max(notification_id) FROM stored_events"


class LogRecorder(PostgresApplicationRecorder):
    """Stores events in `stored_events`; a position is the library's notification id.

    `originator_id` is the act_id, `originator_version` the version, `topic` the stored type
    name, `state` the record's bytes. Positions are given here and not by a sequence, which would
    leave a gap for every transaction that fails.
    """

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore)
        # Neither its functions, which take no lock, nor the type that they and its insert use.
        told = (statement.as_string() for statement in self.sql_create_statements)
        self.sql_create_statements = [
            Composed([SQL(_compared_by_bytes(statement))])
            for statement in told
            if statement.startswith(("CREATE TABLE", "CREATE UNIQUE INDEX"))
        ]
        self.lock_table_statements = [SQL(WRITING)]

    def create(self, cursor: psycopg.Cursor[Any]) -> None:
        """Make the table within a transaction that is open already."""
        self._create_table(cursor)

    def append(self, cursor: psycopg.Cursor[Any], entries: Sequence[Entry], after: int) -> None:
        """Store events at the positions following `after`, in a transaction open already.

        The transaction holds the writers' lock, so that the order of positions is that of commits.
        """
        with psycopg.RawCursor(cursor.connection, row_factory=tuple_row) as raw:
            (last,) = raw.execute(_LAST).fetchone() or (None,)
            if (last or 0) != after:
                _refuse(after + 1, f"{last or 0} as the last before them")
            for first, some in _portions(entries):
                ids, versions, topics, states = (list(column) for column in zip(*some, strict=True))
                positions = range(after + 1 + first, after + 1 + first + len(some))
                # A list of bare numbers would be sent as the narrowest type that holds the first
                # list of the statement, and a later list may hold greater ones.
                numbers = [[Int8(number) for number in column] for column in (versions, positions)]
                raw.execute(_INSERT, (ids, numbers[0], topics, states, numbers[1]))

    def _insert_stored_events(
        self, curs: psycopg.Cursor[Any], stored_events: Sequence[StoredEvent], **_: Any
    ) -> None:
        self._lock_table(curs)
        self._notify_channel(curs)
        curs.execute(_LAST)
        self._last = int((curs.fetchone() or {}).get("max") or 0)
        entries = [
            (f"{e.originator_id}", e.originator_version, e.topic, e.state) for e in stored_events
        ]
        self.append(curs, entries, self._last)

    def _fetch_ids_after_insert_events(
        self, curs: psycopg.Cursor[Any], stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int]:
        return list(range(self._last + 1, self._last + 1 + len(stored_events)))


def _portions(entries: Sequence[Entry]) -> Iterator[tuple[int, Sequence[Entry]]]:
    """Entries in stretches that one statement carries, each with how many come before it."""
    first, size = 0, 0
    for number, entry in enumerate(entries):
        if number > first and (
            size + len(entry[3]) > _MOST_BYTES or number - first == _MOST_EVENTS
        ):
            yield first, entries[first:number]
            first, size = number, 0
        size += len(entry[3])
    if entries:
        yield first, entries[first:]


def _compared_by_bytes(statement: str) -> str:
    """The library's statement, its text compared as bytes are, whatever the database's locale."""
    return statement.replace('"text" NOT NULL', 'text COLLATE "C" NOT NULL').replace(
        "topic text", 'topic text COLLATE "C"'
    )


def _refuse(first: int, got: str) -> NoReturn:
    raise IntegrityError(f"expected the positions from {first} on, got {got}")
