"""Chancery's own acts as JSON lines: an act a line, with its events in force.

The first line tells the basis they were taken at, and is passed over when they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from api.bodies import read_json
from api.exchange.row import Coverage, Item, Quarantined, SourceAct
from api.exchange.source import members
from api.problems import KNOWN_ERRORS, document_of
from domain.parties import Registry


def told_bodies(act: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The bodies that tell an act of an export again, each with its version, in their order."""
    entries = sorted(act["events"], key=lambda entry: entry["version"])
    bodies = [entry["event"] for entry in entries]
    named = {p["party"] for body in bodies for p in body.get("parties", ())}
    named |= {code for body in bodies for code in (*body.get("by", ()), *body.get("toward", ()))}
    if bodies and len(named) < 2 <= len(act["parties"]):
        # The event that named the parties is retracted; the act is between them all the same.
        parties = [{k: v for k, v in p.items() if k != "name"} for p in act["parties"]]
        bodies[0] = {**bodies[0], "parties": parties}
    for entry, body in zip(entries, bodies, strict=True):
        yield entry["version"], body


class ChanceryActs:
    """The format of `chancery export jsonl --view acts`."""

    name = "acts"
    title = "Acts with their events in force, by Chancery"
    licence = "that of the sources its acts name"
    whole = False
    own_ids = True

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every act; a line that is none is put aside."""
        for member in members(paths, ".jsonl"):
            for number, data in enumerate(member.stream, 1):
                if data.strip():
                    yield from _line(member.name, number, data.rstrip(b"\r\n"))

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """None of its own: the claims of coverage are among the acts."""
        return Coverage((), "an export claims no coverage of its own")


def _line(name: str, number: int, data: bytes) -> Iterator[Item]:
    where = f"{name}, line {number}"
    try:
        value = read_json(data)
    except KNOWN_ERRORS as error:
        document = document_of(error)
        wrong = [f"{p.where}: expected {p.expected}, got {p.got}" for p in document.problems]
        yield _aside(data, str(number), where, "; ".join([document.detail, *wrong]))
        return
    if isinstance(value, dict) and set(value) == {"view", "basis"}:
        return
    act_id = value.get("act_id") if isinstance(value, dict) else None
    events = value.get("events") if isinstance(value, dict) else None
    if not isinstance(act_id, str) or not _are_events(events):
        expected = "expected an object with an act_id and a list of events, got another line"
        yield _aside(data, act_id if isinstance(act_id, str) else str(number), where, expected)
    elif events:
        yield SourceAct(act_id, tuple(events))


def _are_events(events: Any) -> bool:
    return isinstance(events, list) and all(isinstance(event, dict) for event in events)


def _aside(data: bytes, key: str, where: str, reason: str) -> Quarantined:
    return Quarantined(data.decode("utf-8", "backslashreplace"), key, where, reason)
