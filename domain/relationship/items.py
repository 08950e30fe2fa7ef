"""Items of an answer: one line about an act, naming the records it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.dates import LAST_DAY
from domain.relationship.change import Ledger
from domain.relationship.course import segments, steps_of
from domain.relationship.ties import Tie


def item(act: Act, facts: Iterable[Fact], **fields: Any) -> dict[str, Any]:
    """A line about an act: its id and title, the fields that are known, its records' positions."""
    line: dict[str, Any] = {"act_id": act.act_id}
    if act.title is not None:
        line["title"] = act.title
    line.update((name, value) for name, value in fields.items() if value is not None)
    line["records"] = sorted({fact.position for fact in facts})
    return line


def possible(
    act: Act, ledger: Ledger, tie: Tie, facts: Sequence[Fact], ends: int = LAST_DAY
) -> None:
    """List what may have happened, on the days of it.

    From `ends` on a party is no more: nothing is still under way with it.
    """
    steps = [step for fact in facts for step in steps_of(fact)]
    if all(step.possible_from == step.certain_from and not step.may_last for step in steps):
        return
    for segment in segments(facts, joined=tie.may_from):
        for step in segment.possible:
            lasting = step.certain_from <= segment.day
            ledger.item(
                tie.pair,
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
