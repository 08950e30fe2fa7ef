"""From when something of a treaty stands, and from when to when a party has a part in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.dates import EdtfDate
from tests.oracle.steps import Step
from tests.oracle.when import sure_day

Line = dict[str, Any]


@dataclass(frozen=True)
class Since:
    """From when something stands, as a line tells it."""

    day: int
    position: int
    since: str
    effective: str | None = None
    dated: str | None = None
    effect_day: int = 0
    """The first day that it has effect on, dated back or not."""

    def line(self, **more: Any) -> Line:
        empty = dict.fromkeys(("awaiting", "how", "by", "until"))
        days = {"since": self.since, "effective": self.effective, "dated": self.dated}
        return days | empty | more


def since(step: Step) -> Since:
    """From when what the step does stands; what is done is not dated back, only its effect is."""
    own = step.fact.date.text
    dated = own if own != step.date.text else None
    back = step.fact.back_to if step.part == "effect" else None
    text, effect_day = step.date.text, step.sure
    if back is None:
        return Since(step.sure, step.position, text, None, dated, effect_day)
    return Since(step.sure, step.position, text, back.text, dated, sure_day(back, False))


@dataclass
class Part:
    """A time in which anything ties the party to the treaty, and how it ended."""

    first: int
    """The first day on which it may have begun."""
    begins: int
    how: str | None = None
    end: Since | None = None
    ends: EdtfDate | None = None
    by: tuple[str, ...] = ()
    of_some: bool = False
    """Whether an event of some ended it, not of the whole."""
