"""What an act's records amount to: corrections, retractions and erasures applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from domain.acts import Act, Erased, Event, Fact, make_act, read_event
from events.log.content import Correction, Dropped, Erasure, NewEvent, Remains, Retraction
from events.log.record import Record, utc_day


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
        self._lost = lost_in(whole)
        self._types = {record.version: record.type for record in whole} if self._lost else {}
        self._first = whole[0] if whole else None
        self._act_id = ""
        self._kind: str | None = None
        self._words: dict[int, Fact | Erased] = {}
        self._retracted: set[int] = set()

    def take(self, record: Record, event: Event | None = None) -> None:
        """Take one more record; `event` is the one its body tells, where it was read already."""
        if self._kind is None:
            first = self._first or record
            self._act_id, self._kind = first.act_id, first.kind
        content = record.content
        if isinstance(content, NewEvent):  # most are: a match would try every case
            read = event or read_event(content.event)
            self._words[record.version] = _fact(read, record.version, record)
            return
        match content:
            case Correction(version, _, wording):
                self._words[version] = _fact(event or read_event(wording), version, record)
                self._retracted.discard(version)
            case Retraction(version, _):
                self._retracted.add(version)
            case Dropped():
                self._take_dropped(record)

    def _take_dropped(self, record: Record) -> None:
        lost = self._lost.get(record.position)
        if lost is not None:
            version = lost.erasure.version
            self._words[version] = _erased(lost, self._types.get(version, record.type))
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


class Lost(NamedTuple):
    """What is left of a record whose words were erased."""

    position: int
    """Of the erasure."""
    erasure: Erasure
    remains: Remains


def lost_in(records: Sequence[Record]) -> dict[int, Lost]:
    """What is left of each erased record, by its position."""
    dropped = {record.position for record in records if record.body is None}
    if not dropped:
        return {}
    found: dict[int, Lost] = {}
    for record in records:
        if isinstance(erasure := record.content, Erasure):
            for remains in erasure.records:
                if remains.position in dropped:
                    found[remains.position] = Lost(record.position, erasure, remains)
    return found


def target_of(record: Record, lost: Mapping[int, Lost]) -> int | None:
    """The event version that a record words or speaks about; None where nothing says it.

    What a correction was about stands in its body; once that is erased, in its erasure.
    """
    match record.content:
        case NewEvent():
            return record.version
        case Dropped():
            found = lost.get(record.position)
            return None if found is None else found.erasure.version
        case said:
            return said.version


def remains_of(record: Record) -> Remains:
    """What an erasure keeps of a record that words an event.

    Of the source's key only a digest: who has the source can find it again, nobody can read it.
    """
    wording = record.wording or {}
    key = key_digest(record.act_id, wording["key"]) if "key" in wording else None
    return Remains(record.position, tuple(read_event(wording).named), key)


def key_digest(act_id: str, key: str) -> str:
    """What stays of the key of an erased event."""
    told = sha256(f"{act_id}\n{key}".encode()).hexdigest()
    return f"sha256:{told}"


def _erased(lost: Lost, type_name: str) -> Erased:
    return Erased(
        type=type_name,
        version=lost.erasure.version,
        position=lost.remains.position,
        erasure=lost.position,
        reason=lost.erasure.reason,
        named=lost.remains.named,
    )
