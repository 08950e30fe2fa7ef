"""Appends by one writer and by many, over HTTP and within one process, beside the disk's own time.

    python -m bench.writers [--seconds N] [--rounds N] [--writers N] [--folder PATH]

The service, and then two of them on one store, write a SQLite file with full durability. Each
writer appends a new act as soon as its last one was acknowledged. Rounds of one writer and of many
follow one another, so that what else the machine does meets both; the ratio is that of the medians.
The asking client is a process more, and the services' own processor time for one append, *worked*,
stands beside: with many writers that is what is left to limit it. A raw fsync of as many bytes as
an append writes is measured before each round.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import processes
from bench.asking import asked, request
from bench.report import percentile
from bench.serving import Served, serving
from events.application import open_chancery
from events.write.commands import RecordAct

_CODES = ("FRA", "GBR", "DEU", "ITA", "ESP", "PRT", "NLD", "BEL", "POL", "TUR", "JPN", "CHN")
#: What SQLite's write-ahead log grows by for one append: some pages of 4 KiB.
_BYTES = 15 * 4_120


def events(n: int) -> list[dict[str, Any]]:
    """The one event of the n-th act: a visit between two of twelve parties, by rule."""
    draw = random.Random(n)
    visitor, host = draw.sample(_CODES, 2)
    day = f"{draw.randrange(1946, 2024)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
    return [
        {
            "type": "visit.held",
            "date": day,
            "title": f"Visit {n}",
            "parties": [{"party": visitor, "role": "visitor"}, {"party": host, "role": "host"}],
            "sources": [{"title": "Made up by rule"}],
        }
    ]


def fsync_seconds(folder: Path, times: int = 60) -> float:
    """The median time of a raw fsync after a write of an append's size."""
    waits = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(times):
            os.write(file.fileno(), b"\0" * _BYTES)
            begun = time.perf_counter()
            os.fsync(file.fileno())
            waits.append(time.perf_counter() - begun)
    return statistics.median(waits)


def requests(name: str) -> Iterator[bytes]:
    """Appends of new acts, without end; no two writers go through the same ones."""
    for number in itertools.count():
        act_id = f"{name}:{number}"
        yield request("POST /v1/acts", {"act_id": act_id, "events": events(hash(act_id))})


def _figures(waits: list[float], taken: float) -> dict[str, float]:
    return {
        "per_second": len(waits) / taken,
        "median": statistics.median(waits),
        "p99": percentile(waits, 0.99),
        "answers": len(waits),
    }


def over_http(served: Served, writers: int, seconds: float, name: str) -> dict[str, float]:
    """A round of so many connections, spread over the services, from a process of its own."""
    begun = processes.worked(served.pids) - time.process_time()
    given = [str(writers), str(seconds), name, *map(str, served.ports)]
    client = subprocess.run(
        [sys.executable, "-m", "bench.writers", "--client", *given],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(client.stdout)
    worked = processes.worked(served.pids) - time.process_time() - begun
    return {**figures, "worked": worked / figures["answers"]}


def in_process(url: str, writers: int, seconds: float, name: str) -> dict[str, float]:
    """A round of so many threads on one open store."""
    chancery = open_chancery(url)
    waits: list[float] = []

    def work(writer: int, end: float) -> None:
        number = 0
        while (begun := time.perf_counter()) < end:
            act_id = f"{name}:{writer}:{number}"
            chancery.commands.execute(RecordAct(act_id, events(hash(act_id)), recorded_by="bench"))
            waits.append(time.perf_counter() - begun)
            number += 1

    begun, worked = time.perf_counter(), time.process_time()
    threads = [threading.Thread(target=work, args=(n, begun + seconds)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures = _figures(waits, time.perf_counter() - begun)
    worked = time.process_time() - worked
    chancery.close()
    return {**figures, "worked": worked / figures["answers"]}


def medians(rounds: list[dict[str, float]]) -> str:
    """The medians of some rounds."""
    middle = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    return (
        f"{middle['per_second']:,.0f} appends/s, median {middle['median'] * 1_000:.1f} ms,"
        f" p99 {middle['p99'] * 1_000:.1f} ms; worked {middle['worked'] * 1_000:.2f} ms each;"
        f" raw fsync {middle['fsync'] * 1_000:.1f} ms"
    )


def measured(folder: Path, writers: int, seconds: float, rounds: int) -> Iterator[str]:
    """Lines of the report, as they come."""
    chancery = str(Path(sys.executable).parent / "chancery")

    def served(port: int) -> list[str]:
        store = f"sqlite:///{folder / 'served.db'}"
        return [chancery, "serve", "--store", store, "--port", str(port)]

    for services in (1, 2):
        with serving(served, "/healthz", services) as servers:
            over_http(servers, writers, 1.0, f"s{services}warm")

            def ask(number: int, name: str, number_served: int = services) -> dict[str, float]:
                return over_http(servers, number, seconds, f"s{number_served}{name}")

            what = "over HTTP" if services == 1 else f"over HTTP to {services} services"
            yield from _compared(what, ask, folder, writers, rounds)

    def thread(number: int, name: str) -> dict[str, float]:
        return in_process(f"sqlite:///{folder / 'own.db'}", number, seconds, name)

    yield from _compared("in one process", thread, folder, writers, rounds)


def _compared(what: str, one_round: Any, folder: Path, writers: int, rounds: int) -> Iterator[str]:
    found: dict[int, list[dict[str, float]]] = {1: [], writers: []}
    for round_number in range(rounds):
        for number, kept in found.items():
            fsync = fsync_seconds(folder)
            kept.append({**one_round(number, f"r{round_number}w{number}"), "fsync": fsync})
    for number, kept in found.items():
        yield f"{what}, {number} writer{'s' if number > 1 else ''}: {medians(kept)}"
    one, many = (statistics.median(one["per_second"] for one in kept) for kept in found.values())
    yield f"{what}: {writers} writers record {many / one:.1f} times what one records"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--client", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--writers", type=int, default=32)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    given = parser.parse_args()
    if given.client:
        writers, seconds, name, *ports = given.client
        asking = [requests(f"{name}:{writer}") for writer in range(int(writers))]
        print(json.dumps(asked([*map(int, ports)], asking, float(seconds), b"201")))
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for line in measured(Path(folder), given.writers, given.seconds, given.rounds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
