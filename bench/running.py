"""What a service costs to run, on a copy of a store: start, memory, answers, appends, backup.

    python -m bench.running STORE

Processor seconds are the service's own, from the kernel's account of its process: the clients that
ask are a process more on the same machine, and what else runs there counts for nothing. Wall time
stands beside where someone waits for it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from bench.serving import free_port

_TICKS = os.sysconf("SC_CLK_TCK")
_ASKED = 1_000
_APPENDED = 640
_WRITERS = 32
CHANCERY = [sys.executable, "-c", "from api.cli import main; main()"]


class Serving:
    """`chancery serve` on a store, with the kernel's account of it."""

    def __init__(self, store: str) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        begun = time.perf_counter()
        environment = {**os.environ, "CHANCERY_LOG_LEVEL": "info"}
        self._process = subprocess.Popen(
            [*CHANCERY, "serve", "--store", store, "--port", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        while not self._ready():
            time.sleep(0.02)
        self.started_seconds = time.perf_counter() - begun

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def worked_seconds(self) -> float:
        """Processor time so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def megabytes(self) -> float:
        """Memory it has in use now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
        return round(int(line.split()[1]) / 1_024, 1)

    def stop(self) -> float:
        """End it in order; gives how long that took."""
        begun = time.perf_counter()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)
        return time.perf_counter() - begun


def measured(store: Path) -> dict[str, Any]:
    """The figures of a copy of a store."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "store.db"
        shutil.copy(store, copy)
        url = f"sqlite:///{copy}"
        service = Serving(url)
        started = service.worked_seconds()
        found: dict[str, Any] = {
            "start, processor seconds": started,
            "start, seconds": round(service.started_seconds, 2),
            "memory after start, MB": service.megabytes(),
        }
        with httpx.Client(base_url=service.address, timeout=60) as http:
            head = http.get("/readyz").json()["position"]
            pairs = _pairs(http)
            found["records"] = head
            found["store, bytes a record"] = round(copy.stat().st_size / head)
            found["a state, processor ms"] = _each(service, lambda: _ask(http, pairs), _ASKED)
        found["memory after asking, MB"] = service.megabytes()
        for writers in (1, _WRITERS):
            begun = time.perf_counter()
            worked = _each(service, lambda n=writers: _append(service.address, n), _APPENDED)
            rate = _APPENDED / (time.perf_counter() - begun)
            found[f"appends a second, {writers} writers"] = round(rate)
            found[f"an append, {writers} writers, processor ms"] = worked
        found["stop, seconds"] = round(service.stop(), 2)
        found |= _backed_up(url, Path(folder), head)
    return found


def _pairs(http: httpx.Client) -> list[str]:
    listed = http.get("/v1/relationships?limit=500").json()["relationships"]
    return [one["relationship"] for one in listed]


def _ask(http: httpx.Client, pairs: list[str]) -> None:
    lot = random.Random(7)
    for _ in range(_ASKED):
        day = f"{lot.randrange(1950, 2024)}-06-01"
        http.get(f"/v1/relationships/{lot.choice(pairs)}?as_of={day}").raise_for_status()


def _append(address: str, writers: int) -> None:
    event = {
        "type": "visit.held",
        "date": "2024-05",
        "title": "A visit of the benchmark",
        "parties": [{"party": "KAZ", "role": "visitor"}, {"party": "KGZ", "role": "host"}],
    }

    def write(count: int) -> None:
        with httpx.Client(base_url=address, timeout=60) as http:
            for _ in range(count):
                http.post("/v1/acts", json={"events": [event]}).raise_for_status()

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, [_APPENDED // writers] * writers))


def _each(service: Serving, do: Any, count: int) -> float:
    before = service.worked_seconds()
    do()
    return round((service.worked_seconds() - before) / count * 1_000, 2)


def _backed_up(url: str, folder: Path, records: int) -> dict[str, Any]:
    file, found = folder / "acts.backup", {}
    for name, arguments in (
        ("backup", ["backup", str(file), "--store", url]),
        ("restore", ["restore", str(file), "--store", f"sqlite:///{folder / 'restored.db'}"]),
    ):
        before = os.times()
        subprocess.run([*CHANCERY, *arguments], check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        worked = after.children_user + after.children_system
        worked -= before.children_user + before.children_system
        found[f"{name}, processor ms a record"] = round(worked / records * 1_000, 2)
    return {**found, "backup, bytes a record": round(file.stat().st_size / records)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    sys.stdout.write(json.dumps(measured(parser.parse_args().store), indent=2) + "\n")


if __name__ == "__main__":
    main()
