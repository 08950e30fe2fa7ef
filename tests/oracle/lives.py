"""The bodies of the small cases: lives of treaties, visits, talks, proposals and relations."""

from __future__ import annotations


def parties(*codes: str) -> list[dict[str, str]]:
    return [{"party": code} for code in codes]


def visit(**roles: str) -> list[dict[str, str]]:
    return [{"party": code, "role": role} for code, role in roles.items()]


SIGNED_BY_TWO = {"type": "agreement.signed", "parties": parties("KAZ", "KGZ")}
JOINED_LATER = [
    SIGNED_BY_TWO | {"date": "2000-06-01"},
    {"type": "agreement.entered_into_force", "date": "2001-06-01"},
    {"type": "agreement.acceded", "date": "2005-06-01", "by": ["UZB"]},
]
NPT = [
    {
        "type": "agreement.signed",
        "date": "1968-07-01",
        "parties": parties("USA", "GBR", "SUN"),
    },
    {"type": "agreement.ratified", "date": "1970-03-05", "by": ["USA", "SUN", "GBR"]},
    {"type": "agreement.entered_into_force", "date": "1970-03-05"},
    {"type": "agreement.acceded", "date": "1992-08-03", "by": ["FRA"]},
]
TWO_SUCCESSORS = [
    {"type": "agreement.signed", "date": "1986-01-01", "parties": parties("CSK", "USA")},
    {"type": "agreement.entered_into_force", "date": "1986-06-01"},
    {"type": "agreement.succeeded", "date": "1993-01-01", "by": ["CZE", "SVK"]},
]
PARIS = [
    {
        "type": "agreement.adopted",
        "date": "2015-12-12",
        "parties": parties("USA", "FRA", "IND"),
    },
    {"type": "agreement.accepted", "date": "2016-09-03", "by": ["USA"]},
    {"type": "agreement.approved", "date": "2016-10-05", "by": ["FRA"]},
    {"type": "agreement.entered_into_force", "date": "2016-11-04"},
    {
        "type": "agreement.withdrawn",
        "date": "2019-11-04",
        "by": ["USA"],
        "effective": "2020-11-04",
    },
]
ACCEPTED_AGAIN = {
    "type": "agreement.accepted",
    "date": "2021-01-20",
    "by": ["USA"],
    "effective": "2021-02-19",
}
OWN_FORCE_AGAIN = {"type": "agreement.entered_into_force", "date": "2021-02-19", "by": ["USA"]}
OWN_FORCES = [
    {
        "type": "agreement.entered_into_force",
        "date": "1995-02-28",
        "parties": parties("KAZ", "KGZ", "UZB"),
        "by": ["KGZ"],
    },
    {"type": "agreement.entered_into_force", "date": "1996-01-19", "by": ["KAZ"]},
    {"type": "agreement.withdrawn", "date": "2000-06-01", "by": ["KAZ"]},
    {"type": "agreement.entered_into_force", "date": "2003-03-23", "by": ["KAZ"]},
]
LEFT_THEN_TERMINATED = [
    {
        "type": "agreement.signed",
        "date": "2000-01-01",
        "parties": parties("KAZ", "KGZ", "UZB"),
    },
    {"type": "agreement.ratified", "date": "2000-02-01", "by": ["KAZ", "KGZ", "UZB"]},
    {"type": "agreement.entered_into_force", "date": "2001-01-01"},
    {"type": "agreement.withdrawn", "date": "2003-01-01", "by": ["KAZ"]},
    {"type": "agreement.terminated", "date": "2010-01-01"},
]
LEFT_AND_BACK = [
    SIGNED_BY_TWO | {"date": "2000-01-04"},
    {"type": "agreement.entered_into_force", "date": "2001-01-01"},
    {"type": "agreement.withdrawn", "date": "2002-01-01", "by": ["KAZ"]},
    {"type": "agreement.ratified", "date": "2003-01-01", "by": ["KAZ"]},
]
DATED_BACK = [
    SIGNED_BY_TWO | {"date": "1995-06-07"},
    {
        "type": "agreement.entered_into_force",
        "date": "1995-07-11",
        "effective": "1995-05-11",
    },
]
SUSPENDED_LATER = [
    SIGNED_BY_TWO | {"date": "2000-01-01"},
    {"type": "agreement.entered_into_force", "date": "2000-02-01"},
    {"type": "agreement.suspended", "date": "2001-01-01", "effective": "2002-01-01"},
]
ENERGY_CHARTER = [
    {
        "type": "agreement.signed",
        "date": "1994-12-17",
        "parties": parties("RUS", "DEU", "FRA"),
    },
    {"type": "agreement.provisionally_applied", "date": "1994-12-17", "by": ["RUS"]},
    {"type": "agreement.ratified", "date": "1997-12-16", "by": ["DEU", "FRA"]},
    {"type": "agreement.entered_into_force", "date": "1998-04-16"},
]
EXPIRES_IN_A_YEAR = [
    SIGNED_BY_TWO | {"date": "2000-01-01", "in_force_on_signature": True, "expires_on": "2005"},
]
OWN_FORCE_OF_TWO = [
    {
        "type": "agreement.signed",
        "date": "2000-06-01",
        "parties": parties("KAZ", "KGZ", "UZB"),
        "by": ["KAZ", "KGZ"],
    },
    {"type": "agreement.entered_into_force", "date": "2001-06-01", "by": ["KAZ", "KGZ"]},
    {"type": "agreement.acceded", "date": "2005-06-01", "by": ["UZB"]},
]
OLDER_ACT_MAY_HAVE_CHANGED = {
    "r1": [
        {"type": "relation.severed", "date": "1997-07-25", "parties": parties("KAZ", "KGZ")},
        {"type": "relation.established", "date": "{2000-07-14,2000-07-21}"},
    ],
    "r2": [
        {"type": "relation.suspended", "date": "1999-10-30", "parties": parties("KAZ", "KGZ")},
    ],
}
ANNOUNCED = {"type": "visit.announced", "date": "2000-01-01"}
HELD_TODAY = [
    ANNOUNCED | {"parties": visit(KAZ="visitor", KGZ="host"), "planned_for": "2001-06"},
    {"type": "visit.held", "date": "2001-06-08"},
]
IN_FORCE_HALF_A_YEAR_AGO = [
    SIGNED_BY_TWO | {"date": "2000-06-01"},
    {"type": "agreement.entered_into_force", "date": "2001-06-01"},
]
TABLED_LATER = [
    {
        "type": "proposal.counter_proposed",
        "date": "1998-05-08",
        "parties": parties("KAZ", "KGZ"),
    },
    {"type": "proposal.tabled", "date": "2008-05-08"},
]
PUT_OFF = [
    ANNOUNCED | {"parties": visit(KAZ="visitor", KGZ="host"), "planned_for": "2000-06"},
    {"type": "visit.postponed", "date": "2000-05-20"},
]
ADJOURNED = [
    {
        "type": "talk.scheduled",
        "date": "2000-01-01",
        "parties": parties("KAZ", "KGZ"),
        "planned_for": "2000-06",
    },
    {"type": "talk.opened", "date": "2000-06-10"},
    {"type": "talk.adjourned", "date": "2000-06-20"},
]
TWO_VISITORS = [
    ANNOUNCED
    | {
        "parties": visit(KAZ="visitor", UZB="visitor", KGZ="host"),
        "planned_for": "2000-04",
    },
]
TALK_OF_THREE = [
    {"type": "talk.held", "date": "2000-01", "parties": parties("KAZ", "KGZ", "UZB")},
]
WITH_A_STATE_THAT_ENDED = [
    {"type": "relation.established", "date": "1974-09-04", "parties": parties("DDR", "USA")},
]
MISSION_AFTER_THE_END = [
    {
        "type": "relation.mission_opened",
        "date": "1995-09-04",
        "parties": parties("DDR", "USA"),
        "by": ["USA"],
        "mission_class": "envoy",
    },
]
