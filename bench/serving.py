"""Answers over HTTP from a store as it is, beside the framework's own floor.

    python -m bench.serving STORE SECONDS

32 connections ask for states of a large and a small relationship on random days, of one server
process and of two on one store. The asking client is a process more on the same machine, so the
servers' own processor time for one answer, *worked*, stands beside.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench import processes
from bench.history import LARGEST, THOUSAND
from bench.lives import FIRST, LAST
from domain.dates import format_day

CONNECTIONS = 32


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Served:
    """Servers that answer."""

    ports: list[int]
    pids: list[int]


@contextlib.contextmanager
def serving(command: Callable[[int], list[str]], path: str, number: int) -> Iterator[Served]:
    """So many servers, once they answer; ended by their process ids."""
    ports = [free_port() for _ in range(number)]
    servers = [
        subprocess.Popen(command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for port in ports
    ]
    try:
        for port in ports:
            _answering(f"http://127.0.0.1:{port}{path}")
        yield Served(ports, [server.pid for server in servers])
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(20)


def _answering(url: str) -> None:
    for _ in range(300):
        with contextlib.suppress(httpx.TransportError):
            httpx.get(url).raise_for_status()
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def load(seconds: float, paths: list[str], served: Served) -> dict[str, float]:
    """One load from a client process of its own; `worked` is the servers' for one answer."""
    begun = processes.worked(served.pids) - time.process_time()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(paths))
        file.flush()
        command = [sys.executable, "-m", "bench.load", str(seconds), str(CONNECTIONS), file.name]
        client = subprocess.run(
            [*command, *(str(port) for port in served.ports)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    figures: dict[str, float] = json.loads(client.stdout)
    worked = processes.worked(served.pids) - time.process_time() - begun
    figures["worked"] = worked / (figures["per_second"] * seconds)
    return figures


def _shown(figures: dict[str, float]) -> str:
    return (
        f"{figures['per_second']:,.0f}/s, median {figures['median'] * 1_000:.1f} ms,"
        f" p99 {figures['p99'] * 1_000:.1f} ms; worked {figures['worked'] * 1_000:.2f} ms each"
    )


def measured(store: Path, seconds: float) -> dict[str, Any]:
    """The figures of every load; a short one first warms each server."""
    chance = random.Random(3)
    found: dict[str, Any] = {}
    chancery = str(Path(sys.executable).parent / "chancery")

    def days(relationship: str) -> list[str]:
        asked = (format_day(chance.randint(FIRST, LAST)) for _ in range(2_000))
        return [f"/v1/relationships/{relationship}?as_of={day}" for day in asked]

    sized = 0.0
    for number in (1, 2):
        processes = "one process" if number == 1 else "two processes"

        def served(port: int) -> list[str]:
            return [chancery, "serve", "--store", f"sqlite:///{store}", "--port", str(port)]

        with serving(served, "/healthz", number) as servers:
            for relationship, name in ((THOUSAND, "1,000 acts"), (LARGEST, "largest")):
                load(0.5, days(relationship), servers)
                answered = load(seconds, days(relationship), servers)
                sized = answered["bytes"]
                found[f"state, {name}, {processes}"] = _shown(answered)
            found[f"/healthz, {processes}"] = _shown(load(seconds, ["/healthz"], servers))

        def floor(port: int, sized: float = sized) -> list[str]:
            return [sys.executable, "-m", "bench.floor", str(port), str(round(sized))]

        with serving(floor, "/floor", number) as servers:
            bare = f"bare framework answering {round(sized):,} bytes, {processes}"
            found[bare] = _shown(load(seconds, ["/floor"], servers))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("seconds", type=float)
    given = parser.parse_args()
    print(json.dumps(measured(given.store, given.seconds)))


if __name__ == "__main__":
    main()
