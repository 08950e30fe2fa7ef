"""What an event's body may carry: one shape a field, and which kinds a field belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.kinds import EVENT_TYPES, KINDS, EventType, Kind
from domain.kinds.shapes import ACT_ID, LINE, PARTIES, PARTY, PROSE, SHORT
from domain.shapes import (
    Choice,
    Date,
    Fields,
    Flag,
    Many,
    Number,
    Problem,
    Problems,
    Shape,
    Text,
    shown,
)

#: No name before the host (RFC 3986, section 3.2.1): `https://www.state.gov@elsewhere/` misleads.
_WEB_ADDRESS = r"https?://[^\s<>\"\\^`{|}/?#@]+(?:[/?#][^\s<>\"\\^`{|}]*)?"

_figure = Fields(
    {"name": SHORT, "value": Number(), "unit": SHORT, "period": SHORT, "qualifier": SHORT},
    required=("name", "value"),
)
_source = Fields(
    {
        "title": LINE,
        "publisher": LINE,
        "author": LINE,
        "published": Date(),
        "url": Text(2_000, _WEB_ADDRESS, "an http or https address, with no name before its host"),
        "sha256": Text(64, "[0-9a-f]{64}", "64 hexadecimal digits"),
        "locator": LINE,
        "status": Choice(("live", "dead")),
    },
    required=("title",),
)
_link = Fields(
    {"rel": Choice(("part_of", "follows", "implements", "answers")), "act_id": ACT_ID},
    required=("rel", "act_id"),
)

COMMON: dict[str, Shape] = {
    "type": Choice(tuple(EVENT_TYPES)),
    "key": SHORT,
    "date": Date(),
    "title": LINE,
    "by": PARTIES,
    "place": LINE,
    "place_inferred": Flag(),
    "participants": Many(Fields({"office": LINE, "party": PARTY, "name": LINE})),
    "topics": Many(LINE),
    "figures": Many(_figure),
    "projects": Many(
        Fields(
            {
                "name": LINE,
                "place": LINE,
                "host": LINE,
                "capacity": LINE,
                "value": LINE,
                "note": LINE,
            },
            required=("name",),
        )
    ),
    "links": Many(_link),
    "sources": Many(_source, most=100),
    "verbatim": Fields({"date": LINE, "names": Many(LINE), "text": PROSE}),
    "codes": Many(Fields({"scheme": SHORT, "code": SHORT}, required=("scheme", "code"))),
    "note": PROSE,
}

#: What the events of a kind may carry beside that.
BY_KIND: dict[str, dict[str, Shape]] = {name: dict(kind.fields) for name, kind in KINDS.items()}


def _parties_shape(kind: Kind) -> Shape:
    fields: dict[str, Shape] = {"party": PARTY}
    if kind.roles:
        fields["role"] = Choice(tuple(role.name for role in kind.roles))
    needed = any(role.needed for role in kind.roles)
    return Many(Fields(fields, required=("party", "role") if needed else ("party",)), most=500)


def _required_by_type(row: EventType) -> tuple[str, ...]:
    return ("type", "date", *row.requires)


def _participations_distinct(body: Mapping[str, Any], where: str, problems: Problems) -> None:
    seen: set[str] = set()
    for index, entry in enumerate(body.get("parties", ())):
        if entry["party"] in seen:
            problems.append(
                Problem(f"{where}/parties/{index}/party", "each party once", entry["party"])
            )
        seen.add(entry["party"])
        _role_single(body, index, where, problems)


def _role_single(body: Mapping[str, Any], index: int, where: str, problems: Problems) -> None:
    """Find fault with a party whose role only one can have and another has before it."""
    role = body["parties"][index].get("role")
    before = [entry["party"] for entry in body["parties"][:index] if entry.get("role") == role]
    if before and role in _SINGLE[body["type"]]:
        expected = f"one party as {role}, which {before[0]} is"
        problems.append(Problem(f"{where}/parties/{index}/role", expected, shown(role)))


#: The roles that one party alone can have, by stored type name.
_SINGLE = {
    row.name: frozenset(role.name for role in kind.roles if role.single)
    for kind in KINDS.values()
    for row in kind.events
}


#: The whole shape of a body, by stored type name.
BODIES: dict[str, Fields] = {
    row.name: Fields(
        COMMON
        | {"type": Choice((row.name,)), "parties": _parties_shape(KINDS[row.kind])}
        | BY_KIND[row.kind],
        required=_required_by_type(row),
        also=_participations_distinct,
    )
    for row in EVENT_TYPES.values()
}


def body_schema(kind: str) -> dict[str, Any]:
    """JSON Schema of the bodies of one kind's events; raises `KeyError` for another word."""
    rows = [row for row in EVENT_TYPES.values() if row.kind == kind]
    schema = Fields(
        COMMON
        | {"type": Choice(tuple(row.name for row in rows)), "parties": _parties_shape(KINDS[kind])}
        | BY_KIND[kind],
        required=("type", "date"),
    ).schema()
    needs = [
        {
            "if": {"properties": {"type": {"const": row.name}}},
            "then": {"required": list(row.requires)},
        }
        for row in rows
        if row.requires
    ]
    return schema | ({"allOf": needs} if needs else {})


def event_schema() -> dict[str, Any]:
    """JSON Schema of any event's body: one alternative a kind."""
    return {"oneOf": [body_schema(kind) for kind in KINDS]}
