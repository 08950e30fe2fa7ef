"""Relations on three independent axes: recognition, diplomatic relations, missions.

Severing relations does not of itself close a mission, nor the reverse (VCDR art. 45); so each
axis, and each direction on it, is a course of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.acts.act import Act, Fact, life_order
from domain.parties import relationship_key
from domain.relationship.change import Ledger
from domain.relationship.course import Step, segments, steps
from domain.relationship.items import item, possible

_AXES = {
    "recognised": "recognition",
    "recognition_withdrawn": "recognition",
    "established": "diplomatic",
    "suspended": "diplomatic",
    "severed": "diplomatic",
    "resumed": "diplomatic",
}


def fold_relation(act: Act, ledger: Ledger) -> None:
    """Contribute the course of each axis; a later act on the same axis continues it."""
    axes: dict[tuple[str, str], list[Fact]] = {}
    for fact in act.facts:
        for pair, place in _places(act, fact):
            axes.setdefault((pair, place), []).append(fact)
    for (pair, place), facts in sorted(axes.items()):
        for segment in segments(steps(life_order(facts))):
            possible(ledger, act, pair, segment)
            if segment.step is not None:
                value = _value(act, segment.step)
                ledger.last(pair, place, segment.day, segment.step.fact.position, value)


def _places(act: Act, fact: Fact) -> Iterator[tuple[str, str]]:
    event = fact.event
    axis = _AXES.get(event.type.event, "missions")
    if event.type.speaks_for == "all" or not event.by:
        yield from (
            (relationship_key(a, b), f"relations.{axis}")
            for index, a in enumerate(act.codes)
            for b in act.codes[index + 1 :]
        )
        return
    for acting in event.by:
        for other in event.body.get("toward") or act.codes:
            if other != acting and other not in event.by:
                pair = relationship_key(acting, other)
                suffix = "" if axis == "diplomatic" else f".{acting}"
                yield pair, f"relations.{axis}{suffix}"


def _value(act: Act, step: Step) -> dict[str, Any]:
    event = step.fact.event
    body, since = event.body, event.date.text
    fields: dict[str, Any]
    if step.status == "mission_closed":
        # Known to be closed is not the same as nothing known, which is null.
        fields = {"status": "closed", "since": since}
    elif step.status == "interests_section":
        power = body.get("protecting_power")
        fields = {"status": "interests_section", "protecting_power": power, "since": since}
    elif step.status == "mission_opened":
        fields = {
            "status": "open",
            "class": body["mission_class"],
            "resident": body.get("resident"),
            "since": since,
        }
    elif step.status == "recognised":
        fields = {"status": body.get("recognition", "recognised"), "since": since}
    else:
        fields = {"status": step.status, "since": since}
    return item(act, [step.fact], **fields)
