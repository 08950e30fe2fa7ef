"""What an event's body may carry: one shape a field, and which kinds a field belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.acts.kinds import EVENT_TYPES, KINDS, ROLES, EventType
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
)

ACT_ID_PATTERN = r"[a-z0-9][a-z0-9._~:-]{0,127}"
PARTY_PATTERN = r"[A-Z][A-Z0-9]{1,15}"
#: No name before the host (RFC 3986, section 3.2.1): `https://www.state.gov@elsewhere/` misleads.
_WEB_ADDRESS = r"https?://[^\s<>\"\\^`{|}/?#@]+(?:[/?#][^\s<>\"\\^`{|}]*)?"

RANKS = (
    "state",
    "official",
    "official_working",
    "working",
    "private",
    "informal",
    "transit",
    "courtesy",
)
LEVELS = (
    "head_of_state",
    "head_of_government",
    "foreign_minister",
    "minister",
    "senior_official",
    "technical",
    "subnational",
)
MODES = ("in_person", "telephone", "video", "third_party", "multilateral")
FORMS = (
    "treaty",
    "convention",
    "protocol",
    "exchange_of_notes",
    "memorandum",
    "joint_declaration",
    "contract_package",
    "commitment_in_principle",
    "agreement",
    "other",
)
#: Heads of mission in their classes, VCDR art. 14; consular posts and liaison offices beside.
MISSION_CLASSES = ("ambassador", "envoy", "charge_daffaires", "consular", "liaison")

_short = Text(200)
_line = Text(2_000)
_prose = Text(20_000)
_party = Text(16, PARTY_PATTERN, "a party's code such as KAZ or EAEU")
_act_id = Text(128, ACT_ID_PATTERN, "an act_id such as hsg-visits:2138")
_parties = Many(_party, most=500, distinct=True)

_figure = Fields(
    {"name": _short, "value": Number(), "unit": _short, "period": _short, "qualifier": _short},
    required=("name", "value"),
)
_target = Fields(
    {"name": _short, "value": Number(), "unit": _short, "by": Date(), "qualifier": _short},
    required=("name", "value"),
)
_source = Fields(
    {
        "title": _line,
        "publisher": _line,
        "author": _line,
        "published": Date(),
        "url": Text(2_000, _WEB_ADDRESS, "an http or https address, with no name before its host"),
        "sha256": Text(64, "[0-9a-f]{64}", "64 hexadecimal digits"),
        "locator": _line,
        "status": Choice(("live", "dead")),
    },
    required=("title",),
)
_link = Fields(
    {"rel": Choice(("part_of", "follows", "implements", "answers")), "act_id": _act_id},
    required=("rel", "act_id"),
)
#: Where one event accredits to several hosts: at whose seat the head of mission resides.
_residence = Fields(
    {"party": _party, "resident": Flag(), "seat": _line}, required=("party", "resident")
)

COMMON: dict[str, Shape] = {
    "type": Choice(tuple(EVENT_TYPES)),
    "key": _short,
    "date": Date(),
    "title": _line,
    "by": _parties,
    "place": _line,
    "place_inferred": Flag(),
    "participants": Many(Fields({"office": _line, "party": _party, "name": _line})),
    "topics": Many(_line),
    "figures": Many(_figure),
    "projects": Many(
        Fields(
            {
                "name": _line,
                "place": _line,
                "host": _line,
                "capacity": _line,
                "value": _line,
                "note": _line,
            },
            required=("name",),
        )
    ),
    "links": Many(_link),
    "sources": Many(_source, most=100),
    "verbatim": Fields({"date": _line, "names": Many(_line), "text": _prose}),
    "codes": Many(Fields({"scheme": _short, "code": _short}, required=("scheme", "code"))),
    "note": _prose,
}

BY_KIND: dict[str, dict[str, Shape]] = {
    "visit": {
        "planned_for": Date(),
        "rank": Choice(RANKS),
        "levels": Many(Choice(LEVELS), distinct=True),
    },
    "talk": {
        "planned_for": Date(),
        "levels": Many(Choice(LEVELS), distinct=True),
        "mode": Choice(MODES),
    },
    "agreement": {
        "form": Choice(FORMS),
        "deposited": Date(),
        "effective": Date(),
        "expires_on": Date(),
        "in_force_on_signature": Flag(),
        "statement": _prose,
    },
    "proposal": {"target": _target, "accepted_as": _act_id},
    "relation": {
        "toward": _parties,
        "recognition": Choice(("de_facto", "de_jure")),
        "mission_class": Choice(MISSION_CLASSES),
        "mission_title": _line,
        "resident": Flag(),
        "seat": _line,
        "residence": Many(_residence, most=500),
        "protecting_power": _party,
    },
    "coverage": {"kinds": Many(Choice(KINDS[:-1]), distinct=True)},
}


def _parties_shape(kind: str) -> Shape:
    fields: dict[str, Shape] = {"party": _party}
    if kind in ROLES:
        fields["role"] = Choice(ROLES[kind])
    required = ("party", "role") if kind == "visit" else ("party",)
    return Many(Fields(fields, required=required), most=500)


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


#: The whole shape of a body, by stored type name.
BODIES: dict[str, Fields] = {
    row.name: Fields(
        COMMON
        | {"type": Choice((row.name,)), "parties": _parties_shape(row.kind)}
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
        | {"type": Choice(tuple(row.name for row in rows)), "parties": _parties_shape(kind)}
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
