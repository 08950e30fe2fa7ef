"""Acts recorded in a store as the application records them: the log, then the index after it."""

from __future__ import annotations

from typing import Any

from events.log.history import known_act
from events.log.record import CORRECTED, RETRACTED, Record
from events.log.upcasting import SCHEMA
from events.projection.rows import advance
from events.registry import load_registry
from events.store.protocol import Draft, Store, Writer

REGISTRY = load_registry()


def event(type_name: str, date: str, *codes: str, **fields: Any) -> dict[str, Any]:
    """An event's body; for a visit the first party visits the second."""
    roles = ("visitor", "host") if type_name.startswith("visit.") and codes else ()
    parties = [
        {"party": code} | ({"role": roles[min(number, 1)]} if roles else {})
        for number, code in enumerate(codes)
    ]
    return {"type": type_name, "date": date, **({"parties": parties} if parties else {}), **fields}


def corrected(version: int, body: dict[str, Any]) -> dict[str, Any]:
    """A correction of an event version."""
    return {"type": CORRECTED, "version": version, "reason": "another source", "event": body}


def retracted(version: int) -> dict[str, Any]:
    """A retraction of an event version."""
    return {"type": RETRACTED, "version": version, "reason": "it never took place"}


def draft(act_id: str, body: dict[str, Any]) -> Draft:
    """The draft of an event."""
    schema_of = body["event"]["type"] if body["type"] == CORRECTED else body["type"]
    fields = {name: value for name, value in body.items() if name != "type"}
    return Draft(act_id, body["type"], fields, SCHEMA[schema_of])


def write(writer: Writer, act_id: str, *bodies: dict[str, Any], by: str) -> list[Record]:
    """Record events of an act one after another, each with its index rows."""
    stream = writer.stream(act_id)
    for body in bodies:
        before = known_act(stream) if stream else None
        (record,) = writer.append([draft(act_id, body)], by)
        stream.append(record)
        closed, opened = advance(before, known_act(stream), stream[0].position, REGISTRY)
        writer.index(record.position, closed, opened)
    return stream[len(stream) - len(bodies) :]


def tell(store: Store, act_id: str, *bodies: dict[str, Any], by: str = "historian") -> list[Record]:
    """The same in a transaction of its own."""
    return store.write(lambda writer: write(writer, act_id, *bodies, by=by))
