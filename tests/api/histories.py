"""The seed history with what happens to a record in it, for tests of what is taken along."""

from __future__ import annotations

from typing import Any

from api.http.examples import ACTS
from events.application import Chancery, open_chancery
from events.write.commands import CorrectEvent, RecordAct, RetractEvent
from tests.api.conftest import PUBLISHED

VISIT = ACTS["hsg-visits:2138"][0]
BY = {"recorded_by": "the desk"}
#: What people type, and what others' programs make of it.
HOSTILE = '=HYPERLINK("http://evil.example") <script>alert(1)</script> & \ufffe]]> ⁠é\nBEGIN:VEVENT'


def empty() -> Chancery:
    return open_chancery("sqlite:///:memory:", lambda: PUBLISHED)


def parties(visitor: str, host: str) -> list[dict[str, str]]:
    return [{"party": visitor, "role": "visitor"}, {"party": host, "role": "host"}]


def plan(window: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "visit.announced",
        "date": "2024-02-01",
        "planned_for": window,
        "title": f"A visit planned for {window}",
        "parties": parties("KGZ", "KAZ"),
        **more,
    }


def agreement(**more: Any) -> dict[str, Any]:
    return {
        "type": "agreement.entered_into_force",
        "date": "2020-05-01",
        "title": "Agreement on transit",
        "parties": [{"party": "KAZ"}, {"party": "KGZ"}],
        **more,
    }


def retell(house: Chancery) -> Chancery:
    """Corrections, a retraction, a reinstatement; plans and expiries of every exactness."""
    act = house.query.act("eurasian-2024:a03")["events"][0]["event"]
    house.commands.execute(
        CorrectEvent(
            "eurasian-2024:a03", 1, {**act, "planned_for": "2024-04~"}, "about April", **BY
        )
    )
    house.commands.execute(RetractEvent("eurasian-2024:a10", 1, "not yet over", **BY))
    again = house.query.history("eurasian-2024:a05")["records"][0]
    house.commands.execute(RetractEvent("eurasian-2024:a05", 1, "doubted", **BY))
    body = {"type": again["type"], **again["body"], "note": "seen again"}
    house.commands.execute(
        CorrectEvent("eurasian-2024:a05", 1, body, "doubted without reason", **BY)
    )
    house.commands.execute(
        RecordAct("namibia:1", [{**VISIT, "parties": parties("NAM", "USA")}], **BY)
    )
    house.commands.execute(RecordAct("plan:day", [plan("2024-06-05")], **BY))
    house.commands.execute(RecordAct("plan:year", [plan("2025")], **BY))
    house.commands.execute(RecordAct("plan:open", [plan("2024-09/..")], **BY))
    house.commands.execute(RecordAct("plan:by", [plan("../2024-12")], **BY))
    put_off = {"type": "visit.postponed", "date": "2024-02-20"}
    house.commands.execute(RecordAct("plan:moved", [plan("2024-05", title=HOSTILE), put_off], **BY))
    cancelled = {"type": "visit.cancelled", "date": "2024-02-21"}
    house.commands.execute(RecordAct("plan:off", [plan("2024-07"), cancelled], **BY))
    house.commands.execute(RecordAct("treaty:month", [agreement(expires_on="2025-05")], **BY))
    house.commands.execute(RecordAct("treaty:past", [agreement(expires_on="2023-05-01")], **BY))
    house.commands.execute(RecordAct("treaty:lasting", [agreement()], **BY))
    ended = {"type": "agreement.terminated", "date": "2023-01-01"}
    house.commands.execute(RecordAct("treaty:ended", [agreement(expires_on="2030"), ended], **BY))
    return house


def states(chancery: Chancery, *days: str) -> dict[str, Any]:
    """Every state on some days, without what belongs to the store alone."""
    found = {}
    for row in chancery.query.relationships(limit=500)["relationships"]:
        for day in days:
            state = chancery.query.state(row["relationship"], day)
            del state["basis"]
            found[row["relationship"], day] = without_records(state)
    return found


def without_records(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_records(v) for k, v in value.items() if k not in ("records", "more")}
    if isinstance(value, list):
        return [without_records(entry) for entry in value]
    return value
