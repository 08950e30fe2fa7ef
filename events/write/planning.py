"""Planning: a command is validated and weighed, and becomes a plan for one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, assert_never

from domain.acts import Event, InvalidEvent, validate
from domain.kinds.shapes import ACT_ID_PATTERN
from domain.parties import Registry
from domain.shapes import Problem, Problems, Text
from events.log.record import Record
from events.store.effort import effort
from events.write.commands import (
    AddEvents,
    Command,
    CorrectEvent,
    EraseEvent,
    Json,
    RecordAct,
    RetractEvent,
)
from events.write.cost import check_weight
from events.write.transaction import Writing

#: What a command does in a transaction: it gives what was recorded.
Plan = Callable[[Writing], list[Record]]

_ACT_ID = Text(128, ACT_ID_PATTERN, "an act_id such as hsg-visits:2138")
_REASON = Text(2_000)


def plan_of(command: Command, registry: Registry) -> Plan:
    """The plan of a command, which raises what `Writing` does.

    Raises `InvalidEvent` for what can be seen to be wrong before the store is asked, and
    `TooCostly` for what is too heavy whatever it is added to.
    """
    match command:
        case RecordAct():
            return _recording(command, registry)
        case AddEvents():
            events = _validated(command.events, registry)
            _weigh(events)
            return lambda writing: writing.add(command.act_id, events, command.expected_version)
        case CorrectEvent():
            return _correcting(command, registry)
        case RetractEvent():
            _check(_REASON, command.reason, "/reason")
            return lambda writing: writing.retract(
                command.act_id, command.version, command.reason, command.expected_version
            )
        case EraseEvent():
            _check(_REASON, command.reason, "/reason")
            return lambda writing: writing.erase(
                command.act_id, command.version, command.reason, command.expected_version
            )
        case _:
            assert_never(command)


def _recording(command: RecordAct, registry: Registry) -> Plan:
    if command.act_id is not None:
        _check(_ACT_ID, command.act_id, "/act_id")
    events = _validated(command.events, registry)
    _weigh(events)
    return lambda writing: writing.record(command.act_id, events)


def _correcting(command: CorrectEvent, registry: Registry) -> Plan:
    problems: Problems = []
    _REASON.check(command.reason, "/reason", problems)
    try:
        event = validate(command.event, registry, "/event")
    except InvalidEvent as error:
        problems.extend(error.problems)
    if problems:
        raise InvalidEvent(problems)
    return lambda writing: writing.correct(
        command.act_id, command.version, event, command.reason, command.expected_version
    )


def _validated(events: Sequence[Json], registry: Registry) -> tuple[Event, ...]:
    problems: Problems = []
    read: list[Event] = []
    for index, body in enumerate(events):
        try:
            read.append(validate(body, registry, f"/events/{index}"))
        except InvalidEvent as error:
            problems.extend(error.problems)
    if problems or not read:
        raise InvalidEvent(problems or [Problem("/events", "at least one event", "none")])
    return tuple(read)


def _weigh(events: Sequence[Event]) -> None:
    """Refuse events that are too heavy whatever they are added to, where there are bounds at all.

    Before anybody waits for them. Raises `TooCostly`.
    """
    if effort.get() is not None:
        check_weight([], [event.body for event in events])


def _check(shape: Text, value: Any, where: str) -> None:
    """Refuse a value of another shape; raises `InvalidEvent`."""
    problems: Problems = []
    shape.check(value, where, problems)
    if problems:
        raise InvalidEvent(problems)
