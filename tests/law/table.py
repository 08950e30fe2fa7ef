"""The table of real histories: what was recorded, in which order, and what stood on some days.

`README.md` beside this file says how a history is written. Here its short words become the
bodies that the application records, and nothing is decided.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.kinds import KINDS

Json = dict[str, Any]

HISTORIES = Path(__file__).parent / "histories"
#: Parties without a role, and the roles that kinds know, each a word of its own.
_ROLES = {
    "parties": None,
    **{role.name: role.name for kind in KINDS.values() for role in kind.roles},
}
_AROUND = ("act", "corrects", "retracts", "reason", "source")


@dataclass(frozen=True)
class Entry:
    """One record: an event, the correction of an earlier one, or its retraction."""

    act: str
    event: Json | None
    """The body; None for a retraction."""
    version: int | None
    """The event version that is corrected or retracted; None for an event."""
    reason: str


@dataclass(frozen=True)
class State:
    """What must stand between two parties on a day, at one state of knowledge."""

    pair: str
    as_of: str
    known_at: int | None
    """A position in the order of the history's records; None for all of them."""
    expect: Json

    def __str__(self) -> str:
        known = "" if self.known_at is None else f" known at {self.known_at}"
        return f"{self.pair} on {self.as_of}{known}"


@dataclass(frozen=True)
class History:
    """A real history: its records in order, and the states that follow from them."""

    name: str
    title: str
    entries: tuple[Entry, ...]
    states: tuple[State, ...]


def read(path: Path) -> History:
    """The history of one file; a word the table does not know is an error of the file."""
    told = json.loads(path.read_text(encoding="utf-8"))
    unknown = set(told) - {"title", "note", "sources", "records", "states"}
    if unknown:
        raise ValueError(f"{path.name}: unknown {', '.join(sorted(unknown))}")
    return History(
        name=path.relative_to(HISTORIES).with_suffix("").as_posix(),
        title=told["title"],
        entries=tuple(_entry(record, told["sources"]) for record in told["records"]),
        states=tuple(
            State(state["pair"], state["as_of"], state.get("known_at"), state["expect"])
            for state in told["states"]
        ),
    )


def histories() -> tuple[History, ...]:
    """All histories of the table, in the order of their names."""
    return tuple(read(path) for path in sorted(HISTORIES.rglob("*.json")))


def _entry(record: Json, sources: dict[str, Json]) -> Entry:
    version = record.get("corrects", record.get("retracts"))
    event = None if "retracts" in record else _body(record, sources)
    return Entry(record["act"], event, version, record.get("reason", ""))


def _body(record: Json, sources: dict[str, Json]) -> Json:
    named = [
        {"party": code} if role is None else {"party": code, "role": role}
        for field, role in _ROLES.items()
        for code in record.get(field, ())
    ]
    body = {key: value for key, value in record.items() if key not in {*_AROUND, *_ROLES}}
    if named:
        body["parties"] = named
    cited = record.get("source", ())
    body["sources"] = [sources[key] for key in ([cited] if isinstance(cited, str) else cited)]
    return body
