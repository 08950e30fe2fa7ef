"""Agreements between two, and what a treaty of many is between each two of its parties."""

from typing import Any

import pytest

from domain.acts import Act, make_act
from domain.relationship import Kept, changes, touched
from tests.domain.given import REGISTRY, act, between, event, given, ids


def rooms(state: dict[str, Any], act_id: str) -> str | None:
    """Where an agreement stands in a state."""
    for room, lines in state["agreements"].items():
        if room != "counts" and act_id in ids(lines):
            return room
    return None


BORDER = act(
    "border",
    event("agreement.signed", "1924", parties=between("SUN", "CHN"), form="treaty"),
    event("agreement.ratified", "1924-06-15", by=["SUN"]),
    event("agreement.ratified", "1924-06-15", by=["CHN"]),
)


@pytest.mark.parametrize("day", ["1924-06-30", "1924-12-31"])
def test_a_signature_of_some_day_in_1924_lies_before_the_ratification_of_june(day: str) -> None:
    state = given(BORDER).on(day, "CHN-SUN")
    signed = state["agreements"]["signed"][0]
    assert "awaiting" not in signed
    assert state["possible"] == []
    assert [a["anomaly"] for a in state["anomalies"] if "before" in a["anomaly"]] == []


def test_the_signatures_date_stays_as_imprecise_as_the_source_gave_it() -> None:
    state = given(BORDER).on("1924-12-31", "CHN-SUN")
    assert state["agreements"]["signed"][0]["since"] == "1924"


def test_an_agreement_is_signed_then_awaits_whoever_has_not_ratified_then_is_in_force() -> None:
    salt = act(
        "start",
        event("agreement.signed", "1991-07-31", parties=between("USA", "GBR"), form="treaty"),
        event("agreement.ratified", "1992-10-01", by=["USA"]),
        event("agreement.entered_into_force", "1994-12-05", expires_on="2009-12-05"),
    )
    history = given(salt)
    assert history.on("1991-07-30", "GBR-USA")["agreements"]["signed"] == []
    signed = history.on("1991-07-31", "GBR-USA")["agreements"]["signed"][0]
    assert signed["awaiting"] == ["GBR", "USA"]
    assert history.on("1992-10-01", "GBR-USA")["agreements"]["signed"][0]["awaiting"] == ["GBR"]
    force = history.on("1994-12-05", "GBR-USA")["agreements"]["in_force"][0]
    assert (force["since"], force["until"]) == ("1994-12-05", "2009-12-05")
    assert rooms(history.on("2009-12-05", "GBR-USA"), "start") == "in_force"
    ended = history.on("2009-12-06", "GBR-USA")["agreements"]["ended"][0]
    assert (ended["how"], ended["since"]) == ("expired", "2009-12-05")


def test_progress_agreed_in_principle_is_never_shown_as_in_force() -> None:
    understanding = act(
        "u", event("agreement.agreed_in_principle", "2023-12~", parties=between("KGZ", "TJK"))
    )
    state = given(understanding).on("2024-02-08", "KGZ-TJK")
    assert rooms(state, "u") == "unsigned"
    assert state["agreements"]["unsigned"][0]["how"] == "agreed_in_principle"


def test_an_agreement_may_bring_force_on_signature() -> None:
    note = act(
        "n",
        event(
            "agreement.signed",
            "1955-01-01",
            parties=between("GBR", "JPN"),
            in_force_on_signature=True,
        ),
    )
    assert rooms(given(note).on("1955-01-01", "GBR-JPN"), "n") == "in_force"


def test_force_may_be_provisional_suspended_resumed_and_ended() -> None:
    pact = act(
        "p",
        event("agreement.signed", "1960-01-01", parties=between("FRA", "MAR")),
        event("agreement.provisionally_applied", "1960-02-01"),
        event("agreement.entered_into_force", "1961-01-01"),
        event("agreement.suspended", "1970-01-01"),
        event("agreement.resumed", "1971-01-01"),
        event("agreement.terminated", "1979-06-01", effective="1980-01-01"),
    )
    stood = {
        "1960-01-31": "signed",
        "1960-02-01": "provisional",
        "1961-01-01": "in_force",
        "1970-01-01": "suspended",
        "1971-01-01": "in_force",
        "1979-12-31": "in_force",
        "1980-01-01": "ended",
    }
    assert {day: rooms(given(pact).on(day, "FRA-MAR"), "p") for day in stood} == stood


def test_retroactive_force_is_lawful_and_still_an_anomaly() -> None:
    treaty = act(
        "r",
        event("agreement.signed", "1950-05-05", parties=between("GBR", "FRA")),
        event("agreement.entered_into_force", "1950-01-01", parties=between("GBR", "FRA")),
    )
    state = given(treaty).on("1950-05-05", "FRA-GBR")
    assert rooms(state, "r") == "in_force"
    assert [a["anomaly"] for a in state["anomalies"]] == ["entered_into_force_before_signed"]


def treaty_of_many() -> Act:
    """A treaty of 190 parties; New Zealand accedes late, leaves, and accedes again."""
    states = sorted(p.code for p in REGISTRY if p.kind == "state" and p.code != "NZL")[:189]
    return act(
        "many",
        event(
            "agreement.adopted", "1992-05-09", parties=between(*states, "NZL"), form="convention"
        ),
        event("agreement.signed", "1992-06-04", by=states),
        event("agreement.ratified", "1993-03-16", deposited="1993-04-01", by=states[:100]),
        event("agreement.entered_into_force", "1994-03-21"),
        event("agreement.ratified", "1995-01-01", by=states[100:188]),
        event("agreement.acceded", "2000-01-01", by=["NZL"]),
        event("agreement.withdrawn", "2004-06-01", effective="2005-06-01", by=["NZL"]),
        event("agreement.acceded", "2010-01-01", by=["NZL"]),
    )


def test_force_between_each_two_of_190_parties_is_right_on_every_day() -> None:
    treaty = treaty_of_many()
    others = [code for code in treaty.codes if code != "NZL"]
    states = sorted(others)
    early, late, never = states[0], states[100], states[188]
    history = given(treaty)

    def stands(day: str, a: str, b: str) -> str | None:
        return rooms(history.on(day, "-".join(sorted((a, b)))), "many")

    assert stands("1994-03-20", early, states[1]) == "signed"
    assert stands("1994-03-21", early, states[1]) == "in_force"
    assert stands("1994-12-31", early, late) == "signed"
    assert stands("1995-01-01", early, late) == "in_force"
    assert stands("2020-01-01", early, never) == "signed"
    assert stands("1992-06-03", early, "NZL") == "unsigned"
    assert stands("1999-12-31", early, "NZL") == "signed"
    assert stands("2000-01-01", early, "NZL") == "in_force"
    assert stands("2005-05-31", early, "NZL") == "in_force"
    assert stands("2005-06-01", early, "NZL") == "ended"
    assert stands("2010-01-01", early, "NZL") == "in_force"
    force = history.on("2010-01-01", "-".join(sorted((early, "NZL"))))["agreements"]["in_force"]
    assert force[0]["since"] == "2010-01-01"


def test_consent_binds_from_the_deposit_and_not_from_the_instrument() -> None:
    treaty = act(
        "t",
        event("agreement.signed", "1960-01-01", parties=between("GBR", "FRA", "ITA")),
        event("agreement.entered_into_force", "1961-01-01"),
        event("agreement.ratified", "1960-06-01", by=["GBR"]),
        event("agreement.ratified", "1962-01-01", deposited="1963-01-01", by=["FRA"]),
    )
    assert rooms(given(treaty).on("1962-06-01", "FRA-GBR"), "t") == "signed"
    assert rooms(given(treaty).on("1963-01-01", "FRA-GBR"), "t") == "in_force"


def test_an_accession_of_some_day_that_year_to_a_treaty_long_in_force_is_possible() -> None:
    treaty = act(
        "t",
        event("agreement.signed", "1960-01-01", by=["GBR", "FRA"], parties=between("GBR", "FRA")),
        event("agreement.ratified", "1960-06-01", by=["GBR", "FRA"]),
        event("agreement.entered_into_force", "1961-01-01"),
        event("agreement.acceded", "1970", by=["ITA"]),
    )
    assert ids(given(treaty).on("1970-06-01", "FRA-ITA")["possible"]) == ["t"]
    assert rooms(given(treaty).on("1970-12-31", "FRA-ITA"), "t") == "in_force"


def test_an_accession_to_a_treaty_of_many_touches_only_the_pairs_of_who_accedes() -> None:
    treaty = treaty_of_many()
    before = make_act("many", "agreement", treaty.facts[:5])
    after = make_act("many", "agreement", treaty.facts[:6])
    pairs = touched(before, after, REGISTRY)
    assert pairs is not None
    assert len(pairs) == 189
    assert all("NZL" in pair.split("-") for pair in pairs)
    unrelated = {"DEU-FRA", "KAZ-KGZ"}
    assert changes(before, REGISTRY, unrelated) == changes(after, REGISTRY, unrelated)


def test_a_withdrawal_that_names_a_further_party_touches_the_pairs_of_both() -> None:
    treaty = act(
        "t",
        event("agreement.signed", "1960-01-01", parties=between("GBR", "FRA", "ITA")),
        event("agreement.withdrawn", "1970-01-01", by=["ITA"], parties=between("ITA", "ESP")),
    )
    before = make_act("t", "agreement", treaty.facts[:1])
    pairs = touched(before, treaty, REGISTRY)
    assert pairs == {"ESP-FRA", "ESP-GBR", "ESP-ITA", "FRA-ITA", "GBR-ITA"}


def test_a_signature_after_a_joint_ratification_is_odd_for_who_signed_alone() -> None:
    treaty = act(
        "t",
        event("agreement.adopted", "1950-01-01", parties=between("GBR", "FRA", "ITA")),
        event("agreement.ratified", "1955-01-01", by=["GBR", "FRA"]),
        event("agreement.signed", "1956-01-01", by=["FRA"]),
    )
    before = make_act("t", "agreement", treaty.facts[:2])
    assert changes(before, REGISTRY, {"GBR-ITA"}) == changes(treaty, REGISTRY, {"GBR-ITA"})
    assert changes(before, REGISTRY, {"FRA-GBR"}) != changes(treaty, REGISTRY, {"FRA-GBR"})
    assert touched(before, treaty, REGISTRY) == {"FRA-GBR", "FRA-ITA"}


def test_what_is_kept_of_a_treaty_from_one_state_of_knowledge_to_the_next_changes_nothing() -> None:
    treaty = treaty_of_many()
    kept: Kept = {}
    for number in range(1, len(treaty.facts) + 1):
        known = make_act("many", "agreement", treaty.facts[:number])
        only = {"FRA-NZL", "DEU-FRA", "AUS-NZL"}
        assert changes(known, REGISTRY, only, kept) == changes(known, REGISTRY, only)
