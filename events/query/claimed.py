"""Claimed: whether a source had claimed to cover a day when a record was made."""

from __future__ import annotations

from domain.acts import Act
from domain.parties import split_key
from domain.relationship import covering
from events.log.history import known_act
from events.log.record import Record
from events.store.protocol import Reader

_Reach = list[tuple[frozenset[str], frozenset[str]]]


class Claimed:
    """The claims before each record; those of one state of knowledge are read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._streams: dict[str, list[Record]] = {}
        self._position = 0
        self._known: tuple[int, ...] = ()
        self._acts: list[Act] = []
        self._reaches: dict[int, _Reach] = {}

    def before(self, record: Record, relationship: str, day: int) -> bool:
        """Whether an earlier claim reaches a day of a relationship for acts of its kind."""
        self._know(record.position - 1)
        if not self._acts:
            return False
        if day not in self._reaches:
            self._reaches[day] = covering(self._acts, day)
        sides = set(split_key(relationship))
        kind = self._kind(record)
        return any(
            (not named or named & sides) and (not kinds or kind in kinds)
            for named, kinds in self._reaches[day]
        )

    def _know(self, position: int) -> None:
        """Take the claims in force at a position; nothing is done where they are the same."""
        if position == self._position:
            return
        self._position = position
        rows = self._reader.claims(position)
        known = tuple(row.position for row in rows)
        if known == self._known:
            return
        self._known, self._reaches = known, {}
        act_ids = dict.fromkeys(row.act_id for row in rows)
        self._acts = [known_act(self._stream(act_id), position) for act_id in act_ids]

    def _stream(self, act_id: str) -> list[Record]:
        if act_id not in self._streams:
            self._streams[act_id] = self._reader.stream(act_id)
        return self._streams[act_id]

    def _kind(self, record: Record) -> str:
        """The kind of the record's act."""
        kind = record.type.partition(".")[0]
        if kind != "event":
            return kind
        return self._reader.stream(record.act_id)[0].type.partition(".")[0]
