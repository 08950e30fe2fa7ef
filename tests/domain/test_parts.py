"""A party's part in a treaty: how it ends, expires, is taken up again and passes to a successor."""

from __future__ import annotations

from typing import Any

from domain.acts import Act
from tests.domain.given import act, between, event, given

OF_THREE = event("agreement.signed", "2000-01-01", parties=between("KAZ", "KGZ", "UZB"))
CONSENT = event("agreement.ratified", "2000-02-01", by=["KAZ", "KGZ", "UZB"])
FORCE = event("agreement.entered_into_force", "2001-01-01")


def line(treaty: Act, day: str, pair: str) -> tuple[str | None, dict[str, Any]]:
    """Under which status a treaty stands, and its line."""
    for room, lines in given(treaty).on(day, pair)["agreements"].items():
        if room not in ("counts", "in_effect") and lines:
            return room, lines[0]
    return None, {}


def test_the_day_named_for_its_end_ends_a_treaty_that_never_came_into_force() -> None:
    treaty = act("t", OF_THREE | {"expires_on": "2005-06-30"})
    assert line(treaty, "2005-06-30", "KAZ-KGZ")[0] == "signed"
    room, entry = line(treaty, "2005-07-01", "KAZ-KGZ")
    assert (room, entry["how"], entry["since"]) == ("ended", "expired", "2005-06-30")


def test_the_day_named_for_its_end_holds_for_all_parties_whoever_names_it() -> None:
    named = event("agreement.ratified", "2000-03-01", by=["KAZ"], expires_on="2005-06-30")
    treaty = act("t", OF_THREE, CONSENT, FORCE, named)
    assert line(treaty, "2003-01-01", "KGZ-UZB")[1]["until"] == "2005-06-30"


def test_a_consent_withdrawn_before_its_day_of_effect_binds_nobody() -> None:
    late = event("agreement.acceded", "2002-01-01", by=["TJK"], effective="2003-01-01")
    back = event("agreement.consent_withdrawn", "2002-06-01", by=["TJK"])
    treaty = act("t", OF_THREE, CONSENT, FORCE, late)
    assert line(treaty, "2003-01-01", "KAZ-TJK")[0] == "in_force"
    taken_back = act("t", OF_THREE, CONSENT, FORCE, late, back)
    assert line(taken_back, "2003-01-01", "KAZ-TJK")[0] == "signed"


def test_who_came_back_after_the_other_had_left_is_out_with_it_since_the_first_left() -> None:
    treaty = act(
        "t",
        OF_THREE,
        CONSENT,
        FORCE,
        event("agreement.withdrawn", "2003-01-01", by=["KAZ"]),
        event("agreement.withdrawn", "2005-01-01", by=["KGZ"]),
        event("agreement.acceded", "2007-01-01", by=["KAZ"]),
    )
    room, entry = line(treaty, "2008-01-01", "KAZ-KGZ")
    assert (room, entry["since"], entry["by"]) == ("ended", "2003-01-01", ["KAZ"])
    assert line(treaty, "2008-01-01", "KAZ-UZB")[0] == "in_force"


def test_nothing_stood_between_one_who_left_and_one_who_joined_later() -> None:
    treaty = act(
        "t",
        OF_THREE,
        CONSENT,
        FORCE,
        event("agreement.withdrawn", "2003-01-01", by=["KAZ"]),
        event("agreement.acceded", "2005-01-01", by=["TJK"]),
    )
    assert line(treaty, "2006-01-01", "KAZ-TJK") == (None, {})


def test_a_successor_stands_where_its_predecessor_stood_also_in_a_suspension() -> None:
    treaty = act(
        "t",
        event("agreement.signed", "1986-01-01", parties=between("CSK", "USA", "FRA")),
        event("agreement.ratified", "1986-02-01", by=["CSK", "USA", "FRA"]),
        event("agreement.entered_into_force", "1986-06-01"),
        event("agreement.suspended", "1990-01-01", by=["CSK"]),
        event("agreement.succeeded", "1993-01-01", by=["CZE"]),
    )
    room, entry = line(treaty, "1994-01-01", "CZE-USA")
    assert (room, entry["since"]) == ("suspended", "1993-01-01")


def test_what_stood_between_two_that_ended_on_one_day_ended_with_both() -> None:
    treaty = act(
        "t",
        event("agreement.signed", "1987-01-01", parties=between("DDR", "GFR")),
        event("agreement.entered_into_force", "1987-06-01"),
    )
    room, entry = line(treaty, "1990-10-03", "DDR-GFR")
    assert (room, entry["how"], entry["by"]) == ("ended", "party_ended", ["DDR", "GFR"])


def test_force_dated_back_is_shown_on_the_days_without_force_alone() -> None:
    treaty = act(
        "t",
        event("agreement.signed", "2000-01-01", parties=between("KAZ", "KGZ")),
        event("agreement.entered_into_force", "2001-01-01"),
        event("agreement.withdrawn", "2003-01-01", by=["KAZ"]),
        event("agreement.entered_into_force", "2005-01-01", effective="2002-01-01"),
    )
    days = ("2002-06-01", "2003-06-01", "2005-06-01")
    in_effect = [bool(given(treaty).on(day, "KAZ-KGZ")["agreements"]["in_effect"]) for day in days]
    assert in_effect == [False, True, False]
