"""Audit: who recorded, corrected, retracted or erased what, when and why.

Pages follow the log, so that no later record changes one. A page looks at a bounded stretch of
the log: it may hold fewer lines than asked for, or none, and still have a cursor that goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Any

from events.errors import UnknownAct
from events.log.record import CORRECTED, ERASED, RETRACTED, Record, instant_text
from events.query import answer_types as types
from events.query.pages import records_beyond
from events.store.protocol import Reader

Json = dict[str, Any]

#: How many records a page looks at before it says where to go on.
MOST_LOOKED_AT = 10_000
#: Acts whose records are read act by act; of more of them the log is gone through.
_FEW_ACTS = 500
_ABOUT: dict[str, types.Did] = {CORRECTED: "corrected", RETRACTED: "retracted", ERASED: "erased"}

#: What a record can have done.
DEEDS = ("recorded", *_ABOUT.values())


@dataclass(frozen=True, slots=True)
class Asked:
    """Which records are asked about; each part narrows."""

    act_id: str | None = None
    relationship: str | None = None
    """Records of acts that ever had a part in it."""
    actor: str | None = None
    """`recorded_by`, in full."""
    since: int | None = None
    """Recorded at or after this, in microseconds since 1970 (UTC)."""
    until: int | None = None
    """Recorded at or before this."""


def records(reader: Reader, asked: Asked, after: int, limit: int) -> types.AuditRecords:
    """A page of records beyond a position; `cursor` is None at the end of what is asked.

    Raises `UnknownAct`.
    """
    last = reader.head().position
    if asked.since is not None:
        after = max(after, reader.position_at(asked.since - 1))
    if asked.until is not None:
        last = reader.position_at(asked.until)
    lines: list[types.AuditRecord] = []
    looked_at = 0
    acts = _acts(reader, asked)
    for record in _candidates(reader, acts, after):
        if record.position > last:
            break
        if len(lines) == limit or looked_at == MOST_LOOKED_AT:
            return {"records": lines, "cursor": after}
        looked_at, after = looked_at + 1, record.position
        wanted = acts is None or record.act_id in acts
        if wanted and asked.actor in (None, record.recorded_by):
            lines.append(record_line(reader, record))
    return {"records": lines, "cursor": None}


def _acts(reader: Reader, asked: Asked) -> set[str] | None:
    """The acts whose records are asked about; None where it is all."""
    if asked.act_id is not None and not reader.stream(asked.act_id):
        raise UnknownAct(asked.act_id)
    one = None if asked.act_id is None else {asked.act_id}
    if asked.relationship is None:
        return one
    between = reader.acts_of(asked.relationship, reader.head().position)
    return between if one is None else between & one


def _candidates(reader: Reader, acts: set[str] | None, after: int) -> Iterator[Record]:
    """Records beyond a position, at least those of the acts."""
    if acts is None or len(acts) > _FEW_ACTS:
        return records_beyond(reader, after)
    streams: Iterable[list[Record]] = (reader.stream(act_id) for act_id in sorted(acts))
    found = merge(*streams, key=lambda record: record.position)
    return (record for record in found if record.position > after)


def did_of(record: Record) -> types.Did:
    """What a record did: it recorded an event, or corrected, retracted or erased one."""
    return _ABOUT.get(record.type, "recorded")


def record_line(reader: Reader, record: Record) -> types.AuditRecord:
    """A record as an auditor sees it: who did what to which event, when, and why.

    `event` is the event it words, or that it corrects, retracts or erases; its date and title are
    as this record words them, None where it words none or its content was erased.
    """
    about = record.about
    version = about.version if about else record.version if record.is_event else None
    event = record.wording or {}
    return {
        "position": record.position,
        "recorded_at": instant_text(record.recorded_at),
        "recorded_by": record.recorded_by,
        "did": did_of(record),
        "act_id": record.act_id,
        "version": record.version,
        "event": {
            "version": version,
            "type": _type_of(reader, record, version),
            "date": event.get("date"),
            "title": event.get("title"),
        },
        "reason": about.reason if about else None,
        "erased": record.body is None,
        "digest": record.digest,
    }


def _type_of(reader: Reader, record: Record, version: int | None) -> str | None:
    if record.is_event:
        return record.type
    if record.wording is not None:
        type_now: str = record.wording["type"]
        return type_now
    stream = reader.stream(record.act_id)
    return next((one.type for one in stream if one.version == version), None)
