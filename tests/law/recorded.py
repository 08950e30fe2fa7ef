"""A store that holds one real history, recorded in the order in which it was learnt."""

from __future__ import annotations

from datetime import UTC, datetime

from events.application import Chancery, open_chancery
from events.write.commands import AddEvents, CorrectEvent, RecordAct, RetractEvent
from tests.law.table import Entry, History

CLERK = "historian"
#: After the last event of the table, so that none of them lies ahead.
NOW = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp() * 1_000_000)


def recorded(history: History) -> Chancery:
    """The application on a store of its own, to be closed by whoever asks for it."""
    chancery = open_chancery("sqlite:///:memory:", clock=lambda: NOW)
    opened: set[str] = set()
    for entry in history.entries:
        _record(chancery, entry, opened)
    return chancery


def _record(chancery: Chancery, entry: Entry, opened: set[str]) -> None:
    """Record one entry: it takes the next position of the log."""
    if entry.version is not None and entry.event is not None:
        chancery.commands.execute(
            CorrectEvent(entry.act, entry.version, entry.event, entry.reason, recorded_by=CLERK)
        )
    elif entry.version is not None:
        chancery.commands.execute(
            RetractEvent(entry.act, entry.version, entry.reason, recorded_by=CLERK)
        )
    elif entry.event is not None and entry.act in opened:
        chancery.commands.execute(AddEvents(entry.act, [entry.event], recorded_by=CLERK))
    elif entry.event is not None:
        chancery.commands.execute(RecordAct(entry.act, [entry.event], recorded_by=CLERK))
        opened.add(entry.act)
