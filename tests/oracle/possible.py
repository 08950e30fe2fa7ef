"""What may have happened by a day, and has not certainly."""

from __future__ import annotations

from collections.abc import Sequence

from domain.dates import parse
from domain.parties import Registry
from tests.oracle.agreement import Life, between
from tests.oracle.known import Act, Fact
from tests.oracle.relations import axes, on_axis
from tests.oracle.speaking import Pair, counts_between, direct, speaks_for
from tests.oracle.steps import Step, ordered_steps, steps_of
from tests.oracle.when import lasts, life_order, sure_day

Possible = tuple[str, str, str]


def possible(acts: Sequence[Act], pair: Pair, day: int, registry: Registry) -> set[Possible]:
    """What may have happened in each act, unless what is certain has overtaken it."""
    found: set[Possible] = set()
    for act in acts:
        begun = act.begun(day)
        if act.kind == "coverage" or not set(pair) <= act.parties(begun):
            continue
        if act.kind == "agreement":
            found |= _of_a_treaty(act, pair, day, registry)
            continue
        for fact in begun:
            if not counts_between(act, fact, pair, begun):
                continue
            told = (act.act_id, fact.row.name, fact.row.status)
            if _may_still_last(fact, day):
                told = (act.act_id, fact.row.name, "under_way")
            elif fact.sure <= day:
                continue
            if not _overtaken(acts, act, fact, pair, day, registry):
                found.add(told)
    return found


def _may_still_last(fact: Fact, day: int) -> bool:
    """Whether it surely began, and nobody knows when it ended."""
    known = lasts(fact.date, fact.row.durative) and fact.date.end == "unknown"
    return known and fact.sure <= day


def _overtaken(
    acts: Sequence[Act], act: Act, fact: Fact, pair: Pair, day: int, registry: Registry
) -> bool:
    """Whether a certain fact of the same course comes after it in the order of the life."""
    facts = act.certain(day)
    known = set(pair) <= act.parties(facts)
    if act.kind == "relation" and (not known or direct(act, pair, day, registry)):
        moved = axes(act, fact, pair, act.begun(day))
        return bool(moved) and all(
            _something_after(fact, on_axis(acts, axis, pair, day, registry)) for axis in moved
        )
    return _something_after(fact, [f for f in facts if counts_between(act, f, pair, facts)])


def _something_after(fact: Fact, certain: Sequence[Fact]) -> bool:
    others = [other for other in certain if other is not fact]
    return life_order([*others, fact])[-1] is not fact


def _of_a_treaty(act: Act, pair: Pair, day: int, registry: Registry) -> set[Possible]:
    found: set[Possible] = set()
    begun = act.begun(day)
    certain = ordered_steps(act, act.certain(day), day)
    for fact in begun:
        speakers = speaks_for(act, fact, begun)
        if not speakers & set(pair):
            continue
        steps = steps_of(act, fact, begun)
        open_ = [step for step in steps if step.first <= day < step.sure]
        if open_ and not _step_overtaken(open_[0], certain):
            found.add((act.act_id, fact.row.name, fact.row.status))
    if _may_have_expired(act, pair, day, registry):
        found.add((act.act_id, "agreement.expired", "expired"))
    return found


def _step_overtaken(step: Step, certain: Sequence[Step]) -> bool:
    """Whether a certain step of one of the same parties comes after it."""
    theirs = [
        other for other in certain if other.speakers & step.speakers and other.fact is not step.fact
    ]
    return life_order([*theirs, step])[-1] is not step


def _may_have_expired(act: Act, pair: Pair, day: int, registry: Registry) -> bool:
    """Whether the day that the treaty names for its end may have come: VCLT art. 54(a)."""
    stands = between(act, pair, day, registry)
    if stands is None or stands[0] == "ended":
        return False
    text = Life(act, pair, day, registry).expiry_text()
    if text is None:
        return False
    ends = parse(text)
    return ends.earliest <= day < sure_day(ends, False)
