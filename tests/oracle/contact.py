"""Contact between two: first, last, how many acts, and what the last twelve months saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.acts.kinds import CONSENTS
from domain.dates import FIRST_DAY, shift_years
from domain.parties import Registry
from tests.oracle.known import Act, Fact
from tests.oracle.meetings import course, first_end
from tests.oracle.speaking import Pair, counts_between, direct, own_since
from tests.oracle.when import lasts, reached_day

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
)


def contact(acts: Sequence[Act], pair: Pair, day: int, registry: Registry) -> dict[str, Any]:
    """What the two had to do with each other by the day."""
    reached: list[tuple[int, int, str]] = []
    began: list[tuple[int, int, str]] = []
    kinds: dict[str, int] = {}
    lately = many = 0
    ended = first_end(pair, day, registry)
    # Nothing goes on with a party beyond its last day.
    alive = day if ended is None else ended[0]
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
        lately += any(_in_twelve_months(fact, day, alive) for fact in happened)
        joined = max(act.joined(code, facts) for code in pair)
        # What came before the act was known as theirs counts on the day it became so.
        since = own_since(act, pair, day, registry)
        for fact in happened:
            if fact.event in NONE:
                continue
            if fact.sure < joined:
                continue
            until = max(fact.sure, reached_day(fact.date, fact.row.durative, alive))
            reached.append((max(until, since), fact.position, fact.date.text))
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


def _in_twelve_months(fact: Fact, day: int, alive: int) -> bool:
    """Whether it certainly happened, or went on, within the year up to the day."""
    since = shift_years(day, -1)
    begins = fact.date_sure
    ends = max(begins, reached_day(fact.date, fact.row.durative, alive))
    if not lasts(fact.date, fact.row.durative):
        ends = begins
    return max(begins, FIRST_DAY) <= day and ends > since
