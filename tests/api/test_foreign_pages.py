"""Foreign pages: what a page of elsewhere has a browser send to a service of this machine."""

from __future__ import annotations

import orjson
import pytest

from api.http.examples import ACTS
from tests.api.conftest import BASE
from tests.api.required import bearer, keys_of, required

ACT = {"events": ACTS["hsg-visits:2138"][:1]}
ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:3000"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": BASE},
    {"Sec-Fetch-Site": "cross-site", "Origin": BASE},
]
HERE: list[dict[str, str]] = [
    {},
    {"Origin": BASE},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://proxied.example"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
@pytest.mark.parametrize("path", ["/v1/acts", "/v1/acts?x=1", "/v1/events/bulk", "/v1/preview"])
def test_what_another_page_sends_to_an_open_service_is_refused(client, house, headers, path):
    before = house.query.head().position
    media_type = "application/x-ndjson" if "bulk" in path else "application/json"
    sent = {**headers, "Content-Type": media_type}
    refused = client.post(path, content=orjson.dumps(ACT), headers=sent)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/foreign-page")
    assert house.query.head().position == before
    assert client.get("/v1/events", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", HERE)
def test_what_a_program_or_a_page_of_its_own_sends_to_an_open_service_is_recorded(client, headers):
    assert client.post("/v1/acts", json=ACT, headers=headers).status_code == 201


def test_who_shows_a_key_may_send_from_anywhere():
    with required("sqlite:///:memory:") as client:
        key = keys_of(client.app.state.chancery)["desk"]
        headers = {**bearer(key), "Origin": "https://desk.example"}
        assert client.post("/v1/acts", json=ACT, headers=headers).status_code == 201
