"""Words for schemas: the few shapes that all answers are described with."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
POSITIONS: Schema = {"type": "array", "items": {"type": "integer", "minimum": 1}}


def ref(name: str) -> Schema:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_none(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def list_of(schema: Schema) -> Schema:
    """A list of it."""
    return {"type": "array", "items": schema}


def an_object(description: str, /, **fields: Schema) -> Schema:
    """An object that has all these fields; it may come to have more."""
    schema: Schema = {"type": "object", "description": description, "properties": fields}
    return schema | {"required": list(fields)}


def may_lack(schema: Schema, *optional: str) -> Schema:
    """The same object where some fields may be missing."""
    return schema | {"required": [name for name in schema["required"] if name not in optional]}


def given(name: str, description: str, media_type: str = "application/json") -> Schema:
    """An operation's answer as the OpenAPI document tells it."""
    return {"description": description, "content": {media_type: {"schema": ref(name)}}}
