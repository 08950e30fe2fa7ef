"""Items of an answer: one line about an act, naming the records it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.dates import LAST_DAY
from domain.relationship.change import Ledger
from domain.relationship.course import segments, steps_of
from domain.relationship.ties import Tie


class Titled(Protocol):
    """What a line tells of an act."""

    @property
    def act_id(self) -> str:
        """Its id."""
        ...

    @property
    def title(self) -> str | None:
        """Its title, where it has one."""
        ...


class Recorded(Protocol):
    """What a line rests on."""

    @property
    def position(self) -> int:
        """The position of a record."""
        ...


def item(act: Titled, facts: Iterable[Recorded], **fields: Any) -> dict[str, Any]:
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
