"""Histories told in a test: given acts, when asked on a day, then the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.acts import Act, Fact, make_act, validate
from domain.dates import day_of
from domain.relationship import Change, answer, changes, render
from events.registry import load_registry

REGISTRY = load_registry()


def event(type_name: str, date: str, **fields: Any) -> dict[str, Any]:
    """An event's body."""
    return {"type": type_name, "date": date, **fields}


def between(*codes: str) -> list[dict[str, str]]:
    """Parties without roles."""
    return [{"party": code} for code in codes]


def visit_of(visitor: str, host: str) -> list[dict[str, str]]:
    """The parties of a visit."""
    return [{"party": visitor, "role": "visitor"}, {"party": host, "role": "host"}]


def act(act_id: str, *bodies: dict[str, Any], first_position: int = 1) -> Act:
    """An act of these events, recorded one after another from a position on."""
    facts = [
        Fact(validate(body, REGISTRY), version, first_position + version - 1)
        for version, body in enumerate(bodies, 1)
    ]
    return make_act(act_id, facts[0].event.type.kind, facts)


@dataclass(frozen=True)
class Given:
    """Some acts, ready to be asked about."""

    acts: tuple[Act, ...]

    def changes(self, relationship: str) -> list[Change]:
        """All changes of one relationship."""
        return [
            change for known in self.acts for change in changes(known, REGISTRY, {relationship})
        ]

    def on(self, day: str, relationship: str, most: int | None = None) -> dict[str, Any]:
        """The state of a relationship at the end of a day."""
        found = self.changes(relationship)
        return render(answer(relationship, found, day_of(day)), REGISTRY, most)


def given(*acts: Act) -> Given:
    """A history of these acts."""
    return Given(acts)


def ids(lines: list[dict[str, Any]]) -> list[str]:
    """The acts a list names, in its order."""
    return [line["act_id"] for line in lines]
