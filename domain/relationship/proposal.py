"""Proposals: open until answered; a joint target stays until carried out or given up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.acts.act import Act
from domain.kinds.proposal import PROPOSAL
from domain.parties import Registry
from domain.relationship.change import Ledger
from domain.relationship.course import Course, Segment, begun_in, segments, told
from domain.relationship.items import item, possible
from domain.relationship.lapse import Lapse, lapse_of
from domain.relationship.meetings import facts_of, fold_context
from domain.relationship.ties import Tie

OPEN = ("open", "counter_proposed")


def fold_proposal(act: Act, ledger: Ledger, ties: Iterable[Tie], registry: Registry) -> None:
    """Contribute a proposal: between proposers and addressees, or between its two parties.

    What one of several answers counts for that one: the proposal stays open for the others.
    """
    for tie in ties:
        facts = facts_of(act, tie)
        lapse = lapse_of((tie.a, tie.b), registry)
        possible(act, ledger, tie, facts, lapse.day)
        if tie.own:
            shut = False
            for segment in segments(facts, tie.own_from, {lapse.day}):
                if not segment.course:
                    continue
                stands = segment.course[-1].status in PROPOSAL.standing
                if segment.day < lapse.day:
                    shut = stands
                _stand(act, ledger, tie, segment, lapse, shut or stands)
        if tie.joined < tie.own_from:
            fold_context(act, ledger, tie, facts, lapse)


def _stand(act: Act, ledger: Ledger, tie: Tie, segment: Segment, lapse: Lapse, stood: bool) -> None:
    """List where it stands; what `stood` with a party that ended has ended with it for good."""
    step = segment.course[-1]
    position = step.fact.position
    ended = stood and lapse.day <= segment.day
    if ended or step.status in PROPOSAL.standing:
        listed = "ended" if ended else "endorsed" if step.status == "endorsed" else "open"
        line = _line(act, segment.course)
        if ended:
            line = {k: v for k, v in line.items() if k != "since_day"}
            line = {**line, **lapse.fields(), "records": line["records"]}
        place = f"proposals.{listed}"
        ledger.item(tie.pair, place, segment.day, segment.until, position, line)
    if ended or step.status not in PROPOSAL.standing:
        place = f"proposals.closed.{'ended' if ended else step.status}"
        ledger.count(tie.pair, place, segment.day, segment.until, position)


def _line(act: Act, course: Course) -> dict[str, Any]:
    step, since = course[-1], begun_in(course, OPEN)
    day = step.certain_from
    return item(
        act,
        [since.fact, step.fact],
        proposers=list(act.with_role("proposer", day)) or None,
        addressees=list(act.with_role("addressee", day)) or None,
        status=step.status if step.status == "counter_proposed" else None,
        since=since.fact.event.date.text,
        since_day=since.certain_from,
        target=told(course, "target"),
        topics=told(course, "topics"),
    )
