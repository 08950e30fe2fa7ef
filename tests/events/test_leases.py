"""A lease: of several processes one does what only one is to do, and another where it dies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from events.leases import Lease
from events.store.protocol import Store
from events.store.sqlite.store import open_sqlite


class Passing:
    """A clock that goes on as it is told; each machine has its own."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store() -> Iterator[Store]:
    store = open_sqlite("sqlite:///:memory:", lambda: 0)
    yield store
    store.close()


def parties(store: Store) -> tuple[Lease, Passing, Lease, Passing]:
    one, other = Passing(1_000_000.0), Passing(3.0)  # the two were started at other times
    return Lease(store, "w", 10, one), one, Lease(store, "w", 10, other), other


def test_one_of_two_has_it_and_keeps_it_while_it_is_alive(store: Store):
    first, its_time, second, other_time = parties(store)
    assert first.take()
    for _ in range(20):
        its_time.now += 4
        other_time.now += 4
        assert first.take()
        assert not second.take()
        assert first.held
        assert not second.held


def test_another_takes_over_once_the_holder_was_silent_so_long_and_not_before(store: Store):
    first, its_time, second, other_time = parties(store)
    assert first.take()
    assert not second.take()
    its_time.now += 9.9
    other_time.now += 9.9
    assert first.held
    assert not second.take()
    its_time.now += 0.2
    other_time.now += 0.2
    assert not first.held
    assert second.take()
    assert not first.take()
    assert not first.held


def test_who_sees_it_for_the_first_time_waits_as_long(store: Store):
    first, _, second, other_time = parties(store)
    assert first.take()
    other_time.now += 1_000
    assert not second.take()
    other_time.now += 10
    assert second.take()


def test_a_holder_that_comes_back_before_anyone_took_over_goes_on(store: Store):
    first, its_time, second, other_time = parties(store)
    assert first.take()
    assert not second.take()
    its_time.now += 60
    assert not first.held
    assert first.take()
    other_time.now += 60
    assert not second.take()


def test_one_that_was_given_up_is_free_at_once(store: Store):
    first, _, second, _ = parties(store)
    assert first.take()
    first.give_up()
    assert not first.held
    assert second.take()
    first.give_up()
    assert not first.take()
    assert second.held


def test_leases_of_other_works_are_others_and_none_is_taken_along(store: Store):
    first, *_ = parties(store)
    assert first.take()
    assert Lease(store, "another", 10).take()
    with store.read() as reader:
        assert not [name for name, _ in reader.bare().remarks() if name.startswith("lease")]
