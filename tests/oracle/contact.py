"""Contact between two: first, last, how many acts, and what the last twelve months saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.dates import LAST_DAY, shift_years
from domain.kinds import CONSENTS
from domain.parties import Registry
from tests.oracle.known import Act, Fact
from tests.oracle.meetings import course
from tests.oracle.speaking import Pair, counts_between, direct, own_since
from tests.oracle.when import lasts, life_order, under_way

#: Force, its end by time, consent and statements deposited elsewhere are no contact.
NONE = (
    *CONSENTS,
    "consent_withdrawn",
    "entered_into_force",
    "provisionally_applied",
    "expired",
    "superseded",
    "lapsed",
    "reservation_made",
    "objection_made",
    "declaration_made",
    "published",
)


def contact(acts: Sequence[Act], pair: Pair, day: int, registry: Registry) -> dict[str, Any]:
    """What the two had to do with each other by the day."""
    reached: list[tuple[int, bool, int, str]] = []
    began: list[tuple[int, int, str]] = []
    kinds: dict[str, int] = {}
    lately = many = 0
    last_day = min(registry.get(code).valid_to for code in pair) - 1
    for act in acts:
        facts = act.certain(day)
        if act.kind == "coverage" or not set(pair) <= act.parties(facts):
            continue
        happened = _happened(act, pair, day)
        own = direct(act, pair, day, registry)
        if not own:
            many += any(fact.date_sure <= day for fact in act.facts)
        if not own or not happened:
            continue
        kinds[act.kind] = kinds.get(act.kind, 0) + 1
        lately += any(
            _in_twelve_months(fact, _over(fact, happened, last_day), day) for fact in happened
        )
        joined = max(act.joined(code, facts) for code in pair)
        # What came before the act was known as theirs counts on the day it became so.
        since = own_since(act, pair, day, registry)
        for fact in happened:
            if fact.event in NONE:
                continue
            if fact.sure < joined:
                continue
            # What goes on that day counts before what else happened on it.
            goes_on = fact is happened[-1] and under_way(fact.date, fact.row.durative, day)
            goes_on = goes_on and day <= last_day
            over = _over(fact, happened, last_day)
            until = day if goes_on else over if over <= day else fact.date_sure
            reached.append((max(until, since), goes_on, fact.position, fact.date.text))
            began.append((max(fact.sure, since), fact.position, fact.date.text))
    return {
        "first": min(began)[-1] if began else None,
        "last": max(reached)[-1] if reached else None,
        "acts": kinds,
        "last_12_months": lately,
        "many_party": many,
    }


def _happened(act: Act, pair: Pair, day: int) -> list[Fact]:
    """The facts of the act that have certainly happened, by their own dates, for the two."""
    if act.kind == "agreement":
        facts = act.certain(day)
        return [
            fact
            for fact in facts
            if fact.date_sure <= day and counts_between(act, fact, pair, facts)
        ]
    return course(act, pair, day)


def _over(fact: Fact, happened: Sequence[Fact], last_day: int) -> int:
    """The day on which it was over, or will be; of what has no length, the one it began on.

    What has no end goes on until another event of the life follows it, and nothing goes on with
    a party beyond its last day.
    """
    if not lasts(fact.date, fact.row.durative) or fact.date.end == "unknown":
        return fact.date_sure
    over = fact.date.latest
    if fact.date.end == "open":
        after = [f.sure for f in happened if f is not fact and life_order([fact, f])[-1] is f]
        over = min(after, default=LAST_DAY)
    return max(fact.date_sure, min(over, last_day))


def _in_twelve_months(fact: Fact, over: int, day: int) -> bool:
    """Whether it certainly happened, or went on, within the year up to the day."""
    return fact.date_sure <= day and min(over, day) > shift_years(day, -1)
