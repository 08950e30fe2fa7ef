"""Schemas of events, one a kind, and of the objects in them, each under a name of its own.

Programs that make clients want names: an object that stands in the midst of another has none.
"""

from __future__ import annotations

from api.http.schemas.words import Schema, ref
from domain.acts.fields import body_schema
from domain.kinds import EVENT_TYPES, KINDS


def event_components() -> dict[str, Schema]:
    """`Event`, the alternatives it has, and the objects they are made of."""
    found: dict[str, Schema] = {}
    for kind in KINDS:
        found[_event(kind)] = _named(body_schema(kind), kind, found)
    of_type = {row.name: f"#/components/schemas/{_event(row.kind)}" for row in EVENT_TYPES.values()}
    return {
        "Event": {
            "oneOf": [ref(_event(kind)) for kind in KINDS],
            "discriminator": {"propertyName": "type", "mapping": of_type},
        },
        **found,
    }


def _event(kind: str) -> str:
    return f"{kind.capitalize()}Event"


def _named(schema: Schema, kind: str, found: dict[str, Schema]) -> Schema:
    """An object with each object in its fields, or in lists of its fields, put under a name."""
    fields = {
        name: _apart(name, field, kind, found) for name, field in schema["properties"].items()
    }
    return {**schema, "properties": fields}


def _apart(field: str, schema: Schema, kind: str, found: dict[str, Schema]) -> Schema:
    if schema.get("type") == "array":
        return {**schema, "items": _apart(field, schema["items"], kind, found)}
    if "properties" not in schema:
        return schema
    inner = _named(schema, kind, found)
    one = {"parties": "party", "residence": "residence"}.get(field, field.removesuffix("s"))
    words = "".join(word.capitalize() for word in one.split("_"))
    # The same field of two kinds may hold other objects: the second has its kind before it.
    for name in (f"Event{words}", f"{_event(kind)}{words}"):
        if found.setdefault(name, inner) == inner:
            return ref(name)
    raise ValueError(f"expected one object as {field} of a {kind}, got two")
