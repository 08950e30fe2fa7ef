"""Relations, recognition and missions: three axes, each with what stands last on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.dates import format_day
from domain.parties import Registry
from tests.oracle.known import Act, Fact
from tests.oracle.meetings import first_end
from tests.oracle.speaking import Pair, counts_between, party_by
from tests.oracle.when import life_order

Slot = dict[str, Any]
#: An axis: its name, and for a directed one who acts.
Axis = tuple[str, str | None]

DIPLOMATIC = ("established", "suspended", "severed", "resumed")
RECOGNITION = ("recognised", "recognition_withdrawn")
MISSIONS = (
    "mission_opened",
    "mission_class_changed",
    "mission_closed",
    "interests_section_opened",
)
LIVE: tuple[str, ...] = ("established", "suspended", "recognised", "de_facto", "de_jure", "open")
LIVE += ("interests_section",)


def axes(act: Act, fact: Fact, pair: Pair, facts: Sequence[Fact]) -> list[Axis]:
    """The axes between the two that the fact moves: VCDR art. 2 and 45 keep them apart."""
    if fact.event in DIPLOMATIC:
        return [("diplomatic", None)] if counts_between(act, fact, pair, facts) else []
    name = "recognition" if fact.event in RECOGNITION else "missions"
    found: list[Axis] = []
    for actor, other in (pair, pair[::-1]):
        toward = fact.toward or ((fact.named or party_by(act, fact, facts)) - fact.by)
        if not toward:
            toward = (party_by(act, fact, facts) - fact.by) or fact.by
        if actor in fact.by and other in toward:
            found.append((name, actor))
    return found


def on_axis(act: Act, axis: Axis, pair: Pair, day: int) -> list[Fact]:
    """The certain facts of an act on an axis between the two, in life order."""
    facts = act.certain(day)
    if act.kind != "relation" or not set(pair) <= act.parties(facts):
        return []
    return life_order([fact for fact in facts if axis in axes(act, fact, pair, facts)])


def slot(acts: Sequence[Act], axis: Axis, pair: Pair, day: int, registry: Registry) -> Slot | None:
    """What stands on the axis; what stood with a party that ended is closed with it."""
    now = _stands(acts, axis, pair, day)
    end = first_end(pair, day, registry)
    if end is None or now is None or now["status"] not in LIVE:
        return now
    closed: Slot = {"status": "ended", "since": format_day(end[0]), "by": end[1]}
    if axis[0] == "missions":
        closed |= {"class": None, "class_since": None, "resident": None}
    return closed


def _stands(acts: Sequence[Act], axis: Axis, pair: Pair, day: int) -> Slot | None:
    """What the act says that spoke last; what is only possible on a day is not said."""
    host = next((code for code in pair if code != axis[1]), "")
    said: list[tuple[int, int, Slot | None]] = []
    for act in acts:
        before: Fact | None = None
        for spoken in sorted({fact.sure for fact in act.facts if fact.sure <= day}):
            life = on_axis(act, axis, pair, spoken)
            if life and life[-1] is not before:
                before = life[-1]
                said.append((spoken, before.position, _fold(life, axis[0], pair, host)))
    return max(said, key=lambda one: one[:2])[2] if said else None


def _fold(life: Sequence[Fact], axis: str, pair: Pair, host: str) -> Slot | None:
    """What the last fact leaves; what says again what stands already begins nothing anew."""
    stands: Slot | None = None
    for fact in life:
        status = _status(fact)
        if stands is None or stands["status"] != status:
            by = sorted(fact.by & set(pair)) if status in ("suspended", "severed") else []
            stands = {"status": status, "since": fact.date.text, "by": by or None}
            if axis == "missions":
                stands |= {"class": None, "class_since": None, "resident": None}
        if axis == "missions" and status == "open":
            _furnish(stands, fact, host)
    return stands


def _status(fact: Fact) -> str:
    if fact.event == "recognised":
        return str(fact.body.get("recognition", "recognised"))
    return {"mission_opened": "open", "mission_closed": "closed"}.get(
        fact.row.status, fact.row.status
    )


def _furnish(stands: Slot, fact: Fact, host: str) -> None:
    """The class by itself (VCDR art. 14), and the residence, which a change of class keeps."""
    title = fact.body.get("mission_class")
    if title is not None and title != stands["class"]:
        stands["class"] = title
        stands["class_since"] = fact.date.text
    if "resident" in fact.body:
        stands["resident"] = fact.body["resident"]
    for residence in fact.body.get("residence", ()):
        if residence["party"] == host:
            stands["resident"] = residence["resident"]
