"""United States missions as ranges of days, on the dataset's own file (CC BY 4.0)."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from api.exchange.mission_ranges import STATUSES
from api.exchange.row import OutOfScope, Quarantined, Repeated
from api.exchange.source import UnreadableSource
from api.exchange.us_mission_status import UsMissionStatus
from domain.acts import Fact, make_act, validate
from domain.dates import day_of, format_day
from domain.parties import relationship_key
from domain.relationship import answer, changes, render
from events.registry import load_registry
from tests.api.samples import SAMPLES, acts_of, read, rows_of, told

MISSIONS = "us_mission_status_range_cow_v0.1.csv"
HEADER = (
    "country_abbrev_cow,country_code_cow,country_name_cow,country_name_usdos,"
    "date_start,date_end,us_mission_status\n"
)


@pytest.fixture(scope="module")
def items():
    return read("us-mission-status", MISSIONS)


@pytest.fixture(scope="module")
def changes_by_pair():
    registry = load_registry()
    found = {}
    for position, act in enumerate(acts_of(read("us-mission-status", MISSIONS)).values()):
        facts = [
            Fact(validate(body, registry), version, 1000 * position + version)
            for version, body in enumerate(act.events, 1)
        ]
        for change in changes(make_act(act.act_id, "relation", facts), registry):
            found.setdefault(change.relationship, []).append(change)
    return found


def test_every_one_of_the_656_ranges_is_accounted_for(items):
    assert rows_of(items) == 656
    assert not [item for item in items if isinstance(item, Repeated)]


def test_a_country_without_any_mission_before_its_first_is_no_closure(items):
    reasons = {item.reason for item in items if isinstance(item, OutOfScope)}
    assert reasons == {"no mission yet: nothing was opened or closed"}


def ranges():
    lines = (SAMPLES / MISSIONS).read_text("utf-8").splitlines()[1:]
    for line in lines:
        cells = line.split(",")
        yield cells[1], day_of(cells[-3]), day_of(cells[-2]), cells[-1]


def test_on_2000_random_days_the_state_is_the_dataset_s_own(items, changes_by_pair):
    quarantined = {item.key for item in items if isinstance(item, Quarantined)}
    registry = load_registry()
    known = [row for row in ranges() if f"{row[0]}/{format_day(row[1])}" not in quarantined]
    chance = random.Random(1816)
    asked = Counter()
    for _ in range(2000):
        country, first, last, status = chance.choice(known)
        day = chance.randint(first, last)
        party = registry.resolve(country, on=day, scheme="cow").code
        pair = relationship_key("USA", party)
        state = render(answer(pair, changes_by_pair.get(pair, []), day), registry)
        mission = state["relations"]["missions"]["USA"]
        if status == "None":
            assert mission is None or mission["status"] == "closed", (country, format_day(day))
        elif status == "Interests":
            assert mission["status"] == "interests_section", (country, format_day(day))
        else:
            shown = (mission["class"], mission["resident"])
            assert shown == STATUSES[status], (country, format_day(day), mission)
        asked[status] += 1
    assert len(asked) == len(STATUSES)


def test_missions_that_were_there_when_the_system_begins_were_not_opened_that_day(items):
    old = [
        event["date"]
        for act in acts_of(items).values()
        for event in act.events
        if event["key"] == "1816-01-01"
    ]
    assert "[1776-07-04..1816-01-01]" in old
    assert all(date.startswith("[") and date.endswith("..1816-01-01]") for date in old)


def test_the_mission_to_albania_is_not_said_to_have_closed_when_the_file_falls_silent(items):
    (albania,) = (act for act_id, act in acts_of(items).items() if act_id.split(":")[1] == "339")
    legation, closed, embassy = albania.events[:3]
    assert legation["mission_class"] == "envoy"
    assert legation["note"] == "No status is given from 1939-04-08 to 1944-11-16."
    assert (closed["type"], closed["date"]) == (
        "relation.mission_closed",
        "[1939-04-08..1944-11-17]",
    )
    assert embassy["mission_class"] == "ambassador"


def test_the_soviet_union_and_russia_are_two_acts(items):
    acts = {act_id for act_id in acts_of(items) if act_id.split(":")[1] == "365"}
    assert {"us-mission-status:365:sun", "us-mission-status:365:rus"} <= acts


def test_a_nonresident_ambassador_is_told_apart_from_an_embassy(items):
    (antigua,) = (act for act_id, act in acts_of(items).items() if act_id.split(":")[1] == "58")
    assert [(e["type"], e["mission_class"], e["resident"], e["date"]) for e in antigua.events] == [
        ("relation.mission_opened", "ambassador", True, "1981-11-01"),
        ("relation.mission_class_changed", "ambassador", False, "1994-06-30"),
    ]


ROW = "FRN,220,France,France,{first},{last},{status}\n"


def row(first="1950-01-01", last="1950-12-31", status="Embassy"):
    return ROW.format(first=first, last=last, status=status)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (row(status="Palace"), ("Embassy", "'Palace'")),
        (row(first="1950-02-30"), ("1950-02-30",)),
        (row(first="1951-01-01"), ("on or after 1951-01-01", "1950-12-31")),
        (row().replace("220", "999"), ("COW 999", "France")),
    ],
)
def test_a_range_that_cannot_be_is_quarantined_with_what_was_expected_and_got(
    tmp_path, text, words
):
    (item,) = told(UsMissionStatus(), tmp_path, "m.csv", HEADER + text)
    assert isinstance(item, Quarantined)
    assert all(word in item.reason for word in words)
    assert item.row == text.strip()


def test_two_ranges_of_one_country_cannot_hold_on_one_day(tmp_path):
    text = HEADER + row() + row(first="1950-06-01", status="Legation")
    kinds = [type(item).__name__ for item in told(UsMissionStatus(), tmp_path, "m.csv", text)]
    assert sorted(kinds) == ["Quarantined", "SourceAct"]


def test_two_ranges_that_overlap_and_agree_are_both_taken(items):
    assert not [item for item in items if isinstance(item, Quarantined)]
    serbia = [act for act_id, act in acts_of(items).items() if act_id.split(":")[1] == "345"]
    assert "SRB" in {act.events[0]["toward"][0] for act in serbia}


def test_the_same_range_again_is_counted_and_stored_once(tmp_path):
    items = told(UsMissionStatus(), tmp_path, "m.csv", HEADER + row() + row())
    assert rows_of(items) == 2
    assert len(acts_of(items)) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("country,status\n", ("line 1", "expected the columns")),
        (HEADER + "FRN,220\n", ("line 2", "7 cells, got 2")),
        (HEADER.encode() + b"FRN,220,\xff,France,1950-01-01,1950-12-31,Embassy\n", ("UTF-8",)),
        (HEADER + 'FRN,220,"France\n', ("CSV",)),
    ],
)
def test_a_file_of_another_form_is_refused_by_name_and_line(tmp_path, text, words):
    with pytest.raises(UnreadableSource) as refusal:
        told(UsMissionStatus(), tmp_path, "m.csv", text)
    assert all(word in str(refusal.value) for word in ("m.csv", *words))
