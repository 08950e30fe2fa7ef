"""Cases from the field that no single room holds: each a real complaint or a real row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from events.application import Chancery, open_chancery
from events.errors import VersionConflict
from events.write.commands import AddEvents, CorrectEvent, RecordAct
from tests.domain.given import between, event, visit_of


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    opened = open_chancery("sqlite:///:memory:")
    yield opened
    opened.close()


def test_usa_japan_and_japan_usa_are_one_relationship(chancery: Chancery) -> None:
    visit = event("visit.held", "1960-09-27", parties=visit_of("JPN", "USA"))
    chancery.commands.execute(RecordAct("v", [visit], recorded_by="clerk"))
    assert chancery.query.state("USA-JPN", known_at=1) == chancery.query.state(
        "JPN-USA", known_at=1
    )


def test_one_act_told_by_two_outlets_is_one_act_with_two_sources(chancery: Chancery) -> None:
    sources = [{"title": "Asahi"}, {"title": "The New York Times"}]
    visit = event("visit.held", "1960-09-27", parties=visit_of("JPN", "USA"), sources=sources)
    chancery.commands.execute(RecordAct("v", [visit], recorded_by="clerk"))
    timeline = chancery.query.timeline("JPN-USA")["events"]
    assert [(line["act_id"], line["sources"]) for line in timeline] == [("v", 2)]


def test_a_source_whose_address_goes_dead_keeps_its_digest_and_says_so(
    chancery: Chancery,
) -> None:
    source = {
        "title": "Joint communiqué",
        "url": "https://example.org/communique",
        "sha256": "de21e82dad938d22bceeb6f27acd83490526cd2eed859b7ff7e930a2b557440f",
        "status": "live",
    }
    talk = event("talk.held", "1972-09-29", parties=between("JPN", "CHN"), sources=[source])
    chancery.commands.execute(RecordAct("t", [talk], recorded_by="clerk"))
    dead = talk | {"sources": [source | {"status": "dead"}]}
    chancery.commands.execute(
        CorrectEvent("t", 1, dead, "the address answers no more", recorded_by="clerk")
    )
    source_now = chancery.query.act("t")["events"][0]["event"]["sources"][0]
    assert (source_now["status"], source_now["sha256"]) == ("dead", source["sha256"])
    before = chancery.query.act("t", known_at=1)["events"][0]["event"]["sources"][0]
    assert before["status"] == "live"


def test_a_trip_recorded_for_the_wrong_year_is_put_right_with_both_years_visible(
    chancery: Chancery,
) -> None:
    trip = event("visit.held", "2098-05-05", parties=visit_of("USA", "GBR"))
    chancery.commands.execute(RecordAct("t", [trip], recorded_by="clerk"))
    chancery.commands.execute(
        CorrectEvent("t", 1, trip | {"date": "2008-05-05"}, "a typing error", recorded_by="clerk")
    )
    dates = [
        record["body"].get("date") or record["body"]["event"]["date"]
        for record in chancery.query.history("t")["records"]
    ]
    assert dates == ["2098-05-05", "2008-05-05"]
    held = chancery.query.state("GBR-USA", "2010-01-01")["visits"]["last_held"]["USA"]
    assert held["date"] == "2008-05-05"


@pytest.mark.parametrize(("written", "possible"), [("1985/", 1), ("1985/..", 0)])
def test_an_unknown_end_may_be_over_and_an_open_one_is_not(
    chancery: Chancery, written: str, possible: int
) -> None:
    talk = event("talk.held", written, parties=between("SUN", "USA"))
    chancery.commands.execute(RecordAct("t", [talk], recorded_by="clerk"))
    state = chancery.query.state("SUN-USA", "1986-06-01")
    assert len(state["possible"]) == possible
    assert len(state["talks"]["under_way"]) == 1 - possible


def test_a_figure_beyond_what_a_double_holds_keeps_every_digit(chancery: Chancery) -> None:
    figure = {"name": "reserves", "value": "9007199254740993", "unit": "KZT"}
    talk = event("talk.held", "2024-01-29", parties=between("KAZ", "KGZ"), figures=[figure])
    chancery.commands.execute(RecordAct("t", [talk], recorded_by="clerk"))
    assert chancery.query.act("t")["events"][0]["event"]["figures"] == [figure]


def test_two_writers_that_saw_the_same_version_do_not_both_win(tmp_path: object) -> None:
    one = open_chancery(f"sqlite:///{tmp_path}/c.db")
    other = open_chancery(f"sqlite:///{tmp_path}/c.db")
    talk = event("talk.opened", "2024-01-29", parties=between("KAZ", "KGZ"))
    one.commands.execute(RecordAct("t", [talk], recorded_by="a"))
    held, halted = event("talk.held", "2024-02-01"), event("talk.halted", "2024-01-30")
    one.commands.execute(AddEvents("t", [held], recorded_by="a", expected_version=1))
    with pytest.raises(VersionConflict):
        other.commands.execute(AddEvents("t", [halted], recorded_by="b", expected_version=1))
    assert other.query.act("t")["version"] == 2
    one.close()
    other.close()
