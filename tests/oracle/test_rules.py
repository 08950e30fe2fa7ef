"""Further rules of the law, each in one small life."""

from __future__ import annotations

from typing import Any

from domain.dates import day_of
from events.registry import load_registry
from tests.oracle.lives import parties, visit
from tests.oracle.state import naive_state
from tests.oracle.test_cases import line, records_of, state_of

SIGNED = {"type": "agreement.signed", "date": "2000-01-01"}
FORCE = {"type": "agreement.entered_into_force"}


def talk(date: str, event: str = "held") -> dict[str, Any]:
    return {"type": f"talk.{event}", "date": date, "parties": parties("KAZ", "KGZ")}


def test_each_signs_on_its_own_day_and_only_who_has_not_signed_is_awaited() -> None:
    acts = {"a": [SIGNED | {"parties": parties("KAZ", "KGZ"), "by": ["KAZ"]}]}

    assert line(state_of(acts, "KAZ-KGZ", "2000-02-01"), "signed") == {
        "since": "2000-01-01",
        "awaiting": ["KGZ"],
    }


def test_entry_into_force_of_the_whole_binds_those_who_have_consented() -> None:
    life = [
        SIGNED | {"parties": parties("KAZ", "KGZ", "UZB")},
        {"type": "agreement.ratified", "date": "2000-03-01", "by": ["KAZ", "KGZ"]},
        FORCE | {"date": "2001-01-01"},
    ]

    assert line(state_of({"a": life}, "KAZ-KGZ", "2001-01-01"), "in_force")
    assert line(state_of({"a": life}, "KAZ-UZB", "2001-01-01"), "signed") == {
        "since": "2000-01-01",
        "awaiting": ["UZB"],
    }


def test_own_entry_into_force_counts_and_not_the_day_of_the_late_consent() -> None:
    life = [
        SIGNED | {"parties": parties("KAZ", "KGZ", "UZB")},
        {"type": "agreement.ratified", "date": "2000-03-01", "by": ["KAZ", "KGZ"]},
        FORCE | {"date": "2001-01-01"},
        {"type": "agreement.ratified", "date": "2002-01-01", "by": ["UZB"]},
        FORCE | {"date": "2002-02-01", "by": ["UZB"]},
    ]

    assert line(state_of({"a": life}, "KAZ-UZB", "2002-01-15"), "in_force")["since"] == "2002-01-01"
    assert line(state_of({"a": life}, "KAZ-UZB", "2002-02-15"), "in_force")["since"] == "2002-02-01"


def test_an_instrument_takes_effect_when_it_is_deposited() -> None:
    life = [
        FORCE | {"date": "2000-01-01", "parties": parties("KAZ", "KGZ", "UZB")},
        {"type": "agreement.acceded", "date": "2001-01-01", "deposited": "2001-04-01"}
        | {"by": ["TJK"]},
    ]

    assert not any(state_of({"a": life}, "KAZ-TJK", "2001-03-31")["agreements"].values())
    assert line(state_of({"a": life}, "KAZ-TJK", "2001-04-01"), "in_force") == {
        "since": "2001-04-01",
        "dated": "2001-01-01",
    }


def test_a_consent_withdrawn_leaves_the_signature() -> None:
    life = [
        SIGNED | {"parties": parties("KAZ", "KGZ", "UZB")},
        {"type": "agreement.ratified", "date": "2000-03-01", "by": ["KAZ", "KGZ"]},
        FORCE | {"date": "2001-01-01"},
        {"type": "agreement.consent_withdrawn", "date": "2003-01-01", "by": ["KAZ"]},
    ]

    assert line(state_of({"a": life}, "KAZ-KGZ", "2003-01-01"), "signed") == {
        "since": "2000-01-01",
        "awaiting": ["KAZ"],
    }


def test_an_extension_in_time_puts_the_named_expiry_off() -> None:
    life = [
        FORCE | {"date": "2000-01-01", "parties": parties("KAZ", "KGZ"), "expires_on": "2002"},
        {"type": "agreement.amended", "date": "2002-03-01", "expires_on": "2004-06-01"},
    ]

    assert line(state_of({"a": life}, "KAZ-KGZ", "2003-01-01"), "in_force")["until"] == "2004-06-01"
    assert line(state_of({"a": life}, "KAZ-KGZ", "2004-06-01"), "in_force")
    assert line(state_of({"a": life}, "KAZ-KGZ", "2004-06-02"), "ended") == {
        "since": "2004-06-01",
        "how": "expired",
    }
    late = {"type": "agreement.amended", "date": "2003-01-01", "expires_on": "2005-06-01"}
    assert line(state_of({"a": [life[0], late]}, "KAZ-KGZ", "2004-01-01"), "ended") == {
        "since": "2002",
        "how": "expired",
    }


def test_succession_works_back_to_the_day_it_says() -> None:
    life = [
        FORCE | {"date": "1986-06-01", "parties": parties("CSK", "USA")},
        {"type": "agreement.succeeded", "date": "1994-05-01", "effective": "1993-01-01"}
        | {"by": ["CZE"]},
    ]

    assert line(state_of({"t": life}, "CZE-USA", "1993-02-01"), "in_force") == {
        "since": "1993-01-01",
        "dated": "1994-05-01",
    }
    assert line(state_of({"t": life}, "CSK-USA", "1993-02-01"), "ended") == {
        "since": "1992-12-31",
        "how": "succeeded",
        "by": ["CZE"],
    }
    assert not any(state_of({"t": life}, "CSK-CZE", "1993-02-01")["agreements"].values())


def test_a_treaty_with_a_party_that_ended_is_ended_with_it() -> None:
    life = [FORCE | {"date": "1986-06-01", "parties": parties("DDR", "USA")}]

    assert line(state_of({"t": life}, "DDR-USA", "1990-10-02"), "in_force")
    assert line(state_of({"t": life}, "DDR-USA", "1990-10-03"), "ended") == {
        "since": "1990-10-02",
        "how": "party_ended",
        "by": ["DDR"],
    }


def test_a_suspension_lives_within_its_stretch_and_names_who_suspended() -> None:
    life = [
        FORCE | {"date": "2000-01-01", "parties": parties("KAZ", "KGZ")},
        {"type": "agreement.suspended", "date": "2001-01-01", "by": ["KGZ"]},
        {"type": "agreement.resumed", "date": "2002-01-01"},
    ]

    assert line(state_of({"t": life}, "KAZ-KGZ", "2001-06-01"), "suspended") == {
        "since": "2001-01-01",
        "by": ["KGZ"],
    }
    assert line(state_of({"t": life}, "KAZ-KGZ", "2002-06-01"), "in_force") == {
        "since": "2000-01-01"
    }


def test_a_commitment_in_words_awaits_nothing() -> None:
    life = [SIGNED | {"parties": parties("KAZ", "KGZ"), "form": "joint_declaration"}]

    assert line(state_of({"t": life}, "KAZ-KGZ", "2001-06-01"), "commitments") == {
        "since": "2000-01-01"
    }


def test_the_refusal_of_one_leaves_the_proposal_open_for_the_other() -> None:
    roles = [
        {"party": "KAZ", "role": "proposer"},
        {"party": "KGZ", "role": "addressee"},
        {"party": "UZB", "role": "addressee"},
    ]
    life = [
        {"type": "proposal.tabled", "date": "2000-01-01", "parties": roles},
        {"type": "proposal.declined", "date": "2000-02-01", "by": ["UZB"]},
    ]

    assert state_of({"p": life}, "KAZ-KGZ", "2000-03-01")["proposals"]["open"].keys() == {"p"}
    assert state_of({"p": life}, "KAZ-UZB", "2000-03-01")["proposals"]["closed"] == {"declined": 1}
    assert state_of({"p": life}, "KGZ-UZB", "2000-03-01")["context"] == {"p": "declined"}


def test_a_target_is_reached_by_the_figure_of_the_latest_period() -> None:
    goal = {"name": "trade", "unit": "USD", "value": 200}
    figures = [
        {"name": "trade", "unit": "USD", "value": 130, "period": "1999"},
        {"name": "trade", "unit": "USD", "value": 90, "period": "1998"},
        {"name": "trade", "unit": "EUR", "value": 500, "period": "2000"},
    ]
    acts = {
        "p": [{"type": "proposal.endorsed", "date": "2000-02-01", "target": goal}],
        "t": [talk("2000-01-05") | {"figures": figures[:1]}],
        "u": [talk("2000-03-05") | {"figures": figures[1:]}],
    }
    acts["p"][0]["parties"] = parties("KAZ", "KGZ")

    assert state_of(acts, "KAZ-KGZ", "2000-03-05")["proposals"]["endorsed"] == {
        "p": {"latest": 130, "reached": 0.65}
    }


def test_a_talk_dated_by_an_interval_is_under_way_within_it_and_then_held() -> None:
    acts = {"t": [talk("2000-01-29/2000-02-01")]}

    assert state_of(acts, "KAZ-KGZ", "2000-01-31")["talks"]["under_way"] == {"t"}
    assert state_of(acts, "KAZ-KGZ", "2000-02-01")["talks"]["last_held"] == "t"


def test_a_talk_whose_end_is_unknown_is_held_and_possibly_still_under_way() -> None:
    state = state_of({"t": [talk("2000-01-29/")]}, "KAZ-KGZ", "2001-01-01")

    assert state["talks"]["by_status"] == {"held": 1}
    assert state["possible"] == {("t", "talk.held", "under_way")}


def test_a_change_of_class_keeps_the_mission_and_its_residence() -> None:
    opened = {"type": "relation.mission_opened", "date": "1993", "by": ["KAZ"], "resident": False}
    changed = {"type": "relation.mission_class_changed", "date": "1995-02", "by": ["KAZ"]}
    life = [
        opened | {"mission_class": "envoy", "parties": parties("KAZ", "KGZ")},
        changed | {"mission_class": "ambassador"},
    ]

    assert state_of({"r": life}, "KAZ-KGZ", "1996-01-01")["relations"]["missions"] == {
        "KAZ": {
            "status": "open",
            "since": "1993",
            "by": None,
            "class": "ambassador",
            "class_since": "1995-02",
            "resident": False,
        },
        "KGZ": None,
    }


def test_what_was_planned_with_a_party_that_ended_is_ended_with_it() -> None:
    roles = visit(DDR="visitor", USA="host")
    plan = {"type": "visit.announced", "date": "1990-06-01", "planned_for": "1991"}

    state = state_of({"v": [plan | {"parties": roles}]}, "DDR-USA", "1991-06-01")

    assert state["visits"]["ended"] == {"v": "1990-10-02"}
    assert state["visits"]["by_status"] == {"ended": 1}


def test_what_follows_an_end_without_opening_it_again_is_an_anomaly() -> None:
    life = [talk("2000-01-01", "cancelled"), talk("2000-02-01"), talk("2000-02", "held")]

    assert state_of({"t": life}, "KAZ-KGZ", "2001-01-01")["anomalies"] == {
        ("t", "held_after_cancelled", None)
    }


def test_an_erased_event_still_names_its_parties_and_is_no_fact_at_any_position() -> None:
    records = records_of({"t": [talk("2000-01-01"), {"type": "talk.adjourned", "date": "2000-03"}]})
    erasure = {"position": 3, "version": 3, "op": "erasure", "target": 1, "body": None}
    records.append(records[0] | erasure)

    for position in (1, None):
        state = naive_state(
            records, ("KAZ", "KGZ"), day_of("2000-02-01"), position, load_registry()
        )
        assert state["erased"] == {"t"}
        assert state["talks"]["by_status"] == {}
    state = naive_state(records, ("KAZ", "KGZ"), day_of("2001-01-01"), None, load_registry())
    assert state["talks"]["adjourned"] == {"t": "adjourned"}


def test_a_correction_reinstates_what_was_retracted() -> None:
    records = records_of({"t": [talk("2000-01-01")]})
    for version, op, body in ((2, "retraction", None), (3, "correction", talk("2000-05-01"))):
        changed = {"position": version, "version": version, "op": op, "target": 1, "body": body}
        records.append(records[0] | changed)
    question = (("KAZ", "KGZ"), day_of("2001-01-01"))

    texts = [
        naive_state(records, *question, position, load_registry())["contact"]["last"]
        for position in (0, 1, 2, 3)
    ]

    assert texts == [None, "2000-01-01", None, "2000-05-01"]


def test_a_fact_of_a_day_to_come_is_an_anomaly_until_its_day() -> None:
    records = [
        record | {"recorded_on": day_of("2000-01-01")}
        for record in records_of({"t": [talk("2000-06-01")]})
    ]
    days = ("1999-12-31", "2000-01-01", "2000-05-31", "2000-06-01")

    by_day = [
        naive_state(records, ("KAZ", "KGZ"), day_of(day), None, load_registry())["anomalies"]
        for day in days
    ]

    assert [bool(anomalies) for anomalies in by_day] == [False, True, True, False]
