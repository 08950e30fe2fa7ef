"""What a well-formed event is: everything else is refused by name, and all at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.acts import (
    EVENT_TYPES,
    KINDS,
    InvalidEvent,
    UnknownEventType,
    check_opening,
    event_type,
    validate,
)
from domain.acts.fields import BODIES, COMMON, body_schema, event_schema
from domain.shapes import Problem
from tests.domain.given import REGISTRY, between, event, visit_of

VISIT = event("visit.held", "1985-11-19", parties=visit_of("USA", "CHE"))


def refused(body: Any) -> list[tuple[str, str, str]]:
    """The problems of a body, as (where, expected, got)."""
    with pytest.raises(InvalidEvent) as caught:
        validate(body, REGISTRY)
    return [(p.where, p.expected, p.got) for p in caught.value.problems]


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("a day that never was", VISIT | {"date": "2023-02-29"}, "/date"),
    ("a month of 32 days", VISIT | {"date": "1972-06-31"}, "/date"),
    ("a reversed interval", VISIT | {"date": "1991-02-02/1991-02-01"}, "/date"),
    ("a year far outside history", VISIT | {"date": "5008-05-05"}, "/date"),
    ("an American date", VISIT | {"date": "11/19/1985"}, "/date"),
    ("a number for a date", VISIT | {"date": 1985}, "/date"),
    ("no date", {k: v for k, v in VISIT.items() if k != "date"}, ""),
    ("an unknown event", VISIT | {"type": "visit.happened"}, "/type"),
    ("an event of no kind", VISIT | {"type": "held"}, "/type"),
    ("a class path", VISIT | {"type": "domain.acts.event:Event"}, "/type"),
    ("a party nobody knows", VISIT | {"parties": visit_of("USA", "ATL")}, "/parties/1/party"),
    ("a name for a code", VISIT | {"parties": visit_of("USA", "Switzerland")}, "/parties/1/party"),
    ("one party twice", VISIT | {"parties": visit_of("USA", "USA")}, "/parties/1/party"),
    ("a visit without roles", VISIT | {"parties": between("USA", "CHE")}, "/parties/0"),
    (
        "a role of another kind",
        VISIT | {"parties": [{"party": "USA", "role": "guest"}]},
        "/parties/0/role",
    ),
    ("a field of another kind", VISIT | {"target": {"name": "x", "value": 1}}, "/target"),
    ("a misspelt field", VISIT | {"titel": "x"}, "/titel"),
    ("a rank nobody has", VISIT | {"rank": "imperial"}, "/rank"),
    ("an announcement of no date", event("visit.announced", "1985"), ""),
    ("a ratification by nobody", event("agreement.ratified", "1985"), ""),
    ("a number as text", VISIT | {"figures": [{"name": "x", "value": "12"}]}, "/figures/0/value"),
    (
        "not a number",
        VISIT | {"figures": [{"name": "x", "value": float("nan")}]},
        "/figures/0/value",
    ),
    ("true as a number", VISIT | {"figures": [{"name": "x", "value": True}]}, "/figures/0/value"),
    (
        "an integer that loses digits",
        VISIT | {"figures": [{"name": "x", "value": 2**53}]},
        "/figures/0/value",
    ),
    (
        "a script for an address",
        VISIT | {"sources": [{"title": "t", "url": "javascript:alert(1)"}]},
        "/sources/0/url",
    ),
    ("a source without title", VISIT | {"sources": [{"url": "https://example.org"}]}, "/sources/0"),
    ("a control character", VISIT | {"title": "a\x00b"}, "/title"),
    ("half a character", VISIT | {"title": "\ud83d"}, "/title"),
    ("a blank title", VISIT | {"title": "  "}, "/title"),
    ("a title of a book's length", VISIT | {"title": "x" * 2_001}, "/title"),
    (
        "a path for an act",
        VISIT | {"links": [{"rel": "part_of", "act_id": "../etc"}]},
        "/links/0/act_id",
    ),
    ("a code as a number", VISIT | {"codes": [{"scheme": "CAMEO", "code": 42}]}, "/codes/0/code"),
    ("no parties at all", VISIT | {"parties": []}, "/parties"),
    ("a list for an event", VISIT | {"note": ["x"]}, "/note"),
    ("a homoglyph", VISIT | {"parties": visit_of("USA", "СHE")}, "/parties/1/party"),
]


@pytest.mark.parametrize(("what", "body", "where"), BAD, ids=[row[0] for row in BAD])
def test_what_is_refused_is_refused_where_it_stands(
    what: str, body: dict[str, Any], where: str
) -> None:
    problems = refused(body)
    assert where in [problem[0] for problem in problems], (what, problems)
    assert all(expected and got for _, expected, got in problems)


def test_everything_wrong_with_an_event_is_told_at_once() -> None:
    problems = refused(VISIT | {"date": "2023-02-29", "rank": "imperial", "titel": "x"})
    assert [where for where, _, _ in problems] == ["/date", "/rank", "/titel"]


@pytest.mark.parametrize("body", [None, 3, "visit.held", [], ["visit.held"], True])
def test_what_is_no_object_is_no_event(body: Any) -> None:
    assert refused(body)


def test_a_large_integer_is_text_and_keeps_its_digits() -> None:
    body = VISIT | {"figures": [{"name": "x", "value": str(2**53 + 1)}]}
    assert validate(body, REGISTRY).body["figures"][0]["value"] == "9007199254740993"


def test_the_body_stays_as_it_was_given() -> None:
    assert validate(VISIT, REGISTRY).body == VISIT


@pytest.mark.parametrize("name", list(EVENT_TYPES))
def test_every_event_of_the_table_can_be_recorded(name: str) -> None:
    row = event_type(name)
    fields: dict[str, Any] = {
        "by": ["USA"],
        "planned_for": "1985-12",
        "mission_class": "envoy",
        "statement": "understands article 5 to mean …",
        "title": "A list of visits",
    }
    body = event(name, "1985-11", **{field: fields[field] for field in row.requires})
    assert validate(body, REGISTRY).type is row
    assert row.kind in KINDS
    for field in row.requires:
        del body[field]
        assert refused(body)
        body[field] = fields[field]


def test_an_unknown_event_type_is_never_ignored() -> None:
    with pytest.raises(UnknownEventType, match=r"visit\.imagined"):
        event_type("visit.imagined")


@pytest.mark.parametrize(
    ("events", "where"),
    [
        ([event("talk.held", "1985")], "/events/0/parties"),
        ([event("talk.held", "1985", parties=between("USA"))], "/events/0/parties"),
        ([VISIT, event("talk.held", "1985")], "/events/1/type"),
        (
            [
                event(
                    "visit.held",
                    "1985",
                    parties=[{"party": c, "role": "host"} for c in ("USA", "CHE")],
                )
            ],
            "/events/0/parties",
        ),
    ],
)
def test_an_act_opens_between_two_parties_and_with_one_kind(
    events: list[dict[str, Any]], where: str
) -> None:
    with pytest.raises(InvalidEvent) as caught:
        check_opening([validate(body, REGISTRY) for body in events])
    assert caught.value.problems[0].where == where


def test_the_schema_names_every_field_and_no_other() -> None:
    for kind in KINDS:
        schema = body_schema(kind)
        assert schema["additionalProperties"] is False
        rows = [row.name for row in EVENT_TYPES.values() if row.kind == kind]
        assert schema["properties"]["type"]["enum"] == rows
        for name in rows:
            assert set(BODIES[name].of) == set(schema["properties"])
    assert len(event_schema()["oneOf"]) == len(KINDS)


#: What a field may be given: right for one shape, wrong for the others, or for all.
TOLD = st.sampled_from(
    [
        *("1990", "1990-13", "Bonn", " ", "", "a\nb", "a\x00b", "ambassador", "treaty"),
        *(
            "hsg-visits:1",
            "https://x.example/",
            "f" * 64,
            "FRA",
            "x" * 2_001,
            "12345678901234567890",
        ),
        *(0, 1, -5, 2**53, True, None, [], {}, ["FRA"], ["FRA", "FRA"], ["minister", "minister"]),
        [{"party": "FRA"}, {"party": "DEU"}],
        [{"party": "FRA", "role": "host"}, {"party": "DEU", "role": "visitor"}],
        [{"party": "FRA", "role": "host"}, {"party": "FRA", "role": "visitor"}],
        [{"name": "trade", "value": 3}],
        {"name": "trade", "value": 3, "by": "2030"},
        {"names": ["Bonn"], "text": "said"},
        [{"rel": "answers", "act_id": "t"}],
        [{"title": "Treaty Series", "published": "1990"}, {"title": "", "more": 1}],
    ]
)


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(BODIES)), st.dictionaries(st.sampled_from(sorted(COMMON)), TOLD), TOLD
)
def test_a_glance_finds_right_what_has_no_problem(
    name: str, fields: dict[str, Any], parties: Any
) -> None:
    body = {"date": "1990", "parties": parties, **fields, "type": name}
    problems: list[Problem] = []
    BODIES[name].check(body, "", problems)
    assert BODIES[name].holds(body) == (problems == [])


@pytest.mark.parametrize("value", [2.5, 1.0, "12345678901234567890"])
def test_a_number_that_a_glance_leaves_open_is_taken(value: Any) -> None:
    body = VISIT | {"figures": [{"name": "trade", "value": value}]}
    assert not BODIES["visit.held"].holds(body)
    assert validate(body, REGISTRY).body == body
