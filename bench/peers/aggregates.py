"""The eventsourcing library used plainly: an aggregate a relationship, and its repository."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Notification

from bench.history import Entry
from bench.peers.peer import Peer
from bench.reduced import Line, Reduced, line_of, reduced


class Relationship(Aggregate):
    """Two parties and all that was ever recorded of them, in the order of recording."""

    class Created(Aggregate.Created):
        name: str

    class Entry(Aggregate.Event):
        op: str
        line: dict[str, Any]
        body: dict[str, Any] | None

    @event(Created)
    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: list[tuple[str, Line]] = []

    @staticmethod
    def create_id(name: str) -> UUID:
        """The id of a relationship by its key."""
        return uuid5(NAMESPACE_URL, name)

    @event(Entry)
    def tell(self, op: str, line: dict[str, Any], body: dict[str, Any] | None) -> None:
        """Take one record."""
        self.lines.append((op, Line(**line)))

    def state(self, as_of: int, position: int | None) -> Reduced:
        """The state by what was lines up to a position."""
        known: dict[tuple[str, int], Line] = {}
        for op, line in self.lines:
            if position is not None and line.position > position:
                break
            if op == "retraction":
                known.pop((line.act_id, line.version), None)
            else:
                known[line.act_id, line.version] = line
        return reduced(known.values(), as_of)


class Diplomacy(Application[UUID]):
    """The library's application; its log is read in pages of a thousand, not of ten."""

    log_section_size = 1_000

    def notes(self) -> Iterator[Notification]:
        """The notification log, whole, in its order."""
        start = 1
        while found := self.notification_log.select(start, self.log_section_size):
            yield from found
            start = found[-1].id + 1


def opened(path: Path) -> Diplomacy:
    """The application on a SQLite file, else by the library's defaults."""
    return Diplomacy(
        {
            **os.environ,
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(path),
        }
    )


class Aggregates(Peer):
    """`repository.get` folds a relationship's stream, then the aggregate answers."""

    title = "eventsourcing: aggregates"
    how: ClassVar[dict[str, str]] = {
        "index": "the library's primary key (aggregate id, version)",
        "bulk": "`save` of batches of aggregates",
        "durable": "WAL, synchronous FULL",
    }
    batch = 5_000

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.app = opened(folder / "aggregates.db")
        self._loading: dict[str, Relationship] = {}

    def load(self, entries: Sequence[Entry]) -> None:
        touched: dict[str, Relationship] = {}
        for one in entries:
            for pair in one.pairs:
                found = self._loading.get(pair)
                if found is None:
                    found = self._loading[pair] = Relationship(pair)
                touched[pair] = found
                self._tell(found, one)
        self.app.save(*touched.values())
        for aggregate in touched.values():
            # What the next batch needs is the version; the lines lie in the store.
            aggregate.lines.clear()

    def loaded(self) -> None:
        self._loading.clear()

    def append(self, entry: Entry) -> None:
        touched = []
        for pair in entry.pairs:
            try:
                found = self.app.repository.get(Relationship.create_id(pair))
            except AggregateNotFoundError:
                found = Relationship(pair)
            self._tell(found, entry)
            touched.append(found)
        self.app.save(*touched)

    def state(self, relationship: str, as_of: int, position: int | None) -> Any:
        try:
            found: Relationship = self.app.repository.get(Relationship.create_id(relationship))
        except AggregateNotFoundError:
            return reduced((), as_of)
        return found.state(as_of, position)

    def rebuild(self) -> None:
        """Fold every aggregate from its stream."""
        ids = {note.originator_id for note in self.app.notes()}
        for originator_id in ids:
            self.app.repository.get(originator_id)

    def close(self) -> None:
        self.app.close()

    @staticmethod
    def _tell(found: Relationship, entry: Entry) -> None:
        found.tell(entry.op, asdict(line_of(entry)), entry.body)
