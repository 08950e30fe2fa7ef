"""The course of a life with one status at a time: what surely held on each day, what may have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from domain.acts.fact import Fact
from domain.dates import LAST_DAY


class Step(NamedTuple):
    """A status an act enters by one fact."""

    status: str
    possible_from: int
    certain_from: int
    fact: Fact
    may_last: bool = False
    """Whether its end is unknown: it may still be going on on any later day."""


class Segment(NamedTuple):
    """The days `[day, until)` on which the same is certain and the same is possible."""

    day: int
    until: int
    step: Step | None
    """The last step surely taken, or None before the first."""
    possible: tuple[Step, ...]
    """Steps beyond it that may have been taken, in life order."""
    entered: bool
    """Whether its step is taken on its first day, not before."""


def steps(life: Iterable[Fact]) -> tuple[Step, ...]:
    """The steps of a life, in its order.

    An event that lasts and is dated by an interval, or by all of some days, takes two: it begins,
    and it is over. Where the interval's end is open it is not over; where the end is unknown it
    has surely begun, and whether it is over is not known.
    """
    taken: list[Step] = []
    for fact in life:
        date, row = fact.event.date, fact.event.type
        if not (row.durative and (date.interval or date.all_of)):
            taken.append(Step(row.status, date.earliest, fact.begins_certain, fact))
            continue
        over = "held" if row.status == "under_way" else row.status
        if date.end == "open":
            taken.append(Step("under_way", date.earliest, date.start_latest, fact))
        elif date.end == "unknown":
            taken.append(Step(over, date.earliest, date.start_latest, fact, may_last=True))
        else:
            taken.append(Step("under_way", date.earliest, date.start_latest, fact))
            taken.append(Step(over, date.end_earliest, date.latest, fact))
    return tuple(taken)


def segments(
    taken: Sequence[Step],
    passes: Callable[[Step], int | None] = lambda _: None,
    ends: int = LAST_DAY,
    joined: int = 0,
) -> Iterator[Segment]:
    """The course of the steps as segments without gaps, from the first possible day on.

    `passes` gives the day on which a step's plan has passed, where it is one; `ends` is the day
    on which a party is no more, `joined` that on which both were party: each parts segments.
    A step that becomes certain only after a later one already is never becomes the status: an
    imprecise date turns nothing back.
    """
    days = {day for step in taken for day in (step.possible_from, step.certain_from)}
    if not days:
        return
    breaks = {day for step in taken if (day := passes(step)) is not None} | {ends}
    first = max(min(days), joined)
    days = {max(day, first) for day in days} | {day for day in breaks if day > first}
    ordered = sorted(day for day in days if day < LAST_DAY)
    pending: Segment | None = None
    for index, day in enumerate(ordered):
        until = ordered[index + 1] if index + 1 < len(ordered) else LAST_DAY
        reached = -1
        for number, step in enumerate(taken):
            if step.certain_from <= day:
                reached = number
        possible = tuple(step for step in taken[reached + 1 :] if step.possible_from <= day)
        current = taken[reached] if reached >= 0 else None
        if current is not None and current.may_last:
            possible = (current, *possible)
        if (
            pending is not None
            and (pending.step, pending.possible) == (current, possible)
            and not _parts(current, day, passes, ends)
        ):
            pending = pending._replace(until=until)
            continue
        entered = pending is None or pending.step is not current
        if pending is not None:
            yield pending
        pending = Segment(day, until, current, possible, entered)
    if pending is not None:
        yield pending


def _parts(step: Step | None, day: int, passes: Callable[[Step], int | None], ends: int) -> bool:
    return day == ends or (step is not None and passes(step) == day)
