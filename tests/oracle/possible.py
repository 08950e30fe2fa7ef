"""What may have happened by a day, and has not certainly."""

from __future__ import annotations

from collections.abc import Sequence

from domain.parties import Registry
from tests.oracle.agreement import may_have_expired
from tests.oracle.known import Act, Fact
from tests.oracle.relations import axes, on_axis
from tests.oracle.speaking import Pair, counts_between, direct, speaks_for
from tests.oracle.steps import Step, steps_of
from tests.oracle.when import lasts, life_order

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
    for fact in begun:
        if not counts_between(act, fact, pair, begun):
            continue
        steps = [step for step in steps_of(fact) if step.part != "told"]
        open_ = [step for step in steps if step.first <= day < step.sure]
        if any(not _step_overtaken(act, pair, step, day) for step in open_):
            found.add((act.act_id, fact.row.name, fact.row.status))
    if may_have_expired(act, pair, day, registry):
        found.add((act.act_id, "agreement.expired", "expired"))
    return found


def _step_overtaken(act: Act, pair: Pair, step: Step, day: int) -> bool:
    """Whether a certain step of one of the same parties comes after it.

    A statement may be made at any time, and tells nothing of what else was done.
    """
    whom = speaks_for(act, step.fact, act.facts) & set(pair)
    for fact in act.facts:
        if fact is step.fact or fact.row.status == "statement":
            continue
        if not speaks_for(act, fact, act.facts) & whom:
            continue
        for other in steps_of(fact):
            certain = other.part != "told" and other.sure <= day
            if certain and life_order([step, other])[-1] is other:
                return True
    return False
