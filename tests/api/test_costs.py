"""Costs: every operation, asked for the largest and the oddest, keeps to what is documented.

What is counted is work, rows read and bytes answered, and not time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from api.app import create_app
from api.settings import Settings
from api.signing.key_files import fresh_key, write_new
from domain.relationship import LISTS
from events.application import Chancery
from events.store.effort import Effort
from tests.api.conftest import BASE, TestClient, seeded
from tests.api.served import request, served

DOC = Path(__file__).parents[2] / "docs" / "load.md"
_ROW = re.compile(r"^\| `((?:GET|POST) [^`]+)` \| (\w+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
PAIR, ACT = "KAZ-KGZ", "eurasian-2024:a03"
PATH = {
    "{act_id}": ACT,
    "{version}": "1",
    "{a}-{b}": PAIR,
    "{code}": "KAZ",
    "{position}": "3",
    "{path}": "entries/000.p/21",
}
#: What a parameter may be given besides what its schema says.
ODD = {
    "list": [*LISTS, "visits"],
    "date": ["2024", "1000/2199", "2024-13", "x" * 200, "[..2024]", "20XX-XX-XX"],
    "name": ["France", "x" * 200, "\u202e" * 50, "Korea"],
    "q": ["a", "%", "x" * 200, "\u0130" * 100],
    "cursor": ["0", "9" * 15, "x" * 400, "visits.held:1"],
    "relationship": [PAIR, "KAZ-KAZ", "-" * 40],
    "act": [ACT, "x:y"],
    "actor": ["import:eurasian-2024", "x" * 2_000],
    "scheme": ["cow", "x" * 60],
    "on": ["1985", "never"],
}
DAYS = ["1000-01-01", "2024-02-02", "2199-12-31", "0000-00-00", "x"]
TIMES = ["0", "7", "21", "999999999999999", "2024-03-09", "2024-03-09T12:00:00Z", "x"]


@dataclass(frozen=True)
class Cost:
    """What an operation may take, as the documents have it."""

    kind: str
    rows: str
    size: str

    def of(self, formula: str, **known: int) -> int:
        """A formula with what is known put in."""
        found: int = eval(formula.replace("×", "*").replace(",", ""), {"__builtins__": {}}, known)
        return found


COSTS = {name: Cost(kind, rows, size) for name, kind, rows, size in _ROW.findall(DOC.read_text())}


class Counted(Effort):
    """Keeps each that is made."""

    made: list[Counted]

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.made.append(self)


@pytest.fixture(scope="module")
def house() -> Chancery:
    return seeded()


@pytest.fixture(scope="module")
def client(house: Chancery, tmp_path_factory) -> Iterator[TestClient]:
    key = tmp_path_factory.mktemp("keys") / "log.key"
    write_new(key, fresh_key("acts.example/log"))
    app = create_app(Settings(log_key=key), house)
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def counted(monkeypatch) -> list[Counted]:
    Counted.made = []
    monkeypatch.setattr("api.work.bounds.Effort", Counted)
    monkeypatch.setattr("api.work.working.Effort", Counted)
    return Counted.made


def values(parameter: dict[str, Any]) -> list[str]:
    """The ends of what a parameter takes, and what lies beyond them."""
    schema, name = parameter["schema"], parameter["name"]
    if "enum" in schema:
        return [*schema["enum"], "x"]
    if schema.get("type") == "integer":
        ends = [schema.get("minimum", 0), schema.get("maximum", 2**53 - 1)]
        return [str(value) for value in (*ends, ends[0] - 1, ends[1] + 1)]
    if schema.get("format") == "date":
        return DAYS
    if name.startswith("known") or name in ("from", "to"):
        return TIMES
    return ODD.get(name, ["x", "x" * 2_000])


def asked(operation: dict[str, Any], path: str) -> Iterator[dict[str, str]]:
    """Questions: each parameter at each of its values by itself, and all at their last good one."""
    parameters = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    needed = {one["name"]: _example(one) for one in parameters if one.get("required")}
    if path.endswith("diff"):
        needed = {"from": "1000-01-01", "to": "2199-12-31"}
    yield needed
    for one in parameters:
        for value in values(one):
            yield {**needed, one["name"]: value}
    whole = {one["name"]: _example(one) for one in parameters if "limit" in one["name"]}
    yield {**needed, **dict.fromkeys(whole, "500")}
    if path.endswith("diff"):
        yield {"known_from": "0"}


def _example(parameter: dict[str, Any]) -> str:
    examples = [one["value"] for one in parameter.get("examples", {}).values()]
    return str(examples[0] if examples else values(parameter)[0])


def known(house: Chancery, question: dict[str, str]) -> dict[str, int]:
    """What there is, by the names that formulas have for it."""
    with house._store.read() as reader:
        acts = reader.acts_of(PAIR, 10**9)
        history = sum(len(reader.changes_of(act_id, PAIR)) for act_id in acts)
        history += sum(len(reader.stream(act_id)) for act_id in acts)
        events = len(reader.stream(ACT))
        records = reader.head().position
        counted = Counter(record.act_id for record in reader.records(0, 10**6))
        among = len(reader.relationships(records, 10**6, None, "", 10**6))
    limit = question.get("limit", "100")
    return {
        "limit": int(limit) if limit.isdigit() else 0,
        "records": records,
        "relationships": among,
        "events": events,
        "longest": max(counted.values()),
        "history": history,
    }


def test_every_operation_has_its_costs_and_no_other_has(client):
    paths = client.get("/openapi.json").json()["paths"]
    named = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert set(COSTS) == named
    assert {cost.kind for cost in COSTS.values()} == {"apart", "short", "long"}


GETS = sorted(name for name in COSTS if name.startswith("GET ") and "stream" not in name)


@pytest.mark.parametrize("name", GETS)
def test_a_question_keeps_to_its_costs_whatever_it_asks(client, house, counted, name):
    path = name.removeprefix("GET ")
    operation = client.get("/openapi.json").json()["paths"][path]["get"]
    found = 0
    for place in filled(path, operation):
        for question in asked(operation, path):
            counted.clear()
            query = "&".join(f"{key}={quote(value)}" for key, value in question.items())
            answer = client.get(f"{place}?{query}")
            assert answer.status_code < 500, (place, question, answer.content[:200])
            keeps(name, known(house, question), counted, answer, (place, question))
            found += answer.status_code == 200
    assert found, name


def filled(path: str, operation: dict[str, Any]) -> list[str]:
    """The paths of an operation: of exports each there is."""
    if "{view}" in path:
        shown = {one["name"]: one["schema"]["enum"] for one in operation["parameters"][:2]}
        return [f"/v1/exports/{view}.{form}" for view in shown["view"] for form in shown["form"]]
    for name, value in PATH.items():
        path = path.replace(name, value)
    return [path]


def keeps(name: str, there: dict[str, int], counted: list[Counted], answer: Any, case: Any) -> None:
    cost = COSTS[name]
    rows = sum(one.rows for one in counted)
    assert rows <= cost.of(cost.rows, **there), (case, rows, there)
    assert len(answer.content) <= cost.of(cost.size, **there), (case, len(answer.content), there)
    # The first is that of every request; long work has another besides. What one source tells is
    # long work wherever it is asked.
    assert (len(counted) > 1) <= (cost.kind == "long" or "according_to" in case[-1]), case


def test_an_event_stream_reads_no_more_than_there_is(counted):
    house = seeded()
    with served(house) as service, service.connected() as connection:
        there = known(house, {})
        counted.clear()
        connection.sendall(request("GET", "/v1/events/stream"))
        received = b""
        while received.count(b"\nid: ") < there["records"]:
            received += connection.recv(65_536)
        cost = COSTS["GET /v1/events/stream"]
        assert sum(one.rows for one in counted) <= cost.of(cost.rows, **there)
        assert len(received) <= cost.of(cost.size, **there)


SIGNED = {
    "type": "agreement.signed",
    "date": "2024-01-01",
    "title": "x",
    "parties": [{"party": "KAZ"}, {"party": "KGZ"}],
}
TAKEN_BACK = {"reason": "x" * 2_000}
BODIES: dict[str, list[Any]] = {
    "POST /v1/acts": [
        {"events": [SIGNED]},
        {"events": [SIGNED] * 1_000},
        {"events": [SIGNED] * 1_001},
        {"events": [{**SIGNED, "title": "x" * 900_000}]},
        {"events": [{**SIGNED, "title": "x" * 2_000_000}]},
    ],
    "POST /v1/acts/{act_id}/events": [{"events": [SIGNED] * 159}, {"events": []}],
    "POST /v1/acts/{act_id}/events/{version}/correction": [
        {"reason": "x", "event": SIGNED},
        {"reason": "x" * 3_000, "event": {}},
    ],
    "POST /v1/acts/{act_id}/events/{version}/retraction": [TAKEN_BACK, {}],
    "POST /v1/acts/{act_id}/events/{version}/erasure": [{}, {"reason": ""}],
    "POST /v1/preview": [
        {"events": [SIGNED]},
        {"events": [SIGNED] * 200},
        {"act_id": ACT, "retracts": 1, "reason": "x"},
    ],
    "POST /v1/events/bulk": [{"events": [SIGNED] * 159}, {"events": [SIGNED]}, []],
}


@pytest.mark.parametrize("name", sorted(set(COSTS) - set(GETS) - {"GET /v1/events/stream"}))
def test_an_order_keeps_to_its_costs_or_is_refused(client, house, counted, name):
    path = filled(name.removeprefix("POST "), {})[0]
    for body in BODIES[name]:
        counted.clear()
        media_type = "application/x-ndjson" if "bulk" in name else "application/json"
        answer = client.post(path, content=orjson.dumps(body), headers={"Content-Type": media_type})
        assert answer.status_code < 500, answer.content[:200]
        keeps(name, known(house, {}), counted, answer, str(body)[:80])


def test_an_order_that_is_too_heavy_is_refused_and_says_what_it_weighs(client, house):
    parties = [{"party": party.code} for party in [*house.registry][:500]]
    before = house.query.head().position
    for events, weight in (
        ([SIGNED] * 159, "159 times 159 squared"),
        ([{**SIGNED, "parties": parties}], "124750 pairs"),
    ):
        for path, body in (
            ("/v1/acts", {"events": events}),
            ("/v1/preview", {"events": events}),
        ):
            refused = client.post(path, json=body)
            assert (refused.status_code, refused.json()["type"]) == (422, "/problems/too-costly")
            assert refused.json()["problems"][0]["got"] == weight
        line = orjson.dumps({"events": events})
        sent = {"content": line, "headers": {"Content-Type": "application/x-ndjson"}}
        result = client.post("/v1/events/bulk", **sent).json()
        assert (result["status"], result["problem"]["type"]) == (422, "/problems/too-costly")
    assert house.query.head().position == before
