"""Chancery itself: every record validated, resolved, indexed, hashed into the log; whole states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from api.ops.gc_tuning import keep_loaded
from bench.history import Entry
from bench.peers.peer import Peer
from bench.reduced import Reduced, of_state
from domain.dates import format_day
from events.application import open_chancery
from events.write.commands import AddEvents, CorrectEvent, RecordAct, RetractEvent


@dataclass(frozen=True, slots=True)
class _Act:
    act_id: str
    events: tuple[dict[str, Any], ...]


class ChanceryPeer(Peer):
    """The application on a SQLite file."""

    title = "Chancery (SQLite)"
    how: ClassVar[dict[str, str]] = {
        "index": "its own bitemporal index",
        "bulk": "`import_acts`",
        "durable": "WAL, synchronous FULL",
        "answer": "the whole state with names, items, records and digest",
    }

    def __init__(self, folder: Path, name: str = "chancery.db") -> None:
        super().__init__(folder)
        self.chancery = open_chancery(f"sqlite:///{folder / name}")
        keep_loaded()  # as the program does

    def load(self, entries: Sequence[Entry]) -> None:
        acts = [_Act(one.act_id, (one.body or {},)) for one in entries]
        for outcome in self.chancery.commands.import_acts(
            acts, recorded_by="bench", reason="revised"
        ):
            if outcome.problems:
                raise ValueError(str(outcome))

    def append(self, entry: Entry) -> None:
        if entry.op == "retraction":
            self.chancery.commands.execute(
                RetractEvent(entry.act_id, entry.version, "told in error", recorded_by="bench")
            )
        elif entry.op == "correction":
            body = entry.body or {}
            self.chancery.commands.execute(
                CorrectEvent(entry.act_id, entry.version, body, "told better", recorded_by="bench")
            )
        elif entry.version == 1:
            self.chancery.commands.execute(
                RecordAct(entry.act_id, [entry.body or {}], recorded_by="bench")
            )
        else:
            self.chancery.commands.execute(
                AddEvents(entry.act_id, [entry.body or {}], recorded_by="bench")
            )

    def state(self, relationship: str, as_of: int, position: int | None) -> Any:
        return self.chancery.query.state(relationship, format_day(as_of), position)

    def reduce(self, answer: Any) -> Reduced:
        return of_state(answer)

    def rebuild(self) -> None:
        self.chancery.admin.rebuild()

    def close(self) -> None:
        self.chancery.close()
