"""Acts: the table of kinds and events, one event and its validation, an act's facts."""

from domain.acts.act import (
    Act,
    Erased,
    Fact,
    check_kind,
    check_opening,
    life_order,
    make_act,
)
from domain.acts.event import Event, InvalidEvent, Participation, read_event, validate
from domain.acts.kinds import EVENT_TYPES, KINDS, EventType, UnknownEventType, event_type

__all__ = [
    "EVENT_TYPES",
    "KINDS",
    "Act",
    "Erased",
    "Event",
    "EventType",
    "Fact",
    "InvalidEvent",
    "Participation",
    "UnknownEventType",
    "check_kind",
    "check_opening",
    "event_type",
    "life_order",
    "make_act",
    "read_event",
    "validate",
]
