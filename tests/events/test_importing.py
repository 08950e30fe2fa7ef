"""Importing: once, with every rule held, and a changed row is a correction with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from events.application import Chancery, open_chancery
from events.write.commands import CorrectEvent
from events.write.importing import BATCH, ImportOutcome
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
