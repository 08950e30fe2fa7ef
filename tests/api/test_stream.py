"""The live stream over real HTTP: resumed without loss, and ended at once with the service."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import orjson
import pytest

from api.http.examples import NEW_ACTS
from api.settings import Settings
from tests.api.conftest import Service, run

VISIT = NEW_ACTS["a visit that was held"]["value"]


@pytest.fixture
def quick(tmp_path) -> Iterator[Service]:
    service = Service(tmp_path, CHANCERY_HEARTBEAT_SECONDS="0.3")
    yield service
    service.stop()


def record(http: httpx.Client, number: int) -> None:
    answer = http.post("/v1/acts", json={**VISIT, "act_id": f"visit:{number}"})
    assert answer.status_code == 201


def events(answer: httpx.Response) -> Iterator[tuple[str, dict]]:
    """The events of a stream as they come: id and data."""
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield fields["id"], orjson.loads(fields["data"])
            fields = {}


def test_a_reader_that_comes_back_misses_nothing_and_gets_nothing_twice(service):
    with service.client() as http:
        for number in range(1, 4):
            record(http, number)
        with http.stream("GET", "/v1/events/stream") as answer:
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            arriving = events(answer)
            first = [next(arriving) for _ in range(2)]
        record(http, 4)
        resumed = {"Last-Event-ID": first[-1][0]}
        with http.stream("GET", "/v1/events/stream?after=1", headers=resumed) as answer:
            arriving = events(answer)
            rest = [next(arriving) for _ in range(2)]
            later = threading.Timer(0.3, record, (http, 5))
            later.start()
            rest.append(next(arriving))
            # The event may be told before the one who recorded it has its own answer.
            later.join()
    assert [position for position, _ in first + rest] == ["1", "2", "3", "4", "5"]
    assert [data["act_id"] for _, data in rest] == ["visit:3", "visit:4", "visit:5"]


def test_the_stream_comes_as_cloudevents_resumed_by_the_same_ids(service):
    with service.client() as http:
        for number in range(1, 4):
            record(http, number)
        url = "/v1/events/stream?envelope=cloudevent"
        with http.stream("GET", url, headers={"Last-Event-ID": "1"}) as answer:
            arriving = events(answer)
            found = [next(arriving) for _ in range(2)]
        page = http.get("/v1/events?after=1").json()["events"]
    assert [position for position, _ in found] == ["2", "3"]
    assert [event["id"] for _, event in found] == ["2", "3"]
    assert [event["data"] for _, event in found] == page
    assert {event["type"] for _, event in found} == {"chancery.visit.held"}
    assert {event["source"] for _, event in found} == {f"{service.address}/v1/events"}


def test_a_silent_stream_sends_comments(quick):
    with quick.client() as http, http.stream("GET", "/v1/events/stream") as answer:
        comments = [line for line, _ in zip(_comments(answer), range(3), strict=False)]
    assert comments[-1] == ": still here"


def _comments(answer: httpx.Response) -> Iterator[str]:
    return (line for line in answer.iter_lines() if line.startswith(":"))


def test_sixty_silent_streams_hold_no_thread_that_a_question_needs(service):
    # There are four.
    with httpx.Client(
        base_url=service.address, limits=httpx.Limits(max_connections=100), timeout=10
    ) as http:
        waiting = [http.stream("GET", "/v1/events/stream") for _ in range(60)]
        answers = [stream.__enter__() for stream in waiting]
        try:
            record(http, 1)
            assert http.get("/readyz").json()["position"] == 1
            assert [next(events(answer))[0] for answer in answers] == ["1"] * 60
        finally:
            for stream in waiting:
                stream.__exit__(None, None, None)


def test_the_service_ends_promptly_with_a_stream_open_and_the_stream_ends_cleanly(service):
    begun, ended = threading.Event(), threading.Event()

    def listen() -> None:
        with httpx.stream("GET", f"{service.address}/v1/events/stream", timeout=30) as answer:
            for _ in answer.iter_bytes():
                begun.set()
        ended.set()

    listener = threading.Thread(target=listen)
    listener.start()
    assert begun.wait(30)
    seconds = service.stop()
    listener.join(timeout=5)
    assert ended.is_set()
    # The stream is ended, and not waited for like a request in flight.
    assert seconds < Settings().stop_seconds
    assert "Traceback" not in service.output()


def test_what_another_process_records_is_told_too(service):
    with service.client() as http, http.stream("GET", "/v1/events/stream") as answer:
        arriving = events(answer)
        line = orjson.dumps(VISIT)
        assert run("record", "-", store=service.store, stdin=line).returncode == 0
        assert next(arriving)[1]["act_id"] == "hsg-visits:2138"


@pytest.mark.parametrize("header", ["x", "-1", "1" * 40])
def test_a_last_event_id_that_is_no_position_is_a_400(reader, header):
    answer = reader.get("/v1/events/stream", headers={"Last-Event-ID": header})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-header")
