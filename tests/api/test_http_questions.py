"""Questions over HTTP: one relationship whichever way it is named, pages that stay, ETags."""

from __future__ import annotations

import orjson
import pytest

from api.http.examples import NEW_ACTS

PAIR = "/v1/relationships/KAZ-KGZ"


def test_either_order_of_the_codes_names_the_one_relationship(reader):
    one = reader.get("/v1/relationships/KAZ-KGZ?as_of=2024-02-02")
    other = reader.get("/v1/relationships/KGZ-KAZ?as_of=2024-02-02")
    assert one.content == other.content
    assert other.json()["relationship"] == "KAZ-KGZ"
    assert other.headers["Content-Location"] == f"{PAIR}?as_of=2024-02-02"


def test_on_2_february_the_trade_target_is_reached_by_65_percent(reader):
    state = reader.get(f"{PAIR}?as_of=2024-02-02").json()
    (target,) = state["proposals"]["endorsed"]
    assert (target["reached"], target["latest"]["value"]) == (0.65, 1_300_000_000)
    assert state["visits"]["planned"][0]["window"] == "2024-04"


@pytest.mark.parametrize("known_at", ["0", "2024-03-08", "2024-03-09T11:59:59Z"])
def test_before_the_article_nothing_was_known(reader, known_at):
    state = reader.get(f"{PAIR}?as_of=2024-02-02&known_at={known_at}").json()
    assert state["contact"]["first"] is None
    assert state["basis"]["position"] == 0


ASKED = [
    f"{PAIR}?as_of=2024-02-02",
    f"{PAIR}/items?list=visits.planned&as_of=2024-02-02",
    f"{PAIR}/timeline",
    f"{PAIR}/diff?from=2024-01-31&to=2024-02-02",
    f"{PAIR}/diff?as_of=2024-02-02&known_from=0&known_to=20",
    f"{PAIR}/belief?as_of=2024-02-02",
    "/v1/audit/records?relationship=KAZ-KGZ",
    "/v1/audit/late-changes",
    "/v1/relationships",
    "/v1/acts?party=KAZ",
    "/v1/acts/eurasian-2024:a03",
    "/v1/acts/eurasian-2024:a03/history",
    "/v1/events",
    "/v1/parties",
    "/v1/parties/SUN",
    "/v1/parties/resolve?name=Soviet%20Union&on=1985-03-11",
]


@pytest.mark.parametrize("path", ASKED)
def test_an_answer_is_not_sent_twice_to_who_has_it(reader, path):
    first = reader.get(path)
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    assert first.headers["Cache-Control"] == "no-cache"
    for header in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = reader.get(path, headers={"If-None-Match": header})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert reader.get(path, headers={"If-None-Match": '"other"'}).content == first.content


def test_the_etag_of_a_state_is_the_digest_of_its_basis_and_outlives_later_records(client):
    asked = f"{PAIR}?as_of=2024-02-02&known_at=20"
    before = client.get(asked)
    digest = before.json()["basis"]["digest"]
    assert before.headers["ETag"] == f'"{digest.removeprefix("sha256:")}"'
    visit = "/v1/acts/eurasian-2024:a03"
    client.post(f"{visit}/events/1/retraction", json={"reason": "It was a rumour."})
    assert client.get(asked).content == before.content
    now = client.get(f"{PAIR}?as_of=2024-02-02")
    assert now.headers["ETag"] != before.headers["ETag"]


def test_pages_of_acts_join_to_the_whole_and_stay_while_others_append(client):
    whole = client.get("/v1/acts?limit=500").json()["acts"]
    found, cursor = [], None
    while cursor is not None or not found:
        after = "" if cursor is None else f"&cursor={cursor}"
        page = client.get(f"/v1/acts?limit=7{after}").json()
        found += page["acts"]
        cursor = page["cursor"]
        if len(found) == 7:
            client.post("/v1/acts", json=NEW_ACTS["a visit that was held"]["value"])
    strip = [{**line, "status": None} for line in found]
    assert strip[:22] == [{**line, "status": None} for line in whole]
    assert [line["act_id"] for line in found[22:]] == ["hsg-visits:2138"]


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("/v1/relationships", "relationships"),
        (f"{PAIR}/timeline", "events"),
        ("/v1/parties", "parties"),
    ],
)
def test_a_list_page_by_page_is_the_list(reader, path, room):
    whole = reader.get(f"{path}?limit=500").json()
    found, cursor = [], None
    for _ in range(600):
        after = "" if cursor is None else f"&cursor={cursor}"
        page = reader.get(f"{path}?limit=3{after}").json()
        found += page[room]
        cursor = page["cursor"]
        if cursor is None or len(found) >= 500:
            break
    assert found[: len(whole[room])] == whole[room]


def test_acts_are_found_by_kind_party_day_and_word(reader):
    def ids(query: str) -> list[str]:
        found = reader.get(f"/v1/acts?{query}").json()["acts"]
        return [act["act_id"].removeprefix("eurasian-2024:") for act in found]

    assert ids("kind=visit") == ["a03", "a10", "a18"]
    assert ids("party=EAEU") == ["a09"]
    assert ids("q=INTERGOVERNMENTAL") == ["a09"]
    assert "a09" in ids("from=2024-02-02&to=2024-02-02")
    assert ids("kind=visit&party=BLR") == ["a10"]


def test_the_feed_gives_each_record_once_in_the_order_it_was_recorded(reader):
    seen, after = [], 0
    while page := reader.get(f"/v1/events?after={after}&limit=6").json():
        if not page["events"]:
            break
        seen += [record["position"] for record in page["events"]]
        after = page["next"]
    assert seen == list(range(1, 24))


def test_a_replay_tells_what_each_record_taught(reader):
    answer = reader.get(f"{PAIR}/replay?as_of=2024-02-02")
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    steps = [orjson.loads(line) for line in answer.content.splitlines()]
    assert [step["position"] for step in steps] == sorted(step["position"] for step in steps)
    assert any(change["path"] == "visits.planned" for change in steps[2]["changes"])
    by_day = reader.get(f"{PAIR}/replay?order=valid&as_of=2024-05-01").content.splitlines()
    assert "visits.unconfirmed" in {
        change["path"] for change in orjson.loads(by_day[-1])["changes"]
    }


def test_a_replay_of_nothing_is_empty(reader):
    answer = reader.get("/v1/relationships/FRA-DEU/replay")
    assert (answer.status_code, answer.content) == (200, b"")


def test_parties_are_found_by_kind_and_by_part_of_any_name(reader):
    found = reader.get("/v1/parties?q=kirghiz&limit=500").json()["parties"]
    assert "KGZ" in {party["code"] for party in found}
    kinds = reader.get("/v1/parties?kind=organisation&limit=500").json()["parties"]
    assert {party["kind"] for party in kinds} == {"organisation"}
    assert "EAEU" in {party["code"] for party in kinds}


def test_a_name_is_resolved_on_its_day_and_a_code_in_its_scheme(reader):
    assert reader.get("/v1/parties/resolve?name=NA").json()["code"] == "NAM"
    by_number = reader.get("/v1/parties/resolve?name=365&scheme=cow&on=1985-03-11").json()
    assert by_number["code"] == "SUN"


def test_head_is_get_without_the_content(reader):
    same = {"X-Request-ID": "one-question"}
    got = reader.get("/v1/parties/SUN", headers=same)
    head = reader.head("/v1/parties/SUN", headers=same)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == got.headers


def test_the_service_says_that_it_lives_that_it_is_ready_and_what_it_has_done(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "position": 23}
    client.post("/v1/acts", json=NEW_ACTS["a visit that was held"]["value"])
    client.get("/v1/acts/hsg-visits:2138")
    client.get("/v1/acts/no-such")
    client.get("/some/path/nobody/knows")
    metrics = client.get("/metrics").text
    route = 'method="GET",route="/v1/acts/{act_id}"'
    assert f'chancery_http_requests_total{{{route},status="200"}} 1.0' in metrics
    assert f'chancery_http_requests_total{{{route},status="404"}} 1.0' in metrics
    assert 'route="none",status="404"' in metrics
    assert "nobody" not in metrics
    assert 'chancery_records_appended_total{kind="visit"} 1.0' in metrics
    assert "chancery_head_position 24.0" in metrics
    assert "chancery_http_request_seconds_bucket" in metrics


def test_a_store_that_is_gone_is_not_ready(client, house):
    house.close()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert client.get("/healthz").status_code == 200
