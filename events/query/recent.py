"""What was recorded last: new acts, corrections and retractions, and late changes."""

from __future__ import annotations

from itertools import islice
from typing import Any

from domain.dates import FIRST_DAY, format_day
from domain.parties import Registry
from events.log.history import known_act
from events.log.record import Record
from events.query.audit import record_line
from events.query.pages import records_back
from events.query.retroactive import LateChanges
from events.store.protocol import Reader

Json = dict[str, Any]

#: Lines of each list.
MOST = 6
#: How far back corrections are looked for: they may be rare in a long log.
LOOKED_BACK = 5_000
#: Of so many of the newest records it is asked whether they changed past answers.
ASKED_IF_LATE = 100


def recent(reader: Reader, registry: Registry) -> Json:
    """The newest `acts`, `corrections` (retractions and erasures too) and `late` changes.

    Newest first, at most `MOST` each. `looked_back` is the first position that was looked at.
    """
    acts: list[Json] = []
    corrections: list[Json] = []
    late: list[Json] = []
    asked_of = LateChanges(reader)
    looked_back = reader.head().position + 1
    for asked, record in enumerate(islice(records_back(reader, looked_back - 1), LOOKED_BACK)):
        looked_back = record.position
        if not record.is_event:
            if len(corrections) < MOST:
                corrections.append(_line(reader, registry, record))
        elif record.version == 1 and len(acts) < MOST and record.type != "coverage.claimed":
            acts.append(_line(reader, registry, record))
        if asked < ASKED_IF_LATE and len(late) < MOST:
            days = asked_of.of(record)
            if days:
                late.append({**_line(reader, registry, record), **_late(days)})
        if min(len(acts), len(corrections), len(late)) == MOST:
            break
    return {
        "acts": acts,
        "corrections": corrections,
        "late": late,
        "looked_back": looked_back,
        "position": reader.head().position,
    }


def _line(reader: Reader, registry: Registry, record: Record) -> Json:
    """The record as an auditor sees it, with what its act is called as of now."""
    act = known_act(reader.stream(record.act_id))
    day = act.life[0].event.date.latest if act.life else None
    names = [registry.name(code, day) for code in act.codes]
    return {**record_line(reader, record), "title": act.title, "parties": names}


def _late(days: dict[str, int]) -> Json:
    first = min(days.values())
    return {
        "relationships": sorted(days)[:MOST],
        "count": len(days),
        "since": format_day(first) if first > FIRST_DAY else None,
    }
