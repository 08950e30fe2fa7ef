"""Visits and talks between two: where each stands on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.dates import LAST_DAY, format_day, parse
from domain.parties import Registry
from tests.oracle.known import Act, Fact
from tests.oracle.speaking import Pair, counts_between, own_since
from tests.oracle.when import lasts, life_order, under_way

PLANS = ("announced", "scheduled", "postponed")
LIVE = ("planned", "postponed", "unconfirmed", "under_way", "adjourned", "halted")


@dataclass(frozen=True)
class Meeting:
    """Where a visit or a talk stands on a day."""

    status: str
    window: str | None = None
    ended: str | None = None
    put_off: bool = False
    """Whether it was put off without another time."""


def course(act: Act, pair: Pair, day: int) -> list[Fact]:
    """The certain facts of the act that count between the two, in the order of its life."""
    facts = act.certain(day)
    return life_order([fact for fact in facts if counts_between(act, fact, pair, facts)])


def first_end(pair: Pair, day: int, registry: Registry) -> tuple[int, list[str]] | None:
    """The last day of whichever of the two ended first by the day, and who ended then."""
    ends = {code: registry.get(code).valid_to for code in pair}
    first = min(ends.values())
    if first > day:
        return None
    return first - 1, sorted(code for code, end in ends.items() if end == first)


def meeting(act: Act, pair: Pair, day: int, registry: Registry) -> Meeting | None:
    """Where the visit or talk stands; what was open with a party that ended is closed with it."""
    now = _stands(course(act, pair, day), day)
    end = first_end(pair, day, registry)
    if end is None or now is None:
        return now
    before = _stands(course(act, pair, end[0]), end[0])
    if (before and before.status in LIVE) or now.status in LIVE:
        return Meeting("ended", ended=format_day(end[0]))
    return now


def _stands(life: Sequence[Fact], day: int) -> Meeting | None:
    if not life:
        return None
    last = life[-1]
    if last.event in PLANS:
        return _plan(life, day)
    if last.event in ("began", "opened", "held"):
        if under_way(last.date, last.row.durative, day):
            return Meeting("under_way")
        over = last.event == "held" or lasts(last.date, last.row.durative)
        return Meeting("held" if over else "under_way")
    return Meeting(last.row.status)


def _plan(life: Sequence[Fact], day: int) -> Meeting:
    """A plan put off without another time has no window, and is never overdue."""
    window: str | None = None
    put_off = False
    for fact in life:
        planned = fact.body.get("planned_for")
        if fact.event not in PLANS:
            window, put_off = None, False
        elif planned is not None:
            window, put_off = planned, False
        elif fact.event == "postponed":
            window, put_off = None, True
    if window is not None and parse(window).latest < day:
        return Meeting("unconfirmed", window)
    return Meeting("postponed" if put_off else "planned", window, put_off=put_off)


def was_held(act: Act, pair: Pair, day: int, registry: Registry) -> tuple[int, int] | None:
    """The day on which something held in the act was surely over, and its position."""
    end = first_end(pair, day, registry)
    if end is not None:
        before = _stands(course(act, pair, end[0]), end[0])
        if before and before.status in LIVE:
            day = end[0]
    over = [(_over(fact), fact.position) for fact in course(act, pair, day)]
    found = [(on, position) for on, position in over if on <= day]
    if not found:
        return None
    since = own_since(act, pair, day, registry)
    return max((max(on, since), position) for on, position in found)


def _over(fact: Fact) -> int:
    """The day on which it was surely held and over."""
    dated = lasts(fact.date, fact.row.durative)
    if fact.event != "held" and not (fact.event in ("began", "opened") and dated):
        return LAST_DAY
    return fact.date.latest if dated and fact.date.end != "unknown" else fact.sure
