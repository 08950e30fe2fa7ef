"""Status of United States diplomatic missions, as ranges of days by Correlates of War country.

CSV of brentonk/us_diplomatic_missions. The ranges of one country are one act
`us-mission-status:<COW code>`; where the code names several parties over time (the Soviet Union,
then Russia) each has an act, `us-mission-status:<COW code>:<party code>`, and a range that runs
over the succession begins anew for the successor.

The first day of a range is an event: what the mission became. Its last day is not one, since
the next range begins the day after. Three things a range does not say, and how they are told:

- A range that begins with the system itself (1816-01-01), or after days for which the file has
  no range, says that the mission was such by then, not that it became so on that day. Its event
  is dated by a set, `[1776-07-04..1816-01-01]` or `[<first silent day>..<first day>]`, that
  begins no earlier than the party itself.
- Days without a range are unknown, not "no mission": the state had left the system, and in most
  cases the mission went on or followed a government into exile. No event is made of silence; the
  event before it says in its note how long the silence is.
- `None` before any mission is no event: nothing was opened or closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.exchange.mission_ranges import STATUSES, Range, read_range, rows
from api.exchange.row import (
    Coverage,
    Item,
    Ledger,
    NotUnderstood,
    OutOfScope,
    Quarantined,
    Repeated,
    SourceAct,
    Span,
)
from api.exchange.source import members
from domain.dates import DateError, day_of, format_day
from domain.parties import Registry, Unresolved

#: The first day of the Correlates of War state system.
_SYSTEM_BEGINS = "1816-01-01"
_INDEPENDENCE = day_of("1776-07-04")


@dataclass
class _Course:
    """What is known of the mission to one party, as its ranges are walked through."""

    party: str
    born: int
    """The party's first day."""
    events: list[dict[str, Any]] = field(default_factory=list)
    rows: set[str] = field(default_factory=set)
    status: str = "None"


class UsMissionStatus:
    """The format of us_mission_status_range_cow."""

    name = "us-mission-status"
    title = "US diplomatic mission status, by country and date range (COW codes)"
    licence = "CC BY 4.0, Brenton Kenkel"
    whole = True
    own_ids = False

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every range: in an act, out of scope (no mission yet), repeated, or quarantined.

        The rows of one country may stand apart in the file, so the file is read to its end
        before the first act is told.
        """
        ledger = Ledger()
        countries: dict[str, list[Range]] = {}
        for member in members(paths, ".csv"):
            for number, cells in rows(member):
                where = f"{member.name}, line {number}"
                words = ",".join(cells.values())
                key = f"{cells['country_code_cow']}/{cells['date_start']}"
                if ledger.repeats(key, words):
                    yield Repeated(key, where)
                    continue
                try:
                    span = read_range(cells, words, where)
                except NotUnderstood as error:
                    yield Quarantined(words, key, where, error.reason)
                    continue
                countries.setdefault(span.country, []).append(span)
        for country in sorted(countries):
            yield from _country(country, countries[country], registry)

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """From the first day of the state system to the last day of any range."""
        last = _SYSTEM_BEGINS
        for member in members(paths, ".csv"):
            for _, cells in rows(member):
                try:
                    last = max(last, format_day(day_of(cells["date_end"])))
                except DateError:
                    continue
        note = "days on which the file has a range for the country; other days are unknown"
        return Coverage((Span(_SYSTEM_BEGINS, last),), note, ("USA",), ("relation",))


def _country(country: str, spans: list[Range], registry: Registry) -> Iterator[Item]:
    courses: dict[str, _Course] = {}
    settled: list[Range] = []
    for span in sorted(spans, key=lambda span: (span.first, span.last, span.row)):
        before = settled[-1] if settled else None
        if before is not None and span.first <= before.last and span.status != before.status:
            reason = f"expected one status on {format_day(span.first)}, got {before.status} too"
            yield Quarantined(span.row, span.key, span.where, reason)
            continue
        pieces = _by_party(span, registry)
        if not pieces:
            reason = f"country: expected a party of {format_day(span.first)}, got COW {country}"
            yield Quarantined(span.row, span.key, span.where, f"{reason} ({span.name})")
            continue
        for first, party in pieces:
            course = courses.setdefault(party, _Course(party, registry.get(party).valid_from))
            _walk(course, span, first, before)
        settled.append(span)
    for span in settled:
        if not any(span.key in course.rows for course in courses.values()):
            yield OutOfScope(span.key, span.where, "no mission yet: nothing was opened or closed")
    with_events = [course for course in courses.values() if course.events]
    counted: set[str] = set()
    for course in with_events:
        suffix = f":{course.party.lower()}" if len(with_events) > 1 else ""
        # A range over a succession stands behind two acts, and is counted with the first.
        new = course.rows - counted
        counted |= new
        yield SourceAct(f"us-mission-status:{country}{suffix}", tuple(course.events), rows=len(new))


def _by_party(span: Range, registry: Registry) -> list[tuple[int, str]]:
    """The parties the country was during the range, each with its first day in it."""
    starts = {
        code.valid_from
        for party in registry
        for code in party.codes
        if code.scheme == "cow"
        and code.code == span.country
        and span.first < code.valid_from <= span.last
    }
    pieces: list[tuple[int, str]] = []
    for first in sorted({span.first, *starts}):
        try:
            party = registry.resolve(span.country, on=first, scheme="cow").code
        except Unresolved:
            continue
        if not pieces or pieces[-1][1] != party:
            pieces.append((first, party))
    return pieces


def _walk(course: _Course, span: Range, first: int, before: Range | None) -> None:
    """Add to the course what the range says, seen from its first day for this party."""
    silent = before is not None and first == span.first and before.last + 1 < first
    if silent and course.events and before is not None:
        quiet = f"{format_day(before.last + 1)} to {format_day(first - 1)}"
        course.events[-1]["note"] = f"No status is given from {quiet}."
    event = _event(course, span, first)
    if event is None:
        # The same status told again is evidence for the act; before any mission it is nothing.
        if course.events:
            course.rows.add(span.key)
        return
    course.rows.add(span.key)
    since = None
    if silent and before is not None:
        since = before.last + 1
    elif format_day(first) == _SYSTEM_BEGINS:
        since = _INDEPENDENCE
    if since is not None and (possible := max(since, course.born)) < first:
        event["date"] = f"[{format_day(possible)}..{format_day(first)}]"
    if first != span.first:
        event["note"] = f"The range began on {format_day(span.first)}, before this party did."
    course.events.append(event)
    course.status = span.status


def _event(course: _Course, span: Range, first: int) -> dict[str, Any] | None:
    """The event of a status that differs from the one before it, or None."""
    if span.status == course.status:
        return None
    became: dict[str, Any]
    mission = STATUSES[span.status]
    if mission is not None:
        opened = STATUSES[course.status] is None
        name = "mission_opened" if opened else "mission_class_changed"
        became = {"mission_class": mission[0], "resident": mission[1]}
    else:
        name = "interests_section_opened" if span.status == "Interests" else "mission_closed"
        became = {}
    start = format_day(first)
    return {
        "type": f"relation.{name}",
        "key": start,
        "date": start,
        "title": f"Mission of the United States to {span.name}",
        "parties": [{"party": "USA"}, {"party": course.party}],
        "by": ["USA"],
        "toward": [course.party],
        **became,
        "sources": [
            {
                "title": UsMissionStatus.title,
                "publisher": "Brenton Kenkel, brentonk/us_diplomatic_missions (CC BY 4.0)",
                "url": "https://github.com/brentonk/us_diplomatic_missions",
                "locator": f"country_code_cow {span.country}, date_start {format_day(span.first)}",
            }
        ],
        "verbatim": {
            "date": f"{format_day(span.first)} to {format_day(span.last)}",
            "names": [span.name],
            "text": span.status,
        },
        "codes": [{"scheme": "cow", "code": span.country}],
    }
