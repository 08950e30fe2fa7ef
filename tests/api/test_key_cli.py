"""`chancery key`: keys made, listed and revoked, and what a service that runs makes of it."""

from __future__ import annotations

import re
import time

import httpx
import orjson

from events.access_keys import KEY_PATTERN
from tests.api.conftest import Service, answer_of, one_line, run
from tests.api.required import bearer


def test_a_key_is_shown_once_listed_without_it_and_revoked(store):
    made = answer_of(store, "key", "create", "desk", "--scope", "append", "--scope", "read")
    assert re.fullmatch(KEY_PATTERN, made["key"])
    assert (made["name"], made["scopes"]) == ("desk", ["read", "append"])
    plain = run("key", "create", "desk", "--scope", "audit", "--expires", "2999-12-31", store=store)
    assert re.search(KEY_PATTERN, plain.stdout.decode())
    assert b"until 2999-12-31T23:59:59Z" in plain.stdout
    listed = answer_of(store, "key", "list")["keys"]
    assert [key["standing"] for key in listed] == ["good", "good"]
    assert made["key"] not in str(listed)
    assert "fingerprint" not in listed[0]
    assert made["key_id"].encode() in run("key", "list", store=store).stdout
    assert answer_of(store, "key", "revoke", made["key_id"])["revoked"][0]["standing"] == "revoked"
    assert b"nothing more" in run("key", "revoke", made["key_id"], store=store).stdout
    assert len(answer_of(store, "key", "revoke", "desk")["revoked"]) == 1


def test_a_key_that_cannot_be_is_told_in_a_line(store):
    for arguments, code, words in (
        (("create", "Desk", "--scope", "read"), 2, "lower-case"),
        (("create", "local", "--scope", "read"), 2, "CHANCERY_ACTOR"),
        (("create", "desk", "--scope", "write"), 2, "read, append, audit, admin"),
        (("create", "desk", "--scope", "read", "--expires", "yesterday"), 2, "expires"),
        (("create", "desk", "--scope", "read", "--expires", "1999-01-01"), 2, "to come"),
        (("revoke", "desk"), 1, "no access key"),
    ):
        done = run("key", *arguments, store=store)
        assert (done.returncode, words in one_line(done)) == (code, True), one_line(done)
    assert answer_of(store, "key", "list")["keys"] == []


def test_a_service_that_runs_lets_a_revoked_key_in_no_more_and_ends_its_stream(tmp_path):
    store = f"sqlite:///{tmp_path / 'acts.db'}"
    key = answer_of(store, "key", "create", "desk", "--scope", "read", "--expires", "1d")["key"]
    service = Service(
        tmp_path,
        "--host",
        "localhost",
        CHANCERY_ACCESS="required",
        CHANCERY_HEARTBEAT_SECONDS="0.2",
    )
    try:
        with (
            httpx.Client(base_url=service.address, timeout=30, headers=bearer(key)) as http,
            http.stream("GET", "/v1/events/stream") as stream,
        ):
            heartbeats = stream.iter_lines()
            assert next(heartbeats) is not None
            assert http.get("/v1/events").status_code == 200
            assert http.get("/v1/events", headers={"Authorization": ""}).status_code == 401
            assert run("key", "revoke", "desk", store=store).returncode == 0
            revoked_at = time.monotonic()
            while http.get("/v1/events").status_code == 200:
                assert time.monotonic() < revoked_at + 30
            detail = http.get("/v1/events").json()["detail"]
            assert list(heartbeats) is not None  # it ends
    finally:
        service.stop()
    assert "is revoked" in detail
    lines = [orjson.loads(line) for line in service.output().splitlines() if line.startswith("{")]
    assert not [line for line in lines if line["level"] == "error"]
    assert not [line for line in lines if line["event"] == "open"]
    assert key[22:] not in service.output()
