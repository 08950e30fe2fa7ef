"""Runs laid down in a store, when a transaction ends and when an index is rebuilt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import orjson

from events.segments import (
    Compaction,
    Entry,
    Segment,
    decode_entries,
    decode_signature,
    encode_segment,
    lists_of,
)
from events.store.sql.segment_reader import SqlRuns

_NUMBER = "SELECT number FROM shape WHERE told = ?"
_KEEP_SIGNATURE = "INSERT INTO shape (told, lists) VALUES (?, ?) RETURNING number"
_ENTRIES = """
    SELECT day, part, entries FROM segment
    WHERE relationship = ? AND number = ? AND (day, part) > (?, ?)
    ORDER BY day, part LIMIT ?
"""
_KEEP_SEGMENT = """
    INSERT INTO segment (relationship, number, day, part, rested, net, entries, held)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_KEEP_RUN = "INSERT INTO stratum (relationship, last, number) VALUES (?, ?, ?)"
_DROP_RUNS = "DELETE FROM stratum WHERE relationship = ? AND last >= ?"
_DROP_SEGMENTS = "DELETE FROM segment WHERE relationship = ? AND number > ?"
#: Segments read or written at a time: the highest runs have eight thousand.
_SEGMENTS_AT_ONCE = 200
_RIPE = """
    SELECT name FROM relationship
    WHERE unsealed >= ? AND name IN (SELECT value FROM {listed}(?))
"""
_NEXT_RIPE = """
    SELECT name FROM relationship WHERE name > ? AND unsealed >= ? ORDER BY name LIMIT 1
"""
_UNCOMPACTED = "UPDATE relationship SET unsealed = ? WHERE name = ?"


class SqlSegmentWriter(SqlRuns):
    """See `events.segments.SegmentWriter`; works inside the transaction of its session."""

    def compact(self, relationships: Iterable[str]) -> None:
        """Lay down runs of those relationships that have enough deltas for one."""
        asked = orjson.dumps(sorted(relationships)).decode()
        for (name,) in self._session.all(_RIPE, (self.sizes.batch, asked)):
            self.compact_one(name)

    def compact_one(self, relationship: str) -> None:
        """Lay down the runs of one relationship, and count what is left over."""
        while not self.compact_some(relationship):
            pass

    def compact_some(self, relationship: str) -> bool:
        """Whether all runs of a relationship are laid down, after some more of them have been."""
        count, last = self.compacted(relationship, self._reached)
        reach = self.reach(relationship, last, self._reached)
        deltas = self.deltas(relationship, last, reach)
        laid = Compaction(self, relationship, count, self.sizes).lay(deltas)
        left = sum(delta.position > laid for delta in deltas)
        done = reach == self._reached or laid < 0
        self._session.all(_UNCOMPACTED, (left if done else self.sizes.batch, relationship))
        return done

    def ripe(self, after: str) -> str | None:
        """The next relationship with deltas enough for a run."""
        row = self._session.one(_NEXT_RIPE, (after, self.sizes.batch))
        return None if row is None else row[0]

    def break_up(self, relationship: str, first: int) -> None:
        """Break up the runs that reach a position, since what was learnt there is told anew."""
        self._session.all(_DROP_RUNS, (relationship, first))
        count, _ = self.compacted(relationship, self._reached)
        self._session.all(_DROP_SEGMENTS, (relationship, count))
        # At least so many that they are looked at; compaction counts what is left over.
        self._session.all(_UNCOMPACTED, (self.sizes.batch, relationship))

    def number_of(self, told: bytes) -> int:
        """The number of a signature, which is given it now if it has none."""
        row = self._session.one(_NUMBER, (told,))
        if row is None:
            row = self._session.one(_KEEP_SIGNATURE, (told, lists_of(decode_signature(told))))
        assert row is not None
        number: int = row[0]
        return number

    def entries(self, relationship: str, number: int) -> Iterator[Entry]:
        """The entries of a run by day."""
        day, part = -1, -1
        while True:
            asked = (relationship, number, day, part, _SEGMENTS_AT_ONCE)
            rows = self._session.all(_ENTRIES, asked)
            for day, part, entries in rows:  # noqa: B007 - the last ones are gone on from
                yield from decode_entries(entries)
            if len(rows) < _SEGMENTS_AT_ONCE:
                return

    def keep_run(self, relationship: str, number: int, last: int, parts: Iterable[Segment]) -> None:
        """Keep a run that ends at the position `last`."""
        rows = ((relationship, number, one.day, one.part, *encode_segment(one)) for one in parts)
        while page := list(islice(rows, _SEGMENTS_AT_ONCE)):
            self._session.each(_KEEP_SEGMENT, page)
        self._session.all(_KEEP_RUN, (relationship, last, number))
