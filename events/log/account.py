"""An account: what one source tells of an act, read from the records of the act.

A source is named by the word of its import (`hsg-visits`, recorded by `import:hsg-visits`), or by
the title or the publisher of a source that an event cites. What cites none and was not imported
is the word of whoever recorded it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.acts import Act
from events.log.content import Correction, Erasure, Retraction, body_of
from events.log.history import known_act, lost_in, target_of
from events.log.record import RETRACTED, Record

_IMPORT = "import:"


def sources_of(record: Record) -> frozenset[str]:
    """The names of the sources of a record; none where it tells no event, or it was erased."""
    if record.wording is None:
        return frozenset()
    cited = record.wording.get("sources", ())
    names = {source[name] for source in cited for name in ("title", "publisher") if name in source}
    if record.recorded_by.startswith(_IMPORT):
        names.add(record.recorded_by.removeprefix(_IMPORT))
    return frozenset(names or {record.recorded_by})


def source_of(record: Record) -> frozenset[str]:
    """Of the names of a record's sources the one of its import, where it was imported."""
    if record.recorded_by.startswith(_IMPORT):
        return frozenset({record.recorded_by.removeprefix(_IMPORT)})
    return sources_of(record)


def account(stream: Sequence[Record], source: str) -> list[Record]:
    """The records of an act that count where one source alone is asked, in the same order.

    Its own events and corrections count, and whatever anyone recorded of another source does
    not: its claim stands beside. A retraction counts whoever made it, for it says that the event
    should not have been recorded. A correction by the one who recorded what the source says, and
    that names the source no more, takes that back: it is given as a retraction. What was erased
    may have been of any source.
    """
    lost = lost_in(stream)
    told: list[Record] = []
    recorders: dict[int | None, str | None] = {}
    """Who recorded what the source says of each version last; of what is erased, nobody."""
    for record in stream:
        version = target_of(record, lost)
        if record.body is None:
            recorders[version] = None
            told.append(record)
        elif source in sources_of(record):
            recorders[version] = record.recorded_by
            told.append(record)
        else:
            match record.content:
                case Erasure():
                    told.append(record)
                case Retraction() if version in recorders:
                    told.append(record)
                case Correction(target, reason) if recorders.get(version) == record.recorded_by:
                    body = body_of(Retraction(target, reason))
                    told.append(replace(record, type=RETRACTED, body=body))
    return told


def known_account(stream: Sequence[Record], source: str, position: int) -> Act | None:
    """The act as one source alone tells it by a position; None where it tells nothing of it."""
    told = account(stream, source)
    if not told or told[0].position > position:
        return None
    return known_act(told, position, stream)
