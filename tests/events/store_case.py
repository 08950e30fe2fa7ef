"""A store under test, and a few acts of history to tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

from domain.dates import FIRST_DAY, LAST_DAY
from events.log.record import instant_us
from events.store.protocol import Reader, Store
from tests.events.recording import event

NOON = instant_us("2026-11-25T12:00:00.000000Z")

VISIT = event("visit.held", "1960-03-23/1960-04-03", "SUN", "FRA", title="Khrushchev in France")
RETURN = event("visit.held", "1966-06-20/1966-07-01", "FRA", "SUN", title="De Gaulle in Moscow")
GENEVA = event(
    "talk.held", "1955-07-18/1955-07-23", "USA", "SUN", "GBR", "FRA", title="Geneva summit"
)
CAMP_DAVID = event(
    "talk.held", "1978-09-05/1978-09-17", "USA", "EGY", "ISR", title="Camp David 100% 'talks'"
)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> int:
        return self.now


class StoreCase:
    """Opens a store at the fixture `url` with the function that `opener` names."""

    opener: str

    def open(self, url: str, clock: Callable[[], int]) -> Store:
        module, _, function = self.opener.partition(":")
        store: Store = getattr(import_module(module), function)(url, clock)
        return store

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def store(self, url: str, clock: Clock) -> Iterator[Store]:
        store = self.open(url, clock)
        yield store
        store.close()

    def seen(self, reader: Reader) -> tuple[Any, ...]:
        return (
            reader.head(),
            reader.records(0, 99),
            reader.stream("visit:1"),
            reader.changes("FRA-SUN", LAST_DAY, 99),
            reader.acts_of("FRA-SUN", 99),
            reader.acts(99),
            reader.timeline("FRA-SUN", 99, FIRST_DAY, LAST_DAY, None, 99),
            reader.relationships(99, LAST_DAY - 1, None, "", 99),
            sorted(reader.index_of("visit:1"), key=repr),
            reader.position_at(NOON),
        )
