"""An act's own status on a day, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.kinds import ENDS, KINDS, Life
from domain.relationship.course import segments, without_asides
from domain.relationship.meetings import passed, passes

#: Statuses of an agreement before any force of the whole: a later one of them turns none back.
_BEFORE_FORCE = (
    "initialled",
    "agreed_in_principle",
    "adopted",
    "signed",
    "consented",
    "provisional",
)
#: Events by which some of several parties leave or pause: the whole stays as it was.
_PARTIAL = frozenset({"withdrawn", "suspended", "resumed", *ENDS})


def status(act: Act, as_of: int) -> str | None:
    """The status surely reached by the end of a day.

    A plan whose window has passed with nothing more recorded is `unconfirmed`. For an agreement
    it is the stage of the whole reached last, which one of three members leaving does not change;
    between two parties a relationship's state says where it stands. `expected` where all that is
    recorded lies on later days, None where what lies before is only possible.
    """
    if not act.facts:
        return None
    by_stage = KINDS[act.kind].life in (Life.SIDES, Life.AXES)
    reached = _reached(act, as_of) if by_stage else _course(act, as_of)
    if reached is None and all(fact.begins_possible > as_of for fact in act.facts):
        return "expected"
    return reached


def _reached(act: Act, as_of: int) -> str | None:
    found: str | None = None
    treaty = KINDS[act.kind].life is Life.SIDES
    for fact in act.life:
        row = fact.event.type
        status = row.status
        if fact.certain_from > as_of or row.aside or (treaty and _of_some(act, fact, as_of)):
            continue
        if not treaty or not _behind(status, found):
            found = status
    return found


def _behind(status: str, found: str | None) -> bool:
    """Whether a stage before force is one that the agreement has passed already."""
    if found is None or status not in _BEFORE_FORCE:
        return False
    return found not in _BEFORE_FORCE or _BEFORE_FORCE.index(status) < _BEFORE_FORCE.index(found)


def _of_some(act: Act, fact: Fact, as_of: int) -> bool:
    """Whether only some of more than two parties leave or pause by an event."""
    if fact.event.type.event not in _PARTIAL or not fact.event.by:
        return False
    parties = {code for code, day in act.surely_joined.items() if day <= as_of}
    return len(parties) > 2 and not parties <= set(fact.event.by)


def _course(act: Act, as_of: int) -> str | None:
    for segment in segments(_of_the_whole(act, as_of), passes=passes):
        if segment.day <= as_of < segment.until and segment.course:
            return "unconfirmed" if passed(segment) else without_asides(segment.course)[-1].status
    return None


def _of_the_whole(act: Act, as_of: int) -> Sequence[Fact]:
    """The facts without those that only some of a role have done: one of many has answered."""
    return [fact for fact in act.facts if not fact.event.type.each or _by_all(act, fact, as_of)]


def _by_all(act: Act, fact: Fact, as_of: int) -> bool:
    """Whether all who have a role have done by a day what one of them did."""
    if not fact.event.by:
        return True
    done: set[str] = set()
    for other in act.facts:
        if other.event.type is fact.event.type and other.certain_from <= as_of:
            done |= act.scope(other)
    having = {code: role for code, (since, role) in act.roles.items() if since <= as_of}
    acting = {having[code] for code in fact.event.by if code in having}
    return all(code in done for code, role in having.items() if role in acting)
