"""Schemas made of the types of answers: JSON Schema 2020-12, as OpenAPI 3.1 has it."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from api.http.schemas.words import Schema, list_of, ref
from domain.relationship.lines import Narrowed

_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}


def schemas_of(roots: Iterable[type]) -> dict[str, Schema]:
    """The schema of each `TypedDict`, and of all that they are made of, by name.

    An object may come to have more members than its type tells. Raises `TypeError` for a type
    that has no schema here.
    """
    found: dict[str, Schema] = {}
    waiting = list(roots)
    while waiting:
        one = waiting.pop(0)
        if one.__name__ not in found:
            found[one.__name__] = _object(one, waiting)
    return found


def _object(one: type, used: list[type]) -> Schema:
    # Its own `__required_keys__` are wrong where annotations are kept as text (PEP 563).
    hints = get_type_hints(one, include_extras=True)
    whole = one.__total__  # type: ignore[attr-defined]
    return {
        "type": "object",
        "description": " ".join((one.__doc__ or "").split()),
        "properties": {name: _schema(hint, used) for name, hint in hints.items()},
        "required": [n for n, hint in hints.items() if whole and get_origin(hint) != NotRequired],
    }


def _schema(hint: Any, used: list[type]) -> Schema:
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _narrowed(_schema(parts[0], used), parts[1:])
    if origin is NotRequired:
        return _schema(parts[0], used)
    if origin is Literal:
        return {"type": "string", "enum": list(parts)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(part, used) for part in parts]}
    if origin is list:
        return list_of(_schema(parts[0], used))
    if origin is dict:
        rest = _schema(parts[1], used)
        return {"type": "object", "additionalProperties": rest or True}
    if is_typeddict(hint):
        used.append(hint)
        return ref(hint.__name__)
    if hint not in _PLAIN:
        raise TypeError(f"expected a type that has a schema, got {hint!r}")
    return _PLAIN[hint]


def _narrowed(schema: Schema, words: Iterable[str | Narrowed]) -> Schema:
    """A schema with what stands beside its type: a text describes it, `Narrowed` narrows it."""
    found = dict(schema)
    for word in words:
        if isinstance(word, str):
            found["description"] = word
        elif word.ref is not None:
            found = {"$ref": word.ref}
        else:
            found |= {name: value for name, value in word._asdict().items() if value is not None}
    return found
