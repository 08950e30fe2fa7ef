"""Real histories, recorded as they were learnt, give on each day what stood on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from events.application import Chancery, open_chancery
from events.write.commands import AddEvents, CorrectEvent, RecordAct, RetractEvent
from tests.law.comparing import differences
from tests.law.table import Entry, History, State, histories

TABLE = histories()
CLERK = "historian"
#: After the last event of the table, so that none of them lies ahead.
NOW = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp() * 1_000_000)


def tell(chancery: Chancery, entry: Entry, opened: set[str]) -> None:
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


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest) -> Iterator[Chancery]:
    """A store that holds one history."""
    history: History = request.param
    chancery = open_chancery("sqlite:///:memory:", clock=lambda: NOW)
    opened: set[str] = set()
    for entry in history.entries:
        tell(chancery, entry, opened)
    yield chancery
    chancery.close()


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        pytest.param(history, state, id=f"{history.name}: {state}")
        for history in TABLE
        for state in history.states
    ],
    indirect=["told"],
    scope="module",
)
def test_on_each_day_stands_what_history_says(told: Chancery, asked: State) -> None:
    state = told.query.state(asked.pair, asked.as_of, asked.known_at)
    assert not differences(state, asked.expect)


@pytest.mark.parametrize("history", TABLE, ids=[history.name for history in TABLE])
def test_every_event_names_a_public_source_with_a_secure_address(history: History) -> None:
    bare = [
        (position, entry.act)
        for position, entry in enumerate(history.entries, 1)
        if entry.event is not None
        and not any(
            source.get("url", "").startswith("https://")
            and source.get("title")
            and source.get("publisher")
            for source in entry.event["sources"]
        )
    ]
    assert not bare


@pytest.mark.parametrize("history", TABLE, ids=[history.name for history in TABLE])
def test_every_history_is_asked_about_on_four_days_at_least(history: History) -> None:
    assert len({state.as_of for state in history.states}) >= 4


@pytest.mark.parametrize("history", TABLE, ids=[history.name for history in TABLE])
def test_every_position_asked_about_is_one_of_the_history(history: History) -> None:
    asked = [state.known_at for state in history.states if state.known_at is not None]
    assert all(0 <= position < len(history.entries) for position in asked)


def test_the_table_holds_many_histories_and_asks_many_on_both_axes() -> None:
    on_both = [
        history for history in TABLE if any(state.known_at is not None for state in history.states)
    ]
    assert len(TABLE) >= 42
    assert len(on_both) >= 8
