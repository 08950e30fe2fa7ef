"""Load: no kind of work keeps another waiting, and long work ends with whoever asked for it."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import orjson
import pytest

from api.http.examples import ACTS, NEW_ACTS
from api.ops.readiness import SILENT_SECONDS, Readiness
from api.problems import Refused
from api.settings import Settings
from api.work.places import RECORDS_A_PLACE, Places
from api.work.way import Way
from api.work.working import Work
from events.application import Chancery
from events.errors import StoreUnavailable
from events.store.effort import Abandoned, effort
from tests.api.conftest import TestClient, seeded
from tests.api.logged import logged
from tests.api.served import request, served, until_end

STATE = "/v1/relationships/KAZ-KGZ"
EXPORT = "/v1/exports/acts.jsonl"
REPLAY = f"{STATE}/replay"


@contextmanager
def taken(client: TestClient, pool: str, threads: int) -> Iterator[None]:
    """All threads of a pool are at work, for as long as the context lasts."""
    work: Work = client.app.state.work
    done, begun = threading.Event(), threading.Semaphore(0)

    def wait() -> None:
        begun.release()
        done.wait(60)

    for _ in range(threads):
        client.portal.start_task_soon(getattr(work, pool).run, wait)
    for _ in range(threads):
        assert begun.acquire(timeout=30)
    try:
        yield
    finally:
        done.set()


def threads(client: TestClient, pool: str) -> int:
    return getattr(client.app.state.work, pool).threads


def test_while_all_threads_for_questions_are_taken_health_is_answered(client):
    with taken(client, "short", threads(client, "short")):
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 200
        scraped = client.get("/metrics").text
    assert f'chancery_pool_busy_threads{{pool="short"}} {Settings().short_threads}.0' in scraped


def test_while_all_threads_for_long_work_are_taken_questions_and_appends_go_on(client):
    with taken(client, "long", threads(client, "long")):
        assert client.get(STATE).status_code == 200
        assert client.get("/readyz").status_code == 200
        assert client.head(EXPORT).status_code == 200


def test_long_work_without_a_place_is_refused_with_a_time_to_come_again(client):
    places = client.app.state.work.places
    with ExitStack() as held, logged() as lines:
        for _ in range(places.most):
            held.enter_context(places.held(0, None))
        for path in (EXPORT, REPLAY, f"{STATE}/belief"):
            refused = client.get(path)
            assert refused.json()["type"] == "/problems/busy", path
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert client.get(STATE).status_code == 200
        scraped = client.get("/metrics").text
    assert "chancery_long_work_refused_total 3.0" in scraped
    assert '"level":"error"' not in lines.getvalue(), "a refusal is no fault of the service"
    assert f'chancery_long_work_taken_places{{work="read"}} {places.most}.0' in scraped
    assert client.get(EXPORT).status_code == 200
    assert places.taken == 0


def test_while_readers_and_bulk_bodies_hold_every_place_an_erasure_finds_one(client):
    posted = client.post("/v1/acts", json=NEW_ACTS["a visit that was held"]["value"])
    path = f"{posted.headers['Location']}/events/1/erasure"
    bulk = {"content": b"{}\n", "headers": {"Content-Type": "application/x-ndjson"}}
    work = client.app.state.work
    with ExitStack() as held:
        for _ in range(work.places.most):
            held.enter_context(work.places.held(0, None))
        assert client.post("/v1/events/bulk", **bulk).status_code == 200
        for _ in range(work.bulk_places.most):
            held.enter_context(work.bulk_places.held(0, None))
        assert client.post("/v1/events/bulk", **bulk).status_code == 503
        erased = client.post(path, json={"reason": "a court's order"})
    assert (erased.status_code, erased.headers["Chancery-Purged"]) == (201, "true")


def test_work_on_more_records_takes_more_places_but_never_more_than_half():
    places = Places(8)
    with places.held(RECORDS_A_PLACE, None):
        assert places.taken == 2
        with places.held(10**9, None):
            assert places.taken == 6
            with pytest.raises(Refused), places.held(10**9, None):
                pass
    assert places.taken == 0


def test_one_actor_has_half_of_the_places_and_the_others_are_for_others():
    places = Places(4)
    with places.held(0, "desk"), places.held(0, "desk"):
        with pytest.raises(Refused, match="You hold 2 of 2"), places.held(0, "desk"):
            pass
        with places.held(0, "guest"):
            assert places.taken == 3


@pytest.mark.parametrize("path", [EXPORT, REPLAY, f"{STATE}/belief", "/v1/events/stream"])
def test_the_head_of_what_is_long_makes_nothing(house: Chancery, monkeypatch, path):
    asked = {
        "known_acts": house.exports,
        "records": house.query,
        "belief": house.inspection,
        "evidence": house.inspection,
    }
    for name, at in asked.items():
        monkeypatch.setattr(at, name, lambda *_, **__: pytest.fail("it was made"))
    monkeypatch.setattr(
        "events.query.questions.in_stretches", lambda *_: pytest.fail("it was made")
    )
    with served(house) as service:
        begun = time.monotonic()
        told = service.told(request("HEAD", path))
        assert told.startswith(b"HTTP/1.1 200 OK\r\n")
        assert told.endswith(b"\r\n\r\n")
        # An event stream sends a comment when it has been silent for 15 seconds.
        assert time.monotonic() - begun < Settings().heartbeat_seconds / 2


def test_the_head_of_what_cannot_be_asked_says_so_all_the_same(client):
    assert client.head(f"{EXPORT}?party=XXX").status_code == 404
    assert client.head(f"{STATE}/replay?as_of=never").status_code == 422
    assert client.head("/v1/events/stream?after=99999").status_code == 422
    assert client.head(f"{STATE}/belief?as_of=never").status_code == 422
    assert client.head("/v1/relationships/KAZ-XXX/belief").status_code == 404
    # This log has no key.
    assert client.head(f"{STATE}/evidence").status_code == 404


def test_there_are_no_more_event_streams_than_there_may_be(house: Chancery):
    with served(house, streams=2) as service:
        one, two = service.connected(), service.connected()
        with one, two:
            for connection in (one, two):
                connection.sendall(request("GET", "/v1/events/stream"))
                assert connection.recv(100).startswith(b"HTTP/1.1 200")
            refused = service.get("/v1/events/stream")
            assert refused.startswith(b"HTTP/1.1 503")
            assert b"/problems/busy" in refused
        deadline = time.monotonic() + 30
        while service.app.state.work.streams:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@contextmanager
def endless(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Exports that never come to an end; the event tells that one was ended."""
    ended = threading.Event()

    def rows(*_: object) -> Iterator[None]:
        try:
            while True:
                yield
                time.sleep(0.001)
        finally:
            ended.set()

    monkeypatch.setattr("api.http.routes.exports.taking", rows)
    yield ended


def test_an_export_ends_when_its_client_has_left(house: Chancery, monkeypatch):
    with endless(monkeypatch) as ended, served(house) as service:
        with service.connected() as connection:
            connection.sendall(request("GET", EXPORT))
            assert not ended.wait(0.3)
            assert service.app.state.work.places.taken == 1
        assert ended.wait(30)
        assert b"chancery_abandoned_total 1.0" in service.get("/metrics")
        assert service.app.state.work.places.taken == 0


def test_an_export_that_takes_too_long_is_given_up_and_says_so(house: Chancery, monkeypatch):
    with endless(monkeypatch) as ended, served(house, long_seconds=0.3) as service:
        told = service.get(EXPORT)
        assert told.startswith(b"HTTP/1.1 503")
        assert b"/problems/took-too-long" in told
        assert ended.is_set()


def test_what_was_long_in_the_making_may_be_long_in_the_sending(house: Chancery, monkeypatch):
    with served(house) as service:
        whole = service.get(EXPORT)

    class Slow(Work):
        async def finished(self, steps):
            await asyncio.sleep(0.3)
            return await super().finished(steps)

    monkeypatch.setattr("api.app.Work", Slow)
    with served(seeded(), short_seconds=0.2) as service:
        told = service.get(EXPORT)
    assert told.startswith(b"HTTP/1.1 200")
    # The digests in it are salted, and so of another letter here and there.
    assert len(told) == len(whole)


def test_a_body_that_comes_late_takes_nothing_of_the_time_for_an_answer(house: Chancery):
    body = orjson.dumps({"events": ACTS["hsg-visits:2138"]})
    head = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    with served(house, short_seconds=0.3) as service, service.connected() as connection:
        connection.sendall(request("POST", "/v1/preview", head, body[:9]))
        time.sleep(0.6)
        connection.sendall(body[9:])
        assert until_end(connection).startswith(b"HTTP/1.1 200")


def test_a_replay_that_takes_too_long_is_broken_off_and_is_no_unforeseen_error(
    house: Chancery, monkeypatch
):
    def steps(*_: object) -> Iterator[dict[str, str]]:
        while True:
            yield {"step": "x" * 40_000}

    monkeypatch.setattr(house.query, "replay", steps)
    with logged() as lines, served(house, long_seconds=0.3) as service:
        told = service.get(REPLAY)
        assert told.startswith(b"HTTP/1.1 200")
        # What is not ended with an empty chunk is not whole (RFC 9112, section 8).
        assert not told.endswith(b"0\r\n\r\n")
        assert service.app.state.work.places.taken == 0
    events = [orjson.loads(line) for line in lines.getvalue().splitlines()]
    (broken,) = [one for one in events if one["event"] == "broken off"]
    assert broken["problem"] == "took-too-long"
    assert [one for one in events if one["level"] == "error"] == []


def test_many_exports_go_on_side_by_side_in_few_threads(client):
    work: Work = client.app.state.work
    told: list[str] = []

    def steps(name: str) -> Iterator[None]:
        for _ in range(3):
            told.append(name)
            time.sleep(0.06)
            yield

    async def all_of_them() -> None:
        await asyncio.gather(*(work.finished(steps(name)) for name in "abcdef"))

    client.portal.call(all_of_them)
    assert sorted(told) == sorted("abcdef" * 3)
    # Nobody has the second turn before all have had the first.
    assert set(told[:6]) == set("abcdef")


def test_evidence_is_made_one_bundle_at_a_time(house: Chancery, client, monkeypatch):
    making: list[int] = []
    most: list[int] = []

    def make(*_: object, **__: object) -> bytes:
        making.append(1)
        most.append(len(making))
        time.sleep(0.1)
        making.pop()
        return b"{}"

    monkeypatch.setattr(house.inspection, "evidence", make)
    asking = [threading.Thread(target=client.get, args=(f"{STATE}/evidence",)) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_what_is_read_for_a_question_is_bounded(client, monkeypatch):
    monkeypatch.setattr("api.work.bounds.SHORT_ROWS", 3)
    refused = client.get("/v1/events?limit=20")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/too-costly")


def test_a_question_that_takes_too_long_is_given_up(house: Chancery):
    with served(house, short_seconds=0.000001) as service:
        told = service.get(STATE)
        assert told.startswith(b"HTTP/1.1 503")
        assert b"/problems/took-too-long" in told


class Away:
    """A store that answers when it is let, and a reading on it."""

    def __init__(self) -> None:
        self.leader = self.admin = self
        self.answers = threading.Event()
        self.answers.set()
        self.fails = False

    def ping(self) -> int:
        self.answers.wait(30)
        if self.fails:
            raise StoreUnavailable("sqlite:///x", "gone")
        return 7

    def replica_head(self) -> None:
        return None


def test_readiness_is_told_at_once_while_the_store_is_silent_and_not_for_ever(
    house: Chancery,
):
    away, notary = Away(), house.admin.notary()

    async def asked() -> None:
        readiness = Readiness(lambda: away, notary)
        readiness.begin()
        try:
            assert (await readiness.standing()).position == 7
            away.answers.clear()
            assert (await readiness.standing()).position == 7
            await asyncio.sleep(SILENT_SECONDS + 1)
            with pytest.raises(Refused) as refusal:
                await readiness.standing()
            assert refusal.value.document.kind.name == "store-unavailable"
            away.answers.set()
            assert (await readiness.standing()).position == 7
            away.fails = True
            with pytest.raises(StoreUnavailable):
                await readiness.standing()
        finally:
            away.answers.set()
            readiness.stop()

    asyncio.run(asked())


def test_a_thread_lets_the_event_loop_go_first_and_comes_on_all_the_same():
    way = Way()

    async def busy() -> list[float]:
        waited = []

        def work() -> None:
            begun = time.monotonic()
            way.give()
            waited.append(time.monotonic() - begun)

        way.take()
        thread = threading.Thread(target=work)
        thread.start()
        while thread.is_alive():
            way.take()
            await asyncio.sleep(0)
        thread = threading.Thread(target=work)
        await asyncio.sleep(0.05)
        thread.start()
        thread.join()
        return waited

    first, second = asyncio.run(busy())
    assert first > second


LEAVING = {
    "an act half sent": request(
        "POST", "/v1/acts", "Content-Type: application/json\r\nContent-Length: 99\r\n", b"{"
    ),
    "an act half sent, with a query": request(
        "POST", "/v1/acts?x=1", "Content-Type: application/json\r\nContent-Length: 99\r\n", b"{"
    ),
    "an erasure half sent": request(
        "POST",
        "/v1/acts/eurasian-2024:a03/events/1/erasure",
        "Content-Type: application/json\r\nContent-Length: 99\r\n",
        b"{",
    ),
    "a preview half sent": request(
        "POST", "/v1/preview", "Content-Type: application/json\r\nContent-Length: 99\r\n", b"{"
    ),
    "a bulk body half sent": request(
        "POST",
        "/v1/events/bulk",
        "Content-Type: application/x-ndjson\r\nContent-Length: 99\r\n",
        b"{}\n{}",
    ),
    "a form half sent": request(
        "POST",
        "/record",
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n"
        "Sec-Fetch-Site: same-origin\r\n",
        b"a=b",
    ),
    "an event stream": request("GET", "/v1/events/stream"),
    "a replay": request("GET", REPLAY),
    "an export": request("GET", EXPORT),
    "evidence": request("GET", f"{STATE}/evidence"),
    "a state": request("GET", STATE),
}


@pytest.mark.parametrize("name", LEAVING)
def test_a_client_that_leaves_is_no_error_of_the_service(house: Chancery, name: str):
    with logged() as lines, served(house) as service:
        for pause_seconds in (0.0, 0.01, 0.1):
            with service.connected() as connection:
                # It goes without a word: what is sent to it then is refused.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.sendall(LEAVING[name])
                time.sleep(pause_seconds)
        time.sleep(0.2)
        scraped = service.get("/metrics")
    told = [orjson.loads(line) for line in lines.getvalue().splitlines()]
    assert [line for line in told if line["level"] == "error"] == []
    assert b'status="500"' not in scraped


def test_a_client_that_leaves_a_pipeline_is_no_error_of_the_service(house: Chancery, monkeypatch):
    asked, abandoned = threading.Event(), threading.Event()

    def state(*_: object) -> None:
        asked.set()
        bounds = effort.get()
        assert bounds is not None
        try:
            while True:
                time.sleep(0.01)
                bounds.check()
        except Abandoned:
            abandoned.set()
            raise

    monkeypatch.setattr(house.query, "state", state)
    with logged() as lines, served(house) as service:
        ahead = request("GET", STATE).replace(b"Connection: close\r\n", b"")
        with service.connected() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(ahead * 3)
            assert asked.wait(30)
        # What comes next in a pipeline is not read, and who has gone is noticed all the same.
        assert abandoned.wait(20)
        assert service.get("/healthz").startswith(b"HTTP/1.1 200")
    found = [orjson.loads(line) for line in lines.getvalue().splitlines()]
    assert [line for line in found if line["level"] == "error"] == []
