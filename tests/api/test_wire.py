"""The wire: what no proxy bounds for the service it bounds itself, before anybody is known."""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import orjson
import pytest

from api.connections.door import Door
from api.connections.wire import MOST_HEAD_BYTES
from api.settings import Settings
from api.work.way import Way
from events.application import Chancery
from tests.api.logged import logged
from tests.api.required import keys_of
from tests.api.served import Served, request, served, until_end

STATE = "/v1/relationships/KAZ-KGZ"
JSON = "Content-Type: application/json\r\n"
CHUNKED = f"{JSON}Transfer-Encoding: chunked\r\n"


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("last", ["0\r\n", "2\r\n{}\r\n0\r\n"])
def test_a_key_in_a_trailer_lets_nobody_in(house: Chancery, last: str):
    key = keys_of(house)["desk"]
    trailer = f"{last}Authorization: Bearer {key}\r\n\r\n".encode()
    with served(house, access="required") as service:
        told = service.told(request("POST", "/v1/acts", CHUNKED, trailer))
        assert told.startswith(b"HTTP/1.1 401")
        header = f"{CHUNKED}Authorization: Bearer {key}\r\n"
        told = service.told(request("POST", "/v1/acts", header, b"2\r\n{}\r\n0\r\n\r\n"))
        assert told.startswith(b"HTTP/1.1 422")


@pytest.mark.parametrize("trailer", [b"X: y\r\n", b"y"], ids=["many", "one without end"])
def test_trailers_are_bounded_and_dropped(house: Chancery, trailer: bytes):
    with served(house) as service, service.connected() as connection:
        connection.sendall(request("POST", "/v1/acts", CHUNKED, b"2\r\n{}\r\n0\r\nX: "))
        sent = 0
        try:
            while sent < 100 * MOST_HEAD_BYTES:
                connection.sendall(trailer * (10_000 // len(trailer)))
                sent += 10_000
        except ConnectionError:
            pass
        # What the system holds for both ends is some megabytes.
        assert sent < 100 * MOST_HEAD_BYTES
        until(lambda: service.app.state.door.inside == 0)


def test_a_body_with_few_trailers_is_read_as_one_without(house: Chancery):
    body = b"4000\r\n" + b" " * 0x4000 + b"\r\n2\r\n{}\r\n0\r\nDigest: x\r\nX: " + b"y" * 9_000
    with served(house) as service:
        told = service.told(request("POST", "/v1/acts", CHUNKED, body + b"\r\n\r\n"))
    assert told.startswith(b"HTTP/1.1 422")


CODINGS = {
    "gzip": ("HTTP/1.1", "Transfer-Encoding: gzip, chunked\r\n", 501),
    "deflate by itself": ("HTTP/1.1", "Transfer-Encoding: deflate\r\n", 501),
    "chunked in capitals": ("HTTP/1.1", "Transfer-Encoding: CHUNKED\r\n", 422),
    "chunked, said twice": ("HTTP/1.1", "Transfer-Encoding: chunked\r\n" * 2, 400),
    "chunked, listed twice": ("HTTP/1.1", "Transfer-Encoding: chunked, chunked\r\n", 400),
    "identity": ("HTTP/1.1", "Transfer-Encoding: identity\r\n", 501),
    "chunked of an older protocol": ("HTTP/1.0", "Transfer-Encoding: chunked\r\n", 400),
    "behind a tab": ("HTTP/1.1", "Transfer-Encoding: \tchunked\r\n", 422),
    "with a parameter": ("HTTP/1.1", "Transfer-Encoding: chunked;x=y\r\n", 501),
    "what is taken in return": ("HTTP/1.1", "TE: gzip, chunked\r\nContent-Length: 2\r\n", 422),
}


@pytest.mark.parametrize("name", CODINGS)
def test_a_transfer_coding_is_chunked_or_none(house: Chancery, name: str):
    protocol, headers, status = CODINGS[name]
    body = b"{}" if "Content-Length" in headers else b"2\r\n{}\r\n0\r\n\r\n"
    sent = request("POST", "/v1/acts", JSON + headers, body)
    with served(house) as service:
        told = service.told(sent.replace(b"HTTP/1.1", protocol.encode(), 1))
    assert told.startswith(f"HTTP/1.1 {status} ".encode()), told[:200]


@pytest.fixture
def hasty(house: Chancery) -> Iterator[Served]:
    """A service that waits for nobody."""
    with served(house, head_seconds=0.3, body_seconds=0.3, write_seconds=0.3) as service:
        yield service


def test_a_head_that_does_not_come_to_its_end_is_not_waited_for(hasty: Served):
    told = hasty.told(b"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Note: ")
    assert told.startswith(b"HTTP/1.1 408")
    assert b"/problems/too-slow" in told
    assert hasty.app.state.door.sent_away == {"head": 1}


def test_a_head_that_comes_byte_by_byte_is_not_waited_for(hasty: Served):
    with hasty.connected() as connection:
        begun = time.monotonic()
        try:
            for byte in request("GET", "/v1/events", "X-Note: y\r\n" * 50):
                connection.sendall(bytes([byte]))
                time.sleep(0.02)
        except ConnectionError:
            pass
        assert time.monotonic() - begun < 8


def test_who_says_nothing_is_not_waited_for(hasty: Served):
    assert hasty.told(b"").startswith(b"HTTP/1.1 408")


def test_a_body_that_does_not_come_is_not_waited_for(hasty: Served):
    told = hasty.told(request("POST", "/v1/acts", f"{JSON}Content-Length: 99\r\n", b"{"))
    assert told.startswith(b"HTTP/1.1 408")
    assert hasty.app.state.door.sent_away == {"body": 1}


def test_a_body_that_comes_steadily_is_waited_for(hasty: Served):
    pieces = 12
    with hasty.connected() as connection:
        length = f"{JSON}Content-Length: {pieces * 1_000}\r\n"
        connection.sendall(request("POST", "/v1/acts", length))
        for _ in range(pieces):
            connection.sendall(b" " * 1_000)
            time.sleep(0.2)
        assert until_end(connection).startswith(b"HTTP/1.1 400")


def test_what_is_sent_after_the_answer_is_not_read_for_ever(hasty: Served):
    with hasty.connected() as connection:
        length = f"{JSON}Content-Length: 9999999999\r\n"
        sent = request("POST", "/v1/acts", length).replace(b"Connection: close\r\n", b"")
        connection.sendall(sent)
        assert connection.recv(100).startswith(b"HTTP/1.1 413")
        begun = time.monotonic()
        try:
            while True:
                connection.sendall(b" " * 1_000)
                time.sleep(0.05)
                assert time.monotonic() - begun < 20
        except ConnectionError:
            pass


def test_who_takes_nothing_of_an_answer_is_not_waited_for(
    house: Chancery, hasty: Served, monkeypatch
):
    ended = threading.Event()

    def steps(*_: object) -> Iterator[dict[str, str]]:
        try:
            while True:
                yield {"step": "x" * 10_000}
        finally:
            ended.set()

    monkeypatch.setattr(house.query, "replay", steps)
    with hasty.connected() as connection:
        connection.sendall(request("GET", f"{STATE}/replay"))
        assert ended.wait(30)
        assert hasty.app.state.door.sent_away == {"write": 1}
        until(lambda: hasty.app.state.work.places.taken == 0)


def test_where_there_is_no_room_who_has_waited_longest_goes(house: Chancery):
    with served(house, connections=16) as service, ExitStack() as held:
        idle = [held.enter_context(service.connected()) for _ in range(20)]
        for connection in idle:
            connection.sendall(b"GET /")
        assert service.get(STATE).startswith(b"HTTP/1.1 200")
        assert service.app.state.door.inside <= 16
        assert service.app.state.door.sent_away["crowd"] >= 5
        assert until_end(idle[0]).startswith(b"HTTP/1.1 503")
        idle[-1].sendall(b"healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert until_end(idle[-1]).startswith(b"HTTP/1.1 200")


def test_where_all_are_at_work_health_alone_is_answered(house: Chancery):
    with served(house, connections=16) as service, ExitStack() as held:
        for _ in range(16):
            connection = held.enter_context(service.connected())
            connection.sendall(request("GET", "/v1/events/stream"))
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
        refused = service.get(STATE)
        assert refused.startswith(b"HTTP/1.1 503")
        assert b"Retry-After" in refused
        assert service.get("/healthz").startswith(b"HTTP/1.1 200")
        assert service.get("/readyz").startswith(b"HTTP/1.1 200")
        assert b'chancery_connections_ended_total{why="crowd"}' not in service.get("/metrics")


def test_that_the_handles_have_run_out_is_logged_and_those_who_wait_come_in_later(
    house: Chancery, monkeypatch
):
    free = threading.Event()
    accept = socket.socket.accept

    def exhausted(listening: socket.socket) -> object:
        if not free.is_set():
            raise OSError(errno.EMFILE, "Too many open files")
        return accept(listening)

    with logged() as lines, served(house) as service:
        monkeypatch.setattr(socket.socket, "accept", exhausted)
        with service.connected() as connection:
            connection.sendall(request("GET", "/healthz"))
            until(lambda: "file handles have run out" in lines.getvalue())
            free.set()
            assert until_end(connection).startswith(b"HTTP/1.1 200")
    told = [orjson.loads(line) for line in lines.getvalue().splitlines()]
    assert [one["level"] for one in told if one["event"] == "file handles have run out"] == [
        "error"
    ]


def test_there_are_no_more_connections_than_the_system_has_handles_for(monkeypatch):
    monkeypatch.setattr("api.connections.door.most_handles", lambda: 512)
    door = Door(Settings(connections=5_000), Way())
    with logged() as lines:
        door.heed_handles()
    assert door.most == 256
    assert "fewer connections" in lines.getvalue()


def test_that_few_handles_are_left_is_logged_before_there_are_none(monkeypatch):
    monkeypatch.setattr("api.connections.door.most_handles", lambda: 512)
    door = Door(Settings(), Way())
    with logged() as lines:
        door.heed_handles()
        monkeypatch.setattr("api.connections.door.used_handles", lambda: 100)
        door.look()
        assert "run out" not in lines.getvalue()
        monkeypatch.setattr("api.connections.door.used_handles", lambda: 508)
        door.look()
        door.look()
    assert lines.getvalue().count("file handles have run out") == 1


def test_health_that_was_sent_ahead_in_a_pipeline_waits_its_turn(house: Chancery, monkeypatch):
    with served(house) as service:
        starting = service.app.state.door.starting
        begun: list[bool] = []
        begin = starting.begin

        def counted(asked: Callable[[], bool], *, order: bool) -> None:
            begun.append(order)
            begin(asked, order=order)

        monkeypatch.setattr(starting, "begin", counted)
        ahead = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        answers = service.told(ahead * 9 + request("GET", "/healthz"))
    assert answers.count(b"HTTP/1.1 200") == 10
    # The first of them goes before everything else.
    assert begun == [False] * 9


def test_malformed_requests_are_counted_and_not_logged_one_by_one(house: Chancery):
    with logged() as lines, served(house) as service:
        for _ in range(20):
            assert service.told(b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400")
        until(lambda: "connections ended" in lines.getvalue())
        scraped = service.get("/metrics")
    assert b'chancery_connections_ended_total{why="malformed"} 20.0' in scraped
    events = [orjson.loads(line) for line in lines.getvalue().splitlines()]
    assert len([one for one in events if one["level"] == "warning"]) <= 2
