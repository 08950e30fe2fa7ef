"""The steps of a treaty's life: what is done, and what takes effect, each on its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.dates import parse
from tests.oracle.known import Act, Fact
from tests.oracle.speaking import speaks_for
from tests.oracle.when import last_day, life_order, sure_day

Line = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a treaty's life."""

    event: str
    done: bool
    """Whether the act itself is done at this step."""
    effect: bool
    """Whether it takes effect at this step: VCLT art. 24, 28 and 65."""
    first: int
    last: int
    sure: int
    stage: int
    position: int
    since: str
    dated: str | None
    effective: str | None
    by: tuple[str, ...] | None
    speakers: frozenset[str]
    fact: Fact | None

    def line(self, **more: Any) -> Line:
        """The line of a status that stands from this step."""
        empty = dict.fromkeys(("awaiting", "how", "by", "until"))
        told = {"since": self.since, "effective": self.effective, "dated": self.dated}
        return told | empty | more


def steps_of(act: Act, fact: Fact, facts: Sequence[Fact]) -> list[Step]:
    """One step, or two where the effect comes later than what is done."""
    effect = None if fact.when is not fact.date else fact.effect
    common: dict[str, Any] = {
        "event": fact.event,
        "stage": fact.stage,
        "position": fact.position,
        "by": tuple(sorted(fact.by)) or None,
        "speakers": frozenset(speaks_for(act, fact, facts)),
        "fact": fact,
    }
    own: dict[str, Any] = {
        "first": fact.first,
        "last": fact.last,
        "sure": fact.sure,
        "since": fact.when.text,
    }
    if effect is None or sure_day(effect, False) == fact.sure:
        return [Step(done=True, effect=True, dated=None, effective=None, **own, **common)]
    if sure_day(effect, False) < fact.sure:
        return [Step(done=True, effect=True, dated=None, effective=effect.text, **own, **common)]
    later: dict[str, Any] = {
        "first": effect.earliest,
        "last": last_day(effect, False),
        "sure": sure_day(effect, False),
        "since": effect.text,
    }
    return [
        Step(done=True, effect=False, dated=None, effective=None, **own, **common),
        Step(done=False, effect=True, dated=fact.date.text, effective=None, **later, **common),
    ]


def ordered_steps(act: Act, facts: Sequence[Fact], day: int) -> list[Step]:
    """The steps that are certain on the day, in the order of the treaty's life."""
    steps = [step for fact in facts for step in steps_of(act, fact, facts)]
    return life_order([step for step in steps if step.sure <= day])


def expiry_named_by(step: Step) -> Step | None:
    """The end that the treaty names for itself: VCLT art. 54(a)."""
    if step.fact is None or not step.done or "expires_on" not in step.fact.body:
        return None
    ends = parse(step.fact.body["expires_on"])
    sure = sure_day(ends, False)
    back = sure < step.sure
    return Step(
        event="expired",
        done=True,
        effect=True,
        first=step.first if back else ends.earliest,
        last=step.last if back else last_day(ends, False),
        sure=max(sure, step.sure),
        stage=11,
        position=step.position,
        since=step.since if back else ends.text,
        dated=None,
        effective=ends.text if back else None,
        by=None,
        speakers=frozenset(),
        fact=None,
    )
