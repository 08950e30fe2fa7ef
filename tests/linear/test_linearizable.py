"""What clients of two services on one store see at once is explained by one order."""

from __future__ import annotations

import random

import pytest

from tests import postgres
from tests.crash.campaign import seed_of
from tests.linear.checker import unexplained
from tests.linear.run import recorded_history
from tests.process import Warm, warm


@pytest.fixture
def parent() -> Warm:
    shared = warm()
    shared.fault = "none"
    yield shared
    shared.fault = "none"


def url_of(store: str, tmp_path) -> str:
    return postgres.database() if store == "postgresql" else f"sqlite:///{tmp_path / 'acts.db'}"


@pytest.mark.parametrize("killed", [False, True], ids=["steady", "one is killed"])
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_appends_versions_keys_and_answers_are_linearizable(store, killed, tmp_path, parent):
    seed = seed_of(None)
    draw = random.Random(seed)
    history = recorded_history(url_of(store, tmp_path), tmp_path, parent, draw, killed=killed)
    assert len(history) > 200
    assert killed or all(one.answer is not None for one in history)
    assert len({one.answer[0] for one in history if one.answer is not None}) >= 6
    assert unexplained(history) is None, f"seed {seed}"


@pytest.mark.parametrize("fault", ["answers before it commits", "forgets idempotency keys"])
def test_a_service_with_a_fault_is_found_not_to_be(fault, tmp_path, parent):
    parent.fault = fault
    history = recorded_history(
        url_of("sqlite", tmp_path), tmp_path, parent, random.Random(fault), operations=25
    )
    assert unexplained(history) is not None
