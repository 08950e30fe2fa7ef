"""Filters: which acts, and which records of the log, somebody wants to be told of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.acts import Participation, read_event
from domain.kinds import KINDS
from domain.parties import Registry, split_key
from events.errors import InvalidBasis
from events.log.history import Lost, lost_in
from events.log.record import Record
from events.query.answers import canonical_key
from events.query.audit import MOST_LOOKED_AT
from events.query.pages import records_back
from events.query.retroactive import LateChanges
from events.store.protocol import Reader

#: What a filter may narrow records to.
ONLY = ("new_acts", "corrections", "late_changes")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are wanted; each part narrows, and with none every record is."""

    kind: str | None = None
    """Of acts of one kind."""
    party: str | None = None
    """Of acts that had named the party when the record came, or name it with it."""
    relationship: str | None = None
    """The same of both parties of a pair, by its key."""
    act_id: str | None = None
    only: str | None = None
    """Records that open an act; that correct, retract or erase; or that are late changes."""

    @property
    def parties(self) -> frozenset[str]:
        """The parties an act must have named."""
        pair = () if self.relationship is None else split_key(self.relationship)
        return frozenset(pair) | ({self.party} if self.party else frozenset())

    def takes(self, kind: str, codes: frozenset[str]) -> bool:
        """Whether an act of this kind that names these parties is wanted."""
        return self.kind in (None, kind) and self.parties <= codes


def make_filter(
    registry: Registry,
    *,
    kind: str | None = None,
    party: str | None = None,
    relationship: str | None = None,
    act_id: str | None = None,
    only: str | None = None,
) -> Filter:
    """A filter of words that are known; raises `InvalidBasis`, `UnknownParty`, `SameParty`."""
    if kind is not None and kind not in KINDS:
        raise InvalidBasis("kind", "one of " + ", ".join(KINDS), repr(kind))
    if only is not None and only not in ONLY:
        raise InvalidBasis("only", "one of " + ", ".join(ONLY), repr(only))
    if relationship is not None:
        relationship = canonical_key(relationship, registry)
    code = None if party is None else registry.get(party).code
    return Filter(kind, code, relationship, act_id, only)


class Filtering:
    """A filter at work on one snapshot; what it finds of an act it reads once.

    Whether a record is wanted rests on the records up to it alone, so that it never changes.
    """

    def __init__(self, reader: Reader, wanted: Filter) -> None:
        self._reader = reader
        self._wanted = wanted
        self._late = LateChanges(reader)
        self._acts: dict[str, _Told] = {}

    def takes(self, record: Record) -> bool:
        """Whether a record is wanted."""
        wanted = self._wanted
        if wanted.act_id is not None and record.act_id != wanted.act_id:
            return False
        if wanted.only == "new_acts" and record.version != 1:
            return False
        if wanted.only == "corrections" and record.is_event:
            return False
        if wanted.kind is not None or wanted.parties:
            told = self._told(record.act_id)
            if not wanted.takes(told.kind, told.named_by(record.position)):
                return False
        return wanted.only != "late_changes" or bool(self._late.of(record))

    def _told(self, act_id: str) -> _Told:
        if act_id not in self._acts:
            self._acts[act_id] = _told(self._reader.stream(act_id))
        return self._acts[act_id]

    def kind(self, record: Record) -> str:
        """The kind of a record's act."""
        return self._told(record.act_id).kind

    def parties(self, record: Record) -> tuple[str, ...]:
        """The parties its act had named with it, alphabetically."""
        return tuple(sorted(self._told(record.act_id).named_by(record.position)))

    def late(self, record: Record) -> dict[str, int]:
        """The relationships of which it is a late change, with the first day that changed."""
        return self._late.of(record)

    def newest(self, position: int, limit: int) -> tuple[list[Record], int]:
        """At most `limit` wanted records up to a position, the last first, and where to go on.

        That is the position below the last one looked at, 0 at the beginning of the log. Of a
        long log without many that are wanted a bounded stretch is looked at.
        """
        found: list[Record] = []
        last = max(0, position - MOST_LOOKED_AT)
        for record in records_back(self._reader, position, last):
            if len(found) == limit:
                return found, record.position
            if self.takes(record):
                found.append(record)
        return found, last


@dataclass(frozen=True, slots=True)
class _Told:
    kind: str
    named: tuple[tuple[int, frozenset[str]], ...]
    """The parties named up to each position of a record."""

    def named_by(self, position: int) -> frozenset[str]:
        """The parties named up to a position, and by what opened the act with it.

        An act opens with two parties at least, which its first records name together.
        """
        found: frozenset[str] = frozenset()
        for at, codes in self.named:
            if at > position and (len(found) > 1 or self.kind == "coverage"):
                break
            found = codes
        return found


def _told(stream: Sequence[Record]) -> _Told:
    lost = lost_in(stream)
    codes: frozenset[str] = frozenset()
    named = []
    for record in stream:
        codes |= _named(record, lost)
        named.append((record.position, codes))
    return _Told(stream[0].kind, tuple(named))


def _named(record: Record, lost: Mapping[int, Lost]) -> frozenset[str]:
    """The parties a record's event names; of an erased one, those its erasure kept."""
    if record.position in lost:
        named: Iterable[Participation] = lost[record.position].remains.named
    else:
        named = () if record.wording is None else read_event(record.wording).named
    return frozenset(p.party for p in named)
