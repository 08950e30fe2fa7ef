"""Logs: a line a request by which an operator finds it again, and no secret in any of them."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.http.examples import NEW_ACTS
from api.logs import log_of
from api.settings import Settings
from events.address import without_password
from events.application import Chancery
from tests.api.conftest import BASE, Service
from tests.api.logged import logged

VISIT = NEW_ACTS["a visit that was held"]["value"]


@pytest.fixture
def kept() -> Iterator[io.StringIO]:
    with logged() as stream:
        yield stream


def lines(kept: io.StringIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in kept.getvalue().splitlines()]


def test_a_request_that_records_is_one_line_that_tells_what_came_of_it(kept, client):
    answer = client.post("/v1/acts", json=VISIT)
    (line,) = lines(kept)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/acts", 201)
    assert (line["recorded"], line["position"]) == (1, 24)
    assert line["seconds"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["time"])


def test_a_refusal_is_told_by_its_problem_and_a_route_by_its_template(kept, client):
    client.post("/v1/acts", json={"events": [{"type": "visit.held", "title": "not to be told"}]})
    client.get("/v1/acts/not-to-be-told?secret=not-to-be-told")
    client.get("/not-to-be-told")
    shown = [(line["route"], line["status"], line["problem"]) for line in lines(kept)]
    assert shown == [
        ("/v1/acts", 422, "invalid-event"),
        ("/v1/acts/{act_id}", 422, "invalid-question"),
        ("none", 404, "not-found"),
    ]
    assert "not to be told" not in kept.getvalue()
    assert "not-to-be-told" not in kept.getvalue()


def test_bulk_tells_how_much_of_it_was_recorded(kept, client):
    body = b"\n".join((orjson.dumps(VISIT), b"no line", orjson.dumps({**VISIT, "act_id": "b:2"})))
    client.post("/v1/events/bulk", content=body, headers={"Content-Type": "application/x-ndjson"})
    (line,) = lines(kept)
    assert (line["recorded"], line["position"]) == (2, 25)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("7f3a", True),
        ("a" * 64, True),
        ("2026.11_25-x", True),
        ("a" * 65, False),
        ("", False),
        ("-x", False),
        ("a b", False),
        ('x","level":"error', False),
        ("é", False),
    ],
)
def test_an_id_is_taken_over_only_if_it_is_well_formed(client, given, taken):
    answer = client.get("/v1/acts/none", headers={"X-Request-ID": given.encode("latin-1")})
    got = answer.headers["X-Request-ID"]
    assert (got == given) is taken
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", got)


def test_of_two_ids_none_is_taken(client):
    twice = [("X-Request-ID", "first"), ("X-Request-ID", "second")]
    assert client.get("/healthz", headers=twice).headers["X-Request-ID"] not in ("first", "second")


def test_probes_are_logged_for_debugging_alone(kept, client):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path).status_code == 200
    assert lines(kept) == []


def test_an_unforeseen_error_is_whole_in_the_log_and_an_id_to_the_caller(kept, house):
    app = create_app(Settings(), house)

    @app.get("/broken")
    def broken() -> None:
        raise KeyError("the inside")

    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        answer = client.get("/broken", headers={"X-Request-ID": "found-again"})
    assert (answer.status_code, answer.headers["X-Request-ID"]) == (500, "found-again")
    assert answer.json()["request_id"] == "found-again"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "inside" not in answer.text
    error, request = lines(kept)
    assert error["request_id"] == request["request_id"] == "found-again"
    assert "KeyError: 'the inside'" in error["exception"]
    assert (request["status"], request["problem"]) == (500, "internal-error")


def test_a_store_that_fails_is_told_whole_in_the_log_and_without_its_place_to_the_caller(
    kept, client, house: Chancery
):
    house.close()
    answer = client.get("/v1/acts/none")
    assert answer.status_code == 503
    assert "sqlite" not in answer.text
    error, _ = lines(kept)
    assert (error["level"], error["problem"]) == ("error", "store-unavailable")
    assert "sqlite" in error["reason"]


SECRETS = [
    "postgresql://chancery:s3cret@db.example:5432/acts",
    "postgresql://chancery:s3cret%40@[::1]/acts?sslmode=require",
    "postgresql://chancery:s3cret@odd@db.example/acts",
    "postgresql://db.example/acts?user=chancery&password=s3cret",
    "host=db.example user=chancery password=s3cret dbname=acts",
    "host=db.example password='s3cret \\' still s3cret' dbname=acts",
]


@pytest.mark.parametrize("address", SECRETS)
def test_no_password_of_a_store_is_ever_shown(kept, address):
    log = log_of("test")
    log.error(f"cannot reach {address}", store=address, error=ValueError(address))
    logging.getLogger("psycopg.pool").error("error connecting in %r: %s", "pool", address)
    try:
        raise ValueError(f"cannot reach {address}")
    except ValueError:
        log.exception("failed")
    logged = kept.getvalue()
    assert "s3cret" not in logged
    assert logged.count("example") + logged.count("::1") >= 5
    assert len(lines(kept)) == 3
    assert "s3cret" not in without_password(address)


@pytest.mark.parametrize(
    "text", ["sqlite:////srv/a:b@c.db", "10:30 at the palace @ Almaty", "see https://a.example/@x"]
)
def test_what_is_no_password_stays_as_it_is(text):
    assert without_password(text) == text


def test_text_for_people_cannot_pass_for_two_lines_nor_steer_a_terminal():
    with logged("warning", "text") as stream:
        log_of("test").warning("told", title="Almaty\n2026 error forged \x1b[31m\u202e")
        log_of("test").info("not told")
    (line,) = stream.getvalue().splitlines()
    assert "Almaty" in line
    assert "\x1b" not in line
    assert "\u202e" not in line


def test_lines_stand_in_the_order_they_were_told_in_whoever_tells_them(kept):
    own, foreign = log_of("test"), logging.getLogger("library")

    async def logging_at_once() -> None:
        own.info("1")
        await asyncio.to_thread(own.info, "2")
        foreign.warning("3")
        own.info("4")
        own.info("5")

    asyncio.run(logging_at_once())
    assert [line["event"] for line in lines(kept)] == ["1", "2", "3", "4", "5"]


def test_of_lines_that_many_threads_tell_none_is_lost_or_torn(kept):
    log = log_of("test")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: log.info("told", number=number), range(2_000)))
    assert sorted(line["number"] for line in lines(kept)) == list(range(2_000))


def test_what_no_json_can_hold_is_told_all_the_same(kept):
    log_of("test").error("cannot read", path="half of a \ud83d", code=2**70)
    (line,) = kept.getvalue().splitlines()
    assert json.loads(line)["path"] == "half of a \ud83d"


def test_a_log_that_cannot_be_written_fails_no_request(kept, client, monkeypatch):
    def full(_: str) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept, "write", full)
    assert client.post("/v1/acts", json=VISIT).status_code == 201


def test_a_service_says_when_it_started_and_stopped_and_the_server_s_own_logs_have_one_form(
    tmp_path,
):
    service = Service(tmp_path, CHANCERY_LOG_LEVEL="debug")
    with service.client() as http:
        answer = http.get("/healthz")
    service.stop()
    shown = [orjson.loads(line) for line in service.output().splitlines() if line.startswith("{")]
    assert len(shown) == len(service.output().splitlines()) - 1
    events = [line["event"] for line in shown if line["logger"].startswith("chancery.")]
    assert events == ["started", "open", "request", "stopping", "stopped"]
    by_id = [line for line in shown if line.get("request_id") == answer.headers["X-Request-ID"]]
    assert [line["route"] for line in by_id] == ["/healthz"]
    assert any(line["logger"].startswith("uvicorn") for line in shown)
