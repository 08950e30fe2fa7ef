"""A search for the dearest request: `python -m tests.attack.search STORE`; see docs/load.md.

Every operation of the OpenAPI document is asked with parameters drawn from all that it takes, and
again with one of them changed where that was dear. What it takes of rows, bytes, the processor and
memory is held against what `docs/load.md` says it may take. STORE is a SQLite file, which is made
where there is none: 75,000 acts of one relationship, 1,000 of another, and the bundled histories.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from api.app import create_app
from api.settings import Settings
from api.signing.key_files import fresh_key, write_new
from bench.deep import made
from bench.history import LARGEST, THOUSAND
from events.application import Chancery, open_chancery
from events.query.pages import records_beyond
from tests.api.conftest import BASE, TestClient
from tests.api.test_costs import COSTS, ODD, PATH, SIGNED, Cost, Counted, values
from tests.process import environment_of

ACTS = 75_000
#: What one request may take of memory beyond what the service holds, by its kind.
MOST_MEGABYTES = {"apart": 16, "short": 192, "long": 320}
#: What an order may take, at the heaviest that is not refused.
MOST_OF_AN_ORDER = 400
#: What the proof of a record takes besides, of what is counted as history.
_PROOF_MEGABYTES = 0.005
PAIRS = (LARGEST, THOUSAND, "FRA-USA", "GBR-USA", "DEU-FRA", "CAN-USA")
PARTIES = ("CHN", "RUS", "KAZ", "USA", "GBR", "FRA", "VAT")
#: The changes of a relationship, and the records of its acts.
_HISTORY = (
    "SELECT count(*) FROM change_known WHERE relationship = ?",
    (
        "SELECT count(*) FROM stored_events WHERE originator_id IN"
        " (SELECT act_id FROM change_known WHERE relationship = ?)"
    ),
)
_MEASURES = ("rows", "bytes", "seconds", "megabytes")


@dataclass
class Taken:
    """What one request took, each as a share of what it may take."""

    request: str
    status: int
    took: dict[str, float]
    may: dict[str, float]

    @property
    def shares(self) -> dict[str, float]:
        return {name: self.took[name] / max(self.may[name], 1e-9) for name in _MEASURES}


@dataclass
class Found:
    """The worst of an operation."""

    name: str
    asked: int = 0
    refused: int = 0
    worst: dict[str, Taken] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def take(self, taken: Taken) -> bool:
        """Note what a request took; gives whether it is the worst by any measure."""
        self.asked += 1
        self.refused += taken.status >= 400
        if taken.status >= 500 and taken.status != 503:
            self.failed.append(f"{taken.request}: {taken.status}")
        record = False
        for name in _MEASURES:
            best = self.worst.get(name)
            if best is None or taken.shares[name] > best.shares[name]:
                self.worst[name], record = taken, True
        return record

    def broken(self) -> list[str]:
        found = list(self.failed)
        for name, taken in self.worst.items():
            if taken.shares[name] > 1:
                measured = f"{taken.took[name]:,.1f} {name} of {taken.may[name]:,.1f}"
                found.append(f"{measured}: {taken.request}")
        return found


class Search:
    """Asks one store in this process, and measures each request."""

    def __init__(self, house: Chancery, client: TestClient, draw: random.Random) -> None:
        self._house = house
        self._client = client
        self._draw = draw
        self._paths = client.get("/openapi.json").json()["paths"]
        self._cursors: dict[str, list[str]] = {}
        with house._store.read() as reader:
            self.records = reader.head().position
            self._acts = [
                reader.record(draw.randint(1, self.records)).act_id  # type: ignore[union-attr]
                for _ in range(200)
            ]
        self._settings = Settings()

    def operations(self) -> list[str]:
        return sorted(name for name in COSTS if "stream" not in name)

    def operation(self, name: str, seconds: float) -> Found:
        """Search one operation for so long."""
        found, until = Found(name), time.monotonic() + seconds
        method, path = name.split(" ", 1)
        dear: list[tuple[dict[str, str], dict[str, str], Any]] = []
        while time.monotonic() < until or found.asked < 5:
            if dear and self._draw.random() < 0.6:
                places, query, body = self._changed(name, *self._draw.choice(dear[-12:]))
            else:
                places, query, body = self._drawn(name)
            taken = self._measured(name, method, path, places, query, body)
            if found.take(taken):
                dear.append((places, query, body))
        return found

    def _drawn(self, name: str) -> tuple[dict[str, str], dict[str, str], Any]:
        operation = self._of(name)
        places = {key: self._place(key) for key in re.findall(r"{[a-z_]+}", name)}
        query = {
            one["name"]: self._value(name, one)
            for one in operation.get("parameters", ())
            if one["in"] == "query" and (one.get("required") or self._draw.random() < 0.5)
        }
        return places, query, self._body(name) if name.startswith("POST") else None

    def _changed(
        self, name: str, places: dict[str, str], query: dict[str, str], body: Any
    ) -> tuple[dict[str, str], dict[str, str], Any]:
        fresh_places, fresh_query, fresh_body = self._drawn(name)
        chance = self._draw.random()
        if chance < 0.2 and places:
            return {**places, **dict([self._draw.choice([*fresh_places.items()])])}, query, body
        if body is not None and chance < 0.6:
            return places, query, fresh_body
        changed = dict(query)
        if fresh_query:
            key, value = self._draw.choice([*fresh_query.items()])
            changed[key] = value
        return places, changed, body

    def _of(self, name: str) -> dict[str, Any]:
        method, path = name.split(" ", 1)
        operation: dict[str, Any] = self._paths[path][method.lower()]
        return operation

    def _place(self, key: str) -> str:
        draw = self._draw
        if key in ("{a}", "{b}"):
            return ""
        if key == "{act_id}":
            return draw.choice([*self._acts, PATH[key]])
        if key == "{code}":
            return draw.choice(PARTIES)
        if key in ("{position}", "{version}"):
            return str(draw.choice([1, 2, 3, draw.randint(1, self.records)]))
        if key == "{path}":
            return draw.choice(["0/000", "1/000", f"entries/{draw.randint(0, 300):03}", "2/000"])
        shown = {one["name"]: one["schema"].get("enum", ["x"]) for one in self._exports()}
        return draw.choice(shown[key.strip("{}")])

    def _exports(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._of("GET /v1/exports/{view}.{form}")["parameters"]
        return found

    def _value(self, name: str, parameter: dict[str, Any]) -> str:
        draw, schema, key = self._draw, parameter["schema"], parameter["name"]
        if "cursor" in key and self._cursors.get(name) and draw.random() < 0.8:
            return draw.choice(self._cursors[name])
        if draw.random() < 0.25:
            return draw.choice(values(parameter))
        if schema.get("type") == "integer":
            low, high = schema.get("minimum", 0), schema.get("maximum", self.records)
            return str(draw.choice([low, high, draw.randint(low, max(low, high))]))
        if schema.get("format") == "date":
            return f"{draw.randint(1900, 2030)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        if key.startswith("known") or key in ("from", "to", "after"):
            return draw.choice([str(draw.randint(0, self.records)), "2030-01-01", "1950-01-01"])
        if key in ("relationship", "pair"):
            return draw.choice(PAIRS)
        if key in ("party", "a", "b", "with"):
            return draw.choice(PARTIES)
        if key == "act":
            return draw.choice(self._acts)
        return draw.choice(ODD.get(key, values(parameter)))

    def _body(self, name: str) -> Any:
        draw = self._draw
        codes = self._codes()
        parties = [{"party": code} for code in draw.sample(codes, draw.choice([2, 2, 20, 200]))]
        event = {**SIGNED, "parties": parties, "title": "x" * draw.choice([1, 100, 50_000])}
        events = {"events": [event] * draw.choice([1, 2, 20, 157])}
        reason = {"reason": "x" * draw.choice([1, 2_000])}
        if name.endswith("/correction"):
            return {**reason, "event": event}
        if name.endswith(("/retraction", "/erasure")):
            return reason
        if name.endswith("/bulk"):
            return events
        if name.endswith("/preview") and draw.random() < 0.4:
            return {"act_id": draw.choice(self._acts), "retracts": 1, **reason}
        if name.endswith("/preview") and draw.random() < 0.5:
            return {"act_id": draw.choice(self._acts), **events}
        return events

    @cache  # noqa: B019 - one search lives as long as its process
    def _codes(self) -> list[str]:
        listed = self._client.get("/v1/parties?limit=500").json()["parties"]
        return [party["code"] for party in listed]

    def _measured(
        self,
        name: str,
        method: str,
        path: str,
        places: dict[str, str],
        query: dict[str, str],
        body: Any,
    ) -> Taken:
        pair = self._draw.choice(PAIRS) if "{a}" in path else THOUSAND
        for key, value in places.items():
            path = path.replace(key, quote(value, safe="/:"))
        path = path.replace("/-", f"/{pair}", 1) if "{a}" in name else path
        url = path + ("?" + "&".join(f"{k}={quote(v)}" for k, v in query.items()) if query else "")
        data = None if body is None else json.dumps(body)
        media = "application/x-ndjson" if name.endswith("/bulk") else "application/json"
        Counted.made = []
        # The kernel then counts the most memory that is held anew (proc(5), clear_refs).
        Path("/proc/self/clear_refs").write_text("5")
        before, began = _megabytes("VmRSS"), time.process_time()
        answer = self._client.request(
            method, url, content=data, headers={"Content-Type": media} if data else {}
        )
        seconds, most = time.process_time() - began, _megabytes("VmHWM")
        size = len(answer.content)
        self._remember(name, answer)
        there = self._there(pair, query, unquote(places.get("{act_id}", "")))
        # The client of this process holds the answer too, and joins it from its parts.
        held = max(0.0, most - before - 2 * size / 2**20)
        return Taken(
            f"{method} {url[:300]}" + ("" if data is None else f" {data[:60]} ({len(data):,} B)"),
            answer.status_code,
            {
                "rows": sum(one.rows for one in Counted.made),
                "bytes": size,
                "seconds": seconds,
                "megabytes": held,
            },
            self._may(name, there),
        )

    def _remember(self, name: str, answer: Any) -> None:
        if answer.headers.get("content-type", "").startswith("application/json"):
            body = answer.json()
            cursor = body.get("cursor") if isinstance(body, dict) else None
            if isinstance(cursor, str) and cursor:
                self._cursors.setdefault(name, []).append(cursor)

    def _may(self, name: str, there: dict[str, int]) -> dict[str, float]:
        cost: Cost = COSTS[name]
        long = cost.kind == "long"
        proofs = there["history"] * _PROOF_MEGABYTES if name.endswith("/evidence") else 0
        return {
            "rows": cost.of(cost.rows, **there),
            "bytes": cost.of(cost.size, **there),
            "seconds": self._settings.long_seconds if long else self._settings.short_seconds,
            "megabytes": MOST_OF_AN_ORDER
            if name.startswith("POST")
            else MOST_MEGABYTES[cost.kind] + proofs,
        }

    def _there(self, pair: str, query: dict[str, str], act_id: str) -> dict[str, int]:
        limit = query.get("limit", "100")
        return {
            "limit": int(limit) if limit.isdigit() and len(limit) < 9 else 0,
            "records": self.records,
            "relationships": self._relationships(),
            "events": self._events(act_id) if act_id else 0,
            "longest": self._longest(),
            "history": self._history(pair),
        }

    @cache  # noqa: B019 - one search lives as long as its process
    def _relationships(self) -> int:
        with self._house._store.read() as reader:
            return len(reader.relationships(self.records, 10**6, None, "", 10**6))

    @cache  # noqa: B019 - one search lives as long as its process
    def _history(self, pair: str) -> int:
        with self._house._store.read() as reader:
            return sum(reader._found(sql, (pair,))[0][0] for sql in _HISTORY)  # type: ignore[attr-defined]

    @cache  # noqa: B019 - one search lives as long as its process
    def _longest(self) -> int:
        counted: Counter[str] = Counter()
        with self._house._store.read() as reader:
            for record in records_beyond(reader, 0):
                counted[record.act_id] += 1
        return max(counted.values())

    def _events(self, act_id: str) -> int:
        with self._house._store.read() as reader:
            return len(reader.stream(act_id))


def _megabytes(name: str) -> float:
    status = Path("/proc/self/status").read_text("ascii")
    found = re.search(rf"{name}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1_024


def ready(store: Path) -> None:
    """Make the store where there is none."""
    if store.exists():
        return
    store.parent.mkdir(parents=True, exist_ok=True)
    peer, *_ = made(store, ACTS)
    peer.chancery.close()
    command = [sys.executable, "-c", "from api.cli import main; main()", "sample"]
    environment = environment_of({"CHANCERY_STORE": f"sqlite:///{store}"})
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, cwd=os.sep)


def searched(
    store: str, folder: Path, only: str, seconds: float, draw: random.Random
) -> Iterator[Found]:
    """Search each operation for so many seconds."""
    import api.work.bounds
    import api.work.working

    api.work.bounds.Effort = Counted  # type: ignore[misc]
    api.work.working.Effort = Counted  # type: ignore[misc]
    Counted.made = []
    key = folder / "search.key"
    if not key.exists():
        write_new(key, fresh_key("acts.example/search"))
    house = open_chancery(store)
    app = create_app(Settings(log_key=key), house)
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        search = Search(house, client, draw)
        for name in search.operations():
            if only not in name:
                continue
            yield search.operation(name, seconds)


def main() -> int:
    read = argparse.ArgumentParser(prog="python -m tests.attack.search", description=__doc__)
    read.add_argument("store", type=Path)
    read.add_argument("--seconds", type=float, default=20, help="for each operation")
    read.add_argument("--only", default="", help="operations whose name has this in it")
    read.add_argument("--seed", type=int, default=1)
    given = read.parse_args()
    ready(given.store)
    broken = 0
    draw = random.Random(given.seed)
    url = f"sqlite:///{given.store.resolve()}"
    for found in searched(url, given.store.parent, given.only, given.seconds, draw):
        say(f"{found.name}: {found.asked} asked, {found.refused} of them refused")
        for name, taken in found.worst.items():
            say(f"    {taken.took[name]:,.2f} {name} of {taken.may[name]:,.0f}: {taken.request}")
        for line in found.broken():
            say(f"    BROKEN: {line}")
        broken += len(found.broken())
    say(f"broken: {broken}")
    return 1 if broken else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
