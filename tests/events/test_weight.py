"""Weight: an order that would keep all other writers waiting is refused while it is free."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from events.application import Chancery, open_chancery
from events.errors import TooCostly
from events.registry import load_registry
from events.store.effort import Effort
from events.write.commands import AddEvents, CorrectEvent, RecordAct, RetractEvent
from events.write.cost import MOST_PAIRS, MOST_STEPS, MOST_TOLD, check_weight
from tests.events.bounds_contract import bounded

CODES = [party.code for party in load_registry()]
MEMBERS = 193
HEAVY = 500


def signed(parties: int) -> dict[str, Any]:
    """A treaty of so many parties."""
    sides = [{"party": code} for code in CODES[:parties]]
    return {"type": "agreement.signed", "date": "2000-01-01", "title": "x", "parties": sides}


def ratified(number: int, parties: int = 2) -> dict[str, Any]:
    date = f"{2001 + number // 300}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
    return {"type": "agreement.ratified", "date": date, "by": [CODES[number % parties]]}


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    opened = open_chancery("sqlite:///:memory:")
    yield opened
    opened.close()


def asked() -> Any:
    return bounded(Effort(60, 10**6, 10**9))


def test_an_act_of_very_many_events_at_once_is_refused_before_it_is_begun(chancery: Chancery):
    events = [signed(2), *(ratified(number) for number in range(HEAVY - 1))]
    with asked(), pytest.raises(TooCostly, match="500 times 500 squared"):
        chancery.commands.execute(RecordAct("act", events, recorded_by="clerk"))
    assert chancery.query.head().position == 0


def test_an_act_of_very_many_parties_is_refused_before_it_is_begun(chancery: Chancery):
    with (
        asked(),
        pytest.raises(TooCostly, match=r"at most 45000 pairs .* 124750 pairs"),
    ):
        chancery.commands.execute(RecordAct("act", [signed(HEAVY)], recorded_by="clerk"))
    assert chancery.query.head().position == 0


def test_what_is_there_already_counts(chancery: Chancery, monkeypatch):
    monkeypatch.setattr("events.write.cost.MOST_STEPS", 2_000)
    # As an import would bring it, which nothing bounds.
    events = [signed(2), *(ratified(number) for number in range(29))]
    chancery.commands.execute(RecordAct("act", events, recorded_by="import"))
    with asked(), pytest.raises(TooCostly, match="2 times 32 squared"):
        chancery.commands.execute(
            AddEvents("act", [ratified(30), ratified(31)], recorded_by="clerk")
        )
    with asked():
        chancery.commands.execute(AddEvents("act", [ratified(30)], recorded_by="clerk"))
    assert chancery.query.head().position == 31


@pytest.mark.parametrize("way", ["correct", "retract", "preview"])
def test_what_is_said_of_a_heavy_event_is_as_heavy(chancery: Chancery, monkeypatch, way: str):
    monkeypatch.setattr("events.write.cost.MOST_TOLD", 2_000)
    chancery.commands.execute(RecordAct("act", [signed(2)], recorded_by="clerk"))
    acceded = {"type": "agreement.acceded", "date": "2001-01-01", "by": CODES[:40]}
    chancery.commands.execute(AddEvents("act", [acceded], recorded_by="import"))
    other = {**acceded, "date": "2001-01-02"}
    deeds = {
        "correct": lambda: chancery.commands.execute(
            CorrectEvent("act", 2, other, "a day", recorded_by="clerk")
        ),
        "retract": lambda: chancery.commands.execute(
            RetractEvent("act", 2, "never", recorded_by="clerk")
        ),
        "preview": lambda: chancery.commands.preview(
            RetractEvent("act", 2, "never", recorded_by="clerk")
        ),
    }
    with asked(), pytest.raises(TooCostly, match="780 pairs, 3 events"):
        deeds[way]()
    assert chancery.query.head().position == 2
    deeds[way]()


def test_a_treaty_between_all_members_of_the_united_nations_can_be_told_and_corrected():
    treaty = signed(MEMBERS)
    correction = {"version": 1, "reason": "a title", "event": treaty}
    many = [ratified(number, MEMBERS) for number in range(100)]
    check_weight([], [treaty])
    check_weight([], [treaty, *many[:3]])
    check_weight([told(treaty), *(told(one) for one in many)], [correction])
    check_weight([told(treaty), *(told(one) for one in many)], many[:20])


def told(body: dict[str, Any]) -> Any:
    """A record of a body, as far as weight goes."""
    return SimpleNamespace(body=body)


def test_the_bounds_are_those_that_are_documented():
    assert (MOST_STEPS, MOST_PAIRS, MOST_TOLD) == (4_000_000, 45_000, 200_000)
