"""According to one source, over HTTP, in the terminal and on the page."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from events.application import open_chancery
from events.write.commands import CorrectEvent, RecordAct
from tests.api.conftest import TestClient, answer_of, run
from tests.domain.given import event, visit_of

PAIR = "/v1/relationships/KAZ-KGZ"
SOURCE, DAY = "eurasian-2024", "2024-02-02"


@pytest.fixture
def told(client: TestClient, house) -> TestClient:
    """The seed history, and a visit that another source tells."""
    body = event(
        "visit.held",
        "2023-05-01",
        parties=visit_of("KAZ", "KGZ"),
        title="Told elsewhere",
        sources=[{"title": "A diary", "publisher": "An archive"}],
    )
    house.commands.execute(RecordAct("diary:1", [body], recorded_by="desk"))
    return client


def asked(client: TestClient, rest: str = "", **query: Any) -> Any:
    answer = client.get(f"{PAIR}{rest}", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"].strip('"') in answer.json()["basis"]["digest"]
    return answer.json()


def test_a_state_its_lists_a_timeline_and_belief_are_those_of_the_source(told: TestClient):
    whole = asked(told, as_of=DAY)
    assert whole["visits"]["last_held"]["KAZ"]["act_id"] == "diary:1"
    assert "sources" not in whole
    for source, last in ((SOURCE, None), ("A diary", "diary:1"), ("An archive", "diary:1")):
        alone = {"as_of": DAY, "according_to": source}
        state = asked(told, **alone)
        assert {SOURCE, "A diary", "An archive"} <= {*state["sources"]}
        held = state["visits"]["last_held"]["KAZ"]
        assert (held and held["act_id"]) == last
        assert bool(state["visits"]["planned"]) is (source == SOURCE)
        items = asked(told, "/items", list="visits.planned", **alone)["items"]
        assert items == state["visits"]["planned"]
        events = asked(told, "/timeline", according_to=source)["events"]
        assert ({"diary:1"} == {one["act_id"] for one in events}) is (source != SOURCE)
        days = asked(told, "/belief", **alone)["days"]
        acts = {line["act_id"] for one in days for line in one["records"]}
        assert ("diary:1" in acts) is (source != SOURCE)


def test_what_the_source_was_asked_stands_in_the_basis_and_the_address(told: TestClient):
    answer = told.get("/v1/relationships/KGZ-KAZ", params={"as_of": DAY, "according_to": SOURCE})
    assert answer.json()["basis"]["according_to"] == SOURCE
    assert answer.headers["Content-Location"] == f"{PAIR}?as_of={DAY}&according_to={SOURCE}"
    again = told.get(answer.headers["Content-Location"])
    assert again.content == answer.content


@pytest.mark.parametrize("rest", ["", "/timeline", "/belief", "/items"])
def test_a_head_makes_nothing_and_what_names_no_source_is_refused(told: TestClient, rest: str):
    query = {"according_to": SOURCE} | ({"list": "visits.planned"} if rest == "/items" else {})
    head = told.head(f"{PAIR}{rest}", params=query)
    assert (head.status_code, "ETag" in head.headers) == (200, False)
    refused = told.get(f"{PAIR}{rest}", params=query | {"according_to": ""})
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["where"] == "according_to"


@pytest.mark.parametrize("rest", ["/chain", "/density", "/diff", "/replay", "/evidence"])
def test_what_is_not_asked_of_one_source_refuses_it(told: TestClient, rest: str):
    assert told.get(f"{PAIR}{rest}", params={"according_to": SOURCE}).status_code == 422


def test_the_page_tells_of_one_source_and_leads_to_the_others(told: TestClient):
    path = "/relationships/KAZ-KGZ"
    whole = told.get(path, params={"as_of": DAY}).text
    assert "Told elsewhere" in whole
    assert 'name="according_to"' in whole
    alone = told.get(path, params={"as_of": DAY, "according_to": SOURCE}).text
    assert "Told elsewhere" not in alone
    assert f"According to <strong>{SOURCE}</strong> alone" in alone
    assert "according_to=A+diary" in alone
    assert "/chain" not in alone
    assert "relationship.js" not in alone
    diary = told.get(path, params={"as_of": DAY, "according_to": "A diary"}).text
    assert "Told elsewhere" in diary
    nobody = told.get(path, params={"according_to": "x" * 3_000})
    assert nobody.status_code == 422
    assert "the name of a source" in nobody.text


def test_the_terminal_asks_one_source(seeded_store):
    state = answer_of(seeded_store, "state", "KAZ-KGZ", "--as-of", DAY, "--according-to", "nobody")
    assert state["contact"]["acts"] == {}
    assert SOURCE in state["sources"]
    shown = run("state", "KAZ-KGZ", "--as-of", DAY, "--according-to", SOURCE, store=seeded_store)
    assert f"according to {SOURCE} alone" in shown.stdout.decode()
    page = answer_of(seeded_store, "timeline", "KAZ-KGZ", "--according-to", SOURCE)
    assert page["events"] == answer_of(seeded_store, "timeline", "KAZ-KGZ")["events"]
    belief = answer_of(seeded_store, "belief", "KAZ-KGZ", "--according-to", "nobody")
    assert belief["days"] == []
    both = run("state", "KAZ-KGZ", "--chain", "--according-to", SOURCE, store=seeded_store)
    assert both.returncode == 2


def test_an_act_says_over_http_and_on_its_page_where_its_sources_differ(told: TestClient, house):
    same = told.get("/v1/acts/diary:1/sources").json()
    assert (same["sources"], same["sources_differ"]) == (["A diary", "An archive"], False)
    assert "Sources differ" not in told.get("/acts/diary:1").text

    body = event("visit.held", "2023-05-02", parties=visit_of("KAZ", "KGZ"), title="Told elsewhere")
    corrected = CorrectEvent("diary:1", 1, body, "another diary", recorded_by="import:other")
    house.commands.execute(corrected)
    found = told.get("/v1/acts/diary:1/sources").json()
    assert found["sources"] == ["A diary", "An archive", "other"]
    (said,) = found["events"]
    assert said["differ"]["date"] == {
        "A diary": "2023-05-01",
        "An archive": "2023-05-01",
        "other": "2023-05-02",
    }
    page = told.get("/acts/diary:1").text
    assert "Sources differ" in page
    assert 'data-label="other"' in page
    assert told.get("/v1/acts/nothing:1/sources").status_code == 404


def test_the_history_in_the_terminal_says_where_sources_differ(store):
    lines = b'{"act_id": "v:1", "events": [%s]}\n'
    first = event("visit.held", "2017-01-27", parties=visit_of("GBR", "USA"))
    assert run("record", "-", store=store, stdin=lines % orjson.dumps(first)).returncode == 0
    assert b"sources differ" not in run("history", "v:1", store=store).stdout
    chancery = open_chancery(store)
    corrected = CorrectEvent(
        "v:1", 1, first | {"date": "2017-01-26"}, "revised", recorded_by="import:b"
    )
    chancery.commands.execute(corrected)
    chancery.close()
    shown = run("history", "v:1", store=store).stdout.decode()
    assert "sources differ on version 1, date: " in shown
    assert "b: 2017-01-26" in shown
