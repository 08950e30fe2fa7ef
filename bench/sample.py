"""The whole sample through the whole path: import, states, HTTP; each beside its baseline.

    python -m bench.sample [--rounds N] [--json FILE]

Every figure stands beside a baseline measured in the same run, since machines are shared: the
import beside the same stored bytes put into a bare table, an answer over HTTP beside the bare
framework answering `/healthz`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

import api
from api.exchange import FORMATS
from api.exchange.row import SourceAct
from api.ops.gc_tuning import keep_loaded
from events.application import Chancery, open_chancery

SAMPLES = Path(api.__file__).parent / "samples"
FILES = {
    "eurasian-2024": "eurasian_partnership_2024.json",
    "hsg-visits": "hsg_visits_raw.tar.gz",
    "hsg-travels": "hsg_travels_raw.tar.gz",
    "hsg-relations": "hsg_rdcr_raw.tar.gz",
}


def import_sample(chancery: Chancery) -> dict[str, tuple[int, float]]:
    """Import every bundled file; gives (acts, seconds) of each, reading the file included."""
    found = {}
    for name, file in FILES.items():
        begun = time.perf_counter()
        source = FORMATS[name]
        items = source.read([SAMPLES / file], chancery.registry)
        acts_read = (item for item in items if isinstance(item, SourceAct))
        outcomes = chancery.commands.import_acts(
            acts_read, recorded_by=f"import:{name}", reason="revised"
        )
        acts = sum(1 for _ in outcomes)
        found[name] = acts, time.perf_counter() - begun
    return found


def raw_insert(chancery: Chancery, path: Path) -> float:
    """Seconds to put the same stored bytes into a bare SQLite table, with the same durability."""
    with chancery._store.read() as reader:  # noqa: SLF001 - the stored bytes are no one's answer
        rows = [(r.act_id, r.version, r.type, r.state) for r in reader.log(0, 1_000_000)]
    begun = time.perf_counter()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE log (act_id TEXT, version INTEGER, type TEXT, state BLOB,"
        " PRIMARY KEY (act_id, version))"
    )
    for start in range(0, len(rows), 500):
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO log VALUES (?, ?, ?, ?)", rows[start : start + 500])
        connection.execute("COMMIT")
    connection.close()
    return time.perf_counter() - begun


def questions(chancery: Chancery, number: int) -> list[tuple[str, str]]:
    """Random relationships and days, the same in every run."""
    keys: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = chancery.query.relationships(cursor=cursor, limit=500)
        keys += [line["relationship"] for line in page["relationships"]]
        cursor = page["cursor"]
    chosen = random.Random(20241125)
    return [
        (chosen.choice(keys), f"{chosen.randint(1900, 2024)}-{chosen.randint(1, 12):02}-15")
        for _ in range(number)
    ]


def milliseconds(waits: list[float]) -> dict[str, float]:
    """Median and 99th percentile."""
    ordered = sorted(waits)
    return {
        "median_ms": round(statistics.median(ordered) * 1_000, 2),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1_000, 2),
    }


def over_http(url: str, asked: list[tuple[str, str]]) -> dict[str, Any]:
    """Waits for states, for the largest relationship's state, and for the bare framework."""
    states, largest, floor = [], [], []
    with httpx.Client(base_url=url) as client:
        for key, day in asked:
            for waits, path in (
                (states, f"/v1/relationships/{key}?as_of={day}"),
                (largest, "/v1/relationships/GBR-USA"),
                (floor, "/healthz"),
            ):
                begun = time.perf_counter()
                client.get(path).raise_for_status()
                waits.append(time.perf_counter() - begun)
    found = {"state": milliseconds(states), "largest state": milliseconds(largest)}
    return {**found, "framework floor (/healthz)": milliseconds(floor)}


def served(store: Path, asked: list[tuple[str, str]]) -> dict[str, Any]:
    """Serve the store on a free loopback port, ask, and end the server by its pid."""
    command = Path(sys.executable).parent / "chancery"
    options = ["serve", "--store", f"sqlite:///{store}", "--port", "0"]
    server = subprocess.Popen(
        [command, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert server.stdout is not None
        for line in server.stdout:
            address = re.search(r"\S+://127\.0\.0\.1:\d+", line)
            if address is not None:
                return over_http(address[0], asked)
        raise RuntimeError("the server printed no address")
    finally:
        server.terminate()
        server.wait(10)


def main() -> None:
    """Measure and print; with `--json FILE`, also write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    imports: list[dict[str, Any]] = []
    answers: dict[str, Any] = {}
    for round_ in range(given.rounds):
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "sample.db"
            chancery = open_chancery(f"sqlite:///{store}")
            keep_loaded()
            imported = import_sample(chancery)
            acts = sum(number for number, _ in imported.values())
            seconds = sum(taken for _, taken in imported.values())
            raw = raw_insert(chancery, Path(folder) / "raw.db")
            records = chancery.query.head().position
            imports.append(
                {
                    "acts_per_second": round(acts / seconds),
                    "by_source": {
                        name: round(number / taken) for name, (number, taken) in imported.items()
                    },
                    "records_per_second": round(records / seconds),
                    "times_raw_insert": round(seconds / raw, 1),
                    "bytes_per_record": round(chancery.admin.figures().size_bytes / records),
                }
            )
            if round_ == given.rounds - 1:
                asked = questions(chancery, 300)
                waits = []
                for key, day in asked:
                    begun = time.perf_counter()
                    chancery.query.state(key, day)
                    waits.append(time.perf_counter() - begun)
                answers = {"state in process": milliseconds(waits)}
                chancery.close()
                answers |= served(store, asked)
            else:
                chancery.close()
    report = {"import": imports, "answers": answers}
    print(json.dumps(report, indent=2))
    if given.json:
        given.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
