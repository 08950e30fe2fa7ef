"""Coverage: beyond what the sources claim, that nothing is recorded says nothing."""

from itertools import pairwise
from typing import Any

import pytest

from domain.acts import Act, check_opening, validate
from domain.dates import day_of
from domain.relationship import changes
from domain.relationship.coverage import PART_OF_DAY, coverage
from tests.domain.given import REGISTRY, act, event

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


def on(day: str, relationship: str, *claims: Act) -> list[dict[str, Any]]:
    return coverage(claims or (VISITS, EVERYONE), relationship, day_of(day))


def claiming(*dates: str, **fields: Any) -> Act:
    """A source with a claim a date."""
    bodies = [event("coverage.claimed", date, title="A list", **fields) for date in dates]
    return act("coverage:list", *bodies)


def quarter(day: str, period: str) -> dict[str, Any]:
    """A claim of a quarter of an hour."""
    figure = {"name": PART_OF_DAY, "value": 15, "unit": "minutes", "period": period}
    return event("coverage.claimed", day, title="A feed", figures=[figure])


def feed(*bodies: dict[str, Any]) -> Act:
    """A source that publishes all day."""
    return act("coverage:feed", *bodies)


def quarters(day: str) -> list[dict[str, Any]]:
    """Claims of all quarters of an hour of a day."""
    times = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 1_441, 15)]
    return [quarter(day, f"{a}/{b}") for a, b in pairwise(times)]


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


def test_a_file_of_the_1910s_withdraws_nothing_from_the_claim_of_the_whole() -> None:
    (line,) = on("1999-01-01", "GBR-USA", claiming("1874-11-29/2024-11-12", "1910/1919"))
    assert line["covers"]
    assert line["spans"] == ["1874-11-29/2024-11-12"]
    assert (line["gaps"], line["records"]) == ([], [1])


@pytest.mark.parametrize(
    ("dates", "spans", "gaps"),
    [
        (["1910/1919", "1920/1929"], ["1910/1929"], []),
        (["1920/1929", "1910/1919"], ["1910/1929"], []),
        (["1910/1921", "1920/1929"], ["1910/1929"], []),
        (["1910/1919", "1990/1999"], ["1910/1919", "1990/1999"], ["1920-01-01/1989-12-31"]),
        (["1910", "1912"], ["1910", "1912"], ["1911-01-01/1911-12-31"]),
        (["2019-10-24", "2019-10-26"], ["2019-10-24", "2019-10-26"], ["2019-10-25"]),
        (["1990/1999", "2000/.."], ["1990/.."], []),
        (["../1999", "2000-01-01"], ["../2000-01-01"], []),
        (["{1910..1919}"], ["1910-01-01/1919-12-31"], []),
    ],
)
def test_the_claims_of_one_source_add_up_and_a_gap_between_them_is_shown(
    dates: list[str], spans: list[str], gaps: list[str]
) -> None:
    (line,) = on("1950-01-01", "GBR-USA", claiming(*dates))
    assert (line["spans"], line["gaps"]) == (spans, gaps)


def test_a_day_in_a_gap_is_not_covered_though_the_claims_lie_around_it() -> None:
    (line,) = on("1950-06-01", "GBR-USA", claiming("1910/1919", "1990/1999"))
    assert not line["covers"]
    assert line["date"] == "1910/1999"


@pytest.mark.parametrize(("day", "covered"), [("1985-01-01", True), ("1985-01-02", False)])
def test_a_claim_whose_end_is_unknown_surely_reaches_its_first_day_alone(
    day: str, covered: bool
) -> None:
    (line,) = on(day, "GBR-USA", claiming("1985-01-01/"))
    assert (line["covers"], line["spans"]) == (covered, ["1985-01-01/"])


def test_two_sources_do_not_fill_each_other_s_gaps() -> None:
    other = act("coverage:other", event("coverage.claimed", "1920/1989", title="Another list"))
    lines = on("1950-01-01", "GBR-USA", claiming("1910/1919", "1990/1999"), other)
    assert [line["covers"] for line in lines] == [False, True]


def test_claims_of_other_kinds_of_acts_are_lines_of_their_own() -> None:
    visits = event("coverage.claimed", "1910/1919", title="A list", kinds=["visit"])
    talks = event("coverage.claimed", "1990/1999", title="A list", kinds=["talk"])
    lines = on("1995-01-01", "GBR-USA", act("coverage:list", visits, talks))
    assert [(line["kinds"], line["covers"]) for line in lines] == [
        (["talk"], True),
        (["visit"], False),
    ]


def test_what_a_source_claims_of_others_is_not_claimed_of_these_two() -> None:
    ours = event("coverage.claimed", "1910/1919", title="A list", parties=[{"party": "USA"}])
    theirs = event("coverage.claimed", "1920/1929", title="A list", parties=[{"party": "FRA"}])
    (line,) = on("1925-01-01", "GBR-USA", act("coverage:list", ours, theirs))
    assert (line["spans"], line["covers"]) == (["1910/1919"], False)


def test_a_quarter_of_an_hour_covers_no_day_and_says_what_it_holds() -> None:
    (line,) = on("2019-10-24", "GBR-USA", feed(quarter("2019-10-24", "14:30/14:45")))
    assert (line["covers"], line["spans"], line["gaps"]) == (False, [], [])
    assert line["in_part"] == ["2019-10-24"]
    assert line["held"] == {"minutes": 15, "of": 1_440}


def test_what_is_held_of_a_day_counts_on_that_day_alone() -> None:
    (line,) = on("2019-10-25", "GBR-USA", feed(quarter("2019-10-24", "14:30/14:45")))
    assert "held" not in line
    assert line["in_part"] == ["2019-10-24"]


def test_all_quarters_of_an_hour_are_the_day_and_one_less_is_not() -> None:
    bodies = quarters("2019-10-24")
    (whole,) = on("2019-10-24", "GBR-USA", feed(*bodies))
    assert (whole["covers"], whole["spans"], whole["in_part"]) == (True, ["2019-10-24"], [])
    (less,) = on("2019-10-24", "GBR-USA", feed(*bodies[1:]))
    assert (less["covers"], less["held"]["minutes"]) == (False, 1_425)


def test_a_quarter_claimed_twice_is_one_quarter() -> None:
    body = quarter("2019-10-24", "14:30/14:45")
    (line,) = on("2019-10-24", "GBR-USA", feed(body, body))
    assert line["held"]["minutes"] == 15


def test_a_day_in_part_beside_whole_days_is_neither_covered_nor_a_gap() -> None:
    days = event("coverage.claimed", "2019-10-22/2019-10-23", title="A feed")
    bodies = [days, quarter("2019-10-24", "00:00/00:15"), quarter("2019-10-26", "00:00/00:15")]
    (line,) = on("2019-10-24", "GBR-USA", feed(*bodies))
    assert line["spans"] == ["2019-10-22/2019-10-23"]
    assert line["in_part"] == ["2019-10-24", "2019-10-26"]
    assert line["gaps"] == ["2019-10-25"]
    assert not line["covers"]


def test_a_part_of_a_day_that_another_claim_covers_whole_adds_nothing() -> None:
    days = event("coverage.claimed", "2019-10", title="A feed")
    (line,) = on("2019-10-24", "GBR-USA", feed(quarter("2019-10-24", "x"), days))
    assert (line["covers"], line["in_part"], line["records"]) == (True, [], [2])


@pytest.mark.parametrize("period", ["in the morning", "14:45/14:30", "00:00/99:99"])
def test_of_a_part_that_is_not_understood_no_minute_is_held(period: str) -> None:
    (line,) = on("2019-10-24", "GBR-USA", feed(quarter("2019-10-24", period)))
    assert (line["covers"], line["in_part"]) == (False, ["2019-10-24"])
    assert line["held"]["minutes"] == 0


def test_a_part_of_more_than_a_day_is_held_in_part() -> None:
    (line,) = on("2019-10-24", "GBR-USA", feed(quarter("2019-10/..", "00:00/24:00")))
    assert (line["covers"], line["in_part"]) == (False, ["2019-10/.."])
