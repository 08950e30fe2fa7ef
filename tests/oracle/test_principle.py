"""The first principle: a later fact changes no earlier day, unless it says so itself."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from domain.acts import validate
from domain.dates import format_day
from events.registry import load_registry
from tests.oracle.draw import EARLY, LATE
from tests.oracle.histories import history
from tests.oracle.state import naive_state

Record = dict[str, Any]
#: What says itself that it reaches back.
REACHES_BACK = ("effective", "deposited", "expires_on")


def added_later(rng: Random, records: list[Record]) -> tuple[int, Record]:
    """One more event of some act, on one plain day, recorded after all others."""
    donor = rng.choice([record for record in records if record["body"] is not None])
    day = rng.randint(EARLY, LATE)
    body = {key: said for key, said in donor["body"].items() if key not in REACHES_BACK}
    versions = [r["version"] for r in records if r["act_id"] == donor["act_id"]]
    return day, donor | {
        "position": len(records) + 1,
        "version": max(versions) + 1,
        "op": "event",
        "target": None,
        "body": body | {"date": format_day(day)},
        "recorded_on": LATE + 5000,
    }


@pytest.mark.parametrize("first_seed", range(0, 300, 50))
def test_an_event_changes_no_answer_about_a_day_before_it(first_seed: int) -> None:
    registry = load_registry()
    for seed in range(first_seed, first_seed + 50):
        rng = Random(seed)
        records, questions = history(seed)
        day, record = added_later(rng, records)
        for pair, as_of, _ in [*questions, (questions[0][0], day - 1, None)]:
            if as_of < day:
                before = naive_state(records, pair, as_of, None, registry)
                after = naive_state([*records, record], pair, as_of, None, registry)
                # What a later entry into force dates back hangs on who is bound by then.
                for state in (before, after):
                    del state["agreements"]["in_effect"]
                assert after == before, (seed, pair, as_of)


def test_a_history_is_the_same_for_the_same_seed() -> None:
    assert history(7) == history(7)
    assert history(7) != history(8)


def test_every_body_of_a_history_is_well_formed_and_the_opening_names_two_parties() -> None:
    registry = load_registry()
    for seed in range(300):
        records, _ = history(seed)
        for record in records:
            if record["body"] is not None:
                validate(record["body"], registry)
            if record["version"] == 1:
                assert len(record["body"]["parties"]) >= 2
                roles = {entry.get("role") for entry in record["body"]["parties"]}
                assert record["kind"] != "visit" or roles == {"visitor", "host"}
                assert record["kind"] != "letter" or roles == {"sender", "addressee"}


def test_records_stand_in_order_of_position_and_are_never_recorded_backwards() -> None:
    for seed in range(100):
        records, _ = history(seed)
        assert [record["position"] for record in records] == list(range(1, len(records) + 1))
        days = [record["recorded_on"] for record in records]
        assert days == sorted(days)
