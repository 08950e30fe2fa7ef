"""The order of a life: what surely came first, and the usual course where dates leave it open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from domain.acts.fact import Fact, last_of
from domain.dates import EdtfDate

T = TypeVar("T")


def life_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts in the order of a life, by the dates on which they happened."""
    return ordered(facts, _happened, _fact)


def comes_after(later: Fact, fact: Fact) -> bool:
    """Whether one event comes after another in the order of a life."""
    return later is not fact and life_order((fact, later))[0] is fact


def ordered(
    things: Iterable[T], date: Callable[[T], EdtfDate], fact: Callable[[T], Fact]
) -> tuple[T, ...]:
    """Things in the order of a life, each dated by `date` and resting on a fact.

    One comes before another where its last possible day lies before the other's first. Where
    dates leave it open the usual course decides (a signature before a ratification), so that
    an imprecise date reorders nothing; then the dates; then the order in which the events were
    recorded, which a correction keeps.
    """
    waiting = list(things)
    if len(waiting) < 2:
        return tuple(waiting)

    def stage(thing: T) -> int:
        return fact(thing).event.type.stage

    def last(thing: T) -> int:
        return last_of(date(thing), fact(thing).event.type.durative)

    if all(date(thing).earliest == date(thing).latest for thing in waiting):
        # Of two days one surely comes first, or they are the same.
        waiting.sort(key=lambda one: (date(one).earliest, stage(one), fact(one).version))
        return tuple(waiting)
    waiting.sort(key=lambda one: (stage(one), date(one).earliest, last(one), fact(one).version))
    found: list[T] = []
    while waiting:
        # The one that ends first has nothing surely before it, so there is always a next.
        first_end = min(map(last, waiting))
        index = next(i for i, thing in enumerate(waiting) if date(thing).earliest <= first_end)
        found.append(waiting.pop(index))
    return tuple(found)


def _happened(fact: Fact) -> EdtfDate:
    return fact.event.date


def _fact(fact: Fact) -> Fact:
    return fact
