"""Acts: one event and its validation, an act's facts, their order and what opens it."""

from domain.acts.act import Act, make_act
from domain.acts.event import Event, InvalidEvent, Participation, read_event, validate
from domain.acts.fact import Erased, Fact
from domain.acts.life import life_order
from domain.acts.opening import check_kind, check_opening
from domain.kinds import EVENT_TYPES, KINDS, EventType, UnknownEventType, event_type

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
