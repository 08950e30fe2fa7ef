"""Random small histories, as nasty as sources are: what is recorded, and what is asked."""

from __future__ import annotations

from copy import deepcopy
from itertools import combinations
from random import Random
from typing import Any

from domain.dates import LAST_DAY, DateError, day_of, parse, shift_years
from domain.parties import Registry
from events.registry import load_registry
from tests.oracle.draw import EARLY, LATE, Body, as_parties, cast, chance, date_text, weighted
from tests.oracle.draw_acts import letter, proposal, relation, talk, visit
from tests.oracle.draw_treaties import Treaty

Record = dict[str, Any]
Question = tuple[tuple[str, str], int, int | None]

KINDS = {
    "agreement": 0.45,
    "visit": 0.12,
    "talk": 0.1,
    "proposal": 0.1,
    "relation": 0.13,
    "letter": 0.1,
}
QUESTIONS = 12
DATES = ("date", "effective", "deposited", "expires_on", "planned_for")
DRAWN = {"visit": visit, "talk": talk, "proposal": proposal, "relation": relation, "letter": letter}


def history(seed: int) -> tuple[list[Record], list[Question]]:
    """The records of one to four acts, in order of position, and questions about them."""
    rng = Random(seed)
    registry = load_registry()
    codes = cast(rng)
    acts = {f"act-{n}": _act(rng, codes, registry) for n in range(1, rng.randint(1, 4) + 1)}
    records = _Log(rng).record(acts)
    return records, _questions(rng, records, registry)


def _act(rng: Random, codes: list[str], registry: Registry) -> list[Body]:
    """The bodies of an act in the order in which they are recorded."""
    codes = rng.sample(codes, len(codes))
    day = rng.randint(EARLY, LATE - 2500)
    kind = weighted(rng, KINDS)
    if kind == "agreement":
        treaty = Treaty(rng, codes, day, registry)
        parties, bodies = as_parties(treaty.codes), treaty.bodies
    else:
        parties, bodies = DRAWN[kind](rng, codes, day)
    if not bodies:
        bodies = [{"type": "agreement.adopted", "date": date_text(rng, day)}]
    others = [code for code in codes if code not in {entry["party"] for entry in parties}]
    bodies[0]["parties"] = parties
    match weighted(rng, {"as it went": 0.55, "reversed": 0.15, "shuffled": 0.3}):
        case "reversed":
            bodies.reverse()
        case "shuffled":
            rng.shuffle(bodies)
    for body in bodies[1:]:
        _name_again(rng, body, parties, others)
    # Whatever is recorded first opens the act, and names the parties.
    bodies[0]["parties"] = parties
    return bodies


def _name_again(rng: Random, body: Body, parties: list[dict[str, str]], others: list[str]) -> None:
    """Some later events name the parties again, and some name one more."""
    if chance(rng, 0.1):
        body["parties"] = deepcopy(parties)
    if others and chance(rng, 0.07):
        late: dict[str, str] = {"party": rng.choice(others)}
        if "role" in parties[0]:
            late["role"] = rng.choice([entry["role"] for entry in parties])
        body["parties"] = [*deepcopy(parties), late] if chance(rng, 0.8) else [late]
        if late.get("role") == "sender" and len(body["parties"]) > 1:
            late["role"] = "addressee"  # a letter has one sender


class _Log:
    """The log as it grows: events of all acts, then what corrects, retracts and erases them."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        # Mostly all is recorded long after; sometimes events are dated after their recording.
        early = chance(rng, 0.25)
        self.today = day_of("1992-01-01") if early else day_of("2006-06-01")
        self.records: list[Record] = []
        self.versions: dict[str, int] = {}

    def record(self, acts: dict[str, list[Body]]) -> list[Record]:
        rng = self.rng
        queues = {act_id: list(bodies) for act_id, bodies in acts.items()}
        while any(queues.values()):
            act_id = rng.choice([act_id for act_id, queue in queues.items() if queue])
            body = queues[act_id].pop(0)
            self.add(act_id, body["type"].partition(".")[0], "event", None, body)
            if chance(rng, 0.12):
                self.change()
        while chance(rng, 0.4):
            self.change()
        return self.records

    def add(self, act_id: str, kind: str, op: str, target: int | None, body: Body | None) -> None:
        self.versions[act_id] = self.versions.get(act_id, 0) + 1
        self.today += self.rng.choice((0, 0, 1, 30, 200))
        self.records.append(
            {
                "position": len(self.records) + 1,
                "act_id": act_id,
                "kind": kind,
                "version": self.versions[act_id],
                "op": op,
                "target": target,
                "body": deepcopy(body),
                "recorded_on": self.today,
            }
        )

    def change(self) -> None:
        """Correct, retract, reinstate or erase one of the events."""
        rng = self.rng
        event = rng.choice([record for record in self.records if record["op"] == "event"])
        mine = [r for r in self.records if r["act_id"] == event["act_id"]]
        later = [r for r in mine if r["target"] == event["version"]]
        last = later[-1]["op"] if later else "event"
        ops = {"correction": 0.6}
        if last in ("event", "correction"):
            ops |= {"retraction": 0.25, "erasure": 0.15}
        op = weighted(rng, ops)
        body = None
        if op == "correction":
            texts = [r["body"] for r in (event, *later) if r["body"] is not None]
            body = self.corrected(texts[-1])
        self.add(event["act_id"], event["kind"], op, event["version"], body)

    def corrected(self, body: Body) -> Body:
        """The body with another date, other parties or another day of effect."""
        rng = self.rng
        changed = deepcopy(body)
        what = rng.random()
        if what < 0.6:
            changed["date"] = date_text(rng, _some_day(body) + rng.randint(-400, 400))
        elif what < 0.75 and len(changed.get("parties", ())) > 2:
            changed["parties"].pop()
        elif what < 0.85:
            changed.pop("effective", None)
        return changed


def _some_day(body: Body) -> int:
    date = parse(body["date"])
    return max(EARLY, min(LATE, date.earliest))


def _questions(rng: Random, records: list[Record], registry: Registry) -> list[Question]:
    codes = sorted(_codes(records))
    pairs = list(combinations(codes, 2))
    # Mostly those who meet in one act are asked about.
    for act_id in {record["act_id"]: None for record in records}:
        mine = _codes([record for record in records if record["act_id"] == act_id])
        pairs += 3 * list(combinations(sorted(mine), 2))
    days = sorted(_turning_days(records, codes, registry))
    questions: list[Question] = []
    for _ in range(QUESTIONS):
        position = None if chance(rng, 0.6) else rng.randint(0, len(records))
        questions.append((rng.choice(pairs), rng.choice(days), position))
    return questions


def _codes(records: list[Record]) -> set[str]:
    found: set[str] = set()
    for record in records:
        body = record["body"] or {}
        found |= {entry["party"] for entry in body.get("parties", ())}
        found |= {*body.get("by", ()), *body.get("toward", ())}
    return found


def _turning_days(records: list[Record], codes: list[str], registry: Registry) -> set[int]:
    """The days on which something may turn, the days beside them, and those a year later."""
    turning = {record["recorded_on"] for record in records}
    for code in codes:
        turning |= {registry.get(code).valid_from, registry.get(code).valid_to}
    for record in records:
        for name in DATES:
            try:
                date = parse((record["body"] or {})[name])
            except (KeyError, DateError):
                continue
            bounds = (date.earliest, date.latest, date.start_latest, date.end_earliest)
            turning |= {*bounds, (date.earliest + min(date.latest, LATE)) // 2}
    sound = [day for day in turning if EARLY - 1000 < day < min(LATE + 2000, LAST_DAY)]
    days = {day + by for day in sound for by in (-1, 0, 1)}
    return days | {shift_years(day, 1) for day in sound}
