"""Relations on three independent axes: recognition, diplomatic relations, missions.

Severing relations does not of itself close a mission, nor the reverse (VCDR art. 45); so each
axis, and each direction on it, is a course of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.acts.life import life_order
from domain.relationship.change import Ledger
from domain.relationship.course import Step, segments, steps
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
            course = steps(life_order(facts))
            possible(act, ledger, tie, course)
            for segment in segments(course, joined=tie.joined):
                step = segment.step
                # What is only possible sets nothing: an older value never comes back by it.
                if step is not None and segment.entered:
                    value = _value(act, tie, place, course, step)
                    ledger.last(tie.pair, place, segment.day, step.fact.position, value)


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
    named = fact.event.body.get("toward")
    if named:
        return frozenset(named)
    others = act.present(fact) - frozenset(fact.event.by)
    return others or frozenset(fact.event.by)


def _value(act: Act, tie: Tie, place: str, course: tuple[Step, ...], step: Step) -> dict[str, Any]:
    event = step.fact.event
    since = event.date.text
    if place.startswith("relations.missions."):
        return _mission(act, tie, place.rpartition(".")[2], course, step)
    status = step.status
    if status == "recognised":
        status = event.body.get("recognition", "recognised")
    by = [code for code in (tie.a, tie.b) if code in event.by]
    told = by if place == "relations.diplomatic" and step.status != "established" else None
    return item(act, [step.fact], status=status, since=since, by=told or None)


def _mission(
    act: Act, tie: Tie, sending: str, course: tuple[Step, ...], step: Step
) -> dict[str, Any]:
    event, since = step.fact.event, step.fact.event.date.text
    if step.status == "mission_closed":
        # Known to be closed is not the same as nothing known, which is null.
        return item(act, [step.fact], status="closed", since=since)
    if step.status == "interests_section":
        power = event.body.get("protecting_power")
        return item(
            act, [step.fact], status="interests_section", protecting_power=power, since=since
        )
    host = tie.b if sending == tie.a else tie.a
    opened = _opened(course, step)
    residence: dict[str, Any] = {}
    for taken in course[course.index(opened) : course.index(step) + 1]:
        residence |= _residence(taken, host)
    # The mission since it was opened, its class since it was last given (VCDR art. 14).
    return item(
        act,
        [opened.fact, step.fact],
        status="open",
        **{"class": event.body["mission_class"]},
        mission_title=event.body.get("mission_title"),
        **residence,
        since=opened.fact.event.date.text,
        class_since=since,
    )


def _opened(course: tuple[Step, ...], step: Step) -> Step:
    """The step with which the mission of a step was opened."""
    opened = step
    for taken in reversed(course[: course.index(step) + 1]):
        if taken.status != "mission_opened":
            break
        opened = taken
        if taken.fact.event.type.event == "mission_opened":
            break
    return opened


def _residence(step: Step, host: str) -> dict[str, Any]:
    """Whether the head of mission resides with a host, and else where: as far as an event says."""
    body = step.fact.event.body
    told = {name: body[name] for name in ("resident", "seat") if name in body}
    for entry in body.get("residence", ()):
        if entry["party"] == host:
            told |= {name: entry[name] for name in ("resident", "seat") if name in entry}
    return told
