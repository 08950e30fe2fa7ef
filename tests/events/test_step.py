"""The record one step at a time: what each record said and changed, forwards and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.parties import UnknownParty
from events.application import Chancery, open_chancery
from events.errors import InvalidBasis
from events.write.commands import CorrectEvent, RecordAct, RetractEvent
from tests.domain.given import between, event, visit_of

DAY = 86_400_000_000
NOON = 1_767_268_800_000_000  # 2026-01-01T12:00:00Z

VISIT = event("visit.held", "1961-05-31/1961-06-02", parties=visit_of("USA", "FRA"), title="Visit")
TALK = event("talk.held", "1961-06-03", parties=between("SUN", "USA"))
RETURN = event("visit.held", "1962-05-11", parties=visit_of("FRA", "USA"), title="Malraux")


class Clock:
    day = 1

    def __call__(self) -> int:
        return NOON + (self.day - 1) * DAY


@pytest.fixture
def house() -> Iterator[Chancery]:
    """Five records: a visit, a talk of others, a visit back, a correction, a retraction."""
    clock = Clock()
    house = open_chancery("sqlite:///:memory:", clock)
    house.commands.execute(RecordAct("visit:1", [VISIT], recorded_by="clerk"))
    house.commands.execute(RecordAct("talk:1", [TALK], recorded_by="clerk"))
    house.commands.execute(RecordAct("visit:2", [RETURN], recorded_by="clerk"))
    clock.day = 2
    corrected = {**VISIT, "date": "1961-05-30/1961-06-02"}
    house.commands.execute(
        CorrectEvent("visit:1", 1, corrected, "left on the 30th", recorded_by="editor")
    )
    house.commands.execute(RetractEvent("visit:1", 1, "another president", recorded_by="editor"))
    yield house
    house.close()


def walked(house, relationship=None, as_of=None):
    """Positions from the start to the end, step by step, and back again."""
    onwards, back = [], []
    at = house.inspection.step(0, relationship, as_of)
    while at["next"] is not None:
        at = house.inspection.step(at["next"], relationship, as_of)
        onwards.append(at["record"]["position"])
    while at["previous"] is not None:
        back.append(at["record"]["position"])
        at = house.inspection.step(at["previous"], relationship, as_of)
    assert back == onwards[::-1]
    return onwards


def test_the_whole_log_is_walked_record_by_record_and_back(house):
    assert walked(house) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("relationship", "as_of", "steps"),
    [
        ("FRA-USA", "2026-01-01", [1, 3, 4, 5]),
        ("USA-FRA", "1961-12-31", [1, 4, 5]),
        ("FRA-USA", "1960-12-31", []),
        ("SUN-USA", None, [2]),
        ("EGY-ISR", None, []),
    ],
)
def test_a_relationship_is_walked_by_the_records_that_changed_it(house, relationship, as_of, steps):
    assert walked(house, relationship, as_of) == steps


def test_a_step_says_who_did_what_why_and_what_it_changed(house):
    step = house.inspection.step(4, as_of="1961-06-01")
    assert (step["record"]["did"], step["record"]["reason"]) == ("corrected", "left on the 30th")
    assert step["body"]["event"]["date"] == "1961-05-30/1961-06-02"
    (line,) = step["relationships"]
    assert line["relationship"] == "FRA-USA"
    assert line["late"]
    assert line["since"] == "1961-05-30"
    assert "contact.last" in {change["path"] for change in line["changes"]}
    assert (step["number"], step["count_of_steps"]) == (4, 5)


def test_each_step_changes_what_replay_says_it_changed(house):
    for as_of in ("1961-05-30", "1961-06-01", "2026-01-01"):
        for step in house.query.replay("FRA-USA", as_of=as_of):
            (line,) = house.inspection.step(step["position"], "FRA-USA", as_of)["relationships"]
            assert line["changes"] == step["changes"]


def test_what_was_new_at_first_is_no_late_change_and_what_came_after_is(house):
    assert [line["late"] for line in house.inspection.step(1)["relationships"]] == [False]
    assert [line["late"] for line in house.inspection.step(3)["relationships"]] == [True]


def test_a_position_between_two_steps_stands_for_the_one_before_it(house):
    step = house.inspection.step(2, "FRA-USA")
    assert step["record"]["position"] == 1
    assert (step["previous"], step["next"], step["last"]) == (0, 3, 5)


def test_without_a_position_the_last_step_is_told(house):
    assert house.inspection.step()["record"]["position"] == 5
    assert house.inspection.step(relationship="SUN-USA")["record"]["position"] == 2


def test_at_the_start_nothing_is_known(house):
    step = house.inspection.step(0)
    assert (step["record"], step["number"], step["next"]) == (None, 0, 1)


@pytest.mark.parametrize("position", [6, "99", "soon", -1])
def test_a_position_beyond_the_log_is_refused(house, position):
    with pytest.raises(InvalidBasis):
        house.inspection.step(position)


def test_a_relationship_of_nobody_is_refused(house):
    with pytest.raises(UnknownParty):
        house.inspection.step(1, "FRA-XYZ")


def test_the_newest_acts_corrections_and_late_changes_are_told_newest_first(house):
    step = house.inspection.recent()
    assert [line["act_id"] for line in step["acts"]] == ["visit:2", "talk:1", "visit:1"]
    assert [line["did"] for line in step["corrections"]] == ["retracted", "corrected"]
    assert [line["position"] for line in step["late"]] == [5, 4, 3]
    assert step["late"][1]["since"] == "1961-05-30"
    assert step["acts"][0]["parties"] == ["France", "United States"]
    assert step["position"] == 5


def test_of_an_empty_log_nothing_is_recent():
    house = open_chancery("sqlite:///:memory:", lambda: NOON)
    step = house.inspection.recent()
    assert (step["acts"], step["corrections"], step["late"]) == ([], [], [])
    house.close()
