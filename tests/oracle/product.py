"""The product's answer to a question in the oracle's words, and how the two differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.relationship import answer, changes, render
from events.log.content import Erasure, body_of
from events.log.history import known_act, remains_of
from events.log.record import CORRECTED, ERASED, RETRACTED
from events.log.record import Record as Stored
from events.registry import load_registry
from tests.oracle.known import Record
from tests.oracle.speaking import Pair
from tests.oracle.state import AGREEMENTS, naive_state

REGISTRY = load_registry()
_EPOCH = 719_163
_DAY = 86_400_000_000
#: Told of what names nobody: the oracle has no word for what it leaves out.
_OURS_ALONE = "names_nobody"
_LINE = ("since", "effective", "dated", "awaiting", "how", "by", "until")
_SLOT = ("status", "since", "by")
_MISSION = (*_SLOT, "class", "class_since", "resident")

State = dict[str, Any]


def compare(records: Sequence[Record], pair: Pair, day: int, position: int | None) -> list[str]:
    """What the two say differently, a line each; none where they agree."""
    naive = naive_state(records, pair, day, position, REGISTRY)
    ours = in_words(product_state(records, pair, day, position), pair)
    return list(_differences("", naive, ours))


def product_state(records: Sequence[Record], pair: Pair, day: int, position: int | None) -> State:
    """The state by the product's plain fold, of the very records."""
    streams: dict[str, list[Stored]] = {}
    for record in stored(records):
        streams.setdefault(record.act_id, []).append(record)
    key = "-".join(sorted(pair))
    found = []
    for stream in streams.values():
        if position is None or stream[0].position <= position:
            found += changes(known_act(stream, position), REGISTRY, {key})
    return render(answer(key, found, day), REGISTRY, most=None)


def stored(records: Sequence[Record]) -> list[Stored]:
    """Records as a store has them: what is erased has no body, in its erasure stands what stays."""
    bodies: dict[int, Any] = {}
    erased: dict[int, Erasure] = {}
    last: dict[tuple[str, int], list[Stored]] = {}
    for told in records:
        op, body, target = told["op"], told["body"], told["target"]
        name = {"correction": CORRECTED, "retraction": RETRACTED, "erasure": ERASED}.get(op)
        if op == "event":
            name, content = body["type"], {k: v for k, v in body.items() if k != "type"}
            target = told["version"]
        elif op == "correction":
            content = {"version": target, "event": body, "reason": "better known"}
        else:
            content = {"version": target, "reason": op}
        record = Stored(
            told["position"],
            told["act_id"],
            told["version"],
            name,
            1,
            (told["recorded_on"] - _EPOCH) * _DAY,
            "oracle",
            "",
            None,
            content,
        )
        bodies[record.position] = record
        if op == "erasure":
            gone = last.pop((record.act_id, target), [])
            remains = tuple(map(remains_of, gone))
            erased[record.position] = Erasure(target, op, remains)
            for one in gone:
                bodies[one.position] = _without(one)
        elif op in ("event", "correction"):
            last.setdefault((record.act_id, target), []).append(record)
    return [
        _replaced(record, body_of(erased[position])) if position in erased else record
        for position, record in sorted(bodies.items())
    ]


def _without(record: Stored) -> Stored:
    return _replaced(record, None)


def _replaced(record: Stored, body: Mapping[str, Any] | None) -> Stored:
    return Stored(
        record.position,
        record.act_id,
        record.version,
        record.type,
        record.schema,
        record.recorded_at,
        record.recorded_by,
        record.digest,
        record.salt,
        body,
    )


def in_words(state: State, pair: Pair) -> State:
    """A state of the product in the oracle's words."""
    visits, talks, proposals = state["visits"], state["talks"], state["proposals"]
    letters = state["letters"]
    return {
        "parties": {line["code"]: {"existed": line["existed"]} for line in state["parties"]},
        "relations": {
            "diplomatic": _slot(state["relations"]["diplomatic"], _SLOT),
            "recognition": {c: _slot(state["relations"]["recognition"][c], _SLOT) for c in pair},
            "missions": {c: _slot(state["relations"]["missions"][c], _MISSION) for c in pair},
        },
        "visits": _meeting(visits) | {"last_held": {c: _id(visits["last_held"][c]) for c in pair}},
        "talks": _meeting(talks)
        | {
            "adjourned": {line["act_id"]: line["status"] for line in talks["adjourned"]},
            "last_held": _id(talks["last_held"]),
        },
        "agreements": {
            status: {line["act_id"]: _line(status, line) for line in state["agreements"][status]}
            for status in AGREEMENTS
        },
        "proposals": {
            "open": {
                line["act_id"]: {
                    "since": line["since"],
                    "days": line["days"],
                    "status": line.get("status"),
                }
                for line in proposals["open"]
            },
            "endorsed": {
                line["act_id"]: {
                    "latest": (line.get("latest") or {}).get("value"),
                    "reached": line.get("reached"),
                }
                for line in proposals["endorsed"]
            },
            "ended": {line["act_id"]: line["since"] for line in proposals["ended"]},
            "closed": proposals["closed"],
        },
        "letters": {
            "awaiting": {
                line["act_id"]: {
                    "since": line["since"],
                    "of": line.get("awaiting"),
                    "published": line.get("published"),
                }
                for line in letters["awaiting"]
            },
            "ended": {line["act_id"]: line["since"] for line in letters["ended"]},
            "by_status": letters["counts"].get("by_status", {}),
            "by_sender": letters["counts"].get("by_sender", {}),
            "last_sent": {c: _id(letters["last_sent"][c]) for c in pair},
        },
        "contact": {
            name: value
            for name, value in state["contact"].items()
            if name != "many_party_agreements"
        },
        "context": {line["act_id"]: line["status"] for line in state["context"]},
        "possible": {(p["act_id"], p["event"], p["status"]) for p in state["possible"]},
        "anomalies": {
            (line["act_id"], line["anomaly"], line.get("party"))
            for line in state["anomalies"]
            if line["anomaly"] != _OURS_ALONE
        },
        "erased": {line["act_id"] for line in state["erased"]},
    }


def _meeting(room: State) -> State:
    return {
        "under_way": {line["act_id"] for line in room["under_way"]},
        **{
            place: {
                line["act_id"]: {"status": line.get("status"), "window": line.get("window")}
                for line in room[place]
            }
            for place in ("planned", "unconfirmed")
        },
        "ended": {line["act_id"]: line["since"] for line in room["ended"]},
        "by_status": room["counts"].get("by_status", {}),
    }


def _line(status: str, line: State) -> State:
    """A line; of what is in effect the product tells first that, and then the day of force."""
    if status == "in_effect":
        line = line | {"since": line["in_force_from"], "effective": line["since"]}
    return {word: line.get(word) for word in _LINE}


def _slot(value: State | None, words: Sequence[str]) -> State | None:
    return None if value is None else {word: value.get(word) for word in words}


def _id(line: State | None) -> str | None:
    return None if line is None else str(line["act_id"])


def _differences(path: str, naive: Any, ours: Any) -> list[str]:
    if isinstance(naive, dict) and isinstance(ours, dict):
        return [
            line
            for name in sorted({*naive, *ours}, key=str)
            for line in _differences(f"{path}.{name}", naive.get(name), ours.get(name))
        ]
    if naive == ours:
        return []
    return [f"{path[1:]}: the oracle {naive!r}, the product {ours!r}"]
