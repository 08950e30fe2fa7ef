"""iCalendar (RFC 5545): acts that are planned, and acts that expire.

A date less exact than a day is an all-day span over every day it may touch, `DTEND` being the
day after the last: nobody is told a day that no source names. What has no bound on one side is a
to-do with the bound it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from icalendar import Calendar, Component, Event, Todo

from api.export.taken import Taken
from domain.dates import FIRST_DAY, LAST_DAY, describe, parse
from domain.kinds import ENDS, KINDS
from domain.parties import Registry

_MADE_BY = "-//Chancery//Chancery//EN"
#: The space of names that calendar entries have theirs in, chosen once (RFC 9562).
_SPACE = UUID("7d5d9b43-52a1-5d0c-8a77-0f3cf2a2b7e4")
_PLANNED = frozenset({"planned", "postponed", "unconfirmed"})
#: Before the first record there is no instant a calendar could bear.
_NO_INSTANT = "1970-01-01T00:00:00Z"


def write(taken: Taken) -> Iterator[bytes]:
    """The calendar of what is planned, and yet to expire, on the basis's day."""
    basis = taken.basis
    calendar = Calendar()
    calendar.add("prodid", _MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("name", f"Chancery: {taken.name}")
    for name in ("as_of", "known_at", "position", "digest"):
        if basis[name] is not None:
            calendar.add(f"x-chancery-{name.replace('_', '-')}", str(basis[name]))
    day = parse(basis["as_of"]).earliest
    stamp = datetime.fromisoformat(basis["known_at"] or _NO_INSTANT).astimezone(UTC)
    for act in taken.rows():
        entry = _entry(act, day, taken)
        if entry is not None:
            entry.add("dtstamp", stamp)
            calendar.add_component(entry)
    yield bytes(calendar.to_ical())


def _entry(act: dict[str, Any], day: int, taken: Taken) -> Component | None:
    said = [entry for entry in act["events"] if entry["certain"]]
    fields = KINDS[act["kind"]].fields
    if "planned_for" in fields and act["status"] in _PLANNED:
        event = _last(said, "planned_for")
        moved = said[-1]["event"] if act["status"] == "postponed" else None
        if moved is not None and "planned_for" not in moved:
            # It was put off and no other time was named: the old one is no plan any more.
            return _component(act, None, "plan", taken)
        return None if event is None else _component(act, event, "plan", taken)
    if "expires_on" in fields and act["status"] not in (None, *ENDS):
        event = _last(said, "expires_on")
        if event is not None and day <= parse(event["event"]["expires_on"]).latest:
            return _component(act, event, "expiry", taken)
    return None


def _last(said: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    return next((entry for entry in reversed(said) if name in entry["event"]), None)


def _component(
    act: dict[str, Any], event: dict[str, Any] | None, what: str, taken: Taken
) -> Component:
    text = None if event is None else _date_of(event, what)
    when = None if text is None else parse(text)
    bounded = when is not None and when.earliest > FIRST_DAY and when.latest < LAST_DAY
    shown: Component = Event() if bounded else Todo()
    shown.add("uid", str(uuid5(_SPACE, f"{act['act_id']}\n{what}")))
    shown.add("sequence", act["version"] - 1)
    shown.add("summary", _summary(act, what, taken.registry))
    if when is not None and when.earliest > FIRST_DAY:
        shown.add("dtstart", date.fromordinal(when.earliest))
    if when is not None and when.latest < LAST_DAY:
        # An end of a day is not in the span (RFC 5545, 3.6.1); a to-do is due by its own.
        shown.add("dtend" if bounded else "due", date.fromordinal(when.latest + 1))
    if bounded and when is not None:
        exact = when.earliest == when.latest and not (when.approximate or when.uncertain)
        sure = act["status"] == "planned" or what == "expiry"
        shown.add("status", "CONFIRMED" if exact and sure else "TENTATIVE")
        shown.add("transp", "TRANSPARENT")
    shown.add("categories", [act["kind"], act["status"]])
    if event is not None and "place" in event["event"]:
        shown.add("location", event["event"]["place"])
    shown.add("description", _description(act, text, what))
    shown.add("url", f"{taken.link_base}/acts/{quote(act['act_id'], safe=':~')}")
    shown.add("x-chancery-act", act["act_id"])
    if text is not None and event is not None:
        shown.add("x-chancery-date", text)
        shown.add("x-chancery-record", str(event["position"]))
    return shown


def _date_of(event: dict[str, Any], what: str) -> str:
    text: str = event["event"]["planned_for" if what == "plan" else "expires_on"]
    return text


def _summary(act: dict[str, Any], what: str, registry: Registry) -> str:
    title = act["title"] or f"{act['kind']} of {_named(act, registry)}"
    if what == "expiry":
        return f"Expires: {title}"
    return title if act["status"] == "planned" else f"{title} ({act['status']})"


def _named(act: dict[str, Any], registry: Registry) -> str:
    return " and ".join(registry.name(party["party"]) for party in act["parties"])


def _description(act: dict[str, Any], text: str | None, what: str) -> str:
    verb = "Expires" if what == "expiry" else "Planned for"
    when = "Put off; no other time is named." if text is None else None
    parties = ", ".join(
        party["name"] + (f" ({party['role']})" if "role" in party else "")
        for party in act["parties"]
    )
    sentence = when or f"{verb}: {describe(parse(str(text)))} ({text})."
    return f"{sentence}\n{parties}\n{act['act_id']}, {act['status'].replace('_', ' ')}"
