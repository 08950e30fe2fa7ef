"""Upcasting: a stored body of an old schema is read as one of the present schema.

Stored bytes never change; what they mean to the present program is worked out on reading.
To change a type's body: count its `SCHEMA` up and give an upcaster from the version before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.acts import EVENT_TYPES
from events.errors import UnreadableRecord

Body = Mapping[str, Any]

CORRECTED = "event.corrected"
RETRACTED = "event.retracted"
ERASED = "event.erased"


def _level_to_levels(body: Body) -> Body:
    """Schema 1 of a talk had one `level`; a summit attended by ministers had to drop one."""
    if "level" not in body:
        return body
    rest = {name: value for name, value in body.items() if name != "level"}
    return {**rest, "levels": [body["level"]]}


_TALKS = tuple(name for name, row in EVENT_TYPES.items() if row.kind == "talk")

#: The present schema of every stored type, counted from 1. A correction bears the schema of the
#: event it carries, so the types of the record itself stay at 1.
SCHEMA: dict[str, int] = {
    **dict.fromkeys(EVENT_TYPES, 1),
    **dict.fromkeys(_TALKS, 2),
    CORRECTED: 1,
    RETRACTED: 1,
    ERASED: 1,
}

#: From (type, schema) to the next schema of that type.
UPCASTERS: dict[tuple[str, int], Callable[[Body], Body]] = {
    (name, 1): _level_to_levels for name in _TALKS
}


def upcast(type_name: str, schema: int, body: Body) -> Body:
    """The body as the present schema of its type has it, step by step.

    Raises `UnreadableRecord` for an unknown type or a schema newer than this program's.
    """
    if type_name == CORRECTED:
        return _upcast_correction(schema, body)
    present = SCHEMA.get(type_name)
    if present is None:
        raise UnreadableRecord("type", "a known event type", type_name)
    if not 1 <= schema <= present:
        raise UnreadableRecord(f"schema of {type_name}", f"1 to {present}", str(schema))
    for step in range(schema, present):
        body = UPCASTERS[type_name, step](body)
    return body


def _upcast_correction(schema: int, body: Body) -> Body:
    event = body["event"]
    present = upcast(event["type"], schema, event)
    return body if present is event else {**body, "event": present}
