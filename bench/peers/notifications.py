"""The eventsourcing library's notification log: an aggregate an act, each answer folds the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import AggregateNotFoundError
from eventsourcing.domain import Aggregate, event

from bench.history import Told
from bench.peers.aggregates import opened
from bench.peers.peer import Peer
from bench.reduced import Known, Line, line_of


class DiplomaticAct(Aggregate):
    """An act and how often it was told."""

    class Created(Aggregate.Created):
        act_id: str

    class Told(Aggregate.Event):
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

    @event(Told)
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

    def load(self, told: Sequence[Told]) -> None:
        touched: dict[str, DiplomaticAct] = {}
        for one in told:
            found = touched.get(one.act_id)
            if found is None:
                found = touched[one.act_id] = self._act(one)
            self._tell(found, one)
        self.app.save(*touched.values())

    def append(self, told: Told) -> None:
        found = self._act(told)
        self._tell(found, told)
        self.app.save(found)

    def state(self, relationship: str, as_of: int, position: int | None) -> Any:
        known = Known()
        for told in self._told():
            if position is not None and told.line["position"] > position:
                # A saved batch stands in the log act by act: what is later may stand before.
                if told.line["position"] > position + self.batch:
                    break
                continue
            if relationship in told.pairs:
                known.take(told.op, Line(**told.line))
        return known.state(as_of)

    def rebuild(self) -> None:
        """Fold the log once into what every relationship knows."""
        known: dict[str, Known] = {}
        for told in self._told():
            for pair in told.pairs:
                known.setdefault(pair, Known()).take(told.op, Line(**told.line))

    def close(self) -> None:
        self.app.close()

    def _told(self) -> Any:
        for note in self.app.notes():
            if note.topic.endswith("DiplomaticAct.Told"):
                yield self.app.mapper.to_domain_event(note)

    def _act(self, told: Told) -> DiplomaticAct:
        if told.op == "event" and told.version == 1:
            return DiplomaticAct(told.act_id)
        try:
            found: DiplomaticAct = self.app.repository.get(DiplomaticAct.create_id(told.act_id))
        except AggregateNotFoundError:
            found = DiplomaticAct(told.act_id)
        return found

    @staticmethod
    def _tell(found: DiplomaticAct, told: Told) -> None:
        found.tell(told.op, asdict(line_of(told)), list(told.pairs), told.body)
