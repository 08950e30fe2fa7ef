"""What an act's records amount to: corrections, retractions and erasures applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from domain.acts import Act, Erased, Event, Fact, Participation, make_act, read_event
from events.record import CORRECTED, ERASED, RETRACTED, Record


def known_act(records: Sequence[Record], position: int | None = None) -> Act:
    """The act as its records up to `position` tell it; all of them when None.

    `records` are one act's in the order of their versions. Each event version has the words of
    its newest correction; one that is retracted is left out until a correction reinstates it.
    What was erased is known to be at every position where it was in force, also before its
    erasure: give all records of the act, and cut by `position`, so that the erasure is seen.
    Raises `ValueError` where no record is known: an act without a record has no kind.
    """
    erasures = erasures_of(records)
    words: dict[int, Fact | Erased] = {}
    retracted: set[int] = set()
    kind = None
    for record in records:
        if position is not None and record.position > position:
            break
        kind = kind or record.type.partition(".")[0]
        target = target_of(record, erasures)
        if record.type == RETRACTED and target is not None:
            retracted.add(target)
        elif record.position in erasures and target is not None:
            name = next((r.type for r in records if r.version == target), record.type)
            words[target] = _erased(record, name, erasures[record.position])
            retracted.discard(target)
        elif record.body is not None and record.type == CORRECTED:
            version = record.body["version"]
            words[version] = Fact(read_event(record.body["event"]), version, record.position)
            retracted.discard(version)
        elif record.body is not None and record.type != ERASED:
            event = read_event({"type": record.type, **record.body})
            words[record.version] = Fact(event, record.version, record.position)
    if kind is None:
        raise ValueError("expected a record of the act, got none at this position")
    facts = [word for word in words.values() if isinstance(word, Fact)]
    withdrawn: list[Event | Erased] = [
        word.event if isinstance(word, Fact) else word
        for version, word in words.items()
        if version in retracted
    ]
    return make_act(
        records[0].act_id,
        kind,
        [fact for fact in facts if fact.version not in retracted],
        withdrawn,
        [
            word
            for word in words.values()
            if isinstance(word, Erased) and word.version not in retracted
        ],
    )


def erasures_of(records: Sequence[Record]) -> dict[int, Record]:
    """The record of each erasure, by the position of every record whose content it erased."""
    found = [(r, r.body) for r in records if r.type == ERASED and r.body is not None]
    if not found:
        return {}
    held = {record.position for record in records if record.body is None}
    return {
        entry["position"]: record
        for record, body in found
        for entry in body["records"]
        if entry["position"] in held
    }


def target_of(record: Record, erasures: Mapping[int, Record]) -> int | None:
    """The event version that a record tells or speaks about; None where nothing says it.

    What a correction was about stands in its body; once that is erased, in its erasure.
    """
    body = record.body
    if body is None:
        erasure = erasures.get(record.position)
        body = None if erasure is None else erasure.body
        return None if body is None else body["version"]
    if record.type in (CORRECTED, RETRACTED, ERASED):
        version: int = body["version"]
        return version
    return record.version


def erased_entry(record: Record) -> dict[str, Any]:
    """What an erasure keeps of a record that it erases: nothing but where, between whom, what key.

    Of the source's key only a digest: who has the source can find it again, nobody can read it.
    """
    told = dict(record.body or {})
    body = told["event"] if record.type == CORRECTED else {"type": record.type, **told}
    named = read_event(body).named
    parties = [{"party": p.party} | ({"role": p.role} if p.role else {}) for p in named]
    key = {"key": key_digest(record.act_id, body["key"])} if "key" in body else {}
    return {"position": record.position, "parties": parties, **key}


def key_digest(act_id: str, key: str) -> str:
    """What stays of the key of an erased event."""
    told = sha256(f"{act_id}\n{key}".encode()).hexdigest()
    return f"sha256:{told}"


def _erased(record: Record, type_name: str, erasure: Record) -> Erased:
    body: Mapping[str, Any] = erasure.body or {}
    entry = next(e for e in body["records"] if e["position"] == record.position)
    return Erased(
        type=type_name,
        version=body["version"],
        position=record.position,
        erasure=erasure.position,
        reason=body["reason"],
        named=tuple(Participation(p["party"], p.get("role")) for p in entry["parties"]),
    )
