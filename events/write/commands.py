"""Commands: what a caller asks to have recorded, as data.

A command says who asks, of which act, and on what condition. Its events are bodies as they came
in: `events.write.planning` validates them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from events.log.record import CORRECTED, ERASED, RETRACTED
from events.write.receipt import Request

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Command:
    recorded_by: str = field(kw_only=True)
    """Who asks."""
    request: Request | None = field(default=None, kw_only=True)
    """What makes it repeatable: carried out once, however often it is asked."""

    alone: ClassVar[bool] = False
    """Whether it may take long, so that no other shares its transaction."""


@dataclass(frozen=True, slots=True)
class RecordAct(_Command):
    """Record a new act with its first events."""

    act_id: str | None
    """None where one is to be made."""
    events: Sequence[Json]


@dataclass(frozen=True, slots=True)
class _OfAct(_Command):
    act_id: str
    expected_version: int | None = field(default=None, kw_only=True)
    """The version the act must have; None for any."""


@dataclass(frozen=True, slots=True)
class AddEvents(_OfAct):
    """Record the next events of an act."""

    events: Sequence[Json]


@dataclass(frozen=True, slots=True)
class CorrectEvent(_OfAct):
    """Replace the whole of an event version; reinstate a retracted one."""

    version: int
    event: Json
    reason: str


@dataclass(frozen=True, slots=True)
class RetractEvent(_OfAct):
    """Say that an event should not have been recorded."""

    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class EraseEvent(_OfAct):
    """Erase an event's content and that of its corrections, where a law or a court orders it.

    The one command that changes past answers: what rested on the content shows that it is
    erased, at every `known_at`. Headers and proofs stay.
    """

    version: int
    reason: str

    alone: ClassVar[bool] = True


Command = RecordAct | AddEvents | CorrectEvent | RetractEvent | EraseEvent
CommandType = (
    type[RecordAct] | type[AddEvents] | type[CorrectEvent] | type[RetractEvent] | type[EraseEvent]
)

#: The command that each type of record about an event comes from.
COMMAND_OF: Mapping[str, type[CorrectEvent] | type[RetractEvent] | type[EraseEvent]] = {
    CORRECTED: CorrectEvent,
    RETRACTED: RetractEvent,
    ERASED: EraseEvent,
}
