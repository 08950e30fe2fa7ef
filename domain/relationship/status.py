"""An act's own status on a day, whoever asks."""

from __future__ import annotations

from domain.acts.act import Act
from domain.dates import parse as parse_date
from domain.relationship.course import segments, steps

#: Events that leave the status as it was.
_ASIDE = frozenset({"statement", "amended"})


def status(act: Act, as_of: int) -> str | None:
    """The status surely reached by the end of a day; None while nothing is certain.

    A plan whose window has passed with nothing more recorded is `unconfirmed`. For an agreement
    it is the stage of the whole reached last; between two parties a relationship's state says it.
    """
    if act.kind in ("agreement", "relation"):
        reached = [
            fact.event.type.status
            for fact in act.life
            if fact.certain_from <= as_of and fact.event.type.status not in _ASIDE
        ]
        return reached[-1] if reached else None
    for segment in segments(steps(act.life)):
        if segment.day <= as_of < segment.until and segment.step is not None:
            window = segment.step.fact.event.body.get("planned_for")
            if segment.step.status in ("planned", "postponed") and window is not None:
                return "unconfirmed" if as_of > parse_date(window).latest else segment.step.status
            return segment.step.status
    return None
