"""Items of an answer: one line about an act, naming the records it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.dates import LAST_DAY
from domain.relationship.change import Ledger
from domain.relationship.course import Segment, Step


def item(act: Act, facts: Iterable[Fact], **fields: Any) -> dict[str, Any]:
    """A line about an act: its id and title, the fields that are known, its records' positions."""
    line: dict[str, Any] = {"act_id": act.act_id}
    if act.title is not None:
        line["title"] = act.title
    line.update((name, value) for name, value in fields.items() if value is not None)
    line["records"] = sorted({fact.position for fact in facts})
    return line


def possible(ledger: Ledger, act: Act, pair: str, segment: Segment, ends: int = LAST_DAY) -> None:
    """List what may have happened on a segment's days.

    From `ends` on a party is no more: nothing is still under way with it.
    """
    for step in segment.possible:
        lasting = step is segment.step
        ledger.item(
            pair,
            "possible",
            segment.day,
            min(segment.until, ends) if lasting else segment.until,
            step.fact.position,
            item(
                act,
                [step.fact],
                kind=act.kind,
                status="under_way" if lasting else step.status,
                event=step.fact.event.type.name,
                date=step.fact.event.date.text,
            ),
        )


def current(life: Iterable[Step], step: Step, field: str) -> Any:
    """The value a field was last given up to a step of a life; None where it never was."""
    value = None
    for taken in life:
        value = taken.fact.event.body.get(field, value)
        if taken is step:
            break
    return value
