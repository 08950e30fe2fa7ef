"""Metrics: they answer what an operator asks, in a form that Prometheus reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.http.examples import NEW_ACTS
from events.application import Chancery
from events.query.filters import Filter
from events.tlog.keys import SigningKey
from events.tlog.witnessing import SignatureType

VISIT = NEW_ACTS["a visit that was held"]["value"]
KEY = SigningKey("acts.example/log", bytes(32), SignatureType.ED25519)
#: Units at the end of a name; what counts nothing but a number of things needs none.
UNITS = (
    *("_seconds", "_bytes", "_info", "_positions", "_records", "_position", "_streams"),
    *("_threads", "_tasks", "_places", "_connections"),
)
BARE = {
    "log_behind_signed",
    "store_up",
    "index_current",
    "open_snapshots",
    "webhook_failures",
    "webhook_disabled",
}


class Scrape:
    """The metrics as a server of Prometheus reads them."""

    def __init__(self, client: TestClient) -> None:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        self.text = answer.text
        self.families = {one.name: one for one in text_string_to_metric_families(answer.text)}

    def value(self, name: str, **labels: str) -> float:
        """The one sample of a name that has these labels."""
        (found,) = [
            sample.value
            for family in self.families.values()
            for sample in family.samples
            if sample.name == f"chancery_{name}" and labels.items() <= sample.labels.items()
        ]
        return found


def post(client: TestClient, path: str, body: Any) -> int:
    return client.post(path, json=body).status_code


def test_each_has_a_name_a_type_and_a_sentence_of_help(client):
    post(client, "/v1/acts", VISIT)
    for name, family in Scrape(client).families.items():
        assert name.startswith("chancery_")
        assert len(family.documentation) > 20
        assert family.type in ("counter", "gauge", "histogram", "info")
        if family.type == "gauge":
            bare = name.removeprefix("chancery_")
            assert bare.endswith(UNITS) or bare in BARE or name.endswith("_created"), name


def test_each_is_told_in_the_docs(client, house: Chancery):
    house.admin.webhooks().add("desk", "https://desk.example/acts", "whsec_MTIz", Filter(), 0)
    told = (Path(__file__).parents[2] / "docs" / "running.md").read_text("utf-8")
    for name, family in Scrape(client).families.items():
        shown = name + {"counter": "_total", "info": "_info"}.get(family.type, "")
        assert shown in told or name.replace("chancery_webhook", "") in told, name


def test_what_was_appended_is_counted_by_kind_and_what_was_refused_by_problem(client):
    assert post(client, "/v1/acts", VISIT) == 201
    act_id = client.get("/v1/events?after=23").json()["events"][0]["act_id"]
    path = f"/v1/acts/{act_id}/events/1"
    event = {**VISIT["events"][0], "title": "Kalakaua in Washington"}
    assert post(client, f"{path}/correction", {"reason": "r", "event": event}) == 201
    assert post(client, f"{path}/retraction", {"reason": "r"}) == 201
    assert post(client, f"{path}/erasure", {"reason": "r"}) == 201
    assert post(client, "/v1/acts", {"events": []}) == 422
    lines = [{**VISIT, "act_id": "bulk:1"}, {**VISIT, "act_id": "bulk:1"}, {"events": []}]
    body = b"\n".join(orjson.dumps(line) for line in lines)
    headers = {"Content-Type": "application/x-ndjson"}
    assert client.post("/v1/events/bulk", content=body, headers=headers).status_code == 200
    found = Scrape(client)
    assert found.value("records_appended_total", kind="visit") == 2
    for kind in ("correction", "retraction", "erasure"):
        assert found.value("records_appended_total", kind=kind) == 1
    assert found.value("refusals_total", problem="invalid-event") == 2
    assert found.value("refusals_total", problem="act-exists") == 1
    assert found.value("commit_writes_total") >= found.value("commit_groups_total") >= 5


def test_a_replayed_request_appends_nothing(client):
    for _ in range(2):
        client.post("/v1/acts", json=VISIT, headers={"Idempotency-Key": "once"})
    assert Scrape(client).value("records_appended_total", kind="visit") == 1


def test_how_long_was_asked_and_answered_is_told_by_route_and_question(client):
    for _ in range(3):
        client.get("/v1/relationships/KAZ-KGZ")
    client.get("/v1/relationships/KAZ-KGZ/timeline")
    found = Scrape(client)
    route = "/v1/relationships/{a}-{b}"
    assert found.value("http_request_seconds_count", route=route) == 3
    assert found.value("as_of_seconds_count", question="state") == 3
    assert found.value("as_of_seconds_count", question="timeline") == 1
    assert found.value("as_of_seconds_sum", question="state") > 0
    assert found.value("as_of_seconds_sum", question="state") < found.value(
        "http_request_seconds_sum", route=route
    )


def test_the_store_tells_how_much_it_holds_since_when_and_how_fresh_it_is(client, house: Chancery):
    post(client, "/v1/acts", VISIT)
    house.admin.notary([KEY]).checkpoint()
    found = Scrape(client)
    assert found.value("head_position") == found.value("checkpoint_records") == 24
    assert found.value("store_bytes") > 50_000
    assert found.value("index_current") == found.value("store_up") == 1
    for name in ("last_recorded", "checkpoint"):
        # The house's clock stands at noon of 9 March 2024; records come a microsecond apart.
        assert int(found.value(f"{name}_timestamp_seconds")) == 1_709_985_600
    (built,) = found.families["chancery_build_info"].samples
    assert re.fullmatch(r"\d+\.\d+\.\d+", built.labels["version"])
    assert built.labels["edition"]


def test_a_webhook_that_is_behind_is_told_by_name(client, house: Chancery):
    hooks = house.admin.webhooks()
    hooks.add("desk", "https://desk.example/acts", "whsec_MTIz", Filter(), 0)
    hooks.add("done", "https://done.example/acts", "whsec_MTIz", Filter())
    found = Scrape(client)
    assert found.value("webhook_behind_positions", webhook="desk") == 23
    # The first record has waited since March 2024.
    assert found.value("webhook_queue_age_seconds", webhook="desk") > 86_400
    assert found.value("webhook_behind_positions", webhook="done") == 0
    assert found.value("webhook_disabled", webhook="desk") == 0
    assert "desk.example" not in found.text
    assert "whsec" not in found.text


def test_an_open_stream_is_counted_and_how_far_it_is_behind(client):
    feed = client.app.state.feed
    quick, slow = object(), object()
    feed.follow(quick, 23)
    feed.follow(slow, 4)
    found = Scrape(client)
    assert (found.value("feed_streams"), found.value("feed_lag_positions")) == (2, 19)
    feed.follow(slow, None)
    found = Scrape(client)
    assert (found.value("feed_streams"), found.value("feed_lag_positions")) == (1, 0)


def test_snapshots_that_are_open_are_counted_and_the_oldest_has_its_age(client, house: Chancery):
    assert Scrape(client).value("open_snapshots") == 0
    with house._store.read(), house._store.read():
        found = Scrape(client)
        assert found.value("open_snapshots") == 2
        assert 0 < found.value("oldest_snapshot_seconds") < 60
    found = Scrape(client)
    assert (found.value("open_snapshots"), found.value("oldest_snapshot_seconds")) == (0, 0)


@pytest.mark.parametrize("path", ["/metrics", "/healthz"])
def test_a_store_that_is_away_stops_no_number_but_its_own(client, house: Chancery, path):
    house.close()
    assert client.get("/v1/acts/none").status_code == 503
    assert client.get(path).status_code == 200
    found = Scrape(client)
    assert found.value("store_up") == 0
    assert found.value("refusals_total", problem="store-unavailable") == 1
    assert "chancery_head_position" not in found.families
