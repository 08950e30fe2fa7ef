"""Coverage: which sources claim to cover a relationship, and whether they reach a day.

Unknown is not zero: outside every claim, that nothing is recorded says nothing. The claims of one
source add up, and a day that a source holds in part is not covered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.dates import FIRST_DAY, LAST_DAY, EdtfDate, format_day
from domain.parties import split_key

#: The figure of a claim of part of a day. Its `period` says which: `14:30/14:45`, or up to `24:00`.
PART_OF_DAY = "part_of_day"
MINUTES_A_DAY = 1_440
_PERIOD = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])/(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")


@dataclass(frozen=True, slots=True)
class _Span:
    """Days that are claimed, first and last, with the words of either bound."""

    first: int
    last: int
    first_text: str
    last_text: str
    positions: tuple[int, ...]

    @property
    def text(self) -> str:
        """As EDTF."""
        return _text(self.first_text, self.last_text)

    def holds(self, other: _Span) -> bool:
        """Whether every day of the other is in it."""
        return self.first <= other.first and other.last <= self.last


def coverage(claims: Iterable[Act], relationship: str, as_of: int) -> list[dict[str, Any]]:
    """The sources that claim something about a relationship, a line each, by act_id.

    A claim is about the relationships of the parties it names, or about all where it names
    none. `spans` are the days that are covered, `gaps` those between them that nothing covers,
    `in_part` the days held in part: EDTF, none in two of the three. `covers` says whether a span
    reaches `as_of`, `held` how much of that day is held where it is held in part.
    """
    sides = set(split_key(relationship))
    lines = []
    for claim in sorted(claims, key=lambda act: act.act_id):
        by_kinds: dict[tuple[str, ...], list[Fact]] = {}
        for fact in claim.facts:
            named = {participation.party for participation in fact.event.parties}
            if not named or named & sides:
                by_kinds.setdefault(tuple(fact.event.body.get("kinds", ())), []).append(fact)
        lines += [_line(claim, kinds, by_kinds[kinds], as_of) for kinds in sorted(by_kinds)]
    return lines


def covering(claims: Iterable[Act], day: int) -> list[tuple[frozenset[str], frozenset[str]]]:
    """The parties and the kinds of each claim that reaches a day; none of either means all."""
    found = []
    for claim in claims:
        alike: dict[tuple[frozenset[str], tuple[str, ...]], list[Fact]] = {}
        for fact in claim.facts:
            named = frozenset(participation.party for participation in fact.event.parties)
            alike.setdefault((named, tuple(fact.event.body.get("kinds", ()))), []).append(fact)
        for (named, kinds), facts in alike.items():
            if _line(claim, kinds, facts, day)["covers"]:
                found.append((named, frozenset(kinds)))
    return found


def _line(claim: Act, kinds: tuple[str, ...], facts: Sequence[Fact], as_of: int) -> dict[str, Any]:
    """What the claims of one source amount to; `facts` are one at least."""
    parts, whole = _parts(fact for fact in facts if _minutes(fact) is not None)
    spans = _merged([*(_span(fact) for fact in facts if _minutes(fact) is None), *whole])
    parts = [part for part in parts if not any(span.holds(part.span) for span in spans)]
    in_part = _merged(part.span for part in parts)
    touched = _merged([*spans, *in_part])
    line: dict[str, Any] = {
        "act_id": claim.act_id,
        "title": facts[-1].event.body["title"],
        "date": _text(touched[0].first_text, touched[-1].last_text),
        "covers": any(span.first <= as_of <= span.last for span in spans),
        "spans": [span.text for span in spans],
        "gaps": [
            _text(_day(before.last + 1), _day(after.first - 1))
            for before, after in pairwise(touched)
        ],
        "in_part": [span.text for span in in_part],
    }
    for part in parts:
        if part.span.first == as_of == part.span.last:
            line["held"] = {"minutes": part.minutes, "of": MINUTES_A_DAY}
    if kinds:
        line["kinds"] = list(kinds)
    return line | {"records": sorted({p for span in touched for p in span.positions})}


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    """The spans as few as they can be, in the order of their days.

    They rest on the records of those that no other holds within itself: what a later edition
    claims again and more rests on that edition alone.
    """
    merged: list[_Span] = []
    for span in sorted(spans, key=lambda span: (span.first, -span.last, span.positions)):
        before = merged[-1] if merged else None
        if before is None or before.last + 1 < span.first:
            merged.append(span)
        elif before.last < span.last:
            positions = (*before.positions, *span.positions)
            bounds = (before.first, span.last, before.first_text, span.last_text)
            merged[-1] = _Span(*bounds, positions)
    return merged


def _span(fact: Fact) -> _Span:
    """The days a claim surely reaches: an end that is unknown may be the first day itself."""
    date = fact.event.date
    first = date.start_latest if date.start == "unknown" else date.earliest
    last = date.end_earliest if date.end == "unknown" else date.latest
    return _Span(first, last, *_bounds(date), (fact.position,))


def _bounds(date: EdtfDate) -> tuple[str, str]:
    """The two bounds in the claim's own words, and to the day where they are of another form."""
    if date.text[0] in "[{":
        return _day(date.earliest), _day(date.latest)
    start, _, end = date.text.partition("/")
    return start, end if date.interval else start


def _day(day: int) -> str:
    return ".." if day in (FIRST_DAY, LAST_DAY) else format_day(day)


def _text(first: str, last: str) -> str:
    """As EDTF; a span of one date is that date."""
    return first if first == last else f"{first}/{last}"


@dataclass(frozen=True, slots=True)
class _Part:
    """A day that is held in part, and how many of its minutes."""

    span: _Span
    minutes: int


def _parts(facts: Iterable[Fact]) -> tuple[list[_Part], list[_Span]]:
    """What claims of parts of days leave in part, and the days that they make whole together."""
    held: dict[tuple[int, int], tuple[EdtfDate, set[int], list[int]]] = {}
    for fact in facts:
        date = fact.event.date
        _, minutes, positions = held.setdefault((date.earliest, date.latest), (date, set(), []))
        minutes |= _minutes(fact) or set()
        positions.append(fact.position)
    parts, whole = [], []
    for (first, last), (date, minutes, positions) in held.items():
        span = _Span(first, last, *_bounds(date), tuple(sorted(positions)))
        if first == last and len(minutes) == MINUTES_A_DAY:
            whole.append(span)
        else:
            parts.append(_Part(span, len(minutes)))
    return parts, whole


def _minutes(fact: Fact) -> set[int] | None:
    """The minutes of its day that a claim holds; None where it claims whole days.

    Of a period that is not understood no minute is held, and the day is held in part all the same.
    """
    figures = [f for f in fact.event.body.get("figures", ()) if f["name"] == PART_OF_DAY]
    if not figures:
        return None
    minutes: set[int] = set()
    for figure in figures:
        match = _PERIOD.fullmatch(figure.get("period", ""))
        if match is not None:
            hour, minute, last_hour, last_minute = match.groups()
            after = MINUTES_A_DAY if last_hour is None else _minute(last_hour, last_minute)
            minutes |= {*range(_minute(hour, minute), after)}
    return minutes


def _minute(hour: str, minute: str) -> int:
    return int(hour) * 60 + int(minute)
