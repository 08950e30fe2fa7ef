"""A treaty between two on a day, by where each of them stands."""

from __future__ import annotations

from domain.dates import format_day, parse
from domain.parties import Registry
from tests.oracle.known import Act
from tests.oracle.since import Line, Part, Since, since
from tests.oracle.speaking import Pair, successors_of
from tests.oracle.standing import Standing, standing
from tests.oracle.steps import steps_of
from tests.oracle.when import sure_day

Status = tuple[str, Line]

#: Their form says that no further consent is expected.
AWAITS_NOTHING = ("commitment_in_principle", "contract_package", "joint_declaration")


def between(act: Act, pair: Pair, day: int, registry: Registry) -> Status | None:
    """The status of the treaty between the two on the day, with its line."""
    ends = {code: registry.get(code).valid_to for code in pair}
    first = min(ends.values())
    if first > day:
        return stands_between(act, pair, day, registry)
    # What stood with a party that ended is closed with it, and what comes later is left out.
    days = [first - 1, *(one for one in turning_days(act) if first <= one <= day)]
    stood = [stands_between(act, pair, one, registry) for one in days]
    found = next((status for status in stood if status is not None), None)
    if found is None or found[0] == "ended":
        return found
    gone = [code for code in pair if ends[code] == first]
    heirs = {heir for code in gone for heir in successors_of(act, code, day, registry)}
    how = "succeeded" if heirs else "party_ended"
    return "ended", Since(first, 0, format_day(first - 1)).line(how=how, by=sorted(heirs or gone))


def turning_days(act: Act) -> list[int]:
    """The days on which something of the treaty may change, in order."""
    days = {fact.sure for fact in act.facts}
    days |= {step.sure for fact in act.facts for step in steps_of(fact)}
    named = [fact.body["expires_on"] for fact in act.facts if "expires_on" in fact.body]
    return sorted(days | {sure_day(parse(text), False) + 1 for text in named})


def stands_between(act: Act, pair: Pair, day: int, registry: Registry) -> Status | None:
    """The status and its line, whether or not the two still exist."""
    if not set(pair) <= act.parties(act.certain(day)):
        return None
    one, other = (standing(act, code, day, registry) for code in sorted(pair))
    until = one.expires[0].text if one.expires else None
    if one.engaged and other.engaged:
        both = later(one.engaged, other.engaged)
        held = [party.suspension for party in (one, other) if party.suspension]
        if held:
            first = min(held, key=lambda step: (step.sure, step.position))
            by = by_of(pair, first.fact.by, some=True)
            return "suspended", later(both, since(first)).line(by=by, until=until)
        if one.bound and other.bound:
            return "in_force", later(one.bound, other.bound).line(until=until)
        return "provisional", both.line(until=until)
    if one.out or other.out:
        ended = first_end(one, other)
        if ended is None or ended.end is None:
            return None
        by = by_of(pair, ended.by, some=ended.of_some)
        return "ended", ended.end.line(how=ended.how, by=by)
    return before_force(one, other, pair)


def later(one: Since, other: Since) -> Since:
    return max(one, other, key=lambda since: (since.day, since.position))


def by_of(pair: Pair, acting: tuple[str, ...] | frozenset[str], *, some: bool) -> list[str] | None:
    """Of an event of some, those of the two who acted; of one of the whole all who did."""
    return sorted(set(acting) & set(pair) if some else acting) or None


def first_end(one: Standing, other: Standing) -> Part | None:
    """The first end of the time, up to now, in which one of the two was out of it.

    It counts where the other had a part in the treaty then, as far as dates tell.
    """
    begins = min(party.out.end.day for party in (one, other) if party.out and party.out.end)
    moved = True
    while moved:
        moved = False
        for party in (one, other):
            for index, part in enumerate(party.parts):
                back = party.parts[index + 1].begins if part is not party.parts[-1] else None
                if part.end and part.end.day < begins and (back is None or back >= begins):
                    begins, moved = part.end.day, True
    met = [
        part
        for party, opposite in ((one, other), (other, one))
        for part in party.parts
        if part.end and part.end.day >= begins and any(_had(p, part) for p in opposite.parts)
    ]
    return min(met, key=lambda part: (part.end.day, part.end.position), default=None)


def _had(part: Part, ended: Part) -> bool:
    assert ended.ends is not None
    if part.first > sure_day(ended.ends, False):
        return False
    return part.ends is None or sure_day(part.ends, False) >= ended.ends.earliest


def before_force(one: Standing, other: Standing, pair: Pair) -> Status | None:
    """Signed by the later of the two, or by the one who has; else a text of both."""
    done = [step for step in (one.committed, other.committed) if step is not None]
    if done:
        latest = max((since(step) for step in done), key=lambda s: (s.day, s.position))
        if one.form in AWAITS_NOTHING:
            return "commitments", latest.line()
        return "signed", latest.line(awaiting=awaiting(one, other, pair))
    texts = [step for step in (one.text, other.text) if step is not None]
    if len(texts) < 2:
        return None
    last = max(texts, key=lambda step: (step.sure, step.position))
    status = "commitments" if one.form in AWAITS_NOTHING else "unsigned"
    return status, since(last).line(how=last.event)


def awaiting(one: Standing, other: Standing, pair: Pair) -> list[str] | None:
    """Who has not signed yet, and only that one; else who has yet to consent."""
    free = {c: p for c, p in zip(sorted(pair), (one, other), strict=True) if p.bound is None}
    unsigned = [code for code, party in free.items() if party.committed is None]
    return unsigned or [code for code, party in free.items() if party.consented is None] or None


def in_effect(act: Act, pair: Pair, day: int, registry: Registry) -> Line | None:
    """The line of a later entry into force that dates its effect back to this day: VCLT art. 28."""
    today = between(act, pair, day, registry)
    if today is not None and today[0] == "in_force":
        return None
    for later_day in turning_days(act):
        if later_day <= day:
            continue
        then = between(act, pair, later_day, registry)
        if then is None or then[0] != "in_force":
            continue
        bound = [standing(act, code, later_day, registry).bound for code in pair]
        begins = [each for each in bound if each is not None]
        if max(each.day for each in begins) != later_day or then[1]["effective"] is None:
            continue
        if all(each.effect_day <= day for each in begins):
            return then[1] | {"dated": None, "until": None}
    return None


def may_have_expired(act: Act, pair: Pair, day: int, registry: Registry) -> bool:
    """Whether the day that the treaty names for its end may have come: VCLT art. 54(a)."""
    now = between(act, pair, day, registry)
    if now is None or now[0] == "ended":
        return False
    named = standing(act, sorted(pair)[0], day, registry).expires
    return named is not None and named[0].earliest < day <= sure_day(named[0], False)
