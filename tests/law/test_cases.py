"""Twenty-five small histories, each with the rule it keeps and the answer that is right."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.domain.given import act, given, ids

CASES = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
State = dict[str, Any]


def line(state: State, room: str) -> State:
    """The one agreement of a list."""
    (found,) = state["agreements"][room]
    return dict(found)


def in_force_since(day: str) -> Callable[[State], bool]:
    return lambda state: line(state, "in_force")["since"] == day


def not_signed(state: State) -> bool:
    return state["agreements"]["signed"] == []


#: By the case's name: the rule it keeps, and whether a state keeps it.
RULES: dict[str, tuple[str, Callable[[State], bool]]] = {
    "A third party acceding in 2005 takes away the force between the first two in 2002": (
        "a later fact never changes an earlier day",
        in_force_since("2001-06-01"),
    ),
    "Who accedes in 2005 has not signed in 2000": (
        "an event never speaks for one whom only a later event names",
        not_signed,
    ),
    "NPT: France is no signatory of 1968": (
        "an event never speaks for one whom only a later event names",
        not_signed,
    ),
    "Bilateral treaty with two successors: in force before": (
        "a later fact never changes an earlier day",
        in_force_since("1986-06-01"),
    ),
    "... with a successor after": (
        "the successor stands in the predecessor's place (VCSST art. 24)",
        in_force_since("1993-01-01"),
    ),
    "Paris: accepted 2021-01-20, effective 2021-02-19": (
        "consent binds from its day of effect (VCLT art. 24)",
        lambda state: state["agreements"]["in_force"] == [],
    ),
    "Paris: own force 2021-02-19 alone brings back": (
        "own entry into force begins a bound stretch",
        in_force_since("2021-02-19"),
    ),
    "Force, withdrawal, force again (every return in ggo-treaties)": (
        "since is the stretch that meets, not one that ended",
        in_force_since("2003-03-23"),
    ),
    "Left in 2003, whole terminated in 2010: ended in 2003 between the two": (
        "ended with the first of the two ends (VCLT art. 54, 70)",
        lambda state: (
            {k: line(state, "ended")[k] for k in ("since", "how", "by")}
            == {"since": "2003-01-01", "how": "withdrawn", "by": ["KAZ"]}
        ),
    ),
    "Bilateral, left and back: since is the return": (
        "a later consent begins the next stretch",
        in_force_since("2003-01-01"),
    ),
    "effective on entered_into_force (the UK importer writes it)": (
        "force and effect are two days, and both are shown (VCLT art. 28)",
        lambda state: (
            (line(state, "in_force")["since"], line(state, "in_force")["effective"])
            == ("1995-07-11", "1995-05-11")
        ),
    ),
    "effective on suspended": (
        "any event takes effect on the day it names (VCLT art. 57, 65)",
        in_force_since("2000-02-01"),
    ),
    "Energy Charter: one party bound, the other applies provisionally": (
        "provisional where one is bound and the other provisional (VCLT art. 25)",
        lambda state: line(state, "provisional")["since"] == "1998-04-16",
    ),
    "An expiry known to the year is possible in that year": (
        "a day by which it may have expired is told under possible",
        lambda state: (
            [one["status"] for one in state["possible"]] == ["expired"]
            and in_force_since("2000-01-01")(state)
        ),
    ),
    "Awaiting names nobody for whom it is in force": (
        "awaiting names nobody who is bound",
        lambda state: all(
            "KAZ" not in one.get("awaiting", ())
            for lines in state["agreements"].values()
            if isinstance(lines, list)
            for one in lines
        ),
    ),
    "What may have happened to an older act does not undo a newer one": (
        "what is only possible changes no certain state",
        lambda state: (
            state["relations"]["diplomatic"]["status"] == "suspended"
            and state["relations"]["diplomatic"]["since"] == "1999-10-30"
        ),
    ),
    "An act whose visit was held today counts in the last 12 months": (
        "the twelve months count acts in which something took place in them",
        lambda state: state["contact"]["last_12_months"] == 1,
    ),
    # The case notes the force as last contact; force is none, and the count is what it is about.
    "An agreement that entered into force half a year ago counts": (
        "the twelve months count acts in which something took place; force is no contact",
        lambda state: (
            state["contact"]["last_12_months"] == 1 and state["contact"]["last"] == "2000-06-01"
        ),
    ),
    "A proposal is never open since a day to come": (
        "counts of days are never negative",
        lambda state: (
            [(one["since"], one["days"]) for one in state["proposals"]["open"]]
            == [("1998-05-08", 238)]
        ),
    ),
    "Postponed with no other time: no window, never unconfirmed": (
        "a plan put off without another time has no window and is never overdue",
        lambda state: (
            [(one["status"], one.get("window")) for one in state["visits"]["planned"]]
            == [("postponed", None)]
        ),
    ),
    "A talk that opened and adjourned is not an unconfirmed plan": (
        "a talk that opened is no plan that passed",
        lambda state: (
            ids(state["talks"]["adjourned"]) == ["t"] and state["talks"]["unconfirmed"] == []
        ),
    ),
    "Context of a plan whose window passed": (
        "an act of many keeps the rules of plans as well",
        lambda state: [one["status"] for one in state["context"]] == ["unconfirmed"],
    ),
    "A many-party act that may have happened is possible": (
        "acts of many that may have happened are told under possible",
        lambda state: ids(state["possible"]) == ["t"],
    ),
    "A state that has ceased to exist has no relations": (
        "what stood with a party that ended is closed with it, by name",
        lambda state: (
            state["relations"]["diplomatic"]["status"] == "ended"
            and state["relations"]["diplomatic"]["by"] == ["DDR"]
            and state["relations"]["diplomatic"]["since"] == "1990-10-02"
        ),
    ),
    "A mission opened in a state that had ended is an anomaly": (
        "a mission opened in a state that had ended is an anomaly",
        lambda state: [one["anomaly"] for one in state["anomalies"]] == ["party_did_not_exist"],
    ),
}


def test_every_case_has_its_rule() -> None:
    assert [case["name"] for case in CASES] == list(RULES)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_case_is_answered_by_its_rule(case: dict[str, Any]) -> None:
    acts, position = [], 1
    for act_id, bodies in case["acts"].items():
        acts.append(act(act_id, *bodies, first_position=position))
        position += len(bodies)
    rule, holds = RULES[case["name"]]
    assert holds(given(*acts).on(case["as_of"], case["pair"])), rule
