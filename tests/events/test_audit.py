"""Audit: who recorded, corrected or retracted what, when and why, and which answers changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from events.application import Chancery, open_chancery
from events.errors import InvalidBasis, UnknownAct
from events.query import audit
from events.write.commands import CorrectEvent, EraseEvent, RecordAct, RetractEvent
from tests.domain.given import between, event, visit_of

DAY = 86_400_000_000
NOON = 1_767_268_800_000_000  # 2026-01-01T12:00:00Z

VISIT = event("visit.held", "1961-05-31/1961-06-02", parties=visit_of("USA", "FRA"), title="Visit")
TALK = event("talk.held", "1961-06-03", parties=between("SUN", "USA"))
PLANNED = event(
    "visit.announced", "2026-01-02", parties=visit_of("FRA", "USA"), planned_for="2027-05"
)


class Clock:
    """A clock that a test sets to noon of a day of January 2026."""

    day = 1

    def __call__(self) -> int:
        return NOON + (self.day - 1) * DAY


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(clock: Clock) -> Iterator[Chancery]:
    """Five records on four days, by three people."""
    house = open_chancery("sqlite:///:memory:", clock)
    house.commands.execute(RecordAct("visit:1", [VISIT], recorded_by="clerk"))
    house.commands.execute(RecordAct("talk:1", [TALK], recorded_by="clerk"))
    clock.day = 2
    house.commands.execute(RecordAct("visit:2", [PLANNED], recorded_by="desk"))
    clock.day = 3
    corrected = {**VISIT, "date": "1961-05-30/1961-06-02"}
    house.commands.execute(
        CorrectEvent("visit:1", 1, corrected, "left on the 30th", recorded_by="editor")
    )
    clock.day = 4
    house.commands.execute(RetractEvent("visit:1", 1, "another president", recorded_by="editor"))
    yield house
    house.close()


def positions(page):
    return [line["position"] for line in page["records"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"act_id": "visit:1"}, [1, 4, 5]),
        ({"relationship": "USA-FRA"}, [1, 3, 4, 5]),
        ({"relationship": "FRA-SUN"}, []),
        ({"actor": "editor"}, [4, 5]),
        ({"actor": "edit"}, []),
        ({"recorded_from": "2026-01-02"}, [3, 4, 5]),
        ({"recorded_to": "2026-01-02"}, [1, 2, 3]),
        ({"recorded_from": "2026-01-02", "recorded_to": "2026-01-02"}, [3]),
        ({"recorded_from": "2026-01-03T12:00:00Z", "recorded_to": "2026-01-03T12:00:00Z"}, [4]),
        ({"recorded_from": "2026-01-03T12:00:00.000001Z", "recorded_to": "2026-01-03"}, []),
        ({"recorded_to": "2025-12-31"}, []),
        ({"recorded_from": "2099-01-01"}, []),
        ({"act_id": "visit:1", "relationship": "SUN-USA"}, []),
        ({"act_id": "visit:1", "actor": "clerk"}, [1]),
        ({"relationship": "FRA-USA", "recorded_from": "2026-01-02", "actor": "editor"}, [4, 5]),
        ({"after": 3}, [4, 5]),
        ({"act_id": "visit:1", "after": 1}, [4, 5]),
    ],
)
def test_the_record_is_asked_by_act_relationship_actor_and_recorded_time(house, asked, found):
    assert positions(house.inspection.audit_records(**asked)) == found


def test_each_line_tells_who_did_what_to_which_event_when_and_why(house):
    told = house.inspection.audit_records(act_id="visit:1")["records"]
    assert [line["did"] for line in told] == ["recorded", "corrected", "retracted"]
    assert [line["event"]["version"] for line in told] == [1, 1, 1]
    assert {line["event"]["type"] for line in told} == {"visit.held"}
    assert [line["event"]["date"] for line in told] == [
        "1961-05-31/1961-06-02",
        "1961-05-30/1961-06-02",
        None,
    ]
    assert [line["reason"] for line in told] == [None, "left on the 30th", "another president"]
    assert [line["recorded_by"] for line in told] == ["clerk", "editor", "editor"]
    assert told[1]["recorded_at"] == "2026-01-03T12:00:00.000000Z"


def test_an_erasure_is_told_with_its_reason_and_what_it_erased_without_content(house):
    house.commands.execute(EraseEvent("talk:1", 1, "order of a court", recorded_by="registrar"))
    one, other = house.inspection.audit_records(act_id="talk:1")["records"]
    assert (one["erased"], one["event"]["title"], one["event"]["date"]) == (True, None, None)
    assert (other["did"], other["reason"]) == ("erased", "order of a court")
    assert other["event"] == {"version": 1, "type": "talk.held", "date": None, "title": None}


def test_pages_join_to_the_whole_and_stay_while_others_append(house, monkeypatch):
    for limit in (1, 2, 5):
        for most in (1, 3, 10_000):
            monkeypatch.setattr(audit, "MOST_LOOKED_AT", most)
            found, after = [], 0
            while after is not None:
                page = house.inspection.audit_records(actor="editor", after=after, limit=limit)
                assert len(page["records"]) <= limit
                found += positions(page)
                after = page["cursor"]
            assert found == [4, 5]
    assert house.inspection.audit_records(limit=5)["cursor"] is None
    assert house.inspection.audit_records(limit=4)["cursor"] == 4


def test_what_cannot_be_asked_is_refused(house):
    with pytest.raises(UnknownAct):
        house.inspection.audit_records(act_id="visit:9")
    for wrong in ({"recorded_from": "yesterday"}, {"recorded_to": "2026-01-01T12:00:00"}):
        with pytest.raises(InvalidBasis):
            house.inspection.audit_records(**wrong)
    with pytest.raises(InvalidBasis):
        house.inspection.audit_records(recorded_from="2026-01-02", recorded_to="2026-01-01")
    with pytest.raises(InvalidBasis):
        house.inspection.late_changes("changed")


def test_belief_about_the_second_of_june_1961_grew_and_was_given_up(house):
    days = house.inspection.belief("USA-FRA", "1961-06-02")["days"]
    assert [day["day"] for day in days] == ["2026-01-01", "2026-01-03", "2026-01-04"]
    assert [day["position"] for day in days] == [1, 4, 5]
    held = [[c for c in day["changes"] if c["path"] == "visits.last_held.USA"] for day in days]
    assert [change["after"] and change["after"]["date"] for (change,) in held] == [
        "1961-05-31/1961-06-02",
        "1961-05-30/1961-06-02",
        None,
    ]
    assert [line["reason"] for day in days for line in day["records"]] == [
        None,
        "left on the 30th",
        "another president",
    ]


def test_belief_ends_where_the_state_of_its_basis_stands(house):
    for known_at in range(6):
        told = house.inspection.belief("FRA-USA", "1961-06-02", known_at)
        state = house.query.state("FRA-USA", "1961-06-02", known_at)
        reached = {}
        for day in told["days"]:
            reached |= {c["path"]: c["after"] for c in day["changes"]}
        assert reached.get("contact.first") == state["contact"]["first"]
        assert all(day["position"] <= known_at for day in told["days"])
        assert told["basis"]["position"] == known_at


def test_what_was_recorded_and_taken_back_on_one_day_leaves_no_change(house, clock):
    clock.day = 9
    house.commands.execute(RecordAct("talk:2", [TALK], recorded_by="desk"))
    house.commands.execute(RetractEvent("talk:2", 1, "entered twice", recorded_by="desk"))
    day = house.inspection.belief("SUN-USA", "1962-01-01")["days"][-1]
    assert (day["day"], day["changes"]) == ("2026-01-09", [])
    assert [line["did"] for line in day["records"]] == ["recorded", "retracted"]


def late(house, **asked):
    return {
        line["position"]: [
            (r["relationship"], r["since"], r["days"]) for r in line["relationships"]
        ]
        for line in house.inspection.late_changes(**asked)["late_changes"]
    }


def test_a_record_is_late_when_it_changes_days_past_of_a_relationship_already_known(house):
    # 1 and 2 are the first of their relationships; 3 tells of the day it is recorded on and later.
    assert late(house) == {
        4: [("FRA-USA", "1961-05-30", 23_594)],
        5: [("FRA-USA", "1961-05-30", 23_595)],
    }
    assert late(house, did="corrected").keys() == {4}
    assert late(house, did="recorded") == {}
    assert late(house, after=4).keys() == {5}


def claimed(house, *parties, kinds=("visit",), date="1950-01-01/1999-12-31"):
    body = event(
        "coverage.claimed",
        date,
        title="Visits",
        kinds=list(kinds),
        parties=[{"party": code} for code in parties],
    )
    house.commands.execute(RecordAct("coverage:visits", [body], recorded_by="clerk"))


@pytest.mark.parametrize(
    ("claim", "late_at"),
    [
        ({"parties": ("ITA",)}, {7}),
        ({"parties": ("JPN", "CAN")}, set()),
        ({"parties": ("ITA",), "kinds": ("talk",)}, set()),
        ({"parties": ("ITA",), "date": "1970-01-01/1999-12-31"}, set()),
    ],
    ids=["covered", "other parties", "other kind", "other days"],
)
def test_the_first_record_of_a_relationship_is_late_inside_claimed_coverage(house, claim, late_at):
    claimed(house, *claim["parties"], **{k: v for k, v in claim.items() if k != "parties"})
    visit = {**VISIT, "parties": visit_of("ITA", "GRC")}
    house.commands.execute(RecordAct("visit:9", [visit], recorded_by="clerk"))
    assert late(house, after=5).keys() == late_at


def test_a_claim_that_comes_after_a_record_or_is_retracted_makes_no_record_late(house):
    visit = {**VISIT, "parties": visit_of("ITA", "GRC")}
    house.commands.execute(RecordAct("visit:9", [visit], recorded_by="clerk"))
    claimed(house, "ITA")
    assert late(house, after=5) == {}
    house.commands.execute(RetractEvent("coverage:visits", 1, "half of it", recorded_by="clerk"))
    other = {**VISIT, "parties": visit_of("ITA", "CAN")}
    house.commands.execute(RecordAct("visit:10", [other], recorded_by="clerk"))
    assert late(house, after=5) == {}


def test_a_day_recorded_on_the_day_itself_is_not_late_and_a_day_later_it_is(house, clock):
    clock.day = 10
    on_time = event("talk.held", "2026-01-10", parties=between("FRA", "USA"))
    house.commands.execute(RecordAct("talk:3", [on_time], recorded_by="desk"))
    clock.day = 11
    house.commands.execute(RecordAct("talk:4", [on_time], recorded_by="desk"))
    assert late(house, after=5) == {7: [("FRA-USA", "2026-01-10", 1)]}


def test_an_erasure_changes_answers_about_all_days(house):
    house.commands.execute(RecordAct("talk:2", [TALK], recorded_by="clerk"))
    house.commands.execute(EraseEvent("talk:1", 1, "order of a court", recorded_by="registrar"))
    assert late(house, did="erased") == {7: [("SUN-USA", None, None)]}


def test_a_treaty_of_many_names_no_more_than_fifty_relationships_and_counts_them_all(house):
    codes = [party.code for party in house.registry if party.kind == "state"][:12]
    treaty = event("agreement.signed", "1963-08-05", parties=between(*codes))
    house.commands.execute(RecordAct("treaty:1", [treaty], recorded_by="clerk"))
    house.commands.execute(RecordAct("treaty:2", [treaty], recorded_by="clerk"))
    (line,) = [x for x in house.inspection.late_changes()["late_changes"] if x["position"] == 7]
    assert (line["count"], len(line["relationships"])) == (66, 50)


def test_late_changes_come_in_pages(house, monkeypatch):
    monkeypatch.setattr("events.query.retroactive.MOST_LOOKED_AT", 1)
    found, after = [], 0
    while after is not None:
        page = house.inspection.late_changes(after=after, limit=1)
        found += [line["position"] for line in page["late_changes"]]
        after = page["cursor"]
    assert found == [4, 5]
