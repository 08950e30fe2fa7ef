"""The eventsourcing library's notification log: an aggregate an act, each answer folds the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import AggregateNotFoundError
from eventsourcing.domain import Aggregate, event

from bench.history import Entry
from bench.peers.aggregates import opened
from bench.peers.peer import Peer
from bench.reduced import Known, Line, line_of


class DiplomaticAct(Aggregate):
    """An act and how many records it has."""

    class Created(Aggregate.Created):
        act_id: str

    class Entry(Aggregate.Event):
        op: str
        line: dict[str, Any]
        pairs: list[str]
        body: dict[str, Any] | None

    @event(Created)
    def __init__(self, act_id: str) -> None:
        self.act_id = act_id
        self.records = 0

    @staticmethod
    def create_id(act_id: str) -> UUID:
        """The id of an act."""
        return uuid5(NAMESPACE_URL, act_id)

    @event(Entry)
    def tell(
        self, op: str, line: dict[str, Any], pairs: list[str], body: dict[str, Any] | None
    ) -> None:
        """Take one record."""
        self.records += 1


class NotificationLog(Peer):
    """Nothing is kept beside the log, so every answer reads it from its start."""

    title = "eventsourcing: notification log"
    how: ClassVar[dict[str, str]] = {
        "index": "none: the whole log is folded for each answer",
        "bulk": "`save` of batches of aggregates",
        "durable": "WAL, synchronous FULL",
    }
    batch = 5_000

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.app = opened(folder / "log.db")

    def load(self, entries: Sequence[Entry]) -> None:
        touched: dict[str, DiplomaticAct] = {}
        for one in entries:
            found = touched.get(one.act_id)
            if found is None:
                found = touched[one.act_id] = self._act(one)
            self._tell(found, one)
        self.app.save(*touched.values())

    def append(self, entry: Entry) -> None:
        found = self._act(entry)
        self._tell(found, entry)
        self.app.save(found)

    def state(self, relationship: str, as_of: int, position: int | None) -> Any:
        known = Known()
        for entry in self._entries():
            if position is not None and entry.line["position"] > position:
                # A saved batch stands in the log act by act: what is later may stand before.
                if entry.line["position"] > position + self.batch:
                    break
                continue
            if relationship in entry.pairs:
                known.take(entry.op, Line(**entry.line))
        return known.state(as_of)

    def rebuild(self) -> None:
        """Fold the log once into what every relationship knows."""
        known: dict[str, Known] = {}
        for entry in self._entries():
            for pair in entry.pairs:
                known.setdefault(pair, Known()).take(entry.op, Line(**entry.line))

    def close(self) -> None:
        self.app.close()

    def _entries(self) -> Any:
        for note in self.app.notes():
            if note.topic.endswith("DiplomaticAct.Entry"):
                yield self.app.mapper.to_domain_event(note)

    def _act(self, entry: Entry) -> DiplomaticAct:
        if entry.op == "event" and entry.version == 1:
            return DiplomaticAct(entry.act_id)
        try:
            found: DiplomaticAct = self.app.repository.get(DiplomaticAct.create_id(entry.act_id))
        except AggregateNotFoundError:
            found = DiplomaticAct(entry.act_id)
        return found

    @staticmethod
    def _tell(found: DiplomaticAct, entry: Entry) -> None:
        found.tell(entry.op, asdict(line_of(entry)), list(entry.pairs), entry.body)
