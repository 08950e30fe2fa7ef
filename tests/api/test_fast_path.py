"""The fast path: an append is answered as the framework does, header by header, byte by byte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import orjson
import pytest

from api.app import create_app
from api.http.examples import NEW_ACTS, NEXT
from api.http.routes import acts
from api.settings import Settings
from tests.api.conftest import BASE, TestClient, seeded
from tests.api.required import bearer, keys_of

VISIT = NEW_ACTS["a visit that was held"]["value"]
NEXT_EVENTS = next(iter(NEXT.values()))["value"]
ACT = "eurasian-2024:a03"
RETRACTION = {"reason": "The source withdrew it."}
_DIFFERS = {"x-request-id"}


def both(**more: Any) -> Iterator[tuple[TestClient, TestClient]]:
    """A service as it is, and one in which the framework answers everything; each has the seed."""
    direct = create_app(Settings(**more), seeded())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(acts, "recording", [])
        framed = create_app(Settings(**more), seeded())
    with ExitStack() as held:
        yield tuple(
            held.enter_context(TestClient(app, base_url=BASE, raise_server_exceptions=False))
            for app in (direct, framed)
        )


@pytest.fixture(scope="module")
def services() -> Iterator[tuple[TestClient, TestClient]]:
    yield from both(body_limit_bytes=2_000)


def parts_of(answer: Any) -> tuple[int, list[tuple[str, str]], bytes]:
    headers = [pair for pair in answer.headers.multi_items() if pair[0] not in _DIFFERS]
    return answer.status_code, headers, answer.content


def asked(path: str, body: Any = VISIT, query: str = "", **headers: str | bytes) -> Any:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    given = {"Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return pytest.param(
        f"{path}{query}", content, list(given.items()), id=f"{path}{query} {headers}"
    )


EVENTS, FIRST = f"/v1/acts/{ACT}/events", f"/v1/acts/{ACT}/events/1"
REQUESTS = [
    asked("/v1/acts"),
    asked("/v1/acts", {**VISIT, "act_id": "direct:1"}),
    asked("/v1/acts", {**VISIT, "act_id": "direct:1"}),
    asked("/v1/acts", Idempotency_Key="once"),
    asked("/v1/acts", Idempotency_Key="once"),
    asked("/v1/acts", {**VISIT, "act_id": "direct:2"}, Idempotency_Key="once"),
    asked("/v1/acts", Idempotency_Key="with blank"),
    asked("/v1/acts", Idempotency_Key="é".encode("latin-1")),
    asked("/v1/acts", query="?as_of=2024-01-01"),
    asked("/v1/acts", query="?"),
    asked("/v1/acts", Accept="application/json"),
    asked("/v1/acts", Accept="text/html, application/json;q=0.5"),
    asked("/v1/acts", Accept="text/csv"),
    asked("/v1/acts", Accept="application/json;q=0"),
    asked("/v1/acts", Accept=""),
    asked("/v1/acts", Content_Type="text/plain"),
    asked("/v1/acts", Content_Type="application/json; charset=utf-8"),
    asked("/v1/acts", Content_Type="application/json; charset=latin-1"),
    asked("/v1/acts", Content_Encoding="gzip"),
    asked("/v1/acts", b"\xef\xbb\xbf{}"),
    asked("/v1/acts", b'{"events": [], "events": []}'),
    asked("/v1/acts", b""),
    asked("/v1/acts", {"events": [{"type": "visit.held"}]}),
    asked("/v1/acts", b" " * 2_001),
    asked("/v1/acts", Forwarded="for=203.0.113.7"),
    asked("/v1/acts", Host="elsewhere.example"),
    asked("/v1/acts/"),
    asked(EVENTS, NEXT_EVENTS),
    asked(EVENTS, NEXT_EVENTS, If_Match='"1"'),
    asked(EVENTS, NEXT_EVENTS, If_Match="*"),
    asked(EVENTS, NEXT_EVENTS, If_Match="1"),
    asked("/v1/acts/none/events", NEXT_EVENTS),
    asked("/v1/acts/No/events", NEXT_EVENTS),
    asked("/v1/acts/%6eone/events", NEXT_EVENTS),
    asked("/v1/acts/a%2Fb/events", NEXT_EVENTS),
    asked(f"{FIRST}/correction", {"reason": "A closer reading.", "event": VISIT["events"][0]}),
    asked(f"{FIRST}/correction", RETRACTION),
    asked(f"{FIRST}/retraction", RETRACTION),
    asked(f"{FIRST}/retraction", RETRACTION),
    asked(f"{EVENTS}/0/retraction", RETRACTION),
    asked(f"{EVENTS}/01/retraction", RETRACTION),
    asked(f"{EVENTS}/one/retraction", RETRACTION),
    asked(f"{EVENTS}/-1/retraction", RETRACTION),
    asked(f"{EVENTS}/9007199254740991/retraction", RETRACTION),
    asked(f"{EVENTS}/9007199254740992/retraction", RETRACTION),
    asked(f"{EVENTS}/١/retraction", RETRACTION),
    asked(f"{FIRST}/retraction", RETRACTION, query="?version=1"),
]


@pytest.mark.parametrize(("path", "content", "headers"), REQUESTS)
def test_an_append_is_answered_as_the_framework_would(services, path, content, headers):
    direct, framed = (
        parts_of(one.post(path, content=content, headers=headers)) for one in services
    )
    assert direct == framed


def test_of_a_header_that_is_told_twice_the_same_one_counts(services):
    twice = [("Content-Type", "application/json"), ("Idempotency-Key", "first")]
    for headers in (twice, [*twice, ("Idempotency-Key", "second")], [*twice, ("accept", "x/y")]):
        answers = [parts_of(one.post("/v1/acts", json=VISIT, headers=headers)) for one in services]
        assert answers[0] == answers[1]


@pytest.fixture(scope="module")
def asking() -> Iterator[list[tuple[TestClient, dict[str, str]]]]:
    """The two where callers must show who they are, each with its keys."""
    for services in both(access="required"):
        yield [(one, keys_of(one.app.state.chancery)) for one in services]


@pytest.mark.parametrize("name", ["reader", "desk", "keeper", "unknown", None])
@pytest.mark.parametrize("path", ["/v1/acts", EVENTS, f"{FIRST}/retraction"])
def test_who_may_not_record_is_refused_as_by_the_framework(asking, name, path):
    answers = []
    for one, keys in asking:
        headers = {} if name is None else bearer(keys.get(name, "chancery_none"))
        answers.append(parts_of(one.post(path, json=VISIT, headers=headers)))
    assert answers[0] == answers[1]


def test_an_append_needs_nothing_of_the_framework():
    app = create_app(Settings(), seeded())
    app.router.routes.clear()
    with TestClient(app, base_url=BASE) as client:
        assert client.post("/v1/acts", json={**VISIT, "act_id": "direct:1"}).status_code == 201
        assert client.post("/v1/acts/direct:1/events", json=NEXT_EVENTS).status_code == 201
        assert client.get("/v1/acts/direct:1").status_code == 404
