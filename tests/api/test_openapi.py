"""The OpenAPI document: what it says of the interface is true, and its examples are real acts."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from api.app import create_app
from api.exchange.loading import load, sample
from api.http.examples import ACTS
from api.problems import KINDS
from api.settings import Settings
from domain.acts import EVENT_TYPES, validate
from domain.acts.fields import event_schema
from events.application import open_chancery
from events.registry import load_registry
from tests.api.conftest import BASE, TestClient
from tests.api.samples import acts_of, read

HOST = {"Host": "127.0.0.1"}
#: What no schema can say is the domain's: which parties are, which days were, what is known yet.
UNSAYABLE = [positive_data_acceptance]
LIMITS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
#: Acts are deep, and a generated one takes long to make.
FEWER = settings(LIMITS, max_examples=5)


@schemathesis.serializer("application/x-ndjson")
def ndjson(context: Any, value: Any) -> bytes:
    """A bulk body as it is generated: some text."""
    return (
        value.encode("utf-8", "surrogatepass")
        if isinstance(value, str)
        else json.dumps(value).encode()
    )


schemathesis.openapi.format(
    "edtf", st.sampled_from(["2024", "2024-02-02", "2024-02~", "2024-01-29/2024-02-01", "../1999"])
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The document of a service with the seed history."""
    store = f"sqlite:///{tmp_path_factory.mktemp('openapi') / 'acts.db'}"
    chancery = open_chancery(store)
    source, paths = sample("eurasian-2024")
    load(chancery, source, paths, lambda row: None)
    chancery.close()
    app = create_app(Settings(store=store))
    return schemathesis.openapi.from_asgi("/openapi.json", app, headers=HOST)


#: A stream never ends by itself: tests/api/test_stream.py has it.
ASKED = [
    (method, path)
    for path, methods in create_app(Settings()).openapi()["paths"].items()
    for method in methods
    if path != "/v1/events/stream"
]


def test_the_document_is_valid_openapi_3_1():
    document = create_app(Settings()).openapi()
    assert document["openapi"].startswith("3.1.")
    faults = list(OpenAPIV31SpecValidator(document).iter_errors())
    assert [fault.message for fault in faults] == []
    broken = copy.deepcopy(document)
    broken["paths"]["/v1/acts"]["get"]["parameters"][0]["in"] = "nowhere"
    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


def test_an_operation_is_named_as_its_function_and_no_two_alike():
    paths = create_app(Settings()).openapi()["paths"]
    names = [told["operationId"] for methods in paths.values() for told in methods.values()]
    assert len(names) == len(set(names))
    assert {"record_act", "show_state", "erase_event", "list_audit_records"} <= set(names)


def test_an_event_is_one_of_named_alternatives_that_say_what_the_domain_says():
    schemas = create_app(Settings()).openapi()["components"]["schemas"]

    def in_place(schema: Any) -> Any:
        if isinstance(schema, list):
            return [in_place(part) for part in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return in_place(schemas[schema["$ref"].rpartition("/")[2]])
        return {name: in_place(part) for name, part in schema.items()}

    event = schemas["Event"]
    assert {"oneOf": in_place(event["oneOf"])} == event_schema()
    assert list(event["discriminator"]["mapping"]) == list(EVENT_TYPES)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), ASKED)
def test_what_is_asked_is_answered_as_the_document_says(schema, method, path, mode):
    operation = schema[path][method]
    # Of a bulk body each line is refused by itself, and the whole is still answered.
    bulk = [negative_data_rejection] if path.endswith("/bulk") else []
    excluded = [*UNSAYABLE, *bulk]

    @(FEWER if method == "post" else LIMITS)
    @given(case=operation.as_strategy(generation_mode=mode))
    def exchange(case: Case) -> None:
        case.call_and_validate(headers=HOST, excluded_checks=excluded)

    try:
        exchange()
    except Unsatisfiable:
        # An operation without parameters cannot be asked wrongly.
        assert mode is GenerationMode.NEGATIVE


@pytest.fixture(scope="module")
def told(reader: TestClient) -> dict[str, Any]:
    return reader.get("/openapi.json").json()


def operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_paths_are_those_of_the_interface(told):
    relationship = "/v1/relationships/{a}-{b}"
    assert told["openapi"].startswith("3.1")
    # The proof's own are told and tested beside them: docs/log.md.
    shown = {(m.upper(), p) for p, m, _ in operations(told) if not p.startswith("/v1/log")}
    assert shown == {
        ("GET", "/v1/twins"),
        ("POST", "/v1/acts"),
        ("GET", "/v1/acts"),
        ("GET", "/v1/acts/{act_id}"),
        ("GET", "/v1/acts/{act_id}/history"),
        ("POST", "/v1/acts/{act_id}/events"),
        ("POST", "/v1/acts/{act_id}/events/{version}/correction"),
        ("POST", "/v1/acts/{act_id}/events/{version}/retraction"),
        ("POST", "/v1/acts/{act_id}/events/{version}/erasure"),
        ("POST", "/v1/preview"),
        ("GET", "/v1/dates"),
        ("POST", "/v1/events/bulk"),
        ("GET", "/v1/events"),
        ("GET", "/v1/events/stream"),
        ("GET", "/v1/relationships"),
        ("GET", relationship),
        *(
            ("GET", f"{relationship}/{part}")
            for part in ("chain", "items", "timeline", "density", "diff", "replay")
        ),
        *(("GET", f"{relationship}/{part}") for part in ("belief", "evidence")),
        ("GET", "/v1/exports/{view}.{form}"),
        ("GET", "/v1/audit/records"),
        ("GET", "/v1/audit/late-changes"),
        ("GET", "/v1/parties"),
        ("GET", "/v1/parties/{code}"),
        ("GET", "/v1/parties/resolve"),
        ("GET", "/v1/parties/{code}/network"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
    }


def test_the_examples_are_acts_as_the_bundled_sources_tell_them():
    seed = acts_of(read("eurasian-2024", "eurasian_partnership_2024.json"))
    visits = acts_of(read("hsg-visits", "hsg_visits_raw.tar.gz"))
    for act_id, events in ACTS.items():
        assert events == list({**seed, **visits}[act_id].events)


def test_every_operation_that_takes_a_body_shows_one_that_the_domain_takes(told):
    registry = load_registry()
    shown = 0
    for _, method, operation in operations(told):
        if method != "post":
            continue
        ((media_type, content),) = operation["requestBody"]["content"].items()
        assert content["examples"]
        for example in content["examples"].values():
            value = example["value"]
            lines = value.splitlines() if media_type == "application/x-ndjson" else [value]
            for line in lines:
                body = orjson.loads(line) if isinstance(line, str) else line
                events = [*body.get("events", ()), *([body["event"]] if "event" in body else [])]
                for event in events:
                    validate(copy.deepcopy(event), registry)
                    shown += 1
    assert shown >= 7


def test_every_question_about_an_act_a_pair_or_a_party_shows_a_real_one(told, reader):
    for path, method, operation in operations(told):
        for parameter in operation.get("parameters", ()):
            if method == "get" and parameter["in"] == "path" and not path.startswith("/v1/log"):
                assert parameter["examples"], path
    wanted = "/v1/relationships/KAZ-KGZ?as_of=2024-02-02&known_at=20"
    assert reader.get(wanted).status_code == 200


def test_every_problem_stands_at_the_operations_that_can_have_it(told):
    for path, _, operation in operations(told):
        problems = {
            status: answer
            for status, answer in operation["responses"].items()
            if "application/problem+json" in answer.get("content", {})
        }
        assert {"422", "500", "503"} <= set(problems), path
    described = str(told)
    # Another method is no operation: its refusal stands at none.
    unsaid = {name for name in KINDS if name not in described}
    assert unsaid == {"method-not-allowed"}


def test_the_document_names_no_host_and_loads_nothing_from_elsewhere(told):
    assert "servers" not in told
    assert BASE not in str(told)
