"""Make api/http/examples_answers.json: what the service really answers to the documented examples.

    python scripts/build_answer_examples.py

The seed history is recorded at noon on 9 March 2024, the day its article was published, with
salts of zeros, so that the answers are the same wherever this runs; a test holds them to it.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from fastapi import FastAPI  # noqa: E402 - after the checkout is on the path
from fastapi.testclient import TestClient  # noqa: E402 - after the checkout is on the path

from api.app import create_app  # noqa: E402
from api.exchange.loading import load, sample  # noqa: E402
from api.settings import Settings  # noqa: E402
from api.signing.key_files import write_new  # noqa: E402
from api.web.reference import Operation, operations  # noqa: E402
from events.application import Chancery  # noqa: E402
from events.registry import load_registry  # noqa: E402
from events.store.sqlite.store import open_sqlite  # noqa: E402
from events.tlog.keys import SigningKey  # noqa: E402

FILE = ROOT / "api" / "http" / "examples_answers.json"
NOON = int(datetime(2024, 3, 9, 12, tzinfo=UTC).timestamp() * 1_000_000)
#: The first test key of RFC 8032, section 7.1: public, so that it can sign nothing but examples.
KEY_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
#: What answers without end, in bytes that are no text, or about the machine it runs on.
WITHOUT = frozenset({"/v1/events/stream", "/metrics"})
_BASE = "http://127.0.0.1:8000"


def seeded() -> Chancery:
    """The seed history in memory, on the day it became known."""

    def clock() -> int:
        return NOON

    registry = load_registry()
    chancery = Chancery(
        open_sqlite("sqlite:///:memory:", clock, lambda: bytes(16)), registry, clock
    )
    chancery.admin.rebuild()
    source, paths = sample("eurasian-2024")
    load(chancery, source, paths, lambda row: None)
    return chancery


def answers() -> dict[str, Any]:
    """For each operation that has one, the answer to its documented example, as JSON or text."""
    found: dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        key = Path(folder) / "log.key"
        write_new(key, SigningKey("chancery.example/log", KEY_SEED))
        app = create_app(Settings(store="sqlite:///:memory:", log_key=key), seeded())
        with TestClient(app, base_url=_BASE) as client:
            _ask_all(client, app, found)
    return found


def _ask_all(client: TestClient, app: FastAPI, found: dict[str, Any]) -> None:
    asking = [operation for _, operation in operations(app.openapi(), _BASE)]
    # What only asks comes first, then what records: an answer rests on the seed alone.
    for operation in sorted(asking, key=lambda one: (one.method, one.path != "/v1/preview")):
        if operation.path in WITHOUT:
            continue
        answer = asked(client, operation)
        if answer.is_success:
            kind = answer.headers["content-type"].partition(";")[0]
            body = answer.json() if kind == "application/json" else answer.text
            found[f"{operation.method} {operation.path}"] = body
        else:
            sys.stderr.write(f"{answer.status_code}: {operation.method} {operation.path}\n")


def asked(client: TestClient, operation: Operation) -> Any:
    """Ask as the documented command does, for a short page where there are pages."""
    words = shlex.split(operation.command)
    if operation.method == "POST":
        kind = words[words.index("-H") + 1].partition(": ")[2]
        data = words[words.index("--data-binary") + 1].encode()
        return client.post(words[-1], content=data, headers={"Content-Type": kind})
    names = {parameter["name"] for parameter in operation.parameters}
    # Of exports only a feed has a limit.
    paged = "limit" in names and not operation.path.startswith("/v1/exports/")
    more: Mapping[str, str] = {"limit": "2"} if paged else {}
    if "as_of" in names and "{a}-{b}" in operation.path:
        more = {**more, "as_of": "2024-02-02"}
    if operation.path.endswith("/diff"):
        more = {"from": "2024-01-31", "to": "2024-02-02"}
    url = client.build_request("GET", words[-1]).url.copy_merge_params(more)
    return client.get(str(url))


if __name__ == "__main__":
    text = orjson.dumps(answers(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    FILE.write_bytes(text + b"\n")
    sys.stdout.write(f"{FILE.name}: {len(orjson.loads(text))} answers\n")
