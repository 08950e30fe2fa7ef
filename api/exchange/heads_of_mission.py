"""Heads of mission, as the guide's prose tells of them: class, own title, and where they reside.

A head of mission may be accredited to several states and have the permanent seat in one of them;
in the others a chargé d'affaires ad interim may lead the mission (VCDR art. 5). A minister
resident is of the class of ministers, a chargé d'affaires who is accredited of the last class
(VCDR art. 14).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from api.exchange.entry_dates import days_in, sentences

_PLACE = r"(?:The )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*(?:, [A-Z]\w+(?: [A-Z]\w+)*)?"
#: A seat for a while ("until"), of the later heads ("being") or of the first to come is another.
_RESIDENT = re.compile(
    rf"(?<!Ambassador )(?<!to be )(?<!being )\bresident (?:at|in) (?:the )?({_PLACE})(?!\w| until)"
    rf"|\baccredited to [^.;]*? and he resided in ({_PLACE})"
)
_STAYS_AWAY = re.compile(
    r"\bSubsequent (?:American |U\.S\. )?Ambassadors\b|\bremained Ambassador\b"
)
_FIRST_RESIDENT = re.compile(
    rf"\bfirst (?:American |U\.S\. )?Ambassador resident (?:at|in) ({_PLACE}) was\b"
)
_ACCREDITED = re.compile(
    r"\bpresented (?:his|her) credentials\b|\bwas (?:[\w. ]+ )?accredited to\b"
)
#: Class by how the prose calls the head of mission; first match wins, after "as" before all.
_CLASSES = tuple(
    (re.compile(pattern), mission_class)
    for pattern, mission_class in (
        (r"Envoy Extraordinary and Minister Plenipotentiary", "envoy"),
        (r"Minister Resident(?:(?:/| and )Consul General)?", "envoy"),
        (r"Charg[eé] d[’'] ?Affaires", "charge_daffaires"),
        (r"Ambassador", "ambassador"),
    )
)
#: Titles that are told beside the class they are of.
_OWN_TITLE = re.compile(r"Minister Resident(?:(?:/| and )Consul General)?")
_POST = r"(?:Consulate(?: General)?|Legation|Embassy)"
_COMES_TO_LIVE_AT = re.compile(rf"\bAmbassador (?:Resident )?at ({_PLACE})")
_INTERIM = re.compile(r"\binterim\b|\bpro tem(?:pore)?\b")
#: A chargé d'affaires is accredited, and leads the mission in that class.
_OWN_RIGHT = re.compile(r"\bcredentials\b|\baccredited\b|\bopened on [^.]* under\b")


@dataclass(frozen=True)
class Head:
    """A head of mission: its class, and what else is told of it."""

    mission_class: str
    title: str | None = None
    resident: bool | None = None
    seat: str | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """As fields of an event."""
        fields = {
            "mission_class": self.mission_class,
            "mission_title": self.title,
            "resident": self.resident,
            "seat": self.seat,
        }
        return {name: value for name, value in fields.items() if value is not None}


def seat_elsewhere(prose: str) -> str | None:
    """Where the head of mission resides, where the prose says so and no day on which it ended."""
    match = _RESIDENT.search(prose)
    return None if match is None else match.group(1) or match.group(2)


def opened(head: Head, sentence: str, prose: str, heading: str) -> Head:
    """The head of a mission that the heading opens or raises, with what the prose adds of it.

    A mission is opened in the state it is accredited to, so that its head resides there unless
    another seat is told. `sentence` tells the event.
    """
    mission_class, title = head.mission_class, head.title
    comes = _COMES_TO_LIVE_AT.search(heading)
    if comes is not None:
        return Head(mission_class, title, resident=True, seat=comes.group(1))
    own = _OWN_TITLE.search(sentence)
    if mission_class == "envoy" and own is not None:
        title = own.group(0)
    elif mission_class == "envoy" and _OWN_RIGHT.search(sentence):
        mission_class = _called(sentence) or mission_class
    seat = seat_elsewhere(prose)
    at_home = seat is None or seat in heading or re.search(rf"{_POST} (?:at|in) {seat}\b", prose)
    return Head(mission_class, title, bool(at_home), seat)


def stays_accredited(prose: str) -> Head | None:
    """The ambassador who remains accredited though the embassy closes, or None."""
    match = re.search(rf"\bresident (?:at|in) ({_PLACE})", prose)
    if match is None or not _STAYS_AWAY.search(prose):
        return None
    return Head("ambassador", None, resident=False, seat=match.group(1))


def accredited_from_elsewhere(prose: str, country: str) -> tuple[str, Head] | None:
    """The day on which a head of mission with another seat was accredited, and the head.

    None where the prose gives no one day, no class, or only a chargé d'affaires ad interim.
    """
    seat = seat_elsewhere(prose)
    if seat is None:
        return None
    for sentence in sentences(prose):
        days = days_in(sentence)
        # The other party's ambassador presents credentials too.
        theirs = f"{country.rpartition(' ')[2]} Ambassador" in sentence
        if not _ACCREDITED.search(sentence) or theirs or len(days) != 1:
            continue
        mission_class = _called(sentence)
        if mission_class is None:
            return None
        own = _OWN_TITLE.search(sentence)
        title = own.group(0) if own is not None else None
        return days[0], Head(mission_class, title, resident=False, seat=seat)
    return None


def first_resident(prose: str) -> tuple[str, Head] | None:
    """The day on which the first ambassador to reside there was accredited, and the ambassador."""
    for sentence in sentences(prose):
        match = _FIRST_RESIDENT.search(sentence)
        days = days_in(sentence)
        if match is not None and len(days) == 1:
            return days[0], Head("ambassador", None, resident=True, seat=match.group(1))
    return None


def _called(sentence: str) -> str | None:
    """The class of the head of mission a sentence names, or None."""
    if _INTERIM.search(sentence):
        return None
    presented_as = sentence.partition(" credentials as ")[2]
    for words in (presented_as, sentence):
        for pattern, mission_class in _CLASSES:
            if pattern.search(words):
                return mission_class
    return None
