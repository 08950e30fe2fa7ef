"""Proposals and their targets; recognition, relations and missions as three things."""

import pytest

from tests.domain.given import act, between, event, given, ids

TARGET = {"name": "bilateral_trade", "value": 2_000_000_000, "unit": "USD"}
TALKS = act(
    "talks",
    event(
        "talk.held",
        "2024-01-29/2024-02-01",
        parties=between("KAZ", "KGZ"),
        figures=[
            {"name": "bilateral_trade", "value": 1_300_000_000, "unit": "USD", "period": "2023"}
        ],
    ),
)
JOINT_TARGET = act(
    "target",
    event(
        "proposal.endorsed",
        "2024-01-29/2024-02-01",
        parties=between("KAZ", "KGZ"),
        by=["KAZ", "KGZ"],
        target=TARGET,
    ),
    first_position=2,
)


def test_a_joint_target_shows_the_latest_figure_for_the_same_thing_and_the_share_reached() -> None:
    state = given(TALKS, JOINT_TARGET).on("2024-02-02", "KAZ-KGZ")
    endorsed = state["proposals"]["endorsed"][0]
    assert endorsed["target"] == TARGET
    assert endorsed["latest"]["value"] == 1_300_000_000
    assert endorsed["latest"]["records"] == [1]
    assert endorsed["reached"] == 0.65


@pytest.mark.parametrize(("value", "target"), [(1e308, 1e-8), (5, 0), (-1e308, 1e-300)])
def test_a_share_that_no_number_holds_is_left_out(value: float, target: float) -> None:
    named = {"name": "trade", "unit": "USD"}
    endorsed = act(
        "target",
        event(
            "proposal.endorsed",
            "2024-02-01",
            parties=between("KAZ", "KGZ"),
            target={**named, "value": target},
        ),
    )
    reported = act(
        "talks",
        event(
            "talk.held",
            "2024-01-02",
            parties=between("KAZ", "KGZ"),
            figures=[{**named, "value": value}],
        ),
        first_position=2,
    )
    (line,) = given(endorsed, reported).on("2024-02-02", "KAZ-KGZ")["proposals"]["endorsed"]
    assert line["latest"]["value"] == value
    assert line["reached"] is None


def test_the_same_amount_for_another_thing_is_never_progress() -> None:
    package = act(
        "package",
        event(
            "agreement.signed",
            "2024-02-06",
            parties=between("KAZ", "KGZ"),
            figures=[{"name": "agreements_value", "value": 1_000_000_000, "unit": "USD"}],
        ),
        first_position=3,
    )
    state = given(JOINT_TARGET, package).on("2024-02-08", "KAZ-KGZ")
    assert state["proposals"]["endorsed"][0]["latest"] is None
    assert state["proposals"]["endorsed"][0]["reached"] is None


def test_an_offer_is_open_and_counts_its_days_until_it_is_answered() -> None:
    offer = act(
        "offer",
        event(
            "proposal.tabled",
            "2024-02-01",
            parties=[{"party": "RUS", "role": "proposer"}, {"party": "KAZ", "role": "addressee"}],
        ),
        event("proposal.declined", "2024-03-01", by=["KAZ"]),
    )
    line = given(offer).on("2024-02-11", "KAZ-RUS")["proposals"]["open"][0]
    assert (line["proposers"], line["addressees"], line["days"]) == (["RUS"], ["KAZ"], 10)
    answered = given(offer).on("2024-03-01", "KAZ-RUS")["proposals"]
    assert (answered["open"], answered["closed"]) == ([], {"declined": 1})


def test_an_unattributed_proposal_has_no_proposer() -> None:
    target = act(
        "t", event("proposal.tabled", "2024-02-07?", parties=between("BLR", "UZB"), target=TARGET)
    )
    line = given(target).on("2024-02-08", "BLR-UZB")["proposals"]["open"][0]
    assert "proposers" not in line
    assert line["since"] == "2024-02-07?"


def test_a_counter_proposal_keeps_the_proposal_open_since_it_was_tabled() -> None:
    offer = act(
        "o",
        event("proposal.tabled", "1990-01-01", parties=between("USA", "SUN"), by=["USA"]),
        event("proposal.counter_proposed", "1990-01-11", by=["SUN"]),
        event("proposal.accepted", "1990-02-01", by=["USA"]),
        event("proposal.carried_out", "1991-01-01"),
    )
    line = given(offer).on("1990-01-21", "SUN-USA")["proposals"]["open"][0]
    assert (line["since"], line["days"], line["status"]) == ("1990-01-01", 20, "counter_proposed")
    assert line["records"] == [1, 2]
    later = given(offer).on("1991-01-01", "SUN-USA")
    assert later["proposals"]["closed"] == {"carried_out": 1}
    assert later["anomalies"] == []


CUBA = act(
    "cuba",
    event(
        "relation.recognised",
        "1902-05-20",
        parties=between("USA", "CUB"),
        by=["USA"],
        recognition="de_jure",
    ),
    event("relation.established", "1902-05-27"),
    event(
        "relation.mission_opened", "1902-05-27", by=["USA"], mission_class="envoy", resident=True
    ),
    event("relation.mission_class_changed", "1923-02-10", by=["USA"], mission_class="ambassador"),
    event("relation.severed", "1961-01-03", by=["USA"]),
    event("relation.mission_closed", "1961-01-03", by=["USA"]),
    event("relation.interests_section_opened", "1977-09-01", by=["USA"], protecting_power="CHE"),
    event("relation.resumed", "2015-07-20"),
)


def test_severed_relations_and_an_interests_section_stand_side_by_side() -> None:
    relations = given(CUBA).on("1980-01-01", "CUB-USA")["relations"]
    assert relations["diplomatic"]["status"] == "severed"
    assert relations["recognition"]["USA"]["status"] == "de_jure"
    assert relations["recognition"]["CUB"] is None
    mission = relations["missions"]["USA"]
    assert (mission["status"], mission["protecting_power"]) == ("interests_section", "CHE")


def test_a_closed_mission_is_known_to_be_closed_which_is_not_unknown() -> None:
    relations = given(CUBA).on("1970-01-01", "CUB-USA")["relations"]
    assert relations["missions"]["USA"]["status"] == "closed"
    assert relations["missions"]["CUB"] is None


def test_a_mission_raised_to_an_embassy_changes_class_and_not_relations() -> None:
    relations = given(CUBA).on("1930-01-01", "CUB-USA")["relations"]
    assert relations["missions"]["USA"]["class"] == "ambassador"
    assert relations["diplomatic"]["since"] == "1902-05-27"


def test_relations_established_some_day_that_year_do_not_undo_a_break_in_june() -> None:
    act_ = act(
        "r",
        event("relation.established", "1992", parties=between("USA", "SRB")),
        event("relation.severed", "1992-06-01", by=["USA"]),
    )
    for day in ("1992-06-01", "1992-12-31", "1995-01-01"):
        assert given(act_).on(day, "SRB-USA")["relations"]["diplomatic"]["status"] == "severed"


def test_a_party_that_did_not_exist_that_day_is_an_anomaly_in_its_own_pairs() -> None:
    talk = act("t", event("talk.held", "1950-06-01", parties=between("KGZ", "USA", "GBR")))
    assert [a["party"] for a in given(talk).on("1950-06-01", "KGZ-USA")["anomalies"]] == ["KGZ"]
    assert given(talk).on("1950-06-01", "GBR-USA")["anomalies"] == []


def test_an_empty_relationship_says_so_everywhere() -> None:
    state = given().on("2024-01-01", "KAZ-RUS")
    assert state["contact"]["acts"] == {}
    assert ids(state["visits"]["planned"]) == []
    assert state["more"] == {}
