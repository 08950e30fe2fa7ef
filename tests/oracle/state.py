"""The naive state of two parties on a day, at a position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.parties import Registry
from tests.oracle.agreement import between, in_effect
from tests.oracle.anomalies import anomalies
from tests.oracle.contact import contact
from tests.oracle.known import Act, Record, known_acts
from tests.oracle.letters import STANDS, letters, standing
from tests.oracle.meetings import course, first_end, meeting, was_held
from tests.oracle.possible import possible
from tests.oracle.proposals import latest_figure, proposal, target
from tests.oracle.relations import slot
from tests.oracle.speaking import Pair, direct, on_one_side

#: What a treaty's status may be between two.
AGREEMENTS = (
    "in_force",
    "provisional",
    "signed",
    "unsigned",
    "suspended",
    "ended",
    "commitments",
    "in_effect",
)

State = dict[str, Any]


def naive_state(
    records: Sequence[Record],
    pair: Pair,
    as_of_day: int,
    position: int | None,
    registry: Registry,
) -> State:
    """What stands between the two on the day, as far as it is known at the position."""
    known = known_acts(records, position)
    acts = [act for act in known if not on_one_side(act, pair, registry)]
    shared = [act for act in acts if set(pair) <= act.parties(act.certain(as_of_day))]
    own = [act for act in shared if direct(act, pair, as_of_day, registry)]
    question = (pair, as_of_day, registry)
    odd = [anomalies(act, *question) for act in acts if act.kind != "coverage"]
    return {
        "parties": {
            code: {"existed": registry.existed(code, as_of_day, as_of_day)} for code in pair
        },
        "relations": _relations(own, *question),
        "visits": _visits([act for act in own if act.kind == "visit"], *question),
        "talks": _talks([act for act in own if act.kind == "talk"], *question),
        "agreements": _agreements([act for act in acts if act.kind == "agreement"], *question),
        "proposals": _proposals(own, *question),
        "letters": letters([act for act in own if act.kind == "letter"], *question),
        "contact": contact(shared, *question),
        "context": _context([act for act in shared if act not in own], *question),
        "possible": possible(acts, *question),
        "anomalies": {anomaly for told in odd for anomaly in told},
        "erased": {act.act_id for act in shared if act.erased},
    }


def _relations(own: Sequence[Act], pair: Pair, day: int, registry: Registry) -> State:
    return {
        "diplomatic": slot(own, ("diplomatic", None), pair, day, registry),
        "recognition": {c: slot(own, ("recognition", c), pair, day, registry) for c in pair},
        "missions": {c: slot(own, ("missions", c), pair, day, registry) for c in pair},
    }


def _meetings(acts: Sequence[Act], pair: Pair, day: int, registry: Registry) -> State:
    told: State = {"under_way": set(), "planned": {}, "unconfirmed": {}, "ended": {}}
    told["adjourned"] = {}
    counts: dict[str, int] = {}
    for act in acts:
        stands = meeting(act, pair, day, registry)
        if stands is None:
            continue
        counts[stands.status] = counts.get(stands.status, 0) + 1
        if stands.status == "under_way":
            told["under_way"].add(act.act_id)
        elif stands.status in ("planned", "postponed", "unconfirmed"):
            where = "unconfirmed" if stands.status == "unconfirmed" else "planned"
            status = "postponed" if stands.put_off else None
            told[where][act.act_id] = {"status": status, "window": stands.window}
        elif stands.status in ("adjourned", "halted"):
            told["adjourned"][act.act_id] = stands.status
        elif stands.status == "ended":
            told["ended"][act.act_id] = stands.ended
    return told | {"by_status": counts}


def _last_held(acts: Sequence[Act], pair: Pair, day: int, registry: Registry) -> str | None:
    held = [(was_held(act, pair, day, registry), act.act_id) for act in acts]
    sure = [(when, act_id) for when, act_id in held if when is not None]
    return max(sure)[1] if sure else None


def _visits(acts: Sequence[Act], pair: Pair, day: int, registry: Registry) -> State:
    told = _meetings(acts, pair, day, registry)
    del told["adjourned"]
    last: dict[str, str | None] = {}
    for visitor in pair:
        came = [act for act in acts if act.roles(act.certain(day)).get(visitor) == "visitor"]
        last[visitor] = _last_held(came, pair, day, registry)
    return told | {"last_held": last}


def _talks(acts: Sequence[Act], pair: Pair, day: int, registry: Registry) -> State:
    last = _last_held(acts, pair, day, registry)
    return _meetings(acts, pair, day, registry) | {"last_held": last}


def _agreements(acts: Sequence[Act], pair: Pair, day: int, registry: Registry) -> State:
    told: State = {status: {} for status in AGREEMENTS}
    for act in acts:
        stands = between(act, pair, day, registry)
        if stands is not None:
            told[stands[0]][act.act_id] = stands[1]
        back = in_effect(act, pair, day, registry)
        if back is not None:
            told["in_effect"][act.act_id] = back
    return told


def _proposals(own: Sequence[Act], pair: Pair, day: int, registry: Registry) -> State:
    told: State = {"open": {}, "endorsed": {}, "ended": {}, "closed": {}}
    for act in own:
        stands = proposal(act, pair, day, registry) if act.kind == "proposal" else None
        if stands is None:
            continue
        if stands.status in ("open", "counter_proposed"):
            told["open"][act.act_id] = {
                "since": stands.since,
                "days": stands.days,
                "status": None if stands.status == "open" else stands.status,
            }
        elif stands.status == "endorsed":
            told["endorsed"][act.act_id] = _endorsed(act, own, pair, day)
        else:
            if stands.status == "ended":
                told["ended"][act.act_id] = stands.ended
            told["closed"][stands.status] = told["closed"].get(stands.status, 0) + 1
    return told


def _endorsed(act: Act, own: Sequence[Act], pair: Pair, day: int) -> State:
    goal = target(act, pair, day)
    latest = None if goal is None else latest_figure(goal, own, pair, day)
    share = None
    if goal is not None and latest is not None and goal["value"]:
        share = latest / goal["value"]
    return {"latest": latest, "reached": share}


def _context(acts: Sequence[Act], pair: Pair, day: int, registry: Registry) -> dict[str, str]:
    found: dict[str, str] = {}
    for act in acts:
        status: str | None = None
        if act.kind in ("visit", "talk"):
            stands = meeting(act, pair, day, registry)
            status = stands.status if stands else None
        elif act.kind == "proposal":
            offered = proposal(act, pair, day, registry)
            status = offered.status if offered else None
        elif act.kind == "letter":
            status = _of_others(act, pair, day, registry)
        elif act.kind == "relation":
            status = _of_many(act, pair, day, registry)
        if status is not None:
            found[act.act_id] = status
    return found


def _of_others(act: Act, pair: Pair, day: int, registry: Registry) -> str | None:
    """The status of a letter that neither of the two wrote to the other."""
    life = course(act, pair, day)
    if not life:
        return None
    status = standing(life)[-1].row.status
    end = first_end(pair, day, registry)
    before = standing(course(act, pair, end[0])) if end else []
    stood = status in STANDS or (before and before[-1].row.status in STANDS)
    return "ended" if end and stood else status


def _of_many(act: Act, pair: Pair, day: int, registry: Registry) -> str | None:
    """The status of a relation act of many; what stood with a party that ended is closed."""
    life = course(act, pair, day)
    if not life:
        return None
    status = life[-1].row.status
    open_ = status not in ("severed", "recognition_withdrawn", "mission_closed")
    return "ended" if open_ and first_end(pair, day, registry) else status
