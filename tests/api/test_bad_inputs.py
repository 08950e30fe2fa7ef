"""What cannot be recorded or asked: each is told by expected, got and where; nothing is stored."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest

from api.http.examples import ACTS
from tests.api.problem_documents import is_problem

VISIT = ACTS["hsg-visits:2138"][0]
TARGET = ACTS["eurasian-2024:a02"][0]


def act(event: Any = VISIT, **changed: Any) -> bytes:
    body = copy.deepcopy(event)
    for name, value in changed.items():
        if value is None:
            del body[name]
        else:
            body[name] = value
    return orjson.dumps({"act_id": "test:1", "events": [body]})


def figure(value: Any) -> bytes:
    return act(figures=[{"name": "turnover", "value": value}])


WRONG_BODIES: dict[str, tuple[bytes, int, str, str]] = {
    "no JSON": (b"visit", 400, "", "JSON"),
    "nothing": (b"", 400, "", "JSON"),
    "JSON that breaks off": (b'{"events": [{"type":', 400, "", "JSON"),
    "something after the JSON": (act() + b"x", 400, "", "JSON"),
    "Latin-1": (act(title="Pétain").replace("é".encode(), b"\xe9"), 400, "", "UTF-8"),
    "UTF-16": (act().decode().encode("utf-16"), 400, "", "UTF-8"),
    "a name twice": (b'{"events":[],"events":[]}', 400, "", "each name once"),
    "a name twice, escaped": (b'{"events":[],"\\u0065vents":[]}', 400, "", "each name once"),
    "NaN": (figure(1).replace(b'"value":1', b'"value":NaN'), 400, "", "finite"),
    "infinity": (figure(1).replace(b'"value":1', b'"value":-Infinity'), 400, "", "finite"),
    "a number beyond every double": (
        figure(1).replace(b'"value":1', b'"value":1e999'),
        422,
        "/events/0/figures/0/value",
        "a number",
    ),
    "a number of five thousand digits": (
        figure(1).replace(b'"value":1', b'"value":' + b"9" * 5_000),
        400,
        "",
        "digits",
    ),
    "an integer beyond 2^53": (
        figure(1).replace(b'"value":1', b'"value":9007199254740993'),
        422,
        "/events/0/figures/0/value",
        "as text",
    ),
    "a number as text": (figure("12"), 422, "/events/0/figures/0/value", "a number"),
    "a truth for a number": (figure(True), 422, "/events/0/figures/0/value", "a number"),
    "nesting without end": (b"[" * 30_000, 400, "", "nesting"),
    "nesting in an open string": (b'"' + b'\\"' * 20_000 + b"[" * 50, 400, "", ""),
    "a list": (b"[]", 422, "", "an object"),
    "null": (b"null", 422, "", "an object"),
    "no events": (b"{}", 422, "", "events"),
    "an empty list of events": (b'{"events":[]}', 422, "/events", "1 to"),
    "another field": (b'{"events":[{}],"force":true}', 422, "/force", "one of"),
    "an act_id in capitals": (
        act().replace(b"test:1", b"Test:1"),
        422,
        "/act_id",
        "an act_id",
    ),
    "an event that is text": (b'{"events":["held"]}', 422, "/events/0", "an object"),
    "an unknown event type": (act(type="visit.imagined"), 422, "/events/0/type", "event type"),
    "no event type": (act(type=None), 422, "/events/0/type", "event type"),
    "a type of another kind": (act(type="talk.held"), 422, "/events/0/parties/0/role", "one of"),
    "a day that never was": (act(date="2023-02-29"), 422, "/events/0/date", "a day"),
    "a 31 June": (act(date="1972-06-31"), 422, "/events/0/date", ""),
    "an interval the wrong way round": (
        act(date="2024-03-09/2024-03-01"),
        422,
        "/events/0/date",
        "",
    ),
    "the year 5008": (act(date="5008-01-01"), 422, "/events/0/date", "a year"),
    "a date with a time": (act(date="2024-03-09T12:00:00Z"), 422, "/events/0/date", ""),
    "a date as a number": (act(date=2024), 422, "/events/0/date", "EDTF"),
    "no date": (act(date=None), 422, "/events/0", "date"),
    "a field of another kind": (act(recognition="de_jure"), 422, "/events/0/recognition", "one of"),
    "an unknown field": (act(mood="warm"), 422, "/events/0/mood", "one of"),
    "a lone surrogate": (
        act(title="x").replace(b'"title":"x"', b'"title":"\\ud800"'),
        422,
        "/events/0/title",
        "control",
    ),
    "a lone surrogate in a name": (
        act(title="x").replace(b'"title"', b'"\\ud800"'),
        422,
        "/events/0/\\ud800",
        "one of",
    ),
    "an escape for the terminal": (act(title="\x1b[2J"), 422, "/events/0/title", "control"),
    "blank": (act(title="  "), 422, "/events/0/title", "not blank"),
    "an unknown party": (
        act(parties=[{"party": "ATLANTIS", "role": "visitor"}, VISIT["parties"][1]]),
        422,
        "/events/0/parties/0/party",
        "a party of the registry",
    ),
    "one party alone": (
        act(parties=[VISIT["parties"][0]], participants=[]),
        422,
        "/events/0/participants",
        "",
    ),
    "a visit without a host": (
        act(parties=[VISIT["parties"][0]]),
        422,
        "/events/0/parties",
        "two or more",
    ),
    "a party twice": (
        act(parties=[VISIT["parties"][0], VISIT["parties"][0]]),
        422,
        "/events/0/parties/1/party",
        "each party once",
    ),
    "a source at a javascript address": (
        act(sources=[{"title": "x", "url": "javascript:alert(1)"}]),
        422,
        "/events/0/sources/0/url",
        "http",
    ),
    "a plan without its window": (
        act(type="visit.announced"),
        422,
        "/events/0",
        "planned_for",
    ),
}


@pytest.mark.parametrize("name", WRONG_BODIES)
def test_a_body_that_is_wrong_is_refused_with_the_place_and_nothing_is_stored(client, house, name):
    body, status, where, expected = WRONG_BODIES[name]
    before = house.query.head()
    answer = client.post("/v1/acts", content=body, headers={"Content-Type": "application/json"})
    document = is_problem(answer, status)
    assert where in [problem["where"] for problem in document["problems"]], document
    assert any(expected in problem["expected"] for problem in document["problems"]), document
    assert house.query.head() == before


def test_every_wrong_thing_of_a_body_is_told_at_once(client):
    body = act(date="2023-02-29", rank="splendid", title=" ")
    answer = client.post("/v1/acts", content=body, headers={"Content-Type": "application/json"})
    found = [problem["where"] for problem in is_problem(answer, 422)["problems"]]
    assert sorted(found) == ["/events/0/date", "/events/0/rank", "/events/0/title"]


def test_of_several_events_none_is_recorded_where_one_is_wrong(client, house):
    body = orjson.dumps({"act_id": "test:1", "events": [VISIT, {**VISIT, "date": "2023-02-29"}]})
    answer = client.post("/v1/acts", content=body, headers={"Content-Type": "application/json"})
    assert is_problem(answer, 422)["problems"][0]["where"] == "/events/1/date"
    assert client.get("/v1/acts/test:1").status_code == 404


def test_a_body_that_is_too_large_is_a_413_whether_it_says_so_or_not(client, house):
    headers = {"Content-Type": "application/json"}
    said = client.post("/v1/acts", content=b" " * 64_001, headers=headers)
    unsaid = client.post("/v1/acts", content=iter([b" " * 40_000] * 2), headers=headers)
    for answer in (said, unsaid):
        assert is_problem(answer, 413)["problems"][0]["expected"] == "at most 64000 bytes"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_a_body_of_another_type_is_a_415(client, headers):
    document = is_problem(client.post("/v1/acts", content=act(), headers=headers), 415)
    assert document["problems"][0]["where"] == "Content-Type"
