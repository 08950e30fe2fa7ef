"""What a date says for certain, and the order of a life."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from domain.dates import LAST_DAY, EdtfDate, parse


class Placed(Protocol):
    """What has a place in a life: bounds, the table's stage and its place in the record."""

    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def stage(self) -> int: ...
    @property
    def version(self) -> int: ...


T = TypeVar("T", bound=Placed)


def members(date: EdtfDate) -> list[EdtfDate]:
    """The dates of a set, one by one; a stretch inside the set is read as an interval."""
    found = []
    for part in date.text[1:-1].split(","):
        begins, dots, ends = part.partition("..")
        found.append(parse(f"{begins or '..'}/{ends or '..'}" if dots else part))
    return found


def lasts(date: EdtfDate, durative: bool) -> bool:
    """Whether the date is the time the event lasts."""
    return durative and (date.interval or date.all_of)


def sure_day(date: EdtfDate, durative: bool) -> int:
    """The first day on which the event has certainly begun."""
    if durative and date.all_of:
        return min(member.start_latest for member in members(date))
    if date.interval and (durative or date.end != "known"):
        return date.start_latest
    return date.latest


def last_day(date: EdtfDate, durative: bool) -> int:
    """The last day the event may fall on, for the order of a life.

    A moment dated from a day on, without an end, is placed where it is certain.
    """
    if date.interval and not durative and date.end != "known":
        return date.start_latest
    return date.latest


def under_way(date: EdtfDate, durative: bool, day: int) -> bool:
    """Whether an event that lasts is going on at the end of that day: on its last it is over."""
    if not lasts(date, durative) or date.end == "unknown":
        return False
    return sure_day(date, durative) <= day and (date.latest == LAST_DAY or day < date.latest)


def surely_before(one: Placed, other: Placed) -> bool:
    """Whether the last possible day of one lies before the first of the other."""
    return one.last < other.first


def life_order(items: Sequence[T]) -> list[T]:
    """The items as they followed one another.

    Where dates leave it open the table's stage decides, then the bounds, then the place.
    """
    left = list(items)
    ordered: list[T] = []
    while left:
        free = [one for one in left if not any(surely_before(other, one) for other in left)]
        chosen = min(free, key=lambda one: (one.stage, one.first, one.last, one.version))
        ordered.append(chosen)
        left.remove(chosen)
    return ordered
