"""Commands read: the command of a JSON body, whichever way it comes in.

A route names in its path what a preview, a line and a form name beside the rest. One table says
how each is called there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.http.schemas.requests import (
    CORRECTION,
    ERASURE,
    LINE,
    NEW_ACT,
    NEXT_EVENTS,
    PREVIEW,
    RETRACTION,
)
from domain.acts import InvalidEvent
from domain.shapes import Fields, Problem, Problems
from events.write.commands import (
    AddEvents,
    Command,
    CommandType,
    CorrectEvent,
    EraseEvent,
    RecordAct,
    RetractEvent,
)
from events.write.receipt import Request

#: What each command takes as the body of a route of its own.
BODY: Mapping[CommandType, Fields] = {
    RecordAct: NEW_ACT,
    AddEvents: NEXT_EVENTS,
    CorrectEvent: CORRECTION,
    RetractEvent: RETRACTION,
    EraseEvent: ERASURE,
}
#: The field of a preview that names the event version a command is about.
_ABOUT: Mapping[str, type[CorrectEvent] | type[RetractEvent] | type[EraseEvent]] = {
    "corrects": CorrectEvent,
    "retracts": RetractEvent,
    "erases": EraseEvent,
}


def checked(given: Any, shape: Fields) -> dict[str, Any]:
    """A JSON value, where it is of a shape; its events are the domain's to read.

    Raises `InvalidEvent` with everything that is wrong: where, what was expected, what it is.
    """
    problems: Problems = []
    shape.check(given, "", problems)
    if problems:
        raise InvalidEvent(problems)
    read: dict[str, Any] = given
    return read


def read_body(
    kind: CommandType, given: Any, recorded_by: str, request: Request | None, **place: Any
) -> Command:
    """The command of a route's body; `place` is what its path and headers say."""
    body = checked(given, BODY[kind])
    return kind(**{"act_id": None} | body | place, recorded_by=recorded_by, request=request)


def read_preview(given: Any, recorded_by: str) -> Command:
    """The command of a preview's body."""
    return command_of(checked(given, PREVIEW), recorded_by)


def read_line(given: Any, recorded_by: str, request: Request | None = None) -> Command:
    """The command of a line: a new act, or with a `version` the next events of the act at it."""
    line = checked(given, LINE)
    if "version" in line and "act_id" not in line:
        raise InvalidEvent([Problem("", "a field 'act_id' beside 'version'", "none")])
    return command_of(line, recorded_by, request)


def command_of(
    body: Mapping[str, Any], recorded_by: str, request: Request | None = None
) -> Command:
    """The command of a value of the shape `PREVIEW`."""
    more = {name: body[name] for name in ("events", "event", "reason") if name in body}
    act: dict[str, Any] = {"act_id": body.get("act_id"), "recorded_by": recorded_by}
    act |= {"request": request, **more}
    if "events" in body and body.get("version") is None:
        return RecordAct(**act)
    act["expected_version"] = body.get("version")
    for field, kind in _ABOUT.items():
        if field in body:
            return kind(**act, version=body[field])
    return AddEvents(**act)
