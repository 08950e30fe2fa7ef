"""What cannot be recorded or asked: each is told by expected, got and where; nothing is stored."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest

from api.examples import ACTS
from api.problems import KINDS

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
    before = house.head()
    answer = client.post("/v1/acts", content=body, headers={"Content-Type": "application/json"})
    document = is_problem(answer, status)
    assert where in [problem["where"] for problem in document["problems"]], document
    assert any(expected in problem["expected"] for problem in document["problems"]), document
    assert house.head() == before


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = answer.json()
    kind = KINDS[document["type"].removeprefix("/problems/")]
    assert (document["status"], document["title"]) == (status, kind.title)
    assert document["detail"]
    assert document["instance"]
    return document


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


WRONG_QUESTIONS: dict[str, tuple[str, int, str]] = {
    "a day that never was": ("/v1/relationships/KAZ-KGZ?as_of=2023-02-29", 422, "as_of"),
    "a month for a day": ("/v1/relationships/KAZ-KGZ?as_of=2024-02", 422, "as_of"),
    "an empty day": ("/v1/relationships/KAZ-KGZ?as_of=", 422, "as_of"),
    "a time still to come": ("/v1/relationships/KAZ-KGZ?known_at=2030-01-01", 422, "known_at"),
    "a position beyond the last": ("/v1/relationships/KAZ-KGZ?known_at=21", 422, "known_at"),
    "a position beyond all": (f"/v1/relationships/KAZ-KGZ?known_at={'9' * 40}", 422, "known_at"),
    "an instant without zone": (
        "/v1/relationships/KAZ-KGZ?known_at=2024-03-09T12:00:00",
        422,
        "known_at",
    ),
    "a misspelt parameter": ("/v1/relationships/KAZ-KGZ?asof=2024-02-02", 422, "asof"),
    "a parameter of another path": ("/v1/relationships/KAZ-KGZ?limit=5", 422, "limit"),
    "a parameter twice": ("/v1/acts?party=KAZ&party=KGZ", 422, "party"),
    "one party twice": ("/v1/relationships/KAZ-KAZ", 422, ""),
    "an unknown party": ("/v1/relationships/KAZ-XYZ", 404, ""),
    "a code in small letters": ("/v1/relationships/kaz-kgz", 404, ""),
    "an unknown party to filter by": ("/v1/acts?party=XYZ", 404, ""),
    "no limit": ("/v1/acts?limit=0", 422, "limit"),
    "a limit of 501": ("/v1/acts?limit=501", 422, "limit"),
    "a limit in words": ("/v1/acts?limit=ten", 422, "limit"),
    "an unknown kind": ("/v1/acts?kind=war", 422, "kind"),
    "a window the wrong way round": ("/v1/acts?from=2024-02-02&to=2024-02-01", 422, "to"),
    "a cursor that is none": ("/v1/acts?cursor=x", 422, "cursor"),
    "a cursor of another list": ("/v1/relationships/KAZ-KGZ/timeline?cursor=x", 422, "cursor"),
    "a list that is none": ("/v1/relationships/KAZ-KGZ/items?list=wars", 422, "list"),
    "no list": ("/v1/relationships/KAZ-KGZ/items", 422, "list"),
    "a comparison of nothing": ("/v1/relationships/KAZ-KGZ/diff", 422, "from"),
    "a comparison with one end": ("/v1/relationships/KAZ-KGZ/diff?from=2024-01-01", 422, "to"),
    "a comparison on both axes": (
        "/v1/relationships/KAZ-KGZ/diff?from=2024-01-01&to=2024-02-01&known_from=3",
        422,
        "known_from",
    ),
    "another order": ("/v1/relationships/KAZ-KGZ/replay?order=backwards", 422, "order"),
    "an unknown act": ("/v1/acts/test:none", 404, ""),
    "what can be no act_id": ("/v1/acts/%00", 404, ""),
    "a name nobody bore": ("/v1/parties/resolve?name=Atlantis", 404, ""),
    "a name on no day": ("/v1/parties/resolve?name=France&on=soon", 422, "on"),
    "an unknown code": ("/v1/parties/XYZ", 404, ""),
    "a position before all": ("/v1/events?after=-1", 422, "after"),
    "a position no store can hold": (f"/v1/events?after={'9' * 30}", 422, "after"),
    "a stream from beyond the log": ("/v1/events/stream?after=99", 422, "after"),
    "an unknown path": ("/v1/treaties", 404, ""),
    "an unknown version of the interface": ("/v2/acts", 404, ""),
    "a path with a slash too many": ("/v1/acts/", 404, ""),
}


@pytest.mark.parametrize("name", WRONG_QUESTIONS)
def test_a_question_that_cannot_be_asked_is_told_which_part_of_it(reader, name):
    path, status, where = WRONG_QUESTIONS[name]
    document = is_problem(reader.get(path), status)
    if where:
        assert where in [problem["where"] for problem in document["problems"]]


def test_a_name_that_meant_others_on_other_days_is_told_with_the_candidates(reader):
    answer = reader.get("/v1/parties/resolve?name=Soviet Union&on=2005-01-01")
    (candidate,) = is_problem(answer, 404)["candidates"]
    assert (candidate["code"], candidate["from"], candidate["to"]) == (
        "SUN",
        "1922-12-30",
        "1991-12-26",
    )


def test_another_method_is_a_405_that_names_the_right_ones(reader):
    answer = reader.request("DELETE", "/v1/acts")
    is_problem(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert reader.post("/v1/parties").headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "accept", ["text/csv", "application/xml", "application/json;q=0", "image/*"]
)
def test_a_type_that_is_not_given_is_a_406(reader, accept):
    is_problem(reader.get("/v1/acts", headers={"Accept": accept}), 406)


@pytest.mark.parametrize(
    "accept", ["application/*", "*/*;q=0.1", "text/html, application/json;q=0.5"]
)
def test_an_accept_that_takes_json_gets_it(reader, accept):
    assert reader.get("/v1/acts", headers={"Accept": accept}).status_code == 200


def test_a_foreign_page_cannot_point_its_own_name_at_this_machine(reader):
    is_problem(reader.get("/v1/acts", headers={"Host": "rebound.example:8000"}), 421)
    assert reader.get("/v1/acts", headers={"Host": "localhost:8000"}).status_code == 200
    assert reader.get("/v1/acts", headers={"Host": "[::1]:8000"}).status_code == 200


def test_an_error_nobody_foresaw_says_nothing_of_the_inside(client, house, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(house, "acts", broken)
    assert "secret" not in str(is_problem(client.get("/v1/acts"), 500))


@pytest.mark.parametrize(
    ("version", "status"), [("0", 422), ("x", 422), ("9", 404), ("9" * 30, 422)]
)
def test_only_an_event_that_is_there_can_be_corrected(client, version, status):
    path = f"/v1/acts/eurasian-2024:a03/events/{version}/retraction"
    is_problem(client.post(path, json={"reason": "Entered twice."}), status)


@pytest.mark.parametrize("reason", [None, "", "  ", 5, "x" * 2_001])
def test_a_correction_owes_a_reason(client, house, reason):
    path = "/v1/acts/eurasian-2024:a03/events/1/retraction"
    body = {} if reason is None else {"reason": reason}
    is_problem(client.post(path, json=body), 422)
    assert house.head().position == 20
