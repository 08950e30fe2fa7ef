"""Every answer is of its type: no member that the type does not tell, and none missing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from api.http.schemas.events import event_components
from api.http.schemas.from_types import schemas_of
from domain.relationship.sections import BareState
from events.application import Chancery
from events.query import answer_types as types
from tests.api.conftest import seeded
from tests.law.recorded import recorded
from tests.law.table import History, histories
from tests.oracle.histories import history
from tests.oracle.product import product_state

_WHOLE = (
    BareState,
    types.State,
    types.ChainState,
    types.Items,
    types.Timeline,
    types.Density,
    types.Difference,
    types.Step,
    types.Act,
    types.Acts,
    types.History,
    types.Records,
    types.Relationships,
    types.Network,
    types.AuditRecords,
    types.LateChanges,
    types.Belief,
    types.Twins,
)


def closed(schema: Any) -> Any:
    """A schema whose objects may have no more members than it tells."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(part) for name, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        found["additionalProperties"] = False
    return found


@lru_cache(maxsize=1)
def resources() -> Registry[Any]:
    document = {"components": {"schemas": closed(schemas_of(_WHOLE)) | event_components()}}
    return Registry().with_resource("urn:api", DRAFT202012.create_resource(document))


@cache
def validator(name: str) -> Draft202012Validator:
    schema = {"$ref": f"urn:api#/components/schemas/{name}"}
    return Draft202012Validator(schema, registry=resources())


def faults(name: str, answer: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:200]}"
        for fault in validator(name).iter_errors(answer)
    ]


def answers(chancery: Chancery, told: History) -> Iterator[tuple[str, Any]]:
    """Answers of every type about one real history, each with the name of its type."""
    query, inspection = chancery.query, chancery.inspection
    first, last = told.states[0], max(told.states, key=lambda asked: asked.as_of)
    for asked in told.states:
        state = query.state(asked.pair, asked.as_of, asked.known_at)
        yield "State", state
        yield "ChainState", query.state_along(asked.pair, asked.as_of, asked.known_at)
        for place in ("agreements.in_force", "visits.planned", "anomalies"):
            yield "Items", query.state_items(asked.pair, place, as_of=asked.as_of)
    yield "Timeline", query.timeline(first.pair)
    yield "Density", query.density(first.pair)
    yield "Belief", inspection.belief(first.pair, last.as_of)
    yield "Difference", query.diff_dates(first.pair, "1800-01-01", last.as_of)
    for party in first.pair.split("-"):
        yield "Network", query.network(party, as_of=last.as_of)
    for order in ("recorded", "valid"):
        for step in query.replay(first.pair, order):
            yield "Step", step
    for record in query.replay():
        yield "Record", record
    for act_id in dict.fromkeys(entry.act for entry in told.entries):
        yield "Act", query.act(act_id, last.as_of)
        yield "History", query.history(act_id)
    yield "Acts", query.acts(as_of=last.as_of)
    yield "Relationships", query.relationships(as_of=last.as_of)
    yield "Records", query.records()
    yield "AuditRecords", inspection.audit_records()
    yield "LateChanges", inspection.late_changes()
    yield "Twins", inspection.twins()


@pytest.mark.parametrize("told", histories(), ids=lambda told: told.name)
def test_every_answer_about_a_real_history_is_of_its_type(told: History) -> None:
    chancery = recorded(told)
    try:
        for name, answer in answers(chancery, told):
            assert faults(name, answer) == [], name
    finally:
        chancery.close()


@pytest.mark.parametrize("first_seed", range(0, 120, 40))
def test_the_state_of_a_random_history_is_of_its_type(first_seed: int) -> None:
    for seed in range(first_seed, first_seed + 40):
        records, questions = history(seed)
        for pair, day, position in questions:
            state = product_state(records, pair, day, position)
            assert faults("BareState", state) == [], (seed, pair, day, position)


def test_every_state_of_the_article_is_of_its_type() -> None:
    chancery = seeded()
    try:
        for line in chancery.query.relationships(limit=500)["relationships"]:
            pair = line["relationship"]
            for day in ("2023-06-01", "2024-03-09", "2030-01-01"):
                assert faults("State", chancery.query.state(pair, day)) == [], (pair, day)
            assert faults("Timeline", chancery.query.timeline(pair)) == [], pair
    finally:
        chancery.close()


def test_a_member_too_many_or_too_few_is_a_fault() -> None:
    rest = {"count": 3, "cursor": "c"}
    schema = validator("Rest")
    assert list(schema.iter_errors(rest)) == []
    assert len(list(schema.iter_errors(rest | {"other": 1}))) == 1
    assert len(list(schema.iter_errors({"count": 3}))) == 1
    assert len(list(schema.iter_errors(rest | {"count": -1}))) == 1
