"""Real histories, recorded as they were learnt, give on each day what stood on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from events.application import Chancery
from tests.law.comparing import differences
from tests.law.recorded import recorded
from tests.law.table import History, State, histories

TABLE = histories()


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest) -> Iterator[Chancery]:
    """A store that holds one history."""
    chancery = recorded(request.param)
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
