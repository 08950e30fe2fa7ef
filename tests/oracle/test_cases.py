"""The law in small cases: what stands between two on a day, by the naive reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.dates import day_of
from events.registry import load_registry
from tests.oracle.lives import (
    ACCEPTED_AGAIN,
    ADJOURNED,
    DATED_BACK,
    ENERGY_CHARTER,
    EXPIRES_IN_A_YEAR,
    HELD_TODAY,
    IN_FORCE_HALF_A_YEAR_AGO,
    JOINED_LATER,
    LEFT_AND_BACK,
    LEFT_THEN_TERMINATED,
    MISSION_AFTER_THE_END,
    NPT,
    OLDER_ACT_MAY_HAVE_CHANGED,
    OWN_FORCE_AGAIN,
    OWN_FORCE_OF_TWO,
    OWN_FORCES,
    PARIS,
    PUT_OFF,
    SUSPENDED_LATER,
    TABLED_LATER,
    TALK_OF_THREE,
    TWO_SUCCESSORS,
    TWO_VISITORS,
    WITH_A_STATE_THAT_ENDED,
)
from tests.oracle.state import naive_state

State = dict[str, Any]
Body = dict[str, Any]


def records_of(acts: dict[str, list[Body]], recorded: str = "2026-01-01") -> list[dict[str, Any]]:
    """Records of the acts, each event in its turn."""
    records: list[dict[str, Any]] = []
    for act_id, bodies in acts.items():
        for version, body in enumerate(bodies, 1):
            records.append(
                {
                    "position": len(records) + 1,
                    "act_id": act_id,
                    "kind": body["type"].partition(".")[0],
                    "version": version,
                    "op": "event",
                    "target": None,
                    "body": body,
                    "recorded_on": day_of(recorded),
                }
            )
    return records


def state_of(acts: dict[str, list[Body]], pair: str, as_of: str) -> State:
    one, other = pair.split("-")
    return naive_state(records_of(acts), (one, other), day_of(as_of), None, load_registry())


def line(state: State, status: str) -> dict[str, Any]:
    (found,) = state["agreements"][status].values()
    return {name: said for name, said in found.items() if said is not None}


Case = tuple[str, dict[str, list[Body]], str, str, Callable[[State], bool]]

#: The rule in words, the acts, the pair, the day, and what must hold of the state.
CASES: list[Case] = [
    (
        "a third party that accedes later takes no force from the first two (VCLT art. 24)",
        {"a": JOINED_LATER},
        "KAZ-KGZ",
        "2002-01-01",
        lambda s: line(s, "in_force") == {"since": "2001-06-01"},
    ),
    (
        "who accedes later has not signed before (VCLT art. 15)",
        {"a": JOINED_LATER},
        "KAZ-UZB",
        "2000-07-01",
        lambda s: not any(s["agreements"].values()),
    ),
    (
        "France is no signatory of the treaty of 1968 that it acceded to in 1992",
        {"npt": NPT},
        "FRA-USA",
        "1980-01-01",
        lambda s: not any(s["agreements"].values()),
    ),
    (
        "two successors change nothing of the days before them (VCSST art. 34)",
        {"t": TWO_SUCCESSORS},
        "CSK-USA",
        "1990-01-01",
        lambda s: line(s, "in_force") == {"since": "1986-06-01"},
    ),
    (
        "a successor stands in its predecessor's place from the day it says (VCSST art. 34)",
        {"t": TWO_SUCCESSORS},
        "CZE-USA",
        "2000-01-01",
        lambda s: line(s, "in_force") == {"since": "1993-01-01"},
    ),
    (
        "a consent binds from the day it takes effect, not from its own (VCLT art. 24)",
        {"p": [*PARIS, ACCEPTED_AGAIN]},
        "FRA-USA",
        "2021-01-25",
        lambda s: line(s, "signed") == {"since": "2021-01-20"},
    ),
    (
        "a party's own entry into force begins its next bound stretch",
        {"p": [*PARIS, OWN_FORCE_AGAIN]},
        "FRA-USA",
        "2021-03-01",
        lambda s: line(s, "in_force") == {"since": "2021-02-19"},
    ),
    (
        "force, withdrawal and force again: since is the return",
        {"a": OWN_FORCES},
        "KAZ-KGZ",
        "2004-01-01",
        lambda s: line(s, "in_force") == {"since": "2003-03-23"},
    ),
    (
        "ended with the first of the two ends, by whom and how (VCLT art. 54 and 70)",
        {"a": LEFT_THEN_TERMINATED},
        "KAZ-KGZ",
        "2011-01-01",
        lambda s: line(s, "ended") == {"since": "2003-01-01", "how": "withdrawn", "by": ["KAZ"]},
    ),
    (
        "left and back by a consent to a treaty in force: since is the return (VCLT art. 24)",
        {"a": LEFT_AND_BACK},
        "KAZ-KGZ",
        "2003-02-02",
        lambda s: line(s, "in_force") == {"since": "2003-01-01"},
    ),
    (
        "an entry into force that is dated back shows both days (VCLT art. 28)",
        {"a": DATED_BACK},
        "KAZ-KGZ",
        "1996-01-01",
        lambda s: line(s, "in_force") == {"since": "1995-07-11", "effective": "1995-05-11"},
    ),
    (
        "a suspension suspends from the day it takes effect (VCLT art. 57)",
        {"a": SUSPENDED_LATER},
        "KAZ-KGZ",
        "2001-06-01",
        lambda s: line(s, "in_force") == {"since": "2000-02-01"},
    ),
    (
        "provisional where one is bound and the other applies provisionally (VCLT art. 25)",
        {"a": ENERGY_CHARTER},
        "DEU-RUS",
        "2000-01-01",
        lambda s: line(s, "provisional") == {"since": "1998-04-16"},
    ),
    (
        "an expiry known to the year is possible in that year (VCLT art. 54)",
        {"a": EXPIRES_IN_A_YEAR},
        "KAZ-KGZ",
        "2005-06-01",
        lambda s: (
            s["possible"] == {("a", "agreement.expired", "expired")}
            and line(s, "in_force") == {"since": "2000-01-01", "until": "2005"}
        ),
    ),
    (
        "what is in force for several has come into force: a later consent binds (VCLT art. 24)",
        {"a": OWN_FORCE_OF_TWO},
        "KAZ-UZB",
        "2006-01-01",
        lambda s: line(s, "in_force") == {"since": "2005-06-01"},
    ),
    (
        "what may have happened to an older act does not undo a newer one",
        OLDER_ACT_MAY_HAVE_CHANGED,
        "KAZ-KGZ",
        "2000-07-15",
        lambda s: (
            s["relations"]["diplomatic"]
            == {"status": "suspended", "since": "1999-10-30", "by": None}
        ),
    ),
    (
        "an act whose visit was held today counts in the last twelve months",
        {"v": HELD_TODAY},
        "KAZ-KGZ",
        "2001-06-08",
        lambda s: s["contact"]["last_12_months"] == 1,
    ),
    (
        "an act that saw an entry into force counts in the twelve months; force is no contact",
        {"a": IN_FORCE_HALF_A_YEAR_AGO},
        "KAZ-KGZ",
        "2002-01-01",
        lambda s: (s["contact"]["last_12_months"], s["contact"]["last"]) == (1, "2000-06-01"),
    ),
    (
        "a proposal is never open since a day to come",
        {"p": TABLED_LATER},
        "KAZ-KGZ",
        "1999-01-01",
        lambda s: (
            s["proposals"]["open"]
            == {"p": {"since": "1998-05-08", "days": 238, "status": "counter_proposed"}}
        ),
    ),
    (
        "a visit put off without another time has no window and is never unconfirmed",
        {"v": PUT_OFF},
        "KAZ-KGZ",
        "2000-07-01",
        lambda s: (
            s["visits"]["planned"] == {"v": {"status": "postponed", "window": None}}
            and s["visits"]["unconfirmed"] == {}
        ),
    ),
    (
        "a talk that opened and adjourned is no plan that passed",
        {"t": ADJOURNED},
        "KAZ-KGZ",
        "2000-07-01",
        lambda s: s["talks"]["adjourned"] == {"t": "adjourned"} and not s["talks"]["unconfirmed"],
    ),
    (
        "of an act of many whose window passed the context says unconfirmed",
        {"v": TWO_VISITORS},
        "KAZ-UZB",
        "2001-01-01",
        lambda s: s["context"] == {"v": "unconfirmed"},
    ),
    (
        "an act of many that may have happened is possible",
        {"t": TALK_OF_THREE},
        "KAZ-KGZ",
        "2000-01-15",
        lambda s: s["possible"] == {("t", "talk.held", "held")},
    ),
    (
        "what stood with a party that ended is closed with it, by name",
        {"r": WITH_A_STATE_THAT_ENDED},
        "DDR-USA",
        "2000-01-01",
        lambda s: (
            s["relations"]["diplomatic"]
            == {"status": "ended", "since": "1990-10-02", "by": ["DDR"]}
            and s["parties"] == {"DDR": {"existed": False}, "USA": {"existed": True}}
        ),
    ),
    (
        "a mission opened in a state that had ended is an anomaly at the event",
        {"r": MISSION_AFTER_THE_END},
        "DDR-USA",
        "1996-01-01",
        lambda s: s["anomalies"] == {("r", "party_did_not_exist", "DDR")},
    ),
]


@pytest.mark.parametrize(
    ("acts", "pair", "as_of", "holds"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_the_law_holds_in_a_small_case(
    acts: dict[str, list[Body]], pair: str, as_of: str, holds: Callable[[State], bool]
) -> None:
    state = state_of(acts, pair, as_of)
    assert holds(state), state


def test_what_is_dated_back_stands_in_effect_before_its_own_day() -> None:
    state = state_of({"a": DATED_BACK}, "KAZ-KGZ", "1995-06-20")

    assert line(state, "signed") == {"since": "1995-06-07", "awaiting": ["KAZ", "KGZ"]}
    assert line(state, "in_effect") == {"since": "1995-07-11", "effective": "1995-05-11"}


def test_an_anomaly_is_shown_for_one_year_only() -> None:
    acts = {"r": MISSION_AFTER_THE_END}

    assert state_of(acts, "DDR-USA", "1996-09-03")["anomalies"]
    assert not state_of(acts, "DDR-USA", "1996-09-04")["anomalies"]
