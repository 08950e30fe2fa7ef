"""Rebuilding: the index is derived anew from the log alone."""

from __future__ import annotations

from hashlib import sha256

from domain.parties import Registry
from events.index import advance
from events.known import known_act
from events.store import Writer

#: Counted up whenever the first fold gives other changes for the same facts than before, or the
#: index takes up changes that it missed.
FOLD_EDITION = 3
_PAGE = 1_000


def edition_of(registry: Registry) -> str:
    """What an index rests on besides the log; an index of another edition is rebuilt."""
    return sha256(f"{FOLD_EDITION} {registry.edition}".encode()).hexdigest()[:16]


def rebuild(writer: Writer, registry: Registry) -> int:
    """Clear the index and derive it from every record in order; gives how many there were.

    Each record is taken with its act's records before it, so that what was known at every
    position is derived again and not only what is known now.
    """
    writer.clear_index()
    after = count = 0
    while records := writer.records(after, _PAGE):
        for record in records:
            # The whole stream is read, since what was erased later is erased at every position.
            stream = writer.stream(record.act_id)
            earlier = stream[record.version - 2].position if record.version > 1 else None
            before = None if earlier is None else known_act(stream, earlier)
            known = known_act(stream, record.position)
            closed, opened = advance(before, known, stream[0].position, registry)
            writer.index(record.position, closed, opened)
        count += len(records)
        after = records[-1].position
    writer.set_meta("edition", edition_of(registry))
    return count
