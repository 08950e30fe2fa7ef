"""Preview: what recording something would change, with nothing of it kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest

from domain.acts import InvalidEvent
from domain.relationship import compare
from events.application import Chancery, open_chancery
from events.errors import (
    ActExists,
    InvalidBasis,
    NoSuchVersion,
    TooCostly,
    UnknownAct,
    VersionConflict,
)
from events.query.basis import Basis, valid_day
from events.query.effects import effects
from events.store.effort import Effort, effort
from events.write.commands import AddEvents, CorrectEvent, EraseEvent, RecordAct, RetractEvent
from tests.domain.given import between, event, visit_of

NOON = 1_767_268_800_000_000  # 2026-01-01T12:00:00Z

PLANNED = event(
    "visit.announced", "1971-07-15", parties=visit_of("USA", "CHN"), planned_for="1972-05~"
)
HELD = event("visit.held", "1972-02-21/1972-02-28", title="Nixon in China")


@pytest.fixture
def house() -> Iterator[Chancery]:
    house = open_chancery("sqlite:///:memory:", lambda: NOON)
    house.commands.execute(RecordAct("visit:1", [PLANNED], recorded_by="clerk"))
    yield house
    house.close()


def paths(previewed, key="CHN-USA"):
    (line,) = [line for line in previewed["relationships"] if line["relationship"] == key]
    return {change["path"] for change in line["changes"]}


def test_the_next_event_of_an_act_shows_what_it_closes_and_what_it_opens(house):
    previewed = house.commands.preview(
        AddEvents("visit:1", [HELD], recorded_by="clerk"), "1972-12-31"
    )
    assert {"visits.unconfirmed", "visits.last_held.USA"} <= paths(previewed)
    assert previewed["act"]["status"] == "held"
    assert previewed["act"]["version"] == 2
    assert previewed["count"] == 1
    assert previewed["basis"]["position"] == 1


def test_a_preview_is_about_the_day_that_is_asked_about(house):
    earlier = house.commands.preview(
        AddEvents("visit:1", [HELD], recorded_by="clerk"), "1972-02-20"
    )
    assert paths(earlier) == {"visits.planned"}  # it is called by its title, and is planned still


def test_a_new_act_without_an_id_shows_the_one_it_would_get(house):
    talk = event("talk.held", "1985-11-19/1985-11-21", parties=between("SUN", "USA"))
    previewed = house.commands.preview(RecordAct(None, [talk], recorded_by="clerk"))
    assert previewed["act"]["act_id"] == "act:2"
    assert "contact.first" in paths(previewed, "SUN-USA")


def test_a_correction_and_a_retraction_are_previewed_too(house):
    later = {**PLANNED, "planned_for": "1973"}
    corrected = house.commands.preview(
        CorrectEvent("visit:1", 1, later, "another source", recorded_by="clerk"), "1972-12-31"
    )
    assert {"visits.planned", "visits.unconfirmed"} <= paths(corrected)
    retracted = house.commands.preview(
        RetractEvent("visit:1", 1, "no such", recorded_by="clerk"), "1972-12-31"
    )
    assert "visits.unconfirmed" in paths(retracted)


@pytest.mark.parametrize("as_of", ["1971-12-31", "1972-05-31", "1974-01-01"])
def test_what_a_preview_tells_is_what_recording_then_changes(house, as_of):
    previewed = house.commands.preview(AddEvents("visit:1", [HELD], recorded_by="clerk"), as_of)
    house.commands.execute(AddEvents("visit:1", [HELD], recorded_by="clerk"))
    difference = house.query.diff_knowledge("CHN-USA", as_of, 1, 2)
    assert [line["changes"] for line in previewed["relationships"]] in ([], [difference["changes"]])
    assert bool(previewed["relationships"]) == bool(difference["changes"])


CODES = ("FRA", "DEU", "GBR", "ITA", "NLD")
CLAIM = event("coverage.claimed", "1945/1990", title="A list", parties=between("FRA"))
TREATY = event("agreement.signed", "1949-04-04", parties=between(*CODES))
PAIR = event("agreement.signed", "1949-08", parties=between(*CODES[:2]))
NEXT = [
    event("agreement.ratified", "1949-07-02", by=["FRA"]),
    event("agreement.ratified", "1949-07-05", by=["GBR"]),
    event("agreement.entered_into_force", "1949-08-24"),
]
LATER = event("agreement.ratified", "1950-07", by=["FRA"])
WITHDRAWN = event("agreement.withdrawn", "1966-03-07", by=["FRA"])
VISIT = event("visit.held", "1949-06", parties=visit_of("GBR", "FRA"))
PAIRS = ["-".join(sorted(pair)) for pair in combinations(CODES, 2)]
STEPS = [
    RecordAct("treaty:1", [TREATY], recorded_by="clerk"),
    RecordAct("treaty:2", [PAIR], recorded_by="clerk"),
    RecordAct("claim:1", [CLAIM], recorded_by="clerk"),
    AddEvents("treaty:1", NEXT, recorded_by="clerk"),
    CorrectEvent("treaty:1", 2, LATER, "misread", recorded_by="clerk"),
    RetractEvent("treaty:1", 3, "another treaty's", recorded_by="clerk"),
    AddEvents("treaty:1", [WITHDRAWN], recorded_by="clerk"),
    RecordAct("visit:2", [VISIT], recorded_by="clerk"),
    RetractEvent("claim:1", 1, "withdrawn", recorded_by="clerk"),
    RetractEvent("treaty:2", 1, "never signed", recorded_by="clerk"),
]


@pytest.mark.parametrize("as_of", ["1949-07-03", "1950-12-31", "1970-01-01"])
def test_a_preview_tells_what_the_record_then_says_step_by_step(house, as_of):
    for command in STEPS:
        previewed = house.commands.preview(command, as_of)
        head = house.query.head().position
        receipt = house.commands.execute(command)
        earlier, later = (
            Basis(valid_day(as_of), position, None) for position in (head, receipt.positions[-1])
        )
        with house._store.read() as reader:
            effect = effects(reader, house.registry, receipt.act_id, earlier, later)
        assert {name: previewed[name] for name in effect} == effect, command
        act = house.query.act(receipt.act_id, as_of)
        assert previewed["act"] == {name: act[name] for name in previewed["act"]}
    # The last step undoes what a pair of parties had signed: each preview was of one change.
    assert previewed["count"] == (1 if as_of > "1949-08" else 0)


ERASURES = [
    EraseEvent("treaty:1", 2, "by order of a court", recorded_by="court"),
    EraseEvent("visit:2", 1, "by order of a court", recorded_by="court"),
    EraseEvent("treaty:1", 1, "by order of a court", recorded_by="court"),
    EraseEvent("treaty:1", 3, "by order of a court", recorded_by="court"),
    EraseEvent("claim:1", 1, "by order of a court", recorded_by="court"),
]


@pytest.mark.parametrize("as_of", ["1949-07-03", "1950-12-31", "1970-01-01"])
@pytest.mark.parametrize("so_far", [len(STEPS), 6, 4])
def test_a_preview_tells_what_an_erasure_then_changes(house, as_of, so_far):
    for command in STEPS[:so_far]:
        house.commands.execute(command)
    count = 0
    for command in ERASURES:
        if so_far < 8 and command.act_id == "visit:2":
            continue
        previewed = house.commands.preview(command, as_of)
        before = {key: house.query.state(key, as_of) for key in PAIRS}
        receipt = house.commands.execute(command)
        after = {key: house.query.state(key, as_of) for key in PAIRS}
        changed = {key: compare(before[key], after[key]) for key in PAIRS}
        changed = {key: changes for key, changes in changed.items() if changes}
        changes_by_key = {
            line["relationship"]: line["changes"] for line in previewed["relationships"]
        }
        assert {key: changes for key, changes in changes_by_key.items() if changes} == changed, (
            command
        )
        assert previewed["count"] == len(changes_by_key)
        act = house.query.act(receipt.act_id, as_of)
        assert previewed["act"] == {name: act[name] for name in previewed["act"]}
        count += len(changes_by_key)
    assert count > 0


def test_an_erasure_too_heavy_to_derive_twice_is_not_previewed_and_is_carried_out(house):
    events = [event("visit.postponed", "1971-08", note=f"word {n}") for n in range(160)]
    house.commands.execute(AddEvents("visit:1", events, recorded_by="clerk"))
    command = EraseEvent("visit:1", 2, "by order of a court", recorded_by="court")
    token = effort.set(Effort(60, 10**9, 10**9))
    try:
        with pytest.raises(TooCostly):
            house.commands.preview(command)
        assert house.commands.execute(command).version == 162
    finally:
        effort.reset(token)


def test_a_preview_waits_for_no_writer_and_keeps_none_waiting(house):
    with ThreadPoolExecutor(1) as pool, house._store._turns.turn(30):
        command = AddEvents("visit:1", [HELD], recorded_by="clerk")
        previewing = pool.submit(house.commands.preview, command)
        assert previewing.result(timeout=30)["act"]["status"] == "held"


def test_nothing_of_a_preview_is_kept(house):
    before = house.query.head(), house.query.state("USA-CHN"), house.query.history("visit:1")
    house.commands.preview(AddEvents("visit:1", [HELD], recorded_by="clerk"))
    house.commands.preview(RecordAct("visit:2", [PLANNED], recorded_by="clerk"))
    house.commands.preview(RetractEvent("visit:1", 1, "no such", recorded_by="clerk"))
    house.commands.preview(EraseEvent("visit:1", 1, "an order", recorded_by="court"))
    assert (
        house.query.head(),
        house.query.state("USA-CHN"),
        house.query.history("visit:1"),
    ) == before
    assert list(house.admin.verify()) == []
    with pytest.raises(UnknownAct):
        house.query.act("visit:2")


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        (RecordAct("visit:1", [PLANNED], recorded_by="clerk"), ActExists),
        (RecordAct("visit:2", [HELD], recorded_by="clerk"), InvalidEvent),
        (AddEvents("visit:9", [HELD], recorded_by="clerk"), UnknownAct),
        (
            AddEvents("visit:1", [HELD], recorded_by="clerk", expected_version=4),
            VersionConflict,
        ),
        (CorrectEvent("visit:1", 1, PLANNED, "same", recorded_by="clerk"), InvalidEvent),
        (RetractEvent("visit:1", 3, "no such", recorded_by="clerk"), NoSuchVersion),
        (RetractEvent("visit:1", 1, " ", recorded_by="clerk"), InvalidEvent),
        (EraseEvent("visit:1", 2, "an order", recorded_by="court"), NoSuchVersion),
        (EraseEvent("visit:9", 1, "an order", recorded_by="court"), UnknownAct),
        (EraseEvent("visit:1", 1, "", recorded_by="court"), InvalidEvent),
        (
            EraseEvent("visit:1", 1, "an order", recorded_by="court", expected_version=4),
            VersionConflict,
        ),
    ],
)
def test_what_would_be_refused_is_refused_in_a_preview(house, refused, error):
    with pytest.raises(error):
        house.commands.preview(refused)


def test_a_bad_reason_and_a_bad_event_are_told_together(house):
    with pytest.raises(InvalidEvent) as refused:
        house.commands.execute(
            CorrectEvent("visit:1", 1, {**PLANNED, "date": "1972-13"}, "", recorded_by="clerk")
        )
    assert {problem.where for problem in refused.value.problems} == {"/reason", "/event/date"}


def test_a_day_that_never_was_cannot_be_previewed(house):
    command = AddEvents("visit:1", [HELD], recorded_by="clerk")
    with pytest.raises(InvalidBasis):
        house.commands.preview(command, "1973-02-29")


def test_of_a_many_party_act_some_relationships_are_told_and_all_are_counted(house):
    codes = ("FRA", "DEU", "GBR", "ITA", "ESP", "PRT", "NLD", "BEL", "POL", "HUN")
    treaty = event("agreement.signed", "1999-06-01", parties=between(*codes), title="A treaty")
    previewed = house.commands.preview(RecordAct("treaty:1", [treaty], recorded_by="clerk"))
    assert previewed["count"] == len(codes) * (len(codes) - 1) // 2
    assert 0 < len(previewed["relationships"]) < previewed["count"]
