"""An act's own status on a day, whoever asks."""

from __future__ import annotations

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.acts.kinds import ENDS
from domain.relationship.course import segments
from domain.relationship.meetings import passed, passes

#: Events that leave the status as it was.
_ASIDE = frozenset({"statement", "amended", "consent_withdrawn"})
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
    by_stage = act.kind in ("agreement", "relation")
    reached = _reached(act, as_of) if by_stage else _course(act, as_of)
    if reached is None and all(fact.begins_possible > as_of for fact in act.facts):
        return "expected"
    return reached


def _reached(act: Act, as_of: int) -> str | None:
    found: str | None = None
    for fact in act.life:
        status = fact.event.type.status
        if fact.certain_from > as_of or status in _ASIDE or _of_some(act, fact, as_of):
            continue
        if act.kind != "agreement" or not _behind(status, found):
            found = status
    return found


def _behind(status: str, found: str | None) -> bool:
    """Whether a stage before force is one that the agreement has passed already."""
    if found is None or status not in _BEFORE_FORCE:
        return False
    return found not in _BEFORE_FORCE or _BEFORE_FORCE.index(status) < _BEFORE_FORCE.index(found)


def _of_some(act: Act, fact: Fact, as_of: int) -> bool:
    """Whether only some of more than two parties leave or pause by an event."""
    if act.kind != "agreement" or fact.event.type.event not in _PARTIAL or not fact.event.by:
        return False
    parties = {code for code, day in act.surely_joined.items() if day <= as_of}
    return len(parties) > 2 and not parties <= set(fact.event.by)


def _course(act: Act, as_of: int) -> str | None:
    for segment in segments(act.facts, passes=passes):
        if segment.day <= as_of < segment.until and segment.course:
            return "unconfirmed" if passed(segment) else segment.course[-1].status
    return None
