"""What a form is for: a new act, an act's next event, a correction or a retraction."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field

from api.http.commands import command_of
from api.web.fields import Json, party_places, put, read_body
from api.web.posted import Filled
from domain.acts.fields import BODIES
from domain.dates import DateError, EdtfDate, parse
from domain.kinds import KINDS
from domain.parties import Party, Registry, Unresolved
from domain.shapes import Problem
from events.write.commands import Command
from events.write.receipt import Request

#: A problem of a whole object that is one of a field it lacks.
_LACKS = re.compile(r"a field '(\w+)'")


@dataclass(frozen=True, slots=True)
class Intended:
    """One form: which of the four deeds, and to what."""

    deed: str
    """`new`, `next`, `correct` or `retract`."""
    act_id: str | None = None
    target: int | None = None
    """The version that is corrected or retracted."""
    type: str | None = None
    """The type of the event that is told."""
    version: int | None = None
    """The version the act had when the form was opened."""
    body: Json = field(default_factory=dict)
    """What is told: each party by its code."""
    typed: Json = field(default_factory=dict)
    """The body as it was typed: each party by the name that was given."""
    reason: str = ""

    @property
    def path(self) -> str:
        """Where the form is, and where it is sent to."""
        if self.deed == "new":
            return "/record"
        if self.deed == "next":
            return f"/acts/{self.act_id}/next"
        return f"/acts/{self.act_id}/events/{self.target}/{self.deed}"

    @property
    def prefix(self) -> str:
        """Where the event's body stands in what is sent."""
        return "/event" if self.deed == "correct" else "/events/0"

    def told(self) -> Json:
        """What is sent, in the shape of a preview's body."""
        event = {"type": self.type, **self.body}
        if self.deed == "new":
            return {"events": [event]} | ({"act_id": self.act_id} if self.act_id else {})
        sent: Json = {"act_id": self.act_id, "version": self.version}
        if self.deed == "next":
            return sent | {"events": [event]}
        sent["reason"] = self.reason
        if self.deed == "retract":
            return sent | {"retracts": self.target}
        return sent | {"corrects": self.target, "event": event}

    def command(self, recorded_by: str, request: Request | None = None) -> Command:
        """What it asks for."""
        return command_of(self.told(), recorded_by, request)


def typed_body(type_name: str, filled: Filled) -> Json:
    """The body that was typed, without its type."""
    body = read_body(BODIES[type_name], filled)
    body.pop("type", None)
    return body


def resolved(type_name: str, typed: Json, registry: Registry) -> tuple[Json, list[Problem]]:
    """A typed body with each party by its code, and the names that are nobody's that day.

    A name means who bore it on the event's date. One that means no party, or more than one,
    stays as it was typed, so that nothing can be recorded of it.
    """
    shape, body = BODIES[type_name], deepcopy(typed)
    on = date_of(body)
    problems: list[Problem] = []
    for place, name in [*party_places(shape, body)]:
        try:
            put(body, place, who(name, on, registry).code)
        except Unresolved as error:
            problems.append(Problem(place, "a party of that day, by name or code", str(error)))
    return body, problems


def date_of(body: Json) -> EdtfDate | None:
    """The date names are resolved on; none while it cannot be read."""
    try:
        return parse(str(body.get("date", "")))
    except DateError:
        return None


def who(typed: str, on: EdtfDate | None, registry: Registry) -> Party:
    """The party meant: a code means it on any day, a name who bore it then. Raises `Unresolved`."""
    if typed in registry:
        return registry.get(typed)
    try:
        return registry.resolve(typed, on)
    except Unresolved:
        if typed.upper() in registry:
            return registry.get(typed.upper())
        raise


def beside(
    problems: Iterable[Problem], prefix: str, unresolved: Iterable[Problem]
) -> dict[str, list[str]]:
    """What is wrong by the name of its field; by the whole pointer where it has none.

    What an object lacks is told at the field it lacks.
    """
    found: dict[str, list[str]] = {}
    for problem in unresolved:
        found.setdefault(problem.where, []).append(problem.got)
    already = set(found)
    for problem in problems:
        where = problem.where
        lacks = _LACKS.fullmatch(problem.expected)
        if lacks and problem.got == "none":
            where = f"{where}/{lacks[1]}"
        inside = where == prefix or where.startswith(f"{prefix}/")
        name = where[len(prefix) + 1 :] if inside else where
        if name in already:
            continue
        said = "is needed here" if lacks else f"expected {problem.expected}, got {problem.got}"
        found.setdefault(name, []).append(said)
    return found


def between(pair: str | None, kind: str, registry: Registry) -> Json:
    """A body with the two parties of a relationship already in it."""
    codes = [code for code in (pair or "").split("-") if code in registry][:2]
    roles = KINDS[kind].roles
    parties = [
        {"party": code} | ({"role": roles[index].name} if roles else {})
        for index, code in enumerate(codes)
    ]
    return {"parties": parties} if parties else {}
