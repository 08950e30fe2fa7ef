"""Late changes: the records that changed answers which had been given, or could have been.

A record is a late change of a relationship when

- it opens or closes a change of that relationship on a valid day before the UTC day it was
  recorded on, so that an answer about a day already past became another; and
- there was an answer: an earlier record had told something of that relationship, or an earlier
  claim of coverage reached that day for acts of this kind, so that the answer was "none".

An erasure is one too for every relationship it takes content from, about all days. A claim
of coverage is none itself: it tells what sources claim, not what stood.
"""

from __future__ import annotations

from typing import Any

from domain.dates import FIRST_DAY, format_day
from events.log.content import Erasure
from events.log.record import Record, utc_day
from events.projection.rows import ChangeRow
from events.query import answer_types as types
from events.query.audit import MOST_LOOKED_AT, did_of, record_line
from events.query.claimed import Claimed
from events.query.pages import records_beyond
from events.store.protocol import Reader

Json = dict[str, Any]

#: Relationships named in a line; a treaty of 190 has 17,955.
MOST_NAMED = 50


def late_changes(reader: Reader, did: str | None, after: int, limit: int) -> types.LateChanges:
    """A page of late changes beyond a position, as they were recorded.

    `did` narrows them to what was recorded, corrected, retracted or erased.

    Each has its `relationships` with the first valid day that changed (`since`, None where no day
    bounds it) and how many days that was before the recording; `count` says how many there are.
    """
    lines: list[types.LateChange] = []
    late = LateChanges(reader)
    for looked_at, record in enumerate(records_beyond(reader, after)):
        if len(lines) == limit or looked_at == MOST_LOOKED_AT:
            return {"late_changes": lines, "cursor": after}
        after = record.position
        if did is not None and did_of(record) != did:
            continue
        changed = late.of(record)
        if changed:
            named = named_changes(record, changed)
            lines.append(
                {
                    **record_line(reader, record),
                    "relationships": named,
                    "count": len(changed),
                }
            )
    return {"late_changes": lines, "cursor": None}


class LateChanges:
    """What each record changed late, as the index has it; the turns of an act are read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._claimed = Claimed(reader)
        self._turns: dict[str, dict[int, dict[str, int]]] = {}

    def of(self, record: Record) -> dict[str, int]:
        """The relationships a record is a late change of, with the first valid day it changed."""
        turns = (
            self._erased(record) if isinstance(record.content, Erasure) else self._turned(record)
        )
        recorded = utc_day(record.recorded_at)
        return {
            key: day
            for key, day in turns.items()
            if day < recorded
            and (
                self._reader.known_before(key, record.position)
                or self._claimed.before(record, key, day)
            )
        }

    def _turned(self, record: Record) -> dict[str, int]:
        """The first day on which each relationship changed by a record."""
        if record.act_id not in self._turns:
            turns: dict[int, dict[str, int]] = {}
            for known in self._reader.index_of(record.act_id):
                if isinstance(known.row, ChangeRow):
                    change = known.row.change
                    for position in (known.known_from, known.known_to):
                        days = turns.setdefault(position, {})
                        day = days.get(change.relationship, change.day)
                        days[change.relationship] = min(day, change.day)
            self._turns[record.act_id] = turns
        return self._turns[record.act_id].get(record.position, {})

    def _erased(self, record: Record) -> dict[str, int]:
        """The relationships that what a record erased had a part in."""
        return {
            known.row.change.relationship: FIRST_DAY
            for known in self._reader.index_of(record.act_id)
            if isinstance(known.row, ChangeRow)
            and record.position in _records_of(known.row.change.effect)
        }


def _records_of(effect: Any) -> set[int]:
    """The records that an effect's items rest on."""
    items = effect.get("items", {})
    return {n for lines in items.values() for line in lines for n in line["records"]}


def named_changes(record: Record, changed: dict[str, int]) -> list[types.ChangedLate]:
    """The first of the relationships a record changed late, by key: since when, how late."""
    return [_line(record, key, changed[key]) for key in sorted(changed)[:MOST_NAMED]]


def _line(record: Record, relationship: str, day: int) -> types.ChangedLate:
    bounded = day > FIRST_DAY
    return {
        "relationship": relationship,
        "since": format_day(day) if bounded else None,
        "days": utc_day(record.recorded_at) - day if bounded else None,
    }
