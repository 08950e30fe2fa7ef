"""What may have happened by a day, and has not certainly."""

from __future__ import annotations

from collections.abc import Sequence

from domain.parties import Registry
from tests.oracle.agreement import may_have_expired
from tests.oracle.known import Act, Fact
from tests.oracle.meetings import first_end
from tests.oracle.relations import Axis, axes
from tests.oracle.speaking import Pair, counts_between, speaks_for
from tests.oracle.steps import Step, steps_of
from tests.oracle.when import lasts, life_order

Possible = tuple[str, str, str]


def possible(acts: Sequence[Act], pair: Pair, day: int, registry: Registry) -> set[Possible]:
    """What may have happened in each act, unless what is certain has overtaken it."""
    found: set[Possible] = set()
    for act in acts:
        begun = act.begun(day)
        if act.kind == "coverage" or not set(pair) <= act.named(begun):
            continue
        if act.kind == "agreement":
            found |= _of_a_treaty(act, pair, day, registry)
            continue
        for fact in begun:
            if counts_between(act, fact, pair, begun):
                reached = _may_be(fact, day)
                if fact.sure <= day and first_end(pair, day, registry):
                    # Nothing is still under way with a party that is no more.
                    reached = [status for status in reached if status != "under_way"]
                if not all(
                    _overtaken(act, fact, axis, pair, day) for axis in _ways(act, fact, pair)
                ):
                    found |= {(act.act_id, fact.row.name, status) for status in reached}
    return found


def _may_be(fact: Fact, day: int) -> list[str]:
    """What may have been reached by it that is not certain.

    What lasts may have begun, and may be over; where its end is unknown it may still go on.
    """
    date = fact.date
    if not lasts(date, fact.row.durative):
        again = fact.event == "postponed" and "planned_for" in fact.body
        status = "planned" if again else fact.row.status
        return [status] if fact.first <= day < fact.sure else []
    over = "held" if fact.row.status == "under_way" else fact.row.status
    if date.end == "unknown":
        return ["under_way" if fact.sure <= day else over]
    found = ["under_way"] if fact.first <= day < fact.sure else []
    if date.end == "known" and date.end_earliest <= day < date.latest:
        found.append(over)
    return found


def _ways(act: Act, fact: Fact, pair: Pair) -> list[Axis | None]:
    """The courses on which it may have moved something: of relations, each axis is one."""
    return list(axes(act, fact, pair, act.facts)) if act.kind == "relation" else [None]


def _overtaken(act: Act, fact: Fact, axis: Axis | None, pair: Pair, day: int) -> bool:
    """Whether a certain fact of the same course comes after it in the order of the life."""
    facts = act.certain(day)
    course = [other for other in facts if counts_between(act, other, pair, facts)]
    if axis is not None:
        course = [other for other in facts if axis in axes(act, other, pair, facts)]
    return any(life_order([fact, other])[-1] is other for other in course if other is not fact)


def _of_a_treaty(act: Act, pair: Pair, day: int, registry: Registry) -> set[Possible]:
    found: set[Possible] = set()
    begun = act.begun(day)
    for fact in begun:
        if not counts_between(act, fact, pair, begun):
            continue
        steps = [step for step in steps_of(fact) if step.part != "told"]
        # Nothing may take effect before it may have been done.
        open_ = [s for s in steps if max(s.first, steps[0].first) <= day < s.sure]
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
