"""Coverage: beyond what the sources claim, that nothing is recorded says nothing."""

from typing import Any

from domain.acts import check_opening, validate
from domain.dates import day_of
from domain.relationship import changes
from domain.relationship.coverage import coverage
from tests.domain.told import REGISTRY, act, event

VISITS = act(
    "coverage:hsg-visits",
    event(
        "coverage.claimed",
        "1874-11-29/2024-11-12",
        title="Visits by Foreign Leaders",
        parties=[{"party": "USA"}],
        kinds=["visit"],
    ),
)
EVERYONE = act("coverage:gdelt", event("coverage.claimed", "2015-02-18/..", title="GDELT 2.0"))


def on(day: str, relationship: str) -> list[dict[str, Any]]:
    return coverage([VISITS, EVERYONE], relationship, day_of(day))


def test_a_day_before_the_source_begins_is_unknown_and_not_empty() -> None:
    assert [line["covers"] for line in on("1860-01-01", "GBR-USA")] == [False, False]
    assert [line["covers"] for line in on("1900-01-01", "GBR-USA")] == [False, True]
    assert [line["covers"] for line in on("2025-01-01", "GBR-USA")] == [True, False]


def test_a_source_about_one_party_says_nothing_of_two_others() -> None:
    assert [line["act_id"] for line in on("2020-01-01", "KAZ-KGZ")] == ["coverage:gdelt"]


def test_a_claim_is_no_diplomatic_act_and_changes_no_relationship() -> None:
    assert changes(VISITS, REGISTRY) == ()
    two = event("coverage.claimed", "2000", title="x", parties=[{"party": "FRA"}, {"party": "DEU"}])
    assert changes(act("coverage:x", two), REGISTRY) == ()


def test_a_claim_of_no_party_may_open_its_act() -> None:
    check_opening([validate(event("coverage.claimed", "2015/..", title="All"), REGISTRY)])
