"""A relationship along the chain: one state of knowledge over all parties of a state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from events.application import Chancery, open_chancery
from events.write.commands import RecordAct
from tests.domain.given import between, event, visit_of

RELATIONS = event("relation.established", "1955-05-05", parties=between("USA", "GFR"), title="1955")
TREATY = event(
    "agreement.signed",
    "1954-10-29",
    parties=between("USA", "GFR"),
    in_force_on_signature=True,
    title="Treaty of Friendship",
)
VISIT = event("visit.held", "1994-07-12", parties=visit_of("USA", "DEU"), title="Berlin")
WAR = event("relation.severed", "1941-12-11", parties=between("USA", "GMY"), title="War")


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    opened = open_chancery("sqlite:///:memory:")
    for number, body in enumerate((WAR, RELATIONS, TREATY, VISIT)):
        opened.commands.execute(RecordAct(f"a:{number}", [body], recorded_by="clerk"))
    yield opened
    opened.close()


def test_by_itself_each_party_ends_and_what_stood_with_it(chancery: Chancery) -> None:
    state = chancery.query.state("GFR-USA", "2000-01-01")
    assert state["relations"]["diplomatic"]["how"] == "party_ended"
    assert state["relations"]["diplomatic"]["since"] == "1990-10-02"
    assert [line["how"] for line in state["agreements"]["ended"]] == ["party_ended"]
    gfr, _ = state["parties"]
    assert (gfr["existed"], gfr["until"], gfr["followed_by"]) == (False, "1990-10-02", ["DEU"])
    assert state["pairs_of_the_day"] == ["DEU-USA"]


def test_along_the_chain_what_stood_under_one_goes_on_and_says_under_which(
    chancery: Chancery,
) -> None:
    state = chancery.query.state_along("DEU-USA", "2000-01-01")
    assert state["chain"]["DEU"] == ["NORTHGERMANCONF", "GMY", "OCCGERMANY", "GFR", "DEU"]
    diplomatic = state["relations"]["diplomatic"]
    assert (diplomatic["status"], diplomatic["under"]) == ("established", "GFR-USA")
    (treaty,) = state["agreements"]["in_force"]
    assert (treaty["since"], treaty["under"]) == ("1954-10-29", "GFR-USA")
    assert state["visits"]["last_held"]["USA"]["under"] == "DEU-USA"
    assert state["contact"]["first"] == "1941-12-11"
    assert state["contact"]["acts"] == {"agreement": 1, "relation": 2, "visit": 1}


def test_any_member_of_the_chain_asks_the_same_chain_on_both_axes(chancery: Chancery) -> None:
    state = chancery.query.state_along("GMY-USA", "1950-01-01", 1)
    assert state["relations"]["diplomatic"]["status"] == "severed"
    assert state["contact"]["acts"] == {"relation": 1}
    assert state["basis"]["position"] == 1


def test_a_treaty_taken_over_is_told_once_under_the_party_of_the_day(chancery: Chancery) -> None:
    signed = event("agreement.signed", "1968-07-01", parties=between("USA", "SUN", "GBR"))
    forced = event("agreement.entered_into_force", "1970-03-05", by=["USA", "SUN", "GBR"])
    taken = event("agreement.succeeded", "1991-12-26", by=["RUS"])
    chancery.commands.execute(RecordAct("npt", [signed, forced, taken], recorded_by="clerk"))
    for day, under in (("1980-01-01", "SUN-USA"), ("2000-01-01", "RUS-USA")):
        (line,) = chancery.query.state_along("RUS-USA", day)["agreements"]["in_force"]
        assert (line["act_id"], line["under"]) == ("npt", under)
