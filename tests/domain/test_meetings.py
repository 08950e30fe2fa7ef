"""Visits and talks between two parties, on the days that matter."""

import pytest

from tests.domain.given import act, between, event, given, ids, visit_of

APRIL_VISIT = act(
    "april",
    event(
        "visit.announced",
        "2024-01-29/2024-02-01",
        parties=visit_of("KGZ", "KAZ"),
        planned_for="2024-04",
    ),
)


def test_a_visit_announced_during_talks_is_only_possible_until_they_end() -> None:
    during = given(APRIL_VISIT).on("2024-01-31", "KAZ-KGZ")
    assert ids(during["possible"]) == ["april"]
    assert during["visits"]["planned"] == []
    after = given(APRIL_VISIT).on("2024-02-01", "KAZ-KGZ")
    assert after["possible"] == []
    assert after["visits"]["planned"][0]["window"] == "2024-04"


@pytest.mark.parametrize(
    ("day", "room"),
    [("2024-04-30", "planned"), ("2024-05-01", "unconfirmed"), ("2031-01-01", "unconfirmed")],
)
def test_a_planned_visit_never_recorded_again_is_unconfirmed_and_never_held(
    day: str, room: str
) -> None:
    state = given(APRIL_VISIT).on(day, "KAZ-KGZ")
    assert ids(state["visits"][room]) == ["april"]
    assert state["visits"]["last_held"] == {"KAZ": None, "KGZ": None}
    assert "held" not in state["visits"]["counts"].get("by_status", {})


def test_a_month_is_never_read_as_its_first_day() -> None:
    visit = act("may", event("visit.held", "2024-05", parties=visit_of("KGZ", "KAZ")))
    assert ids(given(visit).on("2024-05-30", "KAZ-KGZ")["possible"]) == ["may"]
    held = given(visit).on("2024-05-31", "KAZ-KGZ")
    assert held["visits"]["last_held"]["KGZ"]["date"] == "2024-05"
    assert held["possible"] == []


def test_a_visit_of_several_days_is_under_way_inside_them_and_held_on_the_last() -> None:
    visit = act("v", event("visit.held", "1941-12-22/1942-01-14", parties=visit_of("GBR", "USA")))
    first = given(visit).on("1941-12-22", "GBR-USA")
    assert ids(first["visits"]["under_way"]) == ["v"]
    assert first["visits"]["last_held"]["GBR"] is None
    assert ids(given(visit).on("1942-01-13", "GBR-USA")["visits"]["under_way"]) == ["v"]
    last = given(visit).on("1942-01-14", "GBR-USA")
    assert last["visits"]["under_way"] == []
    assert last["visits"]["last_held"]["GBR"]["act_id"] == "v"
    assert given(visit).on("1941-12-21", "GBR-USA")["contact"]["acts"] == {}


def test_an_unknown_end_has_surely_begun_and_may_still_go_on() -> None:
    visit = act("v", event("visit.held", "2024-02-07/", parties=visit_of("BLR", "UZB")))
    state = given(visit).on("2024-02-08", "BLR-UZB")
    assert state["visits"]["last_held"]["BLR"]["date"] == "2024-02-07/"
    assert state["possible"][0]["status"] == "under_way"


def test_an_open_end_is_still_under_way_and_not_held() -> None:
    visit = act("v", event("visit.held", "2024-02-07/..", parties=visit_of("BLR", "UZB")))
    state = given(visit).on("2030-01-01", "BLR-UZB")
    assert ids(state["visits"]["under_way"]) == ["v"]
    assert state["visits"]["last_held"]["BLR"] is None
    assert state["possible"] == []


def test_the_events_of_a_visit_may_be_recorded_in_any_order() -> None:
    announced = event("visit.announced", "2019-11-01", planned_for="2020-03-10")
    postponed = event("visit.postponed", "2020-03-01", planned_for="2020-06")
    held = event("visit.held", "2020-06-20", rank="official")
    opening = {"parties": visit_of("FRA", "DEU")}
    in_order = act("v", announced | opening, postponed, held)
    # Nobody is party to an act by what is only said of a later day: the announcement names them.
    learnt_late = act("v", held | opening, announced | opening, postponed)
    for day in ("2019-12-01", "2020-03-15", "2020-06-30"):
        one, other = (given(a).on(day, "DEU-FRA") for a in (in_order, learnt_late))
        assert one["visits"]["counts"] == other["visits"]["counts"]
        assert ids(one["visits"]["planned"]) == ids(other["visits"]["planned"])
        assert one["anomalies"] == other["anomalies"] == []
    assert (
        given(in_order).on("2020-03-15", "DEU-FRA")["visits"]["planned"][0]["window"] == "2020-06"
    )


def test_an_announcement_of_some_day_that_year_turns_no_held_visit_back_to_planned() -> None:
    visit = act(
        "v",
        event("visit.held", "2024-04-10", parties=visit_of("KGZ", "KAZ")),
        event("visit.announced", "2024", planned_for="2024-04-10"),
    )
    for day in ("2024-06-01", "2024-12-31", "2025-06-01"):
        state = given(visit).on(day, "KAZ-KGZ")
        assert state["visits"]["planned"] == state["visits"]["unconfirmed"] == []
        assert state["visits"]["counts"]["by_status"] == {"held": 1}
        assert state["anomalies"] == []


def test_a_visit_held_after_it_was_cancelled_is_an_anomaly() -> None:
    visit = act(
        "v",
        event("visit.cancelled", "1960-06-16", parties=visit_of("USA", "JPN")),
        event("visit.held", "1960-06-19"),
    )
    state = given(visit).on("1960-06-19", "JPN-USA")
    assert [a["anomaly"] for a in state["anomalies"]] == ["held_after_cancelled"]
    assert state["anomalies"][0]["records"] == [1, 2]
    assert given(visit).on("1960-06-18", "JPN-USA")["anomalies"] == []


def test_a_visit_cancelled_and_announced_anew_is_planned_again_without_anomaly() -> None:
    visit = act(
        "v",
        event(
            "visit.announced", "2020-01-10", planned_for="2020-04", parties=visit_of("ITA", "FRA")
        ),
        event("visit.cancelled", "2020-03-12"),
        event("visit.announced", "2020-06-02", planned_for="2020-09"),
    )
    assert given(visit).on("2020-05-01", "FRA-ITA")["visits"]["planned"] == []
    state = given(visit).on("2020-06-02", "FRA-ITA")
    assert state["visits"]["planned"][0]["window"] == "2020-09"
    assert state["anomalies"] == []


def test_last_held_is_kept_for_each_direction() -> None:
    state = given(
        act("a", event("visit.held", "1973-06-18/1973-06-25", parties=visit_of("SUN", "USA"))),
        act("b", event("visit.held", "1972-05-22/1972-05-30", parties=visit_of("USA", "SUN"))),
        act("c", event("visit.held", "1974-06-27/1974-07-03", parties=visit_of("USA", "SUN"))),
    ).on("1973-12-31", "SUN-USA")
    held = state["visits"]["last_held"]
    assert (held["SUN"]["act_id"], held["USA"]["act_id"]) == ("a", "b")
    assert state["visits"]["counts"]["by_direction"] == {"SUN": 1, "USA": 1}


def test_two_visits_on_one_day_are_two_acts() -> None:
    state = given(
        act("a", event("visit.held", "1991-11-12", parties=visit_of("USA", "ITA"))),
        act("b", event("visit.held", "1991-11-12", parties=visit_of("USA", "ITA"))),
    ).on("1991-11-12", "ITA-USA")
    assert state["contact"]["acts"] == {"visit": 2}


def test_talks_dated_by_an_interval_are_under_way_inside_it() -> None:
    talks = act(
        "t",
        event(
            "talk.held",
            "2024-01-29/2024-02-01",
            parties=between("KAZ", "KGZ"),
            levels=["foreign_minister", "head_of_government"],
        ),
    )
    assert ids(given(talks).on("2024-01-31", "KAZ-KGZ")["talks"]["under_way"]) == ["t"]
    state = given(talks).on("2024-02-01", "KAZ-KGZ")
    assert state["talks"]["last_held"]["date"] == "2024-01-29/2024-02-01"
    assert state["talks"]["counts"]["by_level"] == {"foreign_minister": 1, "head_of_government": 1}


def test_scheduled_talks_whose_day_has_passed_are_unconfirmed_like_visits() -> None:
    talks = act(
        "t",
        event(
            "talk.scheduled", "1985-07-03", planned_for="1985-11-19", parties=between("USA", "SUN")
        ),
    )
    assert ids(given(talks).on("1985-11-19", "SUN-USA")["talks"]["planned"]) == ["t"]
    assert ids(given(talks).on("1985-11-20", "SUN-USA")["talks"]["unconfirmed"]) == ["t"]


def test_a_meeting_of_twenty_is_context_in_its_pairs_and_no_pairs_own_act() -> None:
    members = [
        "AUT",
        "BEL",
        "BGR",
        "HRV",
        "CYP",
        "CZE",
        "DNK",
        "EST",
        "FIN",
        "FRA",
        "DEU",
        "GRC",
        "HUN",
        "IRL",
        "ITA",
        "LVA",
        "LTU",
        "LUX",
        "MLT",
        "EU",
    ]
    summit = act("s", event("talk.held", "2024-03-21", parties=between(*members)))
    state = given(summit).on("2024-03-21", "DEU-FRA")
    assert ids(state["context"]) == ["s"]
    assert state["context"][0]["parties"] == 20
    assert state["talks"]["last_held"] is None
    assert state["contact"] == {
        "first": None,
        "last": None,
        "acts": {},
        "last_12_months": 0,
        "many_party": 1,
        "many_party_agreements": 0,
    }


def test_a_visit_by_two_presidents_together_is_a_visit_by_each() -> None:
    visit = act(
        "v",
        event(
            "visit.held",
            "2022-06-16",
            parties=[
                {"party": "FRA", "role": "visitor"},
                {"party": "DEU", "role": "visitor"},
                {"party": "UKR", "role": "host"},
            ],
        ),
    )
    assert given(visit).on("2022-06-16", "FRA-UKR")["contact"]["acts"] == {"visit": 1}
    between_visitors = given(visit).on("2022-06-16", "DEU-FRA")
    assert between_visitors["contact"]["acts"] == {}
    assert ids(between_visitors["context"]) == ["v"]


def test_the_last_12_months_are_counted_back_from_the_day_asked_about() -> None:
    history = given(
        act("a", event("visit.held", "2023-03-10", parties=visit_of("KAZ", "KGZ"))),
        act("b", event("visit.held", "2023-03-11", parties=visit_of("KAZ", "KGZ"))),
    )
    assert history.on("2024-03-09", "KAZ-KGZ")["contact"]["last_12_months"] == 2
    assert history.on("2024-03-10", "KAZ-KGZ")["contact"]["last_12_months"] == 1
    assert history.on("2024-03-11", "KAZ-KGZ")["contact"]["last_12_months"] == 0
