"""Workers: several processes are one service, in what they answer, count and leave behind."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.http.examples import NEW_ACTS
from api.ops.metrics_sum import MetricsSum
from tests.api.conftest import Service, one_line, run

VISIT = NEW_ACTS["a visit that was held"]["value"]


def children(pid: int) -> set[int]:
    """The workers of a service: its processes that hold the program."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(one) for one in found if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()}


def cores(pid: int) -> str:
    status = Path(f"/proc/{pid}/status").read_text()
    return re.findall(r"^Cpus_allowed_list:\s*(\S+)", status, re.M)[0]


@pytest.fixture
def service(tmp_path: Path):
    service = Service(tmp_path, "--workers", "2")
    yield service
    service.stop()


def numbers(service: Service) -> dict[str, float]:
    """Samples by name and labels, from whichever worker took the connection."""
    text = httpx.get(f"{service.address}/metrics").text
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_whichever_worker_is_scraped_the_numbers_are_those_of_all(service: Service):
    for number in range(20):
        body = {**VISIT, "act_id": f"visit:{number}"}
        assert httpx.post(f"{service.address}/v1/acts", json=body).status_code == 201
    for _ in range(8):
        found = numbers(service)
        assert found["chancery_records_appended_total[('kind', 'visit')]"] == 20
        assert found["chancery_head_position[]"] == 20
        assert found["chancery_pool_threads[('pool', 'short')]"] == 8


def test_each_worker_keeps_to_one_core(service: Service):
    workers = children(service.process.pid)
    assert len(workers) == 2
    kept = {cores(pid) for pid in workers}
    assert len(kept) == min(2, len(os.sched_getaffinity(0)))
    assert all(core.isdigit() for core in kept)


def test_a_worker_that_is_killed_is_begun_again_and_nothing_acknowledged_is_lost(service: Service):
    before = children(service.process.pid)
    assert httpx.post(f"{service.address}/v1/acts", json=VISIT).status_code == 201
    os.kill(min(before), signal.SIGKILL)
    deadline = time.monotonic() + 60
    while len(after := children(service.process.pid)) < 2 or after == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    while (answer := httpx.get(f"{service.address}/readyz")).status_code != 200:
        assert time.monotonic() < deadline
    assert answer.json()["position"] == 1
    assert "worker ended" in service.output()


def test_where_the_parent_is_killed_its_workers_end(tmp_path: Path):
    service = Service(tmp_path, "--workers", "2")
    workers = children(service.process.pid)
    service.process.end(signal.SIGKILL)
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{pid}/cmdline").exists() for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_key_that_is_not_there_is_said_once(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("CHANCERY_LOG_KEY", str(tmp_path / "none"))
    done = run("serve", "--port", "0", "--workers", "2", store=f"sqlite:///{tmp_path / 'acts.db'}")
    assert done.returncode == 2
    assert "none" in one_line(done)


def text(*lines: str) -> bytes:
    return "\n".join((*lines, "")).encode()


ONE = text(
    "# TYPE chancery_asked_total counter",
    'chancery_asked_total{route="/a"} 2',
    "# TYPE chancery_head_position gauge",
    "chancery_head_position 7",
    "# TYPE chancery_feed_lag_positions gauge",
    "chancery_feed_lag_positions 1",
)
OTHER = text(
    "# TYPE chancery_asked_total counter",
    'chancery_asked_total{route="/a"} 3',
    'chancery_asked_total{route="/b"} 5',
    "# TYPE chancery_head_position gauge",
    "chancery_head_position 7",
    "# TYPE chancery_feed_lag_positions gauge",
    "chancery_feed_lag_positions 4",
)


def test_counts_add_up_what_is_of_the_store_stays_and_of_a_lag_the_largest_counts(tmp_path: Path):
    sums = [
        MetricsSum(tmp_path, number, lambda given=given: given)
        for number, given in enumerate((ONE, OTHER))
    ]
    for one in sums:
        one.start()
    body, _ = sums[0].exposition()
    for one in sums:
        one.stop()
    lines = body.decode().splitlines()
    assert 'chancery_asked_total{route="/a"} 5.0' in lines
    assert 'chancery_asked_total{route="/b"} 5.0' in lines
    assert "chancery_head_position 7.0" in lines
    assert "chancery_feed_lag_positions 4.0" in lines


def test_a_worker_that_is_gone_is_missing_and_holds_nobody_up(tmp_path: Path):
    one, other = (MetricsSum(tmp_path, number, lambda: ONE) for number in (0, 1))
    one.start()
    other.start()
    other.stop()
    (tmp_path / "1.metrics").touch()
    assert 'chancery_asked_total{route="/a"} 2.0' in one.exposition()[0].decode()
    one.stop()
