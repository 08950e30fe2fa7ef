"""The OpenAPI document of a service that asks who is there, with credentials and without."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode

from api.access.scopes import needed
from api.app import create_app
from api.settings import Settings
from events.access_keys import SCOPES
from events.application import open_chancery
from tests.api.required import bearer
from tests.api.test_openapi import ASKED, HOST, UNSAYABLE

LIMITS = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
#: Acts are deep, and a generated one takes long to make.
ONE = settings(LIMITS, max_examples=1)


@pytest.fixture(scope="module")
def key(seeded_store) -> str:
    chancery = open_chancery(seeded_store)
    _, key = chancery.admin.access_keys().create("tester", SCOPES)
    chancery.close()
    return key


@pytest.fixture(scope="module")
def schema(seeded_store, key) -> Any:
    app = create_app(Settings(store=seeded_store, access="required", rate_per_second=0))
    return schemathesis.openapi.from_asgi("/openapi.json", app, headers=HOST)


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_with_a_key_of_every_scope_what_is_asked_is_answered_as_the_document_says(
    schema, key, method, path
):
    # Among the checks is that the same request is refused without the key.
    @(ONE if method == "post" else LIMITS)
    @given(case=schema[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def exchange(case: Case) -> None:
        case.call_and_validate(headers={**HOST, **bearer(key)}, excluded_checks=UNSAYABLE)

    exchange()


@pytest.mark.parametrize(
    ("method", "path"), [one for one in ASKED if needed(f"{one[0].upper()} {one[1]}")]
)
def test_without_a_key_nothing_is_told_but_that_one_is_needed(schema, method, path):
    @(ONE if method == "post" else LIMITS)
    @given(case=schema[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def exchange(case: Case) -> None:
        answer = case.call(headers=HOST)
        case.validate_response(answer, excluded_checks=UNSAYABLE)
        document = answer.json()
        assert (answer.status_code, document["type"]) == (401, "/problems/unauthenticated")

    exchange()
