"""Access: who is let in to what, by whom it is recorded, and what a refusal says."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from fastapi.routing import APIRoute

from api.access.keyring import Keyring
from api.access.opening import check_keys, is_required
from api.access.rate import Rate, neighbourhood
from api.access.scopes import NEEDS, OPEN, admit, needed
from api.app import create_app
from api.http.examples import ACTS, NEXT
from api.problems import Refused
from api.settings import Settings
from api.work.pool import pool_of
from events.application import Chancery, open_chancery
from events.errors import StoreUnavailable
from tests.api.conftest import BASE, TestClient, seeded
from tests.api.problem_documents import is_problem
from tests.api.provider import AUDIENCE, Provider
from tests.api.required import KEYS, bearer, keys_of, required

VISIT = ACTS["hsg-visits:2138"][0]


@pytest.fixture(scope="module")
def house(seeded_store) -> Iterator[Chancery]:
    chancery = open_chancery(seeded_store)
    yield chancery
    chancery.close()


@pytest.fixture(scope="module")
def keys(house) -> dict[str, str]:
    return keys_of(house)


@pytest.fixture(scope="module")
def asked(seeded_store, keys) -> Iterator[TestClient]:
    with required(seeded_store) as client:
        yield client


def routes(app: Any) -> Iterator[str]:
    """Every operation and page there is, however it was put in."""
    for included in app.routes:
        for route in getattr(included, "original_router", app).routes:
            if isinstance(route, APIRoute):
                # Before every other: who may not ask is told nothing else.
                assert included.include_context.dependencies[0].dependency is admit
                path = route.path.replace(":path}", "}")
                yield from (f"{method} {path}" for method in route.methods)


def test_every_operation_and_page_has_its_scope_or_is_open_and_no_other_stands_in_the_table():
    app = create_app(Settings())
    found = set(routes(app))
    for path, methods in app.openapi()["paths"].items():
        assert {f"{method.upper()} {path}" for method in methods} <= found
    assert found == OPEN | set(NEEDS), found.symmetric_difference(OPEN | set(NEEDS))
    assert needed("GET /something-new") == "admin"


def test_the_document_says_what_each_operation_needs():
    for access in ("open", "required"):
        document = create_app(Settings(access=access)).openapi()
        assert set(document["components"]["securitySchemes"]) == {"bearer", "session"}
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                scope = needed(f"{method.upper()} {path}")
                if scope is None:
                    assert operation["security"] == []
                    continue
                ways = [{"bearer": [scope]}, {"session": [scope]}]
                assert operation["security"] == (ways if access == "required" else [{}, *ways])
                assert {"401", "403", "429"} <= set(operation["responses"])


#: A request of every operation that needs something, each by its scope.
REQUESTS = [
    ("GET", "/v1/relationships/KAZ-KGZ", "read"),
    ("GET", "/v1/events", "read"),
    ("GET", "/v1/exports/relationships.csv", "read"),
    ("GET", "/v1/log/tile/0/000.p/1", "read"),
    ("GET", "/v1/relationships/KAZ-KGZ/replay", "read"),
    ("GET", "/metrics", "read"),
    ("POST", "/v1/acts", "append"),
    ("POST", "/v1/events/bulk", "append"),
    ("POST", "/v1/preview", "append"),
    ("POST", "/v1/acts/eurasian-2024:a03/events/1/retraction", "append"),
    ("GET", "/v1/audit/records", "audit"),
    ("GET", "/v1/audit/late-changes", "audit"),
    ("GET", "/v1/relationships/KAZ-KGZ/belief", "audit"),
    ("POST", "/v1/acts/eurasian-2024:a03/events/1/erasure", "admin"),
]


@pytest.mark.parametrize(("method", "path", "scope"), REQUESTS)
def test_who_has_the_scope_is_let_in_and_nobody_else(asked, house, keys, method, path, scope):
    before = house.query.head()
    nobody = is_problem(asked.request(method, path), 401)
    assert nobody["type"] == "/problems/unauthenticated"
    assert "KAZ" not in nobody["detail"]
    for name, scopes in KEYS.items():
        answer = asked.request(method, path, headers=bearer(keys[name]))
        if scope in scopes:
            # A body is missing, or all is well: it is not the gate that refuses.
            assert answer.status_code in (200, 415), (name, answer.text)
        else:
            problem = is_problem(answer, 403)
            assert problem["detail"] == f"This needs the scope {scope}."
            assert f'scope="{scope}"' in answer.headers["WWW-Authenticate"]
    assert house.query.head() == before


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json", "/docs", "/problems"])
def test_what_tells_nothing_of_the_record_is_told_to_anyone(asked, path):
    assert asked.get(path).status_code == 200


def test_numbers_may_be_told_to_anyone_who_watches(seeded_store):
    with required(seeded_store, metrics_open=True) as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/v1/events").status_code == 401


def test_the_actor_is_who_asked_and_no_body_can_say_another(asked, keys):
    def post(path: str, body: Any, **headers: str) -> Any:
        kind = "application/x-ndjson" if path.endswith("bulk") else "application/json"
        sent = body if isinstance(body, bytes) else orjson.dumps(body)
        return asked.post(
            path, content=sent, headers={**bearer(keys["desk"]), "Content-Type": kind, **headers}
        )

    event = copy.deepcopy(VISIT)
    first = post("/v1/acts", {"act_id": "test:who", "events": [event]})
    assert first.status_code == 201, first.text
    again = post("/v1/acts/test:who/events", next(iter(NEXT.values()))["value"])
    assert again.status_code == 201, again.text
    for body in (
        {"act_id": "test:other", "events": [event], "recorded_by": "minister"},
        {"act_id": "test:other", "events": [{**event, "recorded_by": "minister"}]},
    ):
        assert is_problem(post("/v1/acts", body), 422)["problems"][0]["where"].endswith(
            "/recorded_by"
        )
        line = orjson.loads(post("/v1/events/bulk", orjson.dumps(body)).content)
        assert line["status"] == 422
        assert is_problem(post("/v1/preview", body), 422)
    answer = post("/v1/events/bulk", orjson.dumps({"act_id": "test:bulk", "events": [event]}))
    assert orjson.loads(answer.content)["status"] == 201
    for act_id in ("test:who", "test:bulk"):
        records = asked.get(f"/v1/acts/{act_id}/history", headers=bearer(keys["reader"])).json()
        assert {one["recorded_by"] for one in records["records"]} == {"desk"}


def test_an_idempotency_key_is_its_actor_s_own(asked, keys):
    def post(name: str, act_id: str) -> Any:
        body = orjson.dumps({"act_id": act_id, "events": [VISIT]})
        headers = {"Content-Type": "application/json", "Idempotency-Key": "one"}
        return asked.post("/v1/acts", content=body, headers={**bearer(keys[name]), **headers})

    first, other = post("desk", "test:desk"), post("chute", "test:chute")
    assert (first.status_code, other.status_code) == (201, 201)
    assert post("desk", "test:desk").headers["Idempotency-Replayed"] == "true"
    assert post("desk", "test:desk").content == first.content
    refused = is_problem(post("desk", "test:third"), 422)
    assert refused["detail"] == "the idempotency key 'one' was used for another request"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer open sesame",
        "Basic ZGVzazpkZXNr",
        "bearer chancery_",
        "Bearer chancery_000000000000_" + "0" * 64,
        "Bearer chancery_" + "0" * 77,
        "Bearer " + "a" * 20_000,
        "Negotiate \u00e4",
    ],
)
def test_what_is_no_key_is_refused_in_the_same_words(asked, header):
    answer = asked.get("/v1/events", headers={"Authorization": header.encode("latin-1")})
    problem = is_problem(answer, 401)
    assert "good here" in problem["detail"] or "form that is taken" in problem["detail"]
    assert "sesame" not in answer.text
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_altered_in_any_place_is_nobody_s(asked, keys):
    key = keys["reader"]
    for place in (9, 20, 21, 22, 50, len(key) - 1):
        other = key[:place] + ("0" if key[place] != "0" else "1") + key[place + 1 :]
        is_problem(asked.get("/v1/events", headers=bearer(other)), 401)


def test_two_credentials_are_none(asked, keys):
    headers = [("Authorization", f"Bearer {keys['reader']}")] * 2
    is_problem(asked.get("/v1/events", headers=headers), 401)


def test_a_revoked_key_is_let_in_no_more_and_is_told_so(seeded_store, house, monkeypatch):
    monkeypatch.setattr("api.access.keyring.STALE_SECONDS", 0.0)
    kept, key = house.admin.access_keys().create("guest", ["read"])
    with required(seeded_store) as client:
        assert client.get("/v1/events", headers=bearer(key)).status_code == 200
        house.admin.access_keys().revoke(kept.key_id)
        problem = is_problem(client.get("/v1/events", headers=bearer(key)), 401)
    assert problem["detail"] == f"The key {kept.key_id} is revoked."


def test_while_the_store_is_away_keys_that_were_known_serve_for_a_while(house, monkeypatch):
    now = [1_000.0]
    monkeypatch.setattr("api.access.keyring.time", SimpleNamespace(monotonic=lambda: now[0]))
    kept, key = house.admin.access_keys().create("guest", ["read"])

    class Away:
        """Keys whose store can be reached at first."""

        def __init__(self) -> None:
            self.here = True

        def now(self) -> int:
            return kept.created_at

        def all(self) -> Any:
            if not self.here:
                raise StoreUnavailable("postgresql://", "it is away")
            return [kept]

    keys: Any = Away()
    keyring = Keyring(keys, pool_of("apart", 1))
    assert asyncio.run(keyring.by_key(key)).name == "guest"
    keys.here = False
    now[0] += 60
    assert asyncio.run(keyring.by_key(key)).name == "guest"
    now[0] += 300
    with pytest.raises(StoreUnavailable):
        asyncio.run(keyring.by_key(key))


def test_on_an_open_service_anyone_is_let_in_but_what_is_shown_must_be_good(seeded_store, keys):
    app = create_app(Settings(store=seeded_store))
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        assert client.get("/v1/events").status_code == 200
        assert client.get("/v1/events", headers=bearer(keys["reader"])).status_code == 200
        is_problem(client.get("/v1/events", headers=bearer("chancery_x")), 401)
        is_problem(client.get("/v1/audit/records", headers=bearer(keys["reader"])), 403)
        for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
            problem = is_problem(client.get("/v1/events", headers={name: "203.0.113.9"}), 403)
            assert problem["type"] == "/problems/forwarded"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, False),
        ({"host": "localhost"}, False),
        ({"host": "[::1]"}, False),
        ({"host": "127.8.9.10"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "::"}, True),
        ({"host": "192.0.2.7"}, True),
        ({"host": "acts.example"}, True),
        ({"access": "required"}, True),
        ({"proxies": "127.0.0.1"}, True),
        ({"openid_issuer": "https://login.example", "openid_audience": "x"}, True),
    ],
)
def test_callers_are_asked_unless_this_machine_alone_can_ask(given, expected):
    assert is_required(Settings(**given)) is expected


def test_a_service_that_nobody_could_enter_is_not_started():
    chancery = seeded()
    elsewhere = Settings(host="0.0.0.0")
    with pytest.raises(ValueError, match="chancery key create"):
        check_keys(elsewhere, chancery.admin.access_keys())
    kept, _ = chancery.admin.access_keys().create("desk", ["read"])
    check_keys(elsewhere, chancery.admin.access_keys())
    chancery.admin.access_keys().revoke(kept.key_id)
    with pytest.raises(ValueError, match="chancery key create"):
        check_keys(elsewhere, chancery.admin.access_keys())
    chancery.close()


def test_a_token_lets_in_by_http_and_names_its_subject(seeded_store):
    with Provider() as provider:
        settings = {"openid_issuer": provider.issuer, "openid_audience": AUDIENCE}
        with required(seeded_store, **settings) as client:
            token = provider.token()
            body = orjson.dumps({"act_id": "test:token", "events": [VISIT]})
            headers = {**bearer(token), "Content-Type": "application/json"}
            assert client.post("/v1/acts", content=body, headers=headers).status_code == 201
            is_problem(client.get("/v1/audit/records", headers=bearer(token)), 403)
            is_problem(client.get("/v1/events", headers=bearer(token[:-2])), 401)
            history = client.get("/v1/acts/test:token/history", headers=bearer(token)).json()
    assert history["records"][0]["recorded_by"] == f"{provider.issuer}#a.kurmanbekova"


def test_one_actor_s_haste_is_not_another_s(seeded_store, keys):
    with required(seeded_store, rate_per_second=0.5) as client:
        quick = [client.get("/v1/dates?date=2024", headers=bearer(keys["reader"])) for _ in "abcd"]
        assert [answer.status_code for answer in quick] == [200, 200, 429, 429]
        assert 1 <= int(quick[-1].headers["Retry-After"]) <= 2
        is_problem(quick[-1], 429)
        assert client.get("/v1/dates?date=2024", headers=bearer(keys["desk"])).status_code == 200


def test_who_guesses_is_told_to_wait_and_who_knows_is_let_in(seeded_store, keys):
    with required(seeded_store) as client:
        wrong = bearer("chancery_000000000000_" + "0" * 64)
        statuses = [client.get("/v1/events", headers=wrong).status_code for _ in range(22)]
        assert statuses[:20] == [401] * 20
        assert statuses[-1] == 429
        assert client.get("/v1/dates?date=2024", headers=bearer(keys["desk"])).status_code == 200


def test_a_bucket_fills_with_time_and_forgets_the_longest_silent():
    now = [0.0]
    rate = Rate(2.0, 4, lambda: now[0])
    for _ in range(4):
        rate.take("desk")
    with pytest.raises(Refused):
        rate.take("desk")
    now[0] += 0.5
    rate.take("desk")
    with pytest.raises(Refused):
        rate.take("desk")
    now[0] += 1_000
    for _ in range(4):
        rate.take("desk")
    with pytest.raises(Refused):
        rate.take("desk")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_client_is_its_network(address, expected):
    assert neighbourhood(address) == expected


SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}


@pytest.mark.parametrize(
    "path", ["/", "/v1/events", "/v1/exports/acts.csv", "/nothing", "/static/style.css", "/sign-in"]
)
def test_every_answer_keeps_browsers_careful(asked, keys, path):
    for headers in ({}, bearer(keys["reader"])):
        answer = asked.get(path, headers=headers)
        assert SAFE.items() <= dict(answer.headers).items()
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "strict-transport-security" not in answer.headers
        if path != "/static/style.css":
            assert "public" not in answer.headers.get("cache-control", "")


def test_over_https_browsers_are_told_to_stay_there(seeded_store):
    with required(seeded_store, public_url="https://acts.example") as client:
        answer = client.get("/healthz")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
