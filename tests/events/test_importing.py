"""Importing: once, with every rule held, and a changed row is a correction with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from events.application import Chancery, open_chancery
from events.write.commands import CorrectEvent, EraseEvent, RetractEvent
from events.write.importing import BATCH
from events.write.retelling import ImportOutcome
from tests.domain.given import event, visit_of


@dataclass(frozen=True)
class Told:
    """An act as an importer gives it."""

    act_id: str
    events: tuple[dict[str, Any], ...]


def row(number: int, **fields: Any) -> Told:
    """A visit as some source's row tells it."""
    body = event("visit.held", "1990-05-01", parties=visit_of("FRA", "DEU"), key=str(number))
    return Told(f"src:{number}", (body | fields,))


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    opened = open_chancery("sqlite:///:memory:")
    yield opened
    opened.close()


def imported(chancery: Chancery, *acts: Told, dry_run: bool = False) -> list[ImportOutcome]:
    return list(
        chancery.commands.import_acts(
            acts, recorded_by="import:src", reason="revised by the source", dry_run=dry_run
        )
    )


def test_acts_that_bear_on_thousands_of_relationships_share_a_transaction_with_few(
    chancery: Chancery,
) -> None:
    drawn = 0

    def treaties() -> Iterator[Told]:
        nonlocal drawn
        for drawn in range(1, 12):
            # Refused one and all, so that the transactions are all there is to see.
            yield Told(f"src:{drawn}", ({"type": "agreement.signed"},) * 100)

    outcomes = chancery.commands.import_acts(treaties(), recorded_by="import:src", reason="revised")
    assert next(outcomes).problems
    assert drawn == 5, "four of a hundred events are a transaction, the fifth was looked at"
    assert len(list(outcomes)) == 10


def test_the_same_file_twice_records_nothing_twice(chancery: Chancery) -> None:
    rows = [row(number) for number in range(BATCH + 20)]
    first, second = imported(chancery, *rows), imported(chancery, *rows)
    assert sum(outcome.recorded for outcome in first) == BATCH + 20
    assert {(o.recorded, o.known, o.revised) for o in second} == {(0, 1, 0)}
    assert chancery.query.head().position == BATCH + 20


def test_the_same_row_twice_in_one_file_is_one_act(chancery: Chancery) -> None:
    outcomes = imported(chancery, row(1), row(1))
    assert [(o.recorded, o.known) for o in outcomes] == [(1, 0), (0, 1)]


def test_the_same_id_with_another_date_is_a_revision_with_both_versions_readable(
    chancery: Chancery,
) -> None:
    imported(chancery, row(1))
    before = chancery.query.head().position
    outcome = imported(chancery, row(1, date="1990-05-02"))[0]
    assert (outcome.recorded, outcome.known, outcome.revised) == (0, 0, 1)
    records = chancery.query.history("src:1")["records"]
    assert [record["type"] for record in records] == ["visit.held", "event.corrected"]
    assert records[1]["body"]["reason"] == "revised by the source: date"
    held = [
        chancery.query.state("DEU-FRA", "1990-12-31", known)["visits"]["last_held"]["FRA"]["date"]
        for known in (before, None)
    ]
    assert held == ["1990-05-01", "1990-05-02"]


def test_a_persons_correction_is_not_undone_by_reading_the_same_file_again(
    chancery: Chancery,
) -> None:
    told = row(1)
    imported(chancery, told)
    chancery.commands.execute(
        CorrectEvent(
            "src:1",
            1,
            told.events[0] | {"date": "1990-06"},
            "the archive says June",
            recorded_by="me",
        )
    )
    assert imported(chancery, told)[0].known == 1
    held = chancery.query.state("DEU-FRA", "1990-12-31")["visits"]["last_held"]["FRA"]
    assert held["date"] == "1990-06"


def test_a_source_that_changes_its_mind_and_changes_it_back_is_followed(
    chancery: Chancery,
) -> None:
    for date in ("1990-05-01", "1990-05-02", "1990-05-01"):
        imported(chancery, row(1, date=date))
    held = chancery.query.state("DEU-FRA", "1990-12-31")["visits"]["last_held"]["FRA"]
    assert held["date"] == "1990-05-01"
    assert chancery.query.head().position == 3


def test_a_row_that_breaks_a_rule_is_told_and_the_rest_goes_on(chancery: Chancery) -> None:
    outcomes = imported(
        chancery, row(1), row(2, date="5008-05-05"), row(3, parties=[]), row(4, type="talk.held")
    )
    assert [outcome.recorded for outcome in outcomes] == [1, 0, 0, 0]
    assert [[p.where for p in outcome.problems] for outcome in outcomes] == [
        [],
        ["/events/0/date"],
        ["/events/0/parties"],
        ["/events/0/parties/0/role", "/events/0/parties/1/role"],
    ]
    assert chancery.query.head().position == 1


def test_a_dry_run_counts_everything_and_keeps_nothing(chancery: Chancery) -> None:
    outcomes = imported(chancery, row(1), row(2), dry_run=True)
    assert [outcome.recorded for outcome in outcomes] == [1, 1]
    assert chancery.query.head().position == 0
    assert imported(chancery, row(1))[0].recorded == 1


def test_a_row_of_an_act_that_is_there_becomes_its_next_event(chancery: Chancery) -> None:
    announced = event("visit.announced", "1990-04-01", planned_for="1990-05", key="a")
    imported(chancery, row(1))
    told = Told("src:1", (row(1).events[0], announced))
    outcome = imported(chancery, told)[0]
    assert (outcome.recorded, outcome.known) == (1, 1)
    assert chancery.query.act("src:1")["version"] == 2


def test_a_yearly_file_that_supersedes_a_weekly_one_leaves_the_old_answers_as_they_were(
    chancery: Chancery,
) -> None:
    weekly = [row(number, date=f"1990-05-{number + 1:02}") for number in range(20)]
    imported(chancery, *weekly)
    basis = chancery.query.head().position
    before = [chancery.query.state("DEU-FRA", f"1990-05-{day:02}", basis) for day in range(1, 31)]
    yearly = [row(number, date=f"1990-06-{number + 1:02}") for number in range(20)]
    assert sum(outcome.revised for outcome in imported(chancery, *yearly)) == 20
    after = [chancery.query.state("DEU-FRA", f"1990-05-{day:02}", basis) for day in range(1, 31)]
    assert after == before
    assert chancery.query.state("DEU-FRA", "1990-05-31")["contact"]["acts"] == {}


def trip(
    act_id: str, party: str, date: str, name: str, place: str | None = None, **fields: Any
) -> Told:
    """A journey of the United States' as the row of some edition tells it."""
    body = event(
        "visit.held",
        date,
        key=act_id,
        title=f"Visit of {name}",
        parties=[{"party": "USA", "role": "visitor"}, {"party": party, "role": "host"}],
        participants=[{"party": "USA", "name": name}],
        **({"place": place} if place else {}),
    )
    return Told(f"src:{act_id}", (body | fields,))


def in_force(chancery: Chancery, act_id: str) -> list[str]:
    """The days of an act's events that stand."""
    return [entry["event"]["date"] for entry in chancery.query.act(act_id)["events"]]


_TALKERS = [{"party": "USA"}, {"party": "FRA"}]


@pytest.mark.parametrize(
    ("before", "after", "new_id"),
    [
        (
            trip("3793", "OMN", "2016-11-14", "John Forbes Kerry"),
            trip("3793", "SAU", "2018-04-28/2018-04-29", "Michael R. Pompeo"),
            "src:3793:usa-sau",
        ),
        (
            trip("2142", "CYP", "1988-04-08", "George Pratt Shultz"),
            trip("2142", "CHE", "1988-04-14", "George Pratt Shultz"),
            "src:2142:usa-che",
        ),
        (
            trip("7", "ITA", "2017-04-09/2017-04-11", "Rex Tillerson", "Lucca"),
            trip("7", "RUS", "2017-04-11/2017-04-13", "Rex Tillerson", "Moscow"),
            "src:7:usa-rus",
        ),
        (
            trip("8", "ISR", "1973-12-16", "Henry A Kissinger", "Jerusalem"),
            trip("8", "JOR", "1973-12-16", "Henry A Kissinger", "Amman"),
            "src:8:usa-jor",
        ),
        (
            trip("9", "FRA", "1919-01-05", "Woodrow Wilson"),
            trip("9", "FRA", "2011-05-26", "Barack Obama"),
            "src:9:usa-fra",
        ),
        (
            trip("10", "FRA", "1990-05-01", "James Baker"),
            Told("src:10", (event("talk.held", "1990-05-01", parties=_TALKERS, key="10"),)),
            "src:10:fra-usa",
        ),
        (
            trip("11", "FRA", "../1990-05-01", "James Baker"),
            trip("11", "ITA", "../1990-05-02", "George Pratt Shultz"),
            "src:11:usa-ita",
        ),
    ],
    ids=[
        "other person",
        "same person",
        "next leg",
        "same day",
        "other century",
        "other kind",
        "open start",
    ],
)
def test_an_id_that_a_later_edition_gives_to_another_event_begins_a_new_act(
    chancery: Chancery, before: Told, after: Told, new_id: str
) -> None:
    imported(chancery, before)
    (outcome,) = imported(chancery, after)
    assert outcome.act_id == new_id
    assert (outcome.recorded, outcome.revised) == (1, 0)
    assert in_force(chancery, before.act_id) == [before.events[0]["date"]]
    assert in_force(chancery, outcome.act_id) == [after.events[0]["date"]]
    assert [(o.act_id, o.known) for o in imported(chancery, after)] == [(outcome.act_id, 1)]


def test_two_events_of_the_same_parties_under_a_used_id_are_told_apart_by_their_days(
    chancery: Chancery,
) -> None:
    editions = [
        trip("11", "FRA", "1990-05-01", "James Baker"),
        trip("11", "ITA", "1990-05-02", "George Pratt Shultz"),
        trip("11", "ITA", "../1950-05-02", "Dean Acheson"),
    ]
    acts = [imported(chancery, edition)[0].act_id for edition in editions]
    assert acts == ["src:11", "src:11:usa-ita", "src:11:usa-ita:1950-05-02"]


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        (
            trip("1", "COD", "2006-06-04", "Denis Sassou-Nguesso"),
            trip("1", "COG", "2006-06-04", "Denis Sassou-Nguesso"),
            ("parties",),
        ),
        (
            trip("1", "DZA", "1973-12-13", "Henry A Kissinger"),
            trip("1", "DZA", "1973-12-13", "Henry A. (Heinz Alfred) Kissinger"),
            ("participants", "title"),
        ),
        (
            trip("1", "JPN", "2014-01-12", "Shinzo Abe"),
            trip("1", "JPN", "2014-12-01", "Shinzo Abe"),
            ("date",),
        ),
        (
            trip("1", "JPN", "2044-01-12", "Shinzo Abe"),
            trip("1", "JPN", "2014-01-12", "Shinzo Abe"),
            ("date",),
        ),
        (
            trip("1", "JPN", "2014-01-12/..", "Shinzo Abe"),
            trip("1", "JPN", "../2014-01-20", "Shinzo Abe"),
            ("date",),
        ),
    ],
    ids=["party put right", "name in full", "day put right", "year put right", "open ends"],
)
def test_what_a_later_edition_puts_right_is_a_revision(
    chancery: Chancery, before: Told, after: Told, fields: tuple[str, ...]
) -> None:
    imported(chancery, before)
    (outcome,) = imported(chancery, after)
    assert outcome.act_id == "src:1"
    assert [revision.fields for revision in outcome.revisions] == [fields]


def test_a_new_place_in_the_source_is_no_correction(chancery: Chancery) -> None:
    source = {"title": "Travels", "url": "https://example.org/rex-wayne", "locator": "rex.xml, 1"}
    imported(chancery, row(1, sources=[source]))
    moved = source | {"url": "https://example.org/rex-w", "locator": "renamed.xml, 7"}
    outcome = imported(chancery, row(1, sources=[moved]))[0]
    assert (outcome.known, outcome.revised) == (1, 0)
    assert chancery.query.head().position == 1
    outcome = imported(chancery, row(1, sources=[moved | {"title": "Journeys"}]))[0]
    assert outcome.revisions[0].fields == ("sources",)


def test_what_a_person_corrected_before_the_publisher_did_is_known(chancery: Chancery) -> None:
    imported(chancery, row(1))
    right = row(1, date="1990-06-01")
    chancery.commands.execute(
        CorrectEvent("src:1", 1, right.events[0], "the archive says June", recorded_by="me")
    )
    assert imported(chancery, right) == [ImportOutcome("src:1", known=1)]


def missing(chancery: Chancery, *told: Told, prefix: str = "src:") -> list[Any]:
    ids = {act.act_id for act in told}
    return chancery.commands.missing_acts(prefix, ids, recorded_by="import:src")


def retracted(chancery: Chancery, gone: list[Any]) -> int:
    reason = "no longer in the source src, edition 2"
    return chancery.commands.retract_missing(gone, recorded_by="import:src", reason=reason)


def test_what_an_edition_has_no_more_is_found_and_retracted_only_when_asked(
    chancery: Chancery,
) -> None:
    imported(chancery, row(1), row(2))
    other = Told("other:9", row(9).events)
    imported(chancery, other)
    gone = missing(chancery, row(2))
    assert [(lost.act_id, lost.version, lost.body["date"]) for lost in gone] == [
        ("src:1", 1, "1990-05-01")
    ]
    assert in_force(chancery, "src:1") == ["1990-05-01"]
    assert retracted(chancery, gone) == 1
    assert in_force(chancery, "src:1") == []
    (record,) = chancery.query.history("src:1")["records"][1:]
    assert record["body"]["reason"] == "no longer in the source src, edition 2"
    assert missing(chancery, row(2)) == []
    assert retracted(chancery, gone) == 0, "what is retracted already is left alone"


def test_an_event_that_an_act_has_no_more_is_missing_from_it(chancery: Chancery) -> None:
    announced = event("visit.announced", "1990-04-01", planned_for="1990-05", key="a")
    imported(chancery, Told("src:1", (row(1).events[0], announced)))
    (outcome,) = imported(chancery, row(1))
    assert [lost.body["type"] for lost in outcome.missing] == ["visit.announced"]


def test_what_comes_back_into_the_source_stands_again(chancery: Chancery) -> None:
    imported(chancery, row(1))
    retracted(chancery, missing(chancery))
    outcome = imported(chancery, row(1))[0]
    assert (outcome.recorded, outcome.revised) == (0, 1)
    assert in_force(chancery, "src:1") == ["1990-05-01"]
    assert imported(chancery, row(1))[0].known == 1


def test_a_persons_word_on_an_event_is_left_to_that_person(chancery: Chancery) -> None:
    imported(chancery, row(1), row(2))
    chancery.commands.execute(
        CorrectEvent("src:1", 1, row(1, date="1990-06").events[0], "June", recorded_by="me")
    )
    gone = missing(chancery)
    assert [(lost.act_id, lost.settled_by) for lost in gone] == [("src:1", "me"), ("src:2", None)]
    assert retracted(chancery, gone) == 1
    assert in_force(chancery, "src:1") == ["1990-06"]
    chancery.commands.execute(RetractEvent("src:1", 1, "it never was", recorded_by="me"))
    assert imported(chancery, row(1))[0].known == 1
    assert in_force(chancery, "src:1") == []


def test_what_was_erased_does_not_come_back_under_another_id(chancery: Chancery) -> None:
    told = trip("1", "OMN", "2016-11-14", "John Forbes Kerry")
    imported(chancery, told)
    chancery.commands.execute(EraseEvent("src:1", 1, "a court ordered it", recorded_by="me"))
    (outcome,) = imported(chancery, told)
    assert (outcome.act_id, outcome.known, outcome.recorded) == ("src:1", 1, 0)
