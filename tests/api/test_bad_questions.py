"""Questions that cannot be asked: each is told by the part of it that is wrong."""

from __future__ import annotations

import pytest

from tests.api.problem_documents import is_problem

WRONG_QUESTIONS: dict[str, tuple[str, int, str]] = {
    "a day that never was": ("/v1/relationships/KAZ-KGZ?as_of=2023-02-29", 422, "as_of"),
    "a month for a day": ("/v1/relationships/KAZ-KGZ?as_of=2024-02", 422, "as_of"),
    "an empty day": ("/v1/relationships/KAZ-KGZ?as_of=", 422, "as_of"),
    "a time still to come": ("/v1/relationships/KAZ-KGZ?known_at=2030-01-01", 422, "known_at"),
    "a position beyond the last": ("/v1/relationships/KAZ-KGZ?known_at=24", 422, "known_at"),
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

    monkeypatch.setattr(house.query, "acts", broken)
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
    assert house.query.head().position == 23
