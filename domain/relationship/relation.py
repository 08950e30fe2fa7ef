"""Relations on three independent axes: recognition, diplomatic relations, missions.

Severing relations does not of itself close a mission, nor the reverse (VCDR art. 45); so each
axis, and each direction on it, is a course of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.relationship.change import Ledger
from domain.relationship.course import Course, Step, segments
from domain.relationship.items import item, possible
from domain.relationship.ties import Tie

_AXES = {
    "recognised": "recognition",
    "recognition_withdrawn": "recognition",
    "established": "diplomatic",
    "suspended": "diplomatic",
    "severed": "diplomatic",
    "resumed": "diplomatic",
}
#: Statuses of which nothing is left to end with a party.
OVER = frozenset({"closed", "severed", "recognition_withdrawn"})


def fold_relation(act: Act, ledger: Ledger, ties: Iterable[Tie]) -> None:
    """Contribute the course of each axis; a later act on the same axis continues it."""
    for tie in ties:
        axes: dict[str, list[Fact]] = {}
        for fact in act.facts:
            if act.concerns(fact, tie.a, tie.b):
                for place in _places(act, fact, tie):
                    axes.setdefault(place, []).append(fact)
        for place, facts in sorted(axes.items()):
            possible(act, ledger, tie, facts)
            for segment in segments(facts, joined=tie.joined):
                # What is only possible sets nothing: an older value never comes back by it.
                if segment.course and segment.entered:
                    value = _value(act, tie, place, segment.course)
                    position = segment.course[-1].fact.position
                    ledger.last(tie.pair, place, segment.day, position, value)


def _places(act: Act, fact: Fact, tie: Tie) -> Iterator[str]:
    event = fact.event
    axis = _AXES.get(event.type.event, "missions")
    if axis == "diplomatic" and (event.type.whole or not event.by):
        yield "relations.diplomatic"
        return
    if not event.by:
        yield from (f"relations.{axis}.{code}" for code in (tie.a, tie.b))
        return
    for acting, other in ((tie.a, tie.b), (tie.b, tie.a)):
        if axis == "diplomatic" and other in event.by and acting in event.by:
            yield "relations.diplomatic"
            return
        if acting in event.by and other in _toward(act, fact):
            if axis == "diplomatic":
                yield "relations.diplomatic"
                return
            yield f"relations.{axis}.{acting}"


def _toward(act: Act, fact: Fact) -> frozenset[str]:
    """Whom those who act turn to: whom the event names, else the others, else each other."""
    by = frozenset(fact.event.by)
    return act.toward(fact) or act.present(fact) - by or by


def _value(act: Act, tie: Tie, place: str, course: Course) -> dict[str, Any]:
    if place.startswith("relations.missions."):
        return _mission(act, tie, place.rpartition(".")[2], course)
    status, begun = _status(course[-1]), _run(course)[0].fact
    by = [code for code in (tie.a, tie.b) if code in begun.event.by]
    acting = by if place == "relations.diplomatic" and status != "established" else None
    since = begun.event.date.text
    return item(act, [begun, course[-1].fact], status=status, since=since, by=acting or None)


def _status(step: Step) -> str:
    """The status of an axis by a step; of a recognition, its kind."""
    if step.status != "recognised":
        return step.status
    return str(step.fact.event.body.get("recognition", "recognised"))


def _run(course: Course) -> Course:
    """The steps since which a status has stood: what says it again begins nothing anew."""
    first = len(course) - 1
    while first > 0 and _status(course[first - 1]) == _status(course[-1]):
        first -= 1
    return course[first:]


def _mission(act: Act, tie: Tie, sending: str, course: Course) -> dict[str, Any]:
    run = _run(course)
    opened, body = run[0].fact, run[-1].fact.event.body
    since, facts = opened.event.date.text, [opened, run[-1].fact]
    if run[-1].status == "mission_closed":
        # Known to be closed is not the same as nothing known, which is null.
        return item(act, facts, status="closed", since=since)
    if run[-1].status == "interests_section":
        power = body.get("protecting_power")
        return item(act, facts, status="interests_section", protecting_power=power, since=since)
    host = tie.b if sending == tie.a else tie.a
    residence: dict[str, Any] = {}
    classed = run[0]
    for taken in run:
        residence |= _residence(taken, host)
        if _class(taken) != _class(classed):
            classed = taken
    # The mission since it was opened, its class since it was last given (VCDR art. 14).
    return item(
        act,
        facts,
        status="open",
        **{"class": _class(classed)},
        mission_title=body.get("mission_title"),
        **residence,
        since=since,
        class_since=classed.fact.event.date.text,
    )


def _class(step: Step) -> Any:
    return step.fact.event.body["mission_class"]


def _residence(step: Step, host: str) -> dict[str, Any]:
    """Whether the head of mission resides with a host, and else where: as far as an event says."""
    body = step.fact.event.body
    residence = {name: body[name] for name in ("resident", "seat") if name in body}
    for entry in body.get("residence", ()):
        if entry["party"] == host:
            residence |= {name: entry[name] for name in ("resident", "seat") if name in entry}
    return residence
