"""Before recording: what a date says, and what something would change, over HTTP."""

from __future__ import annotations

import pytest

from api.http.examples import NEW_ACTS, PREVIEWS

VISIT = NEW_ACTS["a visit that was held"]["value"]
PLANNED = "eurasian-2024:a03"


def test_the_next_event_of_a_planned_visit_shows_what_it_would_change(client):
    body = PREVIEWS["the visit takes place"]["value"]
    answer = client.post("/v1/preview?as_of=2024-05-01", json=body)
    assert answer.status_code == 200
    (line,) = answer.json()["relationships"]
    assert line["relationship"] == "KAZ-KGZ"
    assert "visits.last_held.KGZ" in {change["path"] for change in line["changes"]}
    assert client.get(f"/v1/acts/{PLANNED}").json()["version"] == 1


def test_an_erasure_shows_that_its_content_would_be_gone(client):
    answer = client.post("/v1/preview?as_of=2024-03-09", json=PREVIEWS["an erasure"]["value"])
    assert answer.json()["act"]["title"] is None
    (line,) = answer.json()["relationships"]
    assert {"erased", "visits.planned"} <= {change["path"] for change in line["changes"]}
    assert client.get(f"/v1/acts/{PLANNED}").json()["erased"] == []


@pytest.mark.parametrize("name", [*PREVIEWS])
def test_each_documented_preview_is_answered_and_recorded_nowhere(client, name):
    head = client.get("/readyz").json()["position"]
    answer = client.post("/v1/preview", json=PREVIEWS[name]["value"])
    assert answer.status_code == 200, answer.text
    assert client.get("/readyz").json()["position"] == head


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, ""),
        ({"events": VISIT["events"], "retracts": 1}, ""),
        ({"version": 1, "events": VISIT["events"]}, ""),
        ({"act_id": PLANNED, "corrects": 1, "reason": "so"}, ""),
        ({"act_id": PLANNED, "retracts": 1}, ""),
        ({"act_id": PLANNED, "retracts": 1, "reason": "so", "event": {}}, "/event"),
        ({"act_id": PLANNED, "retracts": 0, "reason": "so"}, "/retracts"),
        ({"act_id": PLANNED, "erases": 1}, ""),
        ({"act_id": PLANNED, "erases": 1, "retracts": 1, "reason": "so"}, ""),
        ({"act_id": PLANNED, "erases": 1, "reason": " "}, "/reason"),
        ({"act_id": PLANNED, "erases": 1, "reason": "so", "events": []}, "/events"),
        ({"events": [{**VISIT["events"][0], "date": "1972-06-31"}]}, "/events/0/date"),
        ({"events": [{**VISIT["events"][0], "parties": []}]}, "/events/0/parties"),
        (
            {"act_id": PLANNED, "corrects": 1, "reason": "so", "event": VISIT["events"][0]}
            | {"event": {**VISIT["events"][0], "date": "soon"}},
            "/event/date",
        ),
    ],
)
def test_a_preview_refuses_with_the_place_of_what_is_wrong(client, body, where):
    answer = client.post("/v1/preview", json=body)
    assert answer.status_code == 422
    assert where in [problem["where"] for problem in answer.json()["problems"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"act_id": "nobody:1", "retracts": 1, "reason": "so"}, 404),
        ({"act_id": PLANNED, "retracts": 7, "reason": "so"}, 404),
        ({"act_id": PLANNED, "version": 9, "retracts": 1, "reason": "so"}, 412),
        ({"act_id": PLANNED, "events": VISIT["events"]}, 409),
        ({"act_id": PLANNED, "erases": 7, "reason": "so"}, 404),
        ({"act_id": PLANNED, "version": 9, "erases": 1, "reason": "so"}, 412),
    ],
)
def test_a_preview_refuses_what_recording_would_refuse(client, body, status):
    assert client.post("/v1/preview", json=body).status_code == status


@pytest.mark.parametrize(
    ("date", "says", "earliest", "latest"),
    [
        ("2024-04", "some day from 1 to 30 April 2024", "2024-04-01", "2024-04-30"),
        ("1924", "some day from 1 January to 31 December 1924", "1924-01-01", "1924-12-31"),
        ("1985-03-11", "11 March 1985", "1985-03-11", "1985-03-11"),
        ("1985/..", "some day in 1985 until an open end", "1985-01-01", None),
        ("/1999", "from an unknown start until some day in 1999", None, "1999-12-31"),
    ],
)
def test_a_date_is_told_in_words_and_bounds(reader, date, says, earliest, latest):
    document = reader.get("/v1/dates", params={"date": date}).json()
    assert (document["says"], document["earliest"], document["latest"]) == (says, earliest, latest)


@pytest.mark.parametrize("date", ["2023-02-29", "1972-06-31", "5008-05-05", "April 2024", "x" * 99])
def test_a_date_that_never_was_is_refused_with_what_was_expected(reader, date):
    answer = reader.get("/v1/dates", params={"date": date})
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert problem["where"] == "date"
    assert problem["expected"]


def test_the_network_round_a_party_is_bounded_and_has_a_threshold(reader):
    network = reader.get("/v1/parties/KGZ/network", params={"as_of": "2024-03-09"}).json()
    acts = [line["acts"] for line in network["relationships"]]
    assert acts == sorted(acts, reverse=True)
    assert network["count"] == len(acts) > 1
    one = reader.get("/v1/parties/KGZ/network?as_of=2024-03-09&limit=1").json()
    assert len(one["relationships"]) == 1
    assert one["count"] == network["count"]
    assert reader.get("/v1/parties/KGZ/network?least=999").json()["relationships"] == []
    assert reader.get("/v1/parties/KGZ/network?least=0").status_code == 422
    assert reader.get("/v1/parties/XYZ/network").status_code == 404
