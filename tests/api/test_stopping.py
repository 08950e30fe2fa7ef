"""Stopping and failing: readiness is true to the store, and a stop breaks no answer."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.http.examples import NEW_ACTS
from api.settings import Settings
from events.application import open_chancery
from tests.api.conftest import BASE, Service, one_line, run
from tests.postgres import Server

VISIT = NEW_ACTS["a visit that was held"]["value"]
CLIENTS = 8


class Recording(threading.Thread):
    """A client that records act after act through one connection until it is refused one."""

    def __init__(self, address: str, number: int) -> None:
        super().__init__()
        self._address, self._number = address, number
        self.acknowledged: list[str] = []
        self.broken: Exception | None = None

    def run(self) -> None:
        with httpx.Client(base_url=self._address, timeout=30) as http:
            for count in range(100_000):
                act_id = f"visit:{self._number}-{count}"
                try:
                    answer = http.post("/v1/acts", json={**VISIT, "act_id": act_id})
                    assert answer.status_code == 201
                except httpx.ConnectError:
                    return
                except (httpx.HTTPError, AssertionError) as error:
                    self.broken = error
                    return
                self.acknowledged.append(act_id)


def slowly(lines: int, stopped: threading.Event) -> Iterator[bytes]:
    """A bulk body of which half is sent only when the service was told to stop."""
    for number in range(lines):
        if number == lines // 2:
            stopped.wait(20)
        yield orjson.dumps({**VISIT, "act_id": f"slow:{number}"}) + b"\n"
        time.sleep(0.05)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stop_under_load_breaks_no_answer_and_loses_nothing_acknowledged(
    tmp_path: Path, workers: int
):
    service = Service(tmp_path, "--workers", str(workers))
    clients = [Recording(service.address, number) for number in range(CLIENTS)]
    stopped = threading.Event()
    results: list[httpx.Response] = []

    def bulk() -> None:
        results.append(
            httpx.post(
                f"{service.address}/v1/events/bulk",
                content=slowly(20, stopped),
                headers={"Content-Type": "application/x-ndjson"},
                timeout=30,
            )
        )

    long = threading.Thread(target=bulk)
    for thread in (*clients, long):
        thread.start()
    while min(len(client.acknowledged) for client in clients) < 5:
        time.sleep(0.02)
    service.process.send(signal.SIGTERM)
    stopped.set()
    for thread in (*clients, long):
        thread.join(timeout=30)
    assert service.process.code(20) == 0
    service.stop()

    assert [client.broken for client in clients] == [None] * CLIENTS
    (answer,) = results
    assert [orjson.loads(line)["status"] for line in answer.content.splitlines()] == [201] * 20
    acknowledged = {act_id for client in clients for act_id in client.acknowledged}
    acknowledged |= {f"slow:{number}" for number in range(20)}
    chancery = open_chancery(service.store)
    kept = chancery.query.records(0, 500)
    found = [record["act_id"] for record in kept["events"]]
    while kept["events"]:
        kept = chancery.query.records(kept["next"], 500)
        found += [record["act_id"] for record in kept["events"]]
    assert sorted(found) == sorted(acknowledged)
    chancery.close()


def test_while_it_drains_it_answers_and_says_that_it_is_not_ready(tmp_path: Path):
    service = Service(tmp_path, CHANCERY_DRAIN_SECONDS="60")
    with service.client() as http:
        assert http.get("/readyz").status_code == 200
        service.process.send(signal.SIGTERM)
        deadline = time.monotonic() + 10
        while (answer := http.get("/readyz")).status_code == 200:
            assert time.monotonic() < deadline
        assert answer.json()["type"] == "/problems/stopping"
        assert http.get("/healthz").status_code == 200
        assert http.post("/v1/acts", json=VISIT).status_code == 201
    service.process.end(signal.SIGKILL)


def test_readiness_is_true_to_the_store_and_comes_back_with_it(tmp_path: Path):
    path, away = tmp_path / "acts.db", tmp_path / "away.db"
    with TestClient(create_app(Settings(store=f"sqlite:///{path}")), base_url=BASE) as client:
        assert client.post("/v1/acts", json=VISIT).status_code == 201
        path.rename(away)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert client.post("/v1/acts", json={**VISIT, "act_id": "visit:2"}).status_code == 503
        assert client.get("/healthz").status_code == 200
        away.rename(path)
        assert client.get("/readyz").json() == {"status": "ready", "position": 1}
        assert client.post("/v1/acts", json={**VISIT, "act_id": "visit:2"}).status_code == 201


def test_readiness_is_true_to_a_server_that_goes_and_comes_back(tmp_path: Path):
    server = Server(tmp_path / "own")
    server.start()
    try:
        with TestClient(create_app(Settings(store=server.url())), base_url=BASE) as client:
            assert client.post("/v1/acts", json=VISIT).status_code == 201
            server.kill()
            deadline = time.monotonic() + 30
            # It is told at once, and by what the store said last: seconds ago at most.
            while (answer := client.get("/readyz")).status_code == 200:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert "postgres" not in answer.text
            assert client.get("/healthz").status_code == 200
            assert "chancery_store_up 0.0" in client.get("/metrics").text
            server.start()
            deadline = time.monotonic() + 30
            while client.get("/readyz").status_code != 200:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert client.get("/readyz").json()["position"] == 1
    finally:
        server.stop()


def test_a_server_that_is_not_there_ends_the_service_and_its_password_is_not_told():
    done = run("serve", "--port", "0", store="postgresql://chancery:s3cret@127.0.0.1:1/acts")
    assert done.returncode == 3
    assert "cannot be used: connection failed" in one_line(done)
    assert b"s3cret" not in done.stderr + done.stdout


def test_a_service_whose_store_cannot_be_opened_says_so_in_a_line_and_ends(tmp_path: Path):
    (tmp_path / "acts.db").write_bytes(b"another program's file, and no database at all")
    done = run("serve", "--port", "0", store=f"sqlite:///{tmp_path / 'acts.db'}")
    assert done.returncode == 3
    assert "cannot be used: file is not a database" in one_line(done)
