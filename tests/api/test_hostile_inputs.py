"""Hostile inputs over a socket of their own: each gets its answer, and the store stays as it is."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import orjson
import pytest

from api.access.opening import tokens_of
from api.app import create_app
from api.problems import KINDS, MEDIA_TYPE
from api.server import Server
from api.settings import Settings
from events.application import Chancery
from tests.api.conftest import seeded
from tests.api.hostile_inputs import HOSTILE
from tests.api.logged import logged
from tests.api.provider import AUDIENCE, RSA_KEYS, Provider, public
from tests.api.required import keys_of
from tests.api.test_tokens import by_public_key

Sent = Callable[[bytes], tuple[int, dict[str, str], bytes]]


class Known:
    """What a store holds, as one digest: every record, and every key."""

    def __init__(self, house: Chancery) -> None:
        head = house.query.head()
        known = [
            house.query.records(0, 500),
            house.query.acts(limit=500),
            house.query.state("KAZ-KGZ"),
        ]
        known.append([key.to_json(0) for key in house.admin.access_keys().all()])
        self.digest = (head, sha256(orjson.dumps(known)).hexdigest())


@pytest.fixture(scope="module")
def house() -> Chancery:
    # The service closes it.
    return seeded()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.fixture(scope="module")
def credentials(house: Chancery, provider: Provider) -> dict[str, str]:
    """What stands in the place of each name in braces."""
    keys = keys_of(house)
    kept, revoked = house.admin.access_keys().create("guest", ["read"])
    house.admin.access_keys().revoke(kept.key_id)
    return {
        **keys,
        "revoked": revoked,
        "cut": keys["desk"][:-1],
        "expired": keys["desk"][:-2] + "zz",
        "confused": by_public_key(provider),
        "own_key": provider.token(key=RSA_KEYS["autumn"], headers={"jwk": public("autumn")}),
        "replayed": provider.token(exp=1_709_985_600),
        "elsewhere": provider.token(aud="https://mail.example"),
    }


@pytest.fixture(scope="module")
def address(house: Chancery, provider: Provider, credentials: Any) -> Iterator[tuple[str, int]]:
    """A service as `chancery serve` runs it."""
    settings = Settings(
        access="required",
        hosts="127.0.0.1",
        body_limit_bytes=64_000,
        openid_issuer=provider.issuer,
        openid_audience=AUDIENCE,
        stop_seconds=1,
    )
    assert tokens_of(settings)
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(create_app(settings, house), settings)
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[listening])), name="hostile", daemon=True
    )
    thread.start()
    yield listening.getsockname()[:2]
    server.should_exit = True
    thread.join(30)
    assert not thread.is_alive()


@pytest.fixture
def send(address: tuple[str, int], credentials: dict[str, str]) -> Sent:
    """Sends bytes as they are, with the credentials put in, and gives the answer."""

    def exchange(data: bytes) -> tuple[int, dict[str, str], bytes]:
        for name, value in credentials.items():
            data = data.replace(b"{%s}" % name.encode(), value.encode())
        with socket.create_connection(address, timeout=30) as connection:
            connection.sendall(data)
            answer = http.client.HTTPResponse(
                connection, method=data.partition(b" ")[0].decode("latin-1")
            )
            answer.begin()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read()

    return exchange


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_gets_its_answer_and_changes_nothing(house, send, credentials, name):
    hostile = HOSTILE[name]
    before = Known(house).digest
    status, headers, body = send(hostile.sent)
    assert status == hostile.status, body[:500]
    assert headers["x-content-type-options"] == "nosniff"
    if hostile.problem is not None and headers["content-type"] == MEDIA_TYPE:
        document = orjson.loads(body)
        assert document["type"] == f"/problems/{hostile.problem}", document
        assert document["status"] == status == KINDS[hostile.problem].status
    elif hostile.problem is not None:
        assert f"/problems/{hostile.problem}".encode() in body
    text = body.decode("utf-8")
    for said in ("Traceback", "root:", *(("<script>alert",) if "<html" in text else ())):
        assert said not in text
    for secret in credentials.values():
        assert secret not in text
    assert Known(house).digest == before


def test_the_table_is_no_shorter_than_it_was():
    assert len(HOSTILE) >= 60


def test_no_log_holds_what_was_sent(send, credentials):
    """Bodies, queries and credentials are nobody's to read later."""
    body = b'{"act_id": "test:secret", "events": ["a word said in confidence"]}'
    head = (
        b"POST /v1/acts?token=whispered HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nAuthorization: Bearer {desk}\r\n"
        b"Cookie: chancery-session=crumbs\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    with logged("debug") as written:
        status, _, _ = send(head + body)
        assert status == 422
        deadline = time.monotonic() + 30
        # The line of a request is written once it has been answered.
        while '"actor":"desk"' not in written.getvalue():
            assert time.monotonic() < deadline
            time.sleep(0.01)
    lines = written.getvalue()
    for secret in ("confidence", "whispered", "crumbs", credentials["desk"][22:]):
        assert secret not in lines
