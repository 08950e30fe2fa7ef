"""What an act's records amount to: corrections, retractions and erasures applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from domain.acts import Act, Erased, Event, Fact, Participation, make_act, read_event
from events.log.record import ABOUT_EVENTS, CORRECTED, ERASED, RETRACTED, Record, utc_day


def known_act(
    records: Sequence[Record],
    position: int | None = None,
    whole: Sequence[Record] | None = None,
) -> Act:
    """The act as its records up to `position` tell it; all of them when None.

    `records` are one act's in the order of their versions. Each event version has the words of
    its newest correction; one that is retracted is left out until a correction reinstates it.
    What was erased is known to be at every position where it was in force, also before its
    erasure: give all records of the act, and cut by `position`, so that the erasure is seen; or
    give those that are to count, and all of the act as `whole`.
    Raises `ValueError` where no record is known: an act without a record has no kind.
    """
    telling = Telling(records if whole is None else whole)
    for record in records:
        if position is not None and record.position > position:
            break
        telling.take(record)
    return telling.act()


class Telling:
    """An act as its records tell it, taken one after another in the order of their versions.

    `whole` are all records of the act that there are, so that an erasure yet to be taken is seen;
    none of an act without erasures of which every record is taken.
    """

    def __init__(self, whole: Sequence[Record] = ()) -> None:
        self._erasures = erasures_of(whole)
        self._types = {record.version: record.type for record in whole} if self._erasures else {}
        self._first = whole[0] if whole else None
        self._act_id = ""
        self._kind: str | None = None
        self._words: dict[int, Fact | Erased] = {}
        self._retracted: set[int] = set()

    def take(self, record: Record, event: Event | None = None) -> None:
        """Take one more record; `event` is the one its body tells, where it was read already."""
        if self._kind is None:
            first = self._first or record
            self._act_id, self._kind = first.act_id, first.type.partition(".")[0]
        if record.body is not None and record.type not in ABOUT_EVENTS:
            read = event or read_event({"type": record.type, **record.body})
            self._words[record.version] = _fact(read, record.version, record)
            return
        target = target_of(record, self._erasures)
        if record.type == RETRACTED and target is not None:
            self._retracted.add(target)
        elif record.position in self._erasures and target is not None:
            name = self._types.get(target, record.type)
            self._words[target] = _erased(record, name, self._erasures[record.position])
            self._retracted.discard(target)
        elif record.body is not None and record.type == CORRECTED:
            version = record.body["version"]
            read = event or read_event(record.body["event"])
            self._words[version] = _fact(read, version, record)
            self._retracted.discard(version)

    def act(self) -> Act:
        """The act as it is known now; raises `ValueError` before the first record."""
        if self._kind is None:
            raise ValueError("expected a record of the act, got none at this position")
        facts: list[Fact] = []
        erased: list[Erased] = []
        for version, word in self._words.items():
            if version in self._retracted:
                continue
            if isinstance(word, Fact):
                facts.append(word)
            else:
                erased.append(word)
        return make_act(self._act_id, self._kind, facts, erased)


def _fact(event: Event, version: int, record: Record) -> Fact:
    return Fact(event, version, record.position, utc_day(record.recorded_at))


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


def wire_body(record: Record) -> Mapping[str, Any]:
    """The event a record tells, with its type, as it came in."""
    body = record.body or {}
    if record.type == CORRECTED:
        event: Mapping[str, Any] = body["event"]
        return event
    return {"type": record.type, **body}
