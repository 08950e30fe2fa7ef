"""Visits and talks: planned, under way, held; what was planned and never told is unconfirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, product

from domain.acts.act import Act
from domain.dates import LAST_DAY
from domain.dates import parse as parse_date
from domain.parties import relationship_key
from domain.relationship.change import Ledger
from domain.relationship.course import Step, segments, steps
from domain.relationship.items import current, item, possible

#: Where an act of a status is listed; a status that is not named is only counted.
LISTS = {
    "planned": "planned",
    "postponed": "planned",
    "under_way": "under_way",
    "adjourned": "adjourned",
    "halted": "adjourned",
}


def fold_visit(act: Act, ledger: Ledger) -> None:
    """Contribute a visit: to each visitor and host together, to other pairs as context."""
    direct: set[str] = set()
    course = steps(act.life)
    for visitor, host in product(act.with_role("visitor"), act.with_role("host")):
        pair = relationship_key(visitor, host)
        direct.add(pair)

        def held(day: int, step: Step, pair: str = pair, visitor: str = visitor) -> None:
            place = f"visits.last_held.{visitor}"
            ledger.last(pair, place, day, step.fact.position, _line(act, course, step))

        def counted(step: Step, visitor: str = visitor) -> Iterator[str]:
            yield f"visits.counts.by_status.{step.status}"
            if step.status == "held":
                yield f"visits.counts.by_direction.{visitor}"
                rank = current(course, step, "rank")
                if rank is not None:
                    yield f"visits.counts.by_rank.{rank}"

        roles = {"visitor": visitor, "host": host}
        _fold(act, course, ledger, pair, "visits", roles, held, counted)
    fold_context(act, ledger, direct)


def fold_talk(act: Act, ledger: Ledger) -> None:
    """Contribute a talk: to its own pair where two take part, else to every pair as context."""
    if act.many_party:
        fold_context(act, ledger, set())
        return
    pair = relationship_key(*act.codes)
    course = steps(act.life)

    def held(day: int, step: Step) -> None:
        ledger.last(pair, "talks.last_held", day, step.fact.position, _line(act, course, step))

    def counted(step: Step) -> Iterator[str]:
        yield f"talks.counts.by_status.{step.status}"
        if step.status == "held":
            for level in current(course, step, "levels") or ():
                yield f"talks.counts.by_level.{level}"

    _fold(act, course, ledger, pair, "talks", {}, held, counted)


def fold_context(act: Act, ledger: Ledger, direct: set[str]) -> None:
    """List an act of many parties in the pairs it is not directly between.

    A meeting of twenty is one act, not 190: it opens no pair's own count.
    """
    if not act.many_party:
        return
    pairs = [relationship_key(a, b) for a, b in combinations(act.codes, 2)]
    for segment in segments(steps(act.life)):
        step = segment.step
        if step is None:
            continue
        line = item(
            act,
            [step.fact],
            kind=act.kind,
            status=step.status,
            date=step.fact.event.date.text,
            parties=len(act.parties),
        )
        for pair in pairs:
            if pair not in direct:
                ledger.item(pair, "context", segment.day, segment.until, step.fact.position, line)


def _line(act: Act, course: tuple[Step, ...], step: Step, **fields: object) -> dict[str, object]:
    event = step.fact.event
    return item(
        act,
        [step.fact],
        date=event.date.text,
        rank=current(course, step, "rank"),
        levels=current(course, step, "levels"),
        place=event.body.get("place"),
        **fields,
    )


def _fold(
    act: Act,
    course: tuple[Step, ...],
    ledger: Ledger,
    pair: str,
    room: str,
    roles: dict[str, str],
    held: Callable[[int, Step], None],
    counted: Callable[[Step], Iterator[str]],
) -> None:
    """The course of a meeting in one pair; a plan whose window has passed is unconfirmed."""
    for segment in segments(course, _passings(course)):
        possible(ledger, act, pair, segment)
        step = segment.step
        if step is None:
            continue
        if step.status == "held":
            held(segment.day, step)
        window = current(course, step, "planned_for") if _planned(step) else None
        passed = window is not None and segment.day > parse_date(window).latest
        listed = "unconfirmed" if passed else LISTS.get(step.status)
        if listed is not None:
            line = _line(act, course, step, **roles, window=window, status=_stopped(step))
            place = f"{room}.{listed}"
            ledger.item(pair, place, segment.day, segment.until, step.fact.position, line)
        for place in counted(step):
            if passed:
                place = f"{room}.counts.by_status.unconfirmed"
            ledger.count(pair, place, segment.day, segment.until, step.fact.position)


def _stopped(step: Step) -> str | None:
    """The status of what stands in a list of another name."""
    return step.status if step.status in ("postponed", "adjourned", "halted") else None


def _planned(step: Step) -> bool:
    return LISTS.get(step.status) in ("planned", "adjourned")


def _passings(course: tuple[Step, ...]) -> Iterator[int]:
    """The days after each planned window: the first day a plan can be unconfirmed."""
    for step in course:
        window = step.fact.event.date_of("planned_for")
        if window is not None and window.latest < LAST_DAY:
            yield window.latest + 1
