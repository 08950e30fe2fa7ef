"""Commands read from JSON: one command, whichever way it comes in."""

from __future__ import annotations

from typing import Any

import pytest

from api.http.commands import BODY, read_body, read_line, read_preview
from api.http.schemas.requests import PREVIEW
from domain.acts import InvalidEvent
from events.write.commands import (
    AddEvents,
    Command,
    CorrectEvent,
    EraseEvent,
    RecordAct,
    RetractEvent,
)
from events.write.receipt import Request

ONCE = Request("key", "sha256:1")
EVENTS = [{"type": "talk.held"}]
ACT: dict[str, Any] = {"act_id": "act:7"}
EVENT: dict[str, Any] = {"act_id": "act:7", "version": 2}


@pytest.mark.parametrize(
    ("command", "body", "place", "preview"),
    [
        (
            RecordAct("act:7", EVENTS, recorded_by="clerk"),
            {"act_id": "act:7", "events": EVENTS},
            {},
            {"act_id": "act:7", "events": EVENTS},
        ),
        (
            RecordAct(None, EVENTS, recorded_by="clerk"),
            {"events": EVENTS},
            {},
            {"events": EVENTS},
        ),
        (
            AddEvents("act:7", EVENTS, recorded_by="clerk", expected_version=3),
            {"events": EVENTS},
            ACT,
            {"act_id": "act:7", "version": 3, "events": EVENTS},
        ),
        (
            CorrectEvent("act:7", 2, EVENTS[0], "so", recorded_by="clerk", expected_version=3),
            {"event": EVENTS[0], "reason": "so"},
            EVENT,
            {"act_id": "act:7", "version": 3, "corrects": 2, "event": EVENTS[0], "reason": "so"},
        ),
        (
            RetractEvent("act:7", 2, "so", recorded_by="clerk", expected_version=3),
            {"reason": "so"},
            EVENT,
            {"act_id": "act:7", "version": 3, "retracts": 2, "reason": "so"},
        ),
        (
            EraseEvent("act:7", 2, "so", recorded_by="clerk", expected_version=3),
            {"reason": "so"},
            EVENT,
            {"act_id": "act:7", "version": 3, "erases": 2, "reason": "so"},
        ),
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "recorded_by") else "",
)
def test_a_route_and_a_preview_read_the_same_command(
    command: Command, body: Any, place: Any, preview: Any
):
    if not isinstance(command, RecordAct):
        place = {**place, "expected_version": 3}
    assert read_body(type(command), body, "clerk", None, **place) == command
    assert read_preview(preview, "clerk") == command
    assert read_body(type(command), body, "clerk", ONCE, **place).request == ONCE


def test_a_line_is_a_new_act_or_with_a_version_the_next_events_of_one():
    line = {"act_id": "act:7", "events": EVENTS}
    assert read_line(line, "clerk", ONCE) == RecordAct(
        "act:7", EVENTS, recorded_by="clerk", request=ONCE
    )
    assert read_line({**line, "version": 4}, "clerk") == AddEvents(
        "act:7", EVENTS, recorded_by="clerk", expected_version=4
    )
    with pytest.raises(InvalidEvent) as refused:
        read_line({"events": EVENTS, "version": 4}, "clerk")
    (problem,) = refused.value.problems
    assert problem.expected == "a field 'act_id' beside 'version'"


@pytest.mark.parametrize("kind", [*BODY])
def test_a_body_of_another_form_says_where_it_is_wrong(kind: Any):
    with pytest.raises(InvalidEvent) as refused:
        read_body(kind, {"recorded_by": "somebody else"}, "clerk", None)
    wrong = {(problem.where, problem.expected) for problem in refused.value.problems}
    assert ("/recorded_by", "one of " + ", ".join(BODY[kind].of)) in wrong
    assert {("", f"a field {name!r}") for name in BODY[kind].required} < wrong


def test_a_preview_takes_all_that_the_bodies_of_all_commands_do():
    assert {name for body in BODY.values() for name in body.of} < {*PREVIEW.of}
