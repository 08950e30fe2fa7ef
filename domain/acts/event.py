"""An event: the immutable fact that something happened in an act's life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from domain.acts.fields import BODIES
from domain.dates import EdtfDate
from domain.dates import parse as parse_date
from domain.kinds import EVENT_TYPES, EventType, event_type
from domain.parties import Registry
from domain.shapes import Problem, Problems, shown


class InvalidEvent(ValueError):
    """An input that is not a well-formed event; `problems` says what, where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "; ".join(f"{p.where or '/'}: expected {p.expected}, got {p.got}" for p in problems)
        )


class Participation(NamedTuple):
    """A party's part in an act; `role` is None for kinds that know no roles."""

    party: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One event, read from a body that was found well-formed.

    `body` is the wire form, untouched: what the fold does not need is read from there.
    """

    type: EventType
    date: EdtfDate
    body: Mapping[str, Any]
    parties: tuple[Participation, ...] = ()
    by: tuple[str, ...] = ()

    def date_of(self, field: str) -> EdtfDate | None:
        """The date a field of the body holds, or None where it has none."""
        text = self.body.get(field)
        return None if text is None else parse_date(text)

    @property
    def named(self) -> tuple[Participation, ...]:
        """Every party the event names as taking part: its parties, then those acting."""
        if not self.by and "toward" not in self.body:
            return self.parties
        listed = {participation.party for participation in self.parties}
        others = (*self.by, *self.body.get("toward", ()))
        extra = tuple(Participation(code) for code in dict.fromkeys(others) if code not in listed)
        return self.parties + extra


def read_event(body: Mapping[str, Any]) -> Event:
    """The event of a body that is known to be well-formed, such as a stored one."""
    return Event(
        type=event_type(body["type"]),
        date=parse_date(body["date"]),
        body=body,
        parties=tuple(
            Participation(entry["party"], entry.get("role")) for entry in body.get("parties", ())
        ),
        by=tuple(body.get("by", ())),
    )


def validate(body: Any, registry: Registry, where: str = "") -> Event:
    """The event of an untrusted body.

    Raises `InvalidEvent` with everything that is wrong with it: shape, fields of another kind,
    dates that do not exist, parties the registry does not know.
    """
    problems: Problems = []
    if not isinstance(body, dict):
        raise InvalidEvent([Problem(where, "an object", shown(body))])
    name = body.get("type")
    shape = BODIES.get(name) if isinstance(name, str) else None
    if shape is None:
        got = shown(name) if "type" in body else "none"
        expected = "an event type: one of " + ", ".join(EVENT_TYPES)
        raise InvalidEvent([Problem(f"{where}/type", expected, got)])
    if not shape.holds(body):
        shape.check(body, where, problems)
    if not problems:
        _check_parties(body, registry, where, problems)
    if problems:
        raise InvalidEvent(problems)
    return read_event(body)


def _check_parties(
    body: Mapping[str, Any], registry: Registry, where: str, problems: Problems
) -> None:
    for field in ("parties", "by", "toward", "participants", "residence"):
        for index, entry in enumerate(body.get(field, ())):
            code = entry.get("party") if isinstance(entry, dict) else entry
            if code is not None and code not in registry:
                step = f"{index}/party" if isinstance(entry, dict) else f"{index}"
                problems.append(_unknown_party(f"{where}/{field}/{step}", code))
    power = body.get("protecting_power")
    if power is not None and power not in registry:
        problems.append(_unknown_party(f"{where}/protecting_power", power))


def _unknown_party(where: str, code: str) -> Problem:
    return Problem(where, "a party of the registry", shown(code))
