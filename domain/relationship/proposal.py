"""Proposals: open until answered; a joint target stays until carried out or given up."""

from __future__ import annotations

from itertools import product
from typing import Any

from domain.acts.act import Act
from domain.parties import relationship_key
from domain.relationship.change import Ledger
from domain.relationship.course import Step, segments, steps
from domain.relationship.items import current, item, possible
from domain.relationship.meetings import fold_context

OPEN = ("open", "counter_proposed")


def fold_proposal(act: Act, ledger: Ledger) -> None:
    """Contribute a proposal: between proposers and addressees, or between its two parties."""
    if act.many_party:
        direct = {
            relationship_key(a, b)
            for a, b in product(act.with_role("proposer"), act.with_role("addressee"))
        }
    else:
        direct = {relationship_key(*act.codes)}
    course = steps(act.life)
    for segment in segments(course):
        step = segment.step
        for pair in sorted(direct):
            possible(ledger, act, pair, segment)
            if step is None:
                continue
            position = step.fact.position
            if step.status in OPEN or step.status == "endorsed":
                listed = "endorsed" if step.status == "endorsed" else "open"
                line = _line(act, course, step)
                place = f"proposals.{listed}"
                ledger.item(pair, place, segment.day, segment.until, position, line)
            else:
                place = f"proposals.closed.{step.status}"
                ledger.count(pair, place, segment.day, segment.until, position)
    fold_context(act, ledger, direct)


def _line(act: Act, course: tuple[Step, ...], step: Step) -> dict[str, Any]:
    answered = step.status == "counter_proposed"
    since = next((s for s in course if s.status == "open"), step) if answered else step
    return item(
        act,
        [since.fact, step.fact],
        proposers=list(act.with_role("proposer")) or None,
        addressees=list(act.with_role("addressee")) or None,
        status=step.status if answered else None,
        since=since.fact.event.date.text,
        since_day=since.certain_from,
        target=current(course, step, "target"),
        topics=current(course, step, "topics"),
    )
