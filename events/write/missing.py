"""Missing: what a source told once and tells no more; found by reading, retracted when asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from domain.parties import Registry
from events.log.history import known_act
from events.store.protocol import Reader, Store, Writer
from events.write.retelling import Missing, missing_of
from events.write.transaction import Writing
from events.write.versions import Source

#: Acts read at a time, and events retracted in one transaction.
_PAGE = 1_000


def missing_acts(
    reader: Reader, prefix: str, told: Collection[str], recorded_by: str
) -> Iterator[Missing]:
    """The events in force of the acts whose id begins so and that were not told, in log order."""
    position, after = reader.head().position, 0
    while page := reader.acts(position, after=after, limit=_PAGE):
        for row in page:
            if row.act_id.startswith(prefix) and row.act_id not in told:
                yield from missing_of(reader.stream(row.act_id), recorded_by, set())
        after = page[-1].opened


def retract_missing(
    store: Store, registry: Registry, missing: Sequence[Missing], source: Source
) -> int:
    """Retract events that are still in force, in batches; gives how many were.

    What a person corrected since is left to that person.
    """
    retracted = 0
    own = [gone for gone in missing if gone.settled_by is None]
    for start in range(0, len(own), _PAGE):
        batch = own[start : start + _PAGE]

        def plan(writer: Writer, batch: Sequence[Missing] = batch) -> int:
            writing = Writing(writer, registry, source.recorded_by)
            writer.prepare([gone.act_id for gone in batch])
            done = 0
            for gone in batch:
                facts = known_act(writer.stream(gone.act_id)).facts
                if any(fact.version == gone.version for fact in facts):
                    writing.retract(gone.act_id, gone.version, source.reason)
                    done += 1
            return done

        retracted += store.write(plan, alone=True)
    return retracted
