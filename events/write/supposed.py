"""Supposing: what a store would hold if something were recorded, with nothing of it written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import orjson

from domain.relationship import Change
from events.log.record import Record, encode, fresh_salt, recording_instant
from events.projection.rows import OPEN, ChangeRow, IndexRows, KnownRow, Row, VersionRow
from events.store.act_writer import ActWriter, Draft, Head
from events.store.protocol import Reader


class Supposed(ActWriter):
    """A snapshot, and records of one act supposed beyond it.

    See `events.store.act_writer.ActWriter`. It has nothing else of a store: from the snapshot
    alone that would be answered as if nothing were supposed.
    """

    def __init__(self, reader: Reader, clock: Callable[[], int]) -> None:
        self._reader = reader
        self._clock = clock
        self._head = reader.head()
        self._streams: dict[str, list[Record]] = {}
        self._rows: dict[str, list[KnownRow]] = {}

    def head(self) -> Head:
        """The end of the log as it would be."""
        return self._head

    def stream(self, act_id: str) -> list[Record]:
        """The records of one act in version order."""
        return [*self._stream(act_id)]

    def append(self, drafts: Sequence[Draft], recorded_by: str) -> list[Record]:
        """Suppose drafts at the next positions."""
        recorded_at = recording_instant(self._clock(), self._head.recorded_at)
        records: list[Record] = []
        for position, draft in enumerate(drafts, self._head.position + 1):
            stream = self._stream(draft.act_id)
            record, _ = encode(
                position=position,
                act_id=draft.act_id,
                version=len(stream) + 1,
                type=draft.type,
                schema=draft.schema,
                recorded_at=recorded_at,
                recorded_by=recorded_by,
                salt=fresh_salt(),
                body=draft.body,
            )
            stream.append(record)
            records.append(record)
            self._head = Head(position, recorded_at)
        return records

    def erase(self, position: int) -> None:
        """Suppose the salt and body of a record dropped; its act was asked for before."""
        for stream in self._streams.values():
            for at, record in enumerate(stream):
                if record.position == position:
                    stream[at] = replace(record, salt=None, body=None)

    def clear_index(self, act_id: str) -> None:
        """Suppose every index row of an act forgotten."""
        self._rows[act_id] = []

    def index(self, position: int, closed: IndexRows, opened: IndexRows) -> None:
        """Suppose rows closed and opened as of a position."""
        gone = {(type(row), row.identity) for row in _all(closed)}
        for act_id in {row.act_id for rows in (closed, opened) for row in _all(rows)}:
            self._rows[act_id] = [
                KnownRow(known.row, known.known_from, position)
                if known.known_to == OPEN and (type(known.row), known.row.identity) in gone
                else known
                for known in self.index_of(act_id)
            ]
        for row in _all(opened):
            self._rows[row.act_id].append(KnownRow(_as_stored(row), position, OPEN))

    def index_of(self, act_id: str) -> list[KnownRow]:
        """Every row the index would ever have held of an act."""
        rows = self._rows.get(act_id)
        return self._reader.index_of(act_id) if rows is None else rows

    def changes(self, relationship: str, as_of: int, position: int) -> list[Change]:
        """Changes of a relationship on days up to `as_of`, by (day, position, until)."""
        # A change rests on records of one act, so that its position tells whose it is.
        own = {record.position for act_id in self._rows for record in self._stream(act_id)}
        found = [
            change
            for change in self._reader.changes(relationship, as_of, position)
            if change.position not in own
        ]
        for row in self._known(position):
            if isinstance(row, ChangeRow):
                change = row.change
                if change.relationship == relationship and change.day <= as_of:
                    found.append(change)
        return sorted(found, key=lambda c: (c.day, c.position, c.until))

    def claims(self, position: int) -> list[VersionRow]:
        """The claims of coverage in force, by the position of their record."""
        found = [row for row in self._reader.claims(position) if row.act_id not in self._rows]
        found += [
            row
            for row in self._known(position)
            if isinstance(row, VersionRow) and row.type == "coverage.claimed"
        ]
        return sorted(found, key=lambda row: row.position)

    def _stream(self, act_id: str) -> list[Record]:
        if act_id not in self._streams:
            self._streams[act_id] = self._reader.stream(act_id)
        return self._streams[act_id]

    def _known(self, position: int) -> list[Row]:
        """The rows known at a position of the acts that something is supposed of."""
        return [
            known.row
            for rows in self._rows.values()
            for known in rows
            if known.known_from <= position < known.known_to
        ]


def _all(rows: IndexRows) -> tuple[Row, ...]:
    return (*rows.acts, *rows.versions, *rows.parties, *rows.changes)


def _as_stored(row: Row) -> Row:
    """A row as it would be read back."""
    if not isinstance(row, ChangeRow):
        return row
    effect = orjson.loads(orjson.dumps(row.change.effect))
    return row._replace(change=row.change._replace(effect=effect))
