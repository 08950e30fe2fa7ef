"""Proposals between two: what is open, what was endorsed and how far it is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.dates import DateError, format_day, parse
from domain.parties import Registry
from tests.oracle.known import Act, Fact
from tests.oracle.meetings import course, first_end
from tests.oracle.speaking import Pair

OPEN = ("tabled", "counter_proposed")
LIVE = ("open", "counter_proposed", "endorsed")


@dataclass(frozen=True)
class Proposal:
    """Where a proposal stands on a day."""

    status: str
    since: str
    days: int
    ended: str | None = None


def proposal(act: Act, pair: Pair, day: int, registry: Registry) -> Proposal | None:
    """Where it stands; what was open with a party that ended is closed with it."""
    now = _stands(act, pair, day)
    end = first_end(pair, day, registry)
    if end is None or now is None:
        return now
    before = _stands(act, pair, end[0])
    if (before and before.status in LIVE) or now.status in LIVE:
        return Proposal("ended", now.since, now.days, ended=format_day(end[0]))
    return now


def _stands(act: Act, pair: Pair, day: int) -> Proposal | None:
    facts = act.certain(day)
    if not set(pair) <= act.parties(facts):
        return None
    life = course(act, pair, day)
    if not life:
        return None
    status = life[-1].row.status
    since = life[-1]
    if life[-1].event in OPEN:
        for fact in reversed(life):
            if fact.event not in OPEN:
                break
            since = fact
    # It is not open between the two before both are party to it.
    for code in pair:
        if act.joined(code, facts) > since.sure:
            since = next(f for f in facts if code in f.names and f.sure == act.joined(code, facts))
    return Proposal(status, since.date.text, day - since.sure)


def target(act: Act, pair: Pair, day: int) -> dict[str, Any] | None:
    """The target that stands, the last one named in the proposal's life."""
    named = [fact.body["target"] for fact in course(act, pair, day) if "target" in fact.body]
    return named[-1] if named else None


def latest_figure(goal: dict[str, Any], acts: Sequence[Act], pair: Pair, day: int) -> float | None:
    """The figure of the latest period for the same thing, reported by an act of the two."""
    found: list[tuple[int, int, int, int, float]] = []
    for act in acts:
        for fact in course(act, pair, day):
            for place, figure in enumerate(fact.body.get("figures", ())):
                if (figure["name"], figure.get("unit")) == (goal["name"], goal.get("unit")):
                    key = (_period(figure, fact), fact.sure, fact.position, place)
                    found.append((*key, figure["value"]))
    return max(found)[-1] if found else None


def _period(figure: dict[str, Any], fact: Fact) -> int:
    """The last day of the figure's period; without one, of the event that reports it."""
    try:
        return parse(figure["period"]).latest
    except (KeyError, DateError):
        return fact.date.latest
