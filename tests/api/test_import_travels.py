"""Trips abroad of presidents and secretaries of state, on the publisher's own file."""

from __future__ import annotations

import pytest

from api.exchange.hsg_travels import HsgTravels
from api.exchange.row import Quarantined, SourceAct, Twin
from tests.api.samples import acts_of, read, rows_of, told

TRAVELS = "hsg_travels_raw.tar.gz"


@pytest.fixture(scope="module")
def items():
    return read("hsg-travels", TRAVELS)


@pytest.fixture(scope="module")
def acts(items):
    return acts_of(items)


def test_every_one_of_the_4271_trips_is_recorded_or_quarantined_with_a_reason(items):
    assert rows_of(items) == 4271
    quarantined = [item for item in items if isinstance(item, Quarantined)]
    assert all(item.reason for item in quarantined)
    assert len(quarantined) < 42


def test_the_same_trip_under_two_ids_is_recorded_twice_and_reported(items, acts):
    twins = {(item.first, item.second) for item in items if isinstance(item, Twin)}
    assert twins == {("3992", "4019"), ("3993", "4020")}
    assert {f"hsg-travels:{key}" for pair in twins for key in pair} <= set(acts)


def test_two_trips_of_the_same_days_with_other_remarks_are_left_alone(acts):
    glasgow, summit = acts["hsg-travels:4118"].events[0], acts["hsg-travels:4119"].events[0]
    assert glasgow["date"] == summit["date"]
    assert glasgow["verbatim"]["text"] != summit["verbatim"]["text"]


def test_albright_in_india_with_clinton_is_evidence_for_his_visit_and_no_second_one(acts):
    visit = acts["hsg-travels:2634"]
    assert visit.rows == 3
    assert [code["code"] for code in visit.events[0]["codes"]] == ["2634", "210", "213"]
    assert [person["office"] for person in visit.events[0]["participants"]] == [
        "President",
        "Secretary of State",
        "Secretary of State",
    ]
    assert visit.events[0]["key"] == "2634"
    assert not {"hsg-travels:210", "hsg-travels:213"} & set(acts)


@pytest.mark.parametrize("key", ["26", "184", "313"])
def test_a_secretary_who_stayed_longer_or_elsewhere_than_the_president_made_a_trip_of_his_own(
    acts, key
):
    assert acts[f"hsg-travels:{key}"].rows == 1


def test_333_rows_of_companions_were_joined_and_none_twice(acts):
    codes = [code["code"] for act in acts.values() for code in act.events[0]["codes"]]
    assert len(codes) == len(set(codes)) == sum(act.rows for act in acts.values())
    assert sum(act.rows - 1 for act in acts.values()) == 333


def test_the_president_elect_travels_without_the_rank_of_a_head_of_state(acts):
    korea = acts["hsg-travels:2739"].events[0]
    assert korea["participants"][0]["office"] == "President-elect"
    assert "levels" not in korea


def test_the_pope_is_visited_by_the_same_president_on_the_day_he_is_in_italy(acts):
    vatican = acts["hsg-travels:2824"].events[0]
    assert vatican["parties"] == [
        {"party": "USA", "role": "visitor"},
        {"party": "VAT", "role": "host"},
    ]
    assert "place" not in vatican


def test_samoa_lies_across_the_date_line_inside_a_stay_in_new_zealand(acts):
    legs = [
        act.events[0]
        for act in acts.values()
        if act.events[0]["parties"][1]["party"] in ("WSM", "NZL")
        and act.events[0]["date"].startswith("2008-07-2")
    ]
    assert sorted(leg["date"] for leg in legs) == ["2008-07-25/2008-07-27", "2008-07-26"]


def test_gorbachev_s_moscow_is_the_soviet_union_and_putin_s_is_russia(acts):
    reagan, clinton = (acts[f"hsg-travels:{key}"].events[0] for key in (2957, 2641))
    assert reagan["parties"][1]["party"] == "SUN"
    assert clinton["parties"][1]["party"] == "RUS"


TRIP = (
    "<trip role='{role}' who='{who}'><id>{id}</id><role>{role}</role><name>{name}</name>"
    "<start-date>{start}</start-date><end-date>{end}</end-date>"
    "<country id='france'>France</country><locale>Paris</locale><remarks>{remarks}</remarks></trip>"
)
PRESIDENT = {
    "role": "president",
    "who": "ford-gerald-r",
    "id": "1",
    "name": "Gerald R. Ford",
    "start": "1975-05-28",
    "end": "1975-05-31",
    "remarks": "Attended the NATO Summit.",
}
SECRETARY = {
    "role": "secretary",
    "who": "kissinger-henry-a",
    "id": "2",
    "name": "Henry A. Kissinger",
    "start": "1975-05-29",
    "end": "1975-05-30",
    "remarks": "Accompanied President Ford.",
}


@pytest.mark.parametrize(
    ("changed", "acts"),
    [
        ({}, {"hsg-travels:1": 2}),
        ({"start": "1975-05-27"}, {"hsg-travels:1": 1, "hsg-travels:2": 1}),
        ({"end": "1975-06-01"}, {"hsg-travels:1": 1, "hsg-travels:2": 1}),
        (
            {"remarks": "Accompanied President Nixon."},
            {"hsg-travels:1": 1, "hsg-travels:2": 1},
        ),
        (
            {"remarks": "Accompanied Vice President Ford."},
            {"hsg-travels:1": 1, "hsg-travels:2": 1},
        ),
        ({"remarks": "Met with President Ford."}, {"hsg-travels:1": 1, "hsg-travels:2": 1}),
    ],
)
def test_a_companion_joins_only_where_the_source_lets_one_know(tmp_path, changed, acts):
    document = f"<trips>{TRIP.format(**(SECRETARY | changed))}{TRIP.format(**PRESIDENT)}</trips>"
    rows = told(HsgTravels(), tmp_path, "trips.xml", document)
    assert {row.act_id: row.rows for row in rows if isinstance(row, SourceAct)} == acts


def test_between_two_visits_of_one_president_the_very_same_days_decide(tmp_path):
    longer = PRESIDENT | {"id": "3", "start": "1975-05-01", "end": "1975-06-30"}
    exact = PRESIDENT | {"id": "1", "start": "1975-05-29", "end": "1975-05-30"}
    document = "".join(TRIP.format(**row) for row in (longer, exact, SECRETARY))
    rows = told(HsgTravels(), tmp_path, "trips.xml", f"<trips>{document}</trips>")
    assert {row.act_id: row.rows for row in rows} == {"hsg-travels:3": 1, "hsg-travels:1": 2}
    wider = PRESIDENT | {"id": "1", "start": "1975-05-20", "end": "1975-06-01"}
    document = "".join(TRIP.format(**row) for row in (longer, wider, SECRETARY))
    rows = told(HsgTravels(), tmp_path, "trips.xml", f"<trips>{document}</trips>")
    assert {row.rows for row in rows} == {1}
