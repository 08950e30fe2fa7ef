"""Readiness and the log: what is wrong with the store is told when it becomes so, and once."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from api.ops.readiness import Readiness, Standing
from events.errors import ChanceryError, LogBehind, NotSigned, StoreUnavailable
from tests.api.logged import logged

AWAY = StoreUnavailable("sqlite:///x", "gone")
BEHIND = LogBehind("acts.example/log", "9 records", "7")


class Store:
    """A leader, its notary and a replica, each as it is told to be."""

    def __init__(self) -> None:
        self.leader: Any = self
        self.admin: Any = self
        self.verifier_keys = ("a key",)
        self.away: ChanceryError | None = None
        self.unlike: ChanceryError | None = None
        self.replica = False

    def ping(self) -> int:
        if self.away is not None:
            raise self.away
        return 7

    def signed(self) -> int:
        return 7

    def check(self) -> None:
        if self.unlike is not None:
            raise self.unlike

    def replica_head(self) -> Any:
        return SimpleNamespace(position=5) if self.replica else None


def course(store: Store, *changes: dict[str, Any]) -> tuple[list[Any], list[tuple[str, str]]]:
    """How the store stood after each change, and what the log said."""
    stood: list[Any] = []

    async def asked() -> None:
        readiness = Readiness(lambda: store, store)
        readiness.begin()
        try:
            for change in changes:
                vars(store).update(change)
                stood.append(await standing(readiness))
        finally:
            readiness.stop()

    with logged() as lines:
        asyncio.run(asked())
        found = [orjson.loads(line) for line in lines.getvalue().splitlines()]
    return stood, [(line["level"], line["event"]) for line in found]


async def standing(readiness: Readiness) -> Any:
    try:
        return await readiness.standing()
    except ChanceryError as error:
        return type(error)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    # However busy the machine is, the newest answer is waited for.
    monkeypatch.setattr("api.ops.readiness._PATIENCE_SECONDS", 30)
    return Store()


def test_each_thing_that_is_wrong_is_logged_once_and_so_is_that_none_is_any_more(store: Store):
    stood, lines = course(
        store,
        {"away": AWAY},
        {"away": None},
        {"unlike": BEHIND},
        {"unlike": NotSigned("heads cannot be read")},
        {"unlike": None},
    )
    assert stood == [StoreUnavailable, Standing(7), LogBehind, NotSigned, Standing(7)]
    assert lines == [
        ("error", "store cannot be used"),
        ("warning", "store can be used again"),
        ("error", "store is behind what was signed"),
        ("error", "signed heads not compared"),
        ("warning", "store can be used again"),
    ]


def test_a_replica_stands_in_for_a_store_that_is_away_and_the_log_says_so_all_the_same(
    store: Store,
):
    store.replica = True
    stood, lines = course(store, {"away": AWAY})
    assert stood == [Standing(5, read_only=True)]
    assert lines == [("error", "store cannot be used")]


def test_a_replica_stands_in_for_no_store_that_is_behind_what_was_signed(store: Store):
    store.replica = True
    stood, lines = course(store, {"unlike": BEHIND})
    assert stood == [LogBehind]
    assert lines == [("error", "store is behind what was signed")]


def test_a_key_that_has_signed_nothing_yet_is_told_at_the_start(store: Store, monkeypatch: Any):
    monkeypatch.setattr(Store, "signed", lambda self: 0)
    assert course(store, {}) == ([Standing(7)], [("warning", "no signed head is known yet")])
