"""The course of a life with one status at a time: what surely held on each day, what may have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from domain.acts.fact import Fact
from domain.acts.life import comes_after, life_order
from domain.dates import LAST_DAY


class Step(NamedTuple):
    """A status an act enters by one fact."""

    status: str
    possible_from: int
    certain_from: int
    fact: Fact
    may_last: bool = False
    """Whether its end is unknown: it may still be going on on any later day."""


#: The steps surely taken by a day, in life order; the last is where the act stands.
Course = tuple[Step, ...]


class Segment(NamedTuple):
    """The days `[day, until)` on which the same is certain and the same is possible."""

    day: int
    until: int
    course: Course
    possible: tuple[Step, ...]
    """Steps that may have been taken and would still matter, in life order."""
    entered: bool
    """Whether its last step is taken on its first day, not before."""

    @property
    def step(self) -> Step | None:
        """The last step surely taken, or None before the first."""
        return self.course[-1] if self.course else None


def steps_of(fact: Fact) -> tuple[Step, ...]:
    """The steps of an event.

    One that lasts and is dated by an interval, or by all of some days, takes two: it begins, and
    it is over. Where the interval's end is open it is not over; where the end is unknown it has
    surely begun, and whether it is over is not known.
    """
    date, row = fact.event.date, fact.event.type
    if not (row.durative and (date.interval or date.all_of)):
        # What is put off to another time is planned for it.
        again = row.status == "postponed" and "planned_for" in fact.event.body
        status = "planned" if again else row.status
        return (Step(status, date.earliest, fact.begins_certain, fact),)
    over = "held" if row.status == "under_way" else row.status
    if date.end == "unknown":
        return (Step(over, date.earliest, date.start_latest, fact, may_last=True),)
    begins = Step("under_way", date.earliest, date.start_latest, fact)
    if date.end == "open":
        return (begins,)
    return begins, Step(over, date.end_earliest, date.latest, fact)


def segments(
    facts: Sequence[Fact],
    joined: int = 0,
    parts: Collection[int] = (),
    passes: Callable[[Course], int | None] = lambda _: None,
) -> Iterator[Segment]:
    """The course of an act's facts as segments without gaps, from the first possible day on.

    `joined` is the day on which both were party; `parts` are days that part segments, such as the
    end of a party. `passes` gives the day on which the plan of a course has passed, where it is
    one, which parts them too. What is certain on a day may stand in another order than all does
    in the end.
    """
    taken = [(fact, steps_of(fact)) for fact in life_order(facts)]
    steps = [step for _, of_fact in taken for step in of_fact]
    days = {max(day, joined) for step in steps for day in (step.possible_from, step.certain_from)}
    if not days:
        return
    first = min(days)
    waiting = sorted({*days, *(max(day, first) for day in parts)} - {LAST_DAY}, reverse=True)
    pending: Segment | None = None
    while waiting:
        day = waiting.pop()
        course, possible = _on(taken, day)
        passed = passes(course)
        if passed is not None and day < passed and passed not in waiting:
            waiting = sorted({*waiting, passed}, reverse=True)
        same = pending is not None and (pending.course, pending.possible) == (course, possible)
        if same and day not in parts and day != passed:
            continue
        if pending is not None:
            yield pending._replace(until=day)
        last = pending.course[-1:] if pending is not None else ()
        pending = Segment(day, LAST_DAY, course, possible, course[-1:] != last)
    if pending is not None:
        yield pending


def _on(taken: Sequence[tuple[Fact, Course]], day: int) -> tuple[Course, tuple[Step, ...]]:
    """The course by the end of a day, and what may have happened beside it."""
    begun = {fact.version: steps for fact, steps in taken if steps[0].certain_from <= day}
    sure = life_order(fact for fact, _ in taken if fact.version in begun)
    course = tuple(s for fact in sure for s in begun[fact.version] if s.certain_from <= day)
    possible = tuple(
        step
        for fact, steps in taken
        for step in steps
        if step.possible_from <= day
        and (step.may_last or step.certain_from > day)
        and not any(comes_after(other, fact) for other in sure)
    )
    return course, possible


def told(course: Course, field: str) -> Any:
    """The value a field was last given in a course; None where it never was."""
    bodies = (step.fact.event.body for step in reversed(course))
    return next((body[field] for body in bodies if field in body), None)


def without_asides(course: Course) -> Course:
    """The steps that say where an act stands; all of them where none does."""
    return tuple(step for step in course if not step.fact.event.type.aside) or course


def begun_in(course: Course, statuses: Collection[str]) -> Step:
    """The step since which a course has had one of some statuses: the first of the last run."""
    begun = course[-1]
    for taken in reversed(course):
        if taken.status not in statuses:
            break
        begun = taken
    return begun
