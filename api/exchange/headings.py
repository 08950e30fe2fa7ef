"""What a heading of the guide to recognition and relations says happened.

The headings are a small language: "U.S. Recognition of X", "Establishment of Diplomatic
Relations and the American Embassy in Y", "Diplomatic Relations Severed by Z". The rules stand
here in the order they are tried; a heading none of them reads is no relation event.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from api.exchange.row import NotUnderstood

Actor = Literal["usa", "other", "all"]


@dataclass(frozen=True)
class Told:
    """One event a heading tells: which, by whom, and of a mission its class."""

    event: str
    """The part of the stored type name after `relation.`."""
    actor: Actor = "all"
    by: str | None = None
    """The acting party as the heading names it ("Severed by France"), where it does."""
    mission_class: str | None = None
    mission_title: str | None = None
    """The head of mission's own title, where the kind of mission gives one."""
    toward: str | None = None
    """The other party as the event's own clause names it, where a heading tells of several."""


#: Headings that speak of such things tell no change between the two parties: first match wins.
_NOT_EVENTS = tuple((re.compile(pattern), why) for pattern, why in (
    (r"\bNon-Recognition\b|^No\b", "it says what did not happen"),
    (r"\b(?:[Mm]ove[ds]?|Movement|Relocation|Transferred|Return(?:ed|s))\b", "a mission moved"),
    (r"\b[Cc]hange[d]? (?:from|in)\b|\bClosure .+ Opening\b", "a mission moved"),
    (r"\bStaff\b|\bSpecial Representative\b|\bAnniversary\b|\bSubordinate\b", "a change of staff"),
    (r"\b[Tt]reat(?:y|ies)\b|\b(?:Convention|Agreement|Most-Favored|Relief)\b", "an agreement"),
    (r"^(?!.*\bEmbassy\b).*\b[Cc]onsul", "a consular post or consular relations"),
    (r"\bEstablishment of the (?:Kingdom|Socialist|Batavian|Arab)|\bCoalition Provisional",
     "a change of government"),
))  # fmt: skip

_DEMONYMS = (
    "Andorran|Australian|Austrian|British|Bulgarian|Czechoslovak|Dutch|Ethiopian|Hungarian|"
    "Italian|New Zealand|Peruvian|Polish|Romanian|South African|Yugoslav"
)
_MISSION = (
    r"Legations?|Embass(?:y|ies)|High Commission|Nunciature|Liaison Office|"
    r"Interests? Section|Mission"
)
_THEIRS = re.compile(
    rf"\b(?:{_DEMONYMS}) (?:{_MISSION})\b"
    rf"|\b(?:{_MISSION}) (?:in|to) (?:the )?(?:United States|U\.S\.|Washington)"
)
#: Class, and the head of mission's own title where it is not the class's (VCDR art. 14).
_CLASSES = (
    ("Embass", "ambassador", None),
    ("High Commission", "ambassador", "High Commissioner"),
    ("Nunciature", "ambassador", "Apostolic Nuncio"),
    ("Legation", "envoy", None),
    ("Liaison", "liaison", None),
)
#: Nobody leads it whom a head of state accredited, so that it has no ambassador (VCDR art. 14).
_DE_FACTO = re.compile(r"\bde facto Embass", re.IGNORECASE)
#: The verb of a clause, in whatever form; first match wins.
_VERBS = tuple((re.compile(pattern), verb) for pattern, verb in (
    (r"\b[Rr]e-?(?:open|establish)\w*|\bRe-Opening|\bResum\w+|\bRestor\w+|\bNormalized", "again"),
    (r"\b(?:Elevat\w+|[Rr]aised)\b", "raised"),
    (r"\b(?:[Ee]stablish\w*|[Oo]pen\w*)\b", "begun"),
    (r"\b(?:Sever\w*|Cessation|Terminat\w+|Ended)\b", "ended"),
    (r"\b(?:Suspen\w+|Interrupt\w+)\b", "suspended"),
    (r"\bClos\w+\b", "closed"),
))  # fmt: skip
_RELATIONS = {
    "begun": "established",
    "again": "resumed",
    "ended": "severed",
    "suspended": "suspended",
}
#: Whom a clause names: "Relations with PRC".
_WITH = re.compile(r"\bwith (?:the )?([A-Z][^,()]*)$")
_SPLIT = re.compile(r";|/|,? and (?:the )?|,? & (?:the )?|, ")


def read_heading(heading: str) -> tuple[Told, ...]:
    """The events a heading tells, in its order; none where it tells no relation event.

    Raises `NotUnderstood` where it tells an event without saying enough: a mission of no class,
    or two events on one axis under one date.
    """
    if not_event(heading):
        return ()
    if re.search(r"\bAmbassador (?:Resident )?at\b", heading):
        # An ambassador who resided elsewhere is followed by one at the post.
        return (Told("mission_class_changed", "usa", mission_class="ambassador"),)
    if re.search(r"\bRecogn?i?[tz]\w*|\bRecogntion\b", heading):
        clauses = _recognitions(heading)
    else:
        clauses = []
    clauses += _clauses(heading)
    axes = [_axis(event) for event in clauses]
    if len(set(axes)) != len(axes):
        raise NotUnderstood(f"expected one event on each axis, got several: {heading}")
    return tuple(clauses)


def not_event(heading: str) -> str | None:
    """Why a heading is known to tell no relation event, or None where it may."""
    return next((why for pattern, why in _NOT_EVENTS if pattern.search(heading)), None)


def _axis(clause: Told) -> tuple[str, str, str | None]:
    if clause.event.startswith("recogni"):
        return "recognition", clause.actor, clause.toward
    missions = clause.event.startswith(("mission", "interests"))
    return (*(("missions", clause.actor) if missions else ("relations", "all")), clause.toward)


def _recognitions(heading: str) -> list[Told]:
    if re.search(r"\bWithdrawn\b", heading):
        return [Told("recognition_withdrawn", "usa")]
    if re.search(r"\b(?:Limited|International|between|Legation)\b", heading):
        raise NotUnderstood(f"expected one party to recognise another, got: {heading}")
    if re.search(r"\bMutual\b", heading):
        return [Told("recognised", "usa"), Told("recognised", "other")]
    object_is_us = r"Recogni(?:tion of|ze) (?:the Independence of )?(?:the United States|U\.S\.)"
    return [Told("recognised", "other" if re.search(object_is_us, heading) else "usa")]


def _clauses(heading: str) -> list[Told]:
    clauses: list[Told] = []
    verb = ""
    pending: list[str] = []
    joined = re.sub(r"Diplomatic and Cultural Relations", "Diplomatic Relations", heading)
    for clause in filter(None, _SPLIT.split(joined)):
        found = _verb(clause)
        verb = found or verb
        if not verb:
            # "Interests Section and Liaison Office Established": the verb is still to come.
            pending.append(clause)
            continue
        for part in (*pending, clause):
            named = _WITH.search(part)
            found_here = _clause(part, verb, heading)
            clauses += [
                replace(one, toward=named.group(1) if named else None) for one in found_here
            ]
        pending = []
    # One party stands for all, unless these are two headings in one and each names its own.
    if "/" not in heading or any(one.toward is None for one in clauses):
        return [replace(one, toward=None) for one in clauses]
    return clauses


def _verb(clause: str) -> str:
    return next((verb for pattern, verb in _VERBS if pattern.search(clause)), "")


def _clause(clause: str, verb: str, heading: str) -> list[Told]:
    if re.search(r"\bAmbassadorial\b", clause):
        raise NotUnderstood(f"expected relations or a mission, got a rank of envoys: {heading}")
    clauses: list[Told] = []
    if re.search(r"(?<!Consular )\bRelations(?:and)?\b|^Sever\w+$", clause) and verb in _RELATIONS:
        by = re.search(r"\bby (?:the )?(.+)$", clause)
        first = re.match(r"United States Severs\b", clause)
        named = "United States" if first else by.group(1) if by else None
        clauses.append(Told(_RELATIONS[verb], by=named))
    if re.search(rf"\b(?:{_MISSION})\b", clause):
        clauses += _mission(clause, verb, heading)
    return clauses


def _mission(clause: str, verb: str, heading: str) -> list[Told]:
    theirs = Told("", "other" if _THEIRS.search(clause) else "usa")
    raised_to = re.search(r"\bto (?:the Italian )?Embassy\b", clause)
    if verb == "raised" or (raised_to and verb in ("begun", "again")):
        if not raised_to or _DE_FACTO.search(clause):
            raise NotUnderstood(f"expected the class a mission was raised to, got: {heading}")
        # A consulate is no diplomatic mission: with it none was open before.
        event = "mission_opened" if "Consulate" in clause else "mission_class_changed"
        raised = replace(theirs, event=event, mission_class="ambassador")
        both = re.search(r"\bLegations\b", clause)
        return [raised, replace(raised, actor="other")] if both else [raised]
    if verb in ("closed", "ended", "suspended"):
        return [replace(theirs, event="mission_closed")]
    if re.search(r"\bInterests? Section", clause):
        return [replace(theirs, event="interests_section_opened")]
    if _DE_FACTO.search(clause):
        return [replace(theirs, event="mission_opened", mission_class="liaison")]
    if re.search(r"\bLegations\b", clause):
        raise NotUnderstood(f"expected one mission to open, got several: {heading}")
    for word, mission_class, title in _CLASSES:
        if word in clause:
            mission = replace(theirs, mission_class=mission_class, mission_title=title)
            return [replace(mission, event="mission_opened")]
    raise NotUnderstood(f"expected a mission's class, got none: {heading}")
