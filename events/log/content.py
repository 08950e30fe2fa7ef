"""What a record says, as one of five types. Nothing else reads the body of a record by its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from domain.acts import Participation
from events.log.upcasting import CORRECTED, ERASED, RETRACTED

#: An event as it came in, with its type.
Wording = Mapping[str, Any]


class NewEvent(NamedTuple):
    """An event of the act, whose version is that of its record."""

    event: Wording


class Correction(NamedTuple):
    """Other words for the whole of an earlier event, which stands again if it was retracted."""

    version: int
    """The event it speaks about, as in all types below."""
    reason: str
    event: Wording


class Retraction(NamedTuple):
    """That an earlier event should not have been recorded."""

    version: int
    reason: str


class Remains(NamedTuple):
    """What an erasure keeps of one record: where it stands, whom it named, what key it had."""

    position: int
    named: tuple[Participation, ...]
    key: str | None
    """A digest of the source's key of the event; None where it had none."""


class Erasure(NamedTuple):
    """That the words of an earlier event, and of its corrections, are dropped for ever."""

    version: int
    reason: str
    records: tuple[Remains, ...]


class Dropped(NamedTuple):
    """Nothing: an erasure took it. What is left stands in the erasure."""


#: What speaks about an event that was recorded before.
About = Correction | Retraction | Erasure
Content = NewEvent | About | Dropped


def content_of(type_name: str, body: Mapping[str, Any] | None) -> Content:
    """What a stored body says; raises `KeyError` or `TypeError` where it is not of its type."""
    if body is None:
        return _DROPPED
    read = _ABOUT.get(type_name)
    return NewEvent({"type": type_name, **body}) if read is None else read(body)


def _correction(body: Mapping[str, Any]) -> Correction:
    return Correction(body["version"], body["reason"], body["event"])


def _retraction(body: Mapping[str, Any]) -> Retraction:
    return Retraction(body["version"], body["reason"])


def _erasure(body: Mapping[str, Any]) -> Erasure:
    kept = tuple(_remains(entry) for entry in body["records"])
    return Erasure(body["version"], body["reason"], kept)


_DROPPED = Dropped()
_ABOUT: Mapping[str, Callable[[Mapping[str, Any]], About]] = {
    CORRECTED: _correction,
    RETRACTED: _retraction,
    ERASED: _erasure,
}


def _remains(entry: Mapping[str, Any]) -> Remains:
    named = tuple(Participation(p["party"], p.get("role")) for p in entry["parties"])
    return Remains(entry["position"], named, entry.get("key"))


def body_of(content: About) -> dict[str, Any]:
    """The body in which a record says what it has to say about an event."""
    said: dict[str, Any] = {"version": content.version, "reason": content.reason}
    if isinstance(content, Correction):
        return said | {"event": dict(content.event)}
    if isinstance(content, Erasure):
        return said | {"records": [_entry(remains) for remains in content.records]}
    return said


def _entry(remains: Remains) -> dict[str, Any]:
    parties = [{"party": p.party} | ({"role": p.role} if p.role else {}) for p in remains.named]
    key = {} if remains.key is None else {"key": remains.key}
    return {"position": remains.position, "parties": parties, **key}


def wording_in(content: Content) -> Wording | None:
    """The event that a record words, as new or as corrected; None where it words none."""
    return content.event if isinstance(content, NewEvent | Correction) else None
