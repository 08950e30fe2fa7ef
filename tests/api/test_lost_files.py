"""A service whose store's files are taken from under it says so, stops, and loses nothing."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import orjson
import pytest

from events.application import open_chancery
from tests.api.conftest import Service, run
from tests.api.test_log_http import act


def lost(service: Service) -> str:
    """The reason that the log gives, waiting for it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for line in service.output().splitlines():
            if "store cannot be used" in line:
                return orjson.loads(line)["reason"]
        time.sleep(0.02)
    raise AssertionError(service.output())


@pytest.mark.parametrize("asked", [True, False], ids=["under load", "idle"])
def test_of_five_acknowledged_acts_none_is_lost_when_its_write_ahead_log_goes(
    tmp_path: Path, asked: bool
):
    service = Service(tmp_path, CHANCERY_WEBHOOKS="0")
    with service.client() as client:
        for number in range(5):
            assert client.post("/v1/acts", json=act(number)).status_code == 201
        for name in ("acts.db-wal", "acts.db-shm"):
            (tmp_path / name).unlink()
        if asked:
            answer = client.post("/v1/acts", json=act(9))
            assert answer.status_code == 503
            assert answer.json()["type"] == "/problems/store-unavailable"
        # Readiness is told at once, and by what the store said last.
        assert "write-ahead log was removed" in lost(service)
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
    service.process.end(signal.SIGKILL)
    chancery = open_chancery(service.store)
    assert chancery.query.head().position == 5
    assert list(chancery.admin.verify()) == []
    chancery.close()


def test_a_second_service_does_not_take_positions_that_the_first_has_given(tmp_path: Path):
    first = Service(tmp_path, CHANCERY_WEBHOOKS="0")
    with first.client() as client:
        for number in range(5):
            assert client.post("/v1/acts", json=act(number)).status_code == 201
    for name in ("acts.db-wal", "acts.db-shm"):
        (tmp_path / name).unlink()
    # It waits until the first has noticed, and brought in what it acknowledged.
    done = run("record", "-", store=first.store, stdin=orjson.dumps(act(9)))
    assert done.returncode == 0, done.stderr
    first.stop()
    chancery = open_chancery(first.store)
    ids = [record["act_id"] for record in chancery.query.records(0, 9)["events"]]
    assert ids == [*(f"made-up:{number}" for number in range(5)), "made-up:9"]
    chancery.close()


@pytest.mark.parametrize("size", [0, 1, 4_096])
def test_a_service_does_not_begin_anew_on_a_file_that_was_cut(tmp_path: Path, size: int):
    service = Service(tmp_path)
    service.stop()
    store = tmp_path / "acts.db"
    data = store.read_bytes()[:size]
    store.write_bytes(data)
    done = run("serve", "--port", "0", store=service.store)
    assert done.returncode == 3
    assert b"cannot be used" in done.stderr
    assert store.read_bytes() == data
