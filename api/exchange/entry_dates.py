"""When an entry of the guide happened: its heading's mark-up, its heading's words, its prose.

The three are written by hand and sometimes disagree. An entry whose three do not agree is not
understood, and the reason names each; it is never settled in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from xml.etree.ElementTree import Element

from api.exchange.guide import TEI
from api.exchange.row import NotUnderstood
from api.exchange.source import words

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FULL = re.compile(rf"\b({'|'.join(_MONTHS)}) ([0-9]{{1,2}}), ?([0-9]{{4}})\b")
_YEAR = re.compile(r"\b(1[6-9][0-9]{2}|20[0-9]{2})\b")
_RANGE = re.compile(r"\b([0-9]{4})\s?[-–]\s?([0-9]{2,4})\b")
_MARKED = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_SENTENCE_END = re.compile(
    # The stop comes first, since the expression engine looks for a plain letter by far the fastest.
    r"\.(?<=[a-z0-9”)’]\.)(?<!\bSt\.)(?<!\bDr\.)(?<!\bMr\.)(?<!\bGen\.)”?\s+(?=[A-Z“])"
)
#: The events' own verbs; a sentence without one is background, whatever dates it holds.
_VERBS = {
    "recognised": r"recogni[sz]ed",
    "recognition_withdrawn": r"withdr[ae]wn?",
    "established": r"established|opened",
    "suspended": r"suspended|interrupted|severed|broke|broken",
    "severed": r"severed|broke|broken|terminated|ended|ceased",
    "resumed": r"(?:re-?)established|re-?opened|resumed|restored|renewed|normalized",
    "mission_opened": r"(?:re-?)?established|(?:re-?)?opened|elevated|raised|upgraded|resumed",
    "mission_class_changed": r"raised|elevated|upgraded|presented credentials",
    "mission_closed": r"closed|suspended|terminated",
    "interests_section_opened": r"established|opened",
}
_NEAR_CHARACTERS = 120


@dataclass(frozen=True)
class EntryDate:
    """The date of an entry: EDTF, and the heading's own words for it."""

    edtf: str
    verbatim: str


def entry_date(head: Element, prose: str, events: Iterable[str]) -> EntryDate:
    """The heading's date, to the day where one sentence of the prose gives it.

    `events` are the parts of the type names after `relation.`: each has verbs of its own. The
    day is taken when the first sentence with such a verb holds exactly one full date, beside
    that verb, in the heading's year; else the heading's precision stands. A range in a heading
    is one moment out of it, an EDTF set.

    Raises `NotUnderstood` where the heading has no date or several, where its mark-up names
    another year than its words, and where the prose has full dates but nowhere the heading's
    year, or has an event's verb beside a date in another year.
    """
    heading = words(head)
    first, last, verbatim = _heading_date(head, heading)
    years = range(int(first[:4]), int(last[:4]) + 1)
    in_prose = days_in(prose)
    if in_prose and not any(int(year) in years for year in _YEAR.findall(prose)):
        raise NotUnderstood(
            f"date: expected heading and text to agree, got {verbatim!r} in the heading "
            f"and {', '.join(dict.fromkeys(in_prose))} in the text"
        )
    events = tuple(events)
    verbs = _verbs(events)
    sentence = sentence_of(prose, events)
    day = _day_of_event(sentence, verbs)
    if day is not None and int(day[:4]) not in years:
        raise NotUnderstood(
            f"date: expected heading and text to agree, got {verbatim!r} in the heading "
            f"and {day} in the text"
        )
    if first != last:
        return EntryDate(f"[{first}..{last}]", verbatim)
    more_precise = day is not None and day.startswith(first) and len(days_in(sentence)) == 1
    return EntryDate(day if day is not None and more_precise else first, verbatim)


@cache
def _verbs(events: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(_VERBS[event] for event in events) + r")\b")


def _heading_date(head: Element, heading: str) -> tuple[str, str, str]:
    """First and last EDTF date of the heading (the same for one date), and its words."""
    dates = head.findall(f".//{TEI}date")
    visible = _YEAR.findall(heading)
    if len(dates) > 1 or (" & " in heading and len(visible) > 1):
        raise NotUnderstood(f"date: expected one in the heading, got {', '.join(visible)}")
    marked = dates[0] if dates else None
    verbatim = words(marked) if marked is not None else ""
    if marked is not None and (marked.get("when") or marked.get("from")):
        first = marked.get("when") or marked.get("from") or ""
        last = marked.get("when") or marked.get("to") or first
        wrong = next((text for text in (first, last) if not _MARKED.fullmatch(text)), None)
        if wrong is not None:
            raise NotUnderstood(f"date: expected YYYY, YYYY-MM or YYYY-MM-DD, got {wrong!r}")
        _check_marked(first, last, verbatim)
        return first, last, verbatim
    span = _RANGE.search(heading)
    if span is not None:
        start, end = span.groups()
        return start, start[: 4 - len(end)] + end, span.group(0)
    if len(visible) != 1:
        raise NotUnderstood(f"date: expected one year in the heading, got {heading!r}")
    return visible[0], visible[0], visible[0]


def _check_marked(first: str, last: str, verbatim: str) -> None:
    span = _RANGE.search(verbatim)
    if span is not None:
        start, end = span.groups()
        visible = {start, start[: 4 - len(end)] + end}
    else:
        visible = set(_YEAR.findall(verbatim))
    if visible != {first[:4], last[:4]}:
        marked = first if first == last else f"{first} to {last}"
        raise NotUnderstood(
            f"date: expected mark-up and heading to agree, got {marked!r} in the mark-up "
            f"and {verbatim!r} in the heading"
        )


def sentences(prose: str) -> list[str]:
    """The sentences of a prose."""
    return _SENTENCE_END.split(prose)


def sentence_of(prose: str, events: tuple[str, ...]) -> str:
    """The first sentence with a verb of the events; empty where there is none."""
    verbs = _verbs(events)
    return next((sentence for sentence in sentences(prose) if verbs.search(sentence)), "")


def days_in(text: str) -> list[str]:
    """The full dates of a text that exist, in their order."""
    return [day for match in _FULL.finditer(text) if (day := _iso(match)) is not None]


def _iso(match: re.Match[str]) -> str | None:
    month, day, year = match.groups()
    try:
        return date(int(year), _MONTHS.index(month) + 1, int(day)).isoformat()
    except ValueError:
        return None


def _day_of_event(sentence: str, verbs: re.Pattern[str]) -> str | None:
    """The one full date that stands beside the event's verb, or None."""
    found = list(_FULL.finditer(sentence))
    for match in found:
        if sentence.startswith("On ") and match.start() == len("On "):
            return _iso(match)
        before = sentence[max(0, match.start() - _NEAR_CHARACTERS) : match.start()]
        if verbs.search(before) and before.rstrip().endswith((" on", " effective")):
            return _iso(match)
    return None
