"""The main job over real HTTP: two foreign ministries, one act, a mistake and its correction."""

from __future__ import annotations

import orjson
import pytest

from api.http.examples import CORRECTIONS, NEW_ACTS, NEXT

KALAKAUA = NEW_ACTS["a visit that was held"]["value"]
PLANNED = NEW_ACTS["a visit that is planned"]["value"]
TARGET = NEW_ACTS["a target"]["value"]


@pytest.fixture
def http(service):
    with service.client() as http:
        yield http


def test_a_visit_is_announced_held_corrected_and_every_state_of_knowledge_stays(http):
    recorded = http.post("/v1/acts", json=PLANNED)
    assert (recorded.status_code, recorded.headers["ETag"]) == (201, '"1"')
    assert recorded.headers["Location"] == "/v1/acts/eurasian-2024:a03"
    address = recorded.headers["Location"]

    held = http.post(
        f"{address}/events",
        json=NEXT["the visit takes place"]["value"],
        headers={"If-Match": recorded.headers["ETag"]},
    )
    assert (held.status_code, held.json()["positions"]) == (201, [2])

    event = NEXT["the visit takes place"]["value"]["events"][0]
    mended = {"reason": "The communiqué says Almaty.", "event": {**event, "place": "Almaty"}}
    corrected = http.post(f"{address}/events/2/correction", json=mended)
    assert corrected.json()["version"] == 3
    retracted = http.post(f"{address}/events/2/retraction", json={"reason": "It was a plan."})
    assert retracted.json()["version"] == 4

    def last(known_at: int) -> object:
        state = http.get(f"/v1/relationships/KAZ-KGZ?as_of=2024-05-01&known_at={known_at}").json()
        return (state["visits"]["last_held"]["KGZ"] or {}).get("place")

    assert [last(position) for position in (1, 2, 3, 4)] == [None, "Astana", "Almaty", None]
    history = http.get(f"{address}/history").json()
    assert [record["type"] for record in history["records"]] == [
        "visit.announced",
        "visit.held",
        "event.corrected",
        "event.retracted",
    ]
    assert history["records"][2]["body"]["reason"] == "The communiqué says Almaty."
    assert history["records"][0]["recorded_by"] == "local"


def test_whoever_has_not_read_the_last_version_is_refused_and_nothing_is_stored(http):
    http.post("/v1/acts", json=PLANNED)
    event = NEXT["the visit takes place"]["value"]
    http.post("/v1/acts/eurasian-2024:a03/events", json=event, headers={"If-Match": '"1"'})
    late = http.post("/v1/acts/eurasian-2024:a03/events", json=event, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert late.json()["problems"] == [{"where": "If-Match", "expected": '"2"', "got": '"1"'}]
    assert http.get("/readyz").json()["position"] == 2


@pytest.mark.parametrize("header", ["3", '"three"', 'W/"3"', '"3", "4"', '"0"', '""'])
def test_an_if_match_that_is_no_one_version_is_a_400(client, header):
    answer = client.post(
        "/v1/acts/eurasian-2024:a03/events",
        json=NEXT["the visit takes place"]["value"],
        headers={"If-Match": header},
    )
    assert (answer.status_code, answer.json()["problems"][0]["where"]) == (400, "If-Match")


def test_an_act_without_an_id_is_given_one(http):
    receipt = http.post("/v1/acts", json={"events": KALAKAUA["events"]}).json()
    assert http.get(f"/v1/acts/{receipt['act_id']}").json()["title"].startswith("Visit of King Kal")


def test_a_second_act_of_the_same_id_is_a_conflict(client):
    again = client.post("/v1/acts", json=PLANNED)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/act-exists")


def test_kalakaua_s_stay_is_corrected_by_the_source_s_own_text(client):
    client.post("/v1/acts", json=KALAKAUA)
    mended = CORRECTIONS["the whole stay"]["value"]
    answer = client.post("/v1/acts/hsg-visits:2138/events/1/correction", json=mended)
    assert answer.status_code == 201
    state = client.get("/v1/relationships/USA-HAWAII").json()
    assert state["visits"]["last_held"]["HAWAII"]["date"] == "1874-11-29/1875-02-02"


def test_a_key_gives_the_same_answer_once_and_for_all(client, house):
    sent = {"content": orjson.dumps(KALAKAUA), "headers": _keyed("visit/2138")}
    first = client.post("/v1/acts", **sent)
    again = client.post("/v1/acts", **sent)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert house.query.head().position == 24


def _keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key, "Content-Type": "application/json"}


def test_a_key_used_for_another_body_or_another_path_is_refused(client, house):
    client.post("/v1/acts", content=orjson.dumps(KALAKAUA), headers=_keyed("k"))
    other = client.post("/v1/acts", content=orjson.dumps(KALAKAUA) + b" ", headers=_keyed("k"))
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-mismatch")
    path = "/v1/acts/hsg-visits:2138/events/1/retraction"
    elsewhere = client.post(path, content=b'{"reason":"x"}', headers=_keyed("k"))
    assert elsewhere.json()["type"] == "/problems/idempotency-mismatch"
    assert house.query.head().position == 24


@pytest.mark.parametrize("key", ["", "with blank", "k" * 256, "clé"])
def test_a_key_is_1_to_255_visible_ascii_characters(client, key):
    headers = {b"Idempotency-Key": key.encode(), b"Content-Type": b"application/json"}
    answer = client.post("/v1/acts", content=orjson.dumps(KALAKAUA), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-header")


def test_a_refused_request_leaves_its_key_free(client):
    bad = client.post("/v1/acts", content=b'{"events":[]}', headers=_keyed("k"))
    good = client.post("/v1/acts", content=orjson.dumps(KALAKAUA), headers=_keyed("k"))
    assert (bad.status_code, good.status_code) == (422, 201)


def test_bulk_tells_of_each_line_in_order_and_a_bad_line_stops_no_other(client, house):
    lines = [
        orjson.dumps(KALAKAUA),
        b'{"events": [',
        b"",
        orjson.dumps(PLANNED),
        orjson.dumps({"act_id": "hsg-visits:2138", "version": 1, "events": KALAKAUA["events"]}),
        orjson.dumps({"version": 1, "events": KALAKAUA["events"]}),
    ]
    answer = client.post("/v1/events/bulk", content=b"\n".join(lines), headers=_bulk())
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    results = [orjson.loads(line) for line in answer.content.splitlines()]
    assert [(result["line"], result["status"]) for result in results] == [
        (1, 201),
        (2, 400),
        (4, 409),
        (5, 201),
        (6, 422),
    ]
    assert results[1]["problem"]["type"] == "/problems/malformed-json"
    assert house.query.head().position == 25


def _bulk(**more: str) -> dict[str, str]:
    return {"Content-Type": "application/x-ndjson", **more}


def test_bulk_sent_again_with_its_key_goes_on_where_it_was_broken_off(client, house):
    first, second = orjson.dumps(KALAKAUA), orjson.dumps({"events": TARGET["events"]})
    keyed = _bulk(**{"Idempotency-Key": "night/7"})
    client.post("/v1/events/bulk", content=first, headers=keyed)
    again = client.post("/v1/events/bulk", content=first + b"\n" + second + b"\n", headers=keyed)
    results = [orjson.loads(line) for line in again.content.splitlines()]
    assert [(r["status"], r.get("replayed", False)) for r in results] == [(200, True), (201, False)]
    assert house.query.head().position == 25


def test_bulk_reads_past_a_line_that_is_too_long_and_goes_on(client):
    long = b'{"events":"' + b"x" * 200_000 + b'"}'
    body = long + b"\n" + orjson.dumps(KALAKAUA)
    answer = client.post("/v1/events/bulk", content=body, headers=_bulk())
    results = [orjson.loads(line) for line in answer.content.splitlines()]
    assert [(r["line"], r["status"]) for r in results] == [(1, 413), (2, 201)]


def test_two_thousand_acts_in_one_body_are_recorded_in_their_order(http):
    acts = [{"act_id": f"kept:{n}", "events": KALAKAUA["events"]} for n in range(2_000)]
    body = b"".join(orjson.dumps(act, option=orjson.OPT_APPEND_NEWLINE) for act in acts)
    answer = http.post("/v1/events/bulk", content=body, headers=_bulk(), timeout=120)
    results = [orjson.loads(line) for line in answer.content.splitlines()]
    assert [r["positions"] for r in results] == [[n] for n in range(1, 2_001)]
