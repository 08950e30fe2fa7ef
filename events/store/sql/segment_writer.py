"""Strata laid down in a store, when a transaction ends and when an index is rebuilt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import orjson

from events.segments import (
    Entry,
    Sealing,
    Segment,
    decode_entries,
    encode_segment,
    lists_of,
    shape_told,
)
from events.store.sql.segment_reader import SqlStrata

_NUMBER = "SELECT number FROM shape WHERE told = ?"
_KEEP_SHAPE = "INSERT INTO shape (told, lists) VALUES (?, ?) RETURNING number"
_ENTRIES = """
    SELECT day, part, entries FROM segment
    WHERE relationship = ? AND number = ? AND (day, part) > (?, ?)
    ORDER BY day, part LIMIT ?
"""
_KEEP_SEGMENT = """
    INSERT INTO segment (relationship, number, day, part, rested, net, entries, held)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_KEEP_STRATUM = "INSERT INTO stratum (relationship, last, number) VALUES (?, ?, ?)"
_DROP_STRATA = "DELETE FROM stratum WHERE relationship = ? AND last >= ?"
_DROP_SEGMENTS = "DELETE FROM segment WHERE relationship = ? AND number > ?"
#: Segments read or written at a time: the highest strata have eight thousand.
_SEGMENTS_AT_ONCE = 200
_RIPE = """
    SELECT name FROM relationship
    WHERE unsealed >= ? AND name IN (SELECT value FROM {listed}(?))
"""
_NEXT_RIPE = """
    SELECT name FROM relationship WHERE name > ? AND unsealed >= ? ORDER BY name LIMIT 1
"""
_UNSEALED = "UPDATE relationship SET unsealed = ? WHERE name = ?"


class SqlGround(SqlStrata):
    """See `events.segments.Ground`; works inside the transaction of its session."""

    def seal(self, relationships: Iterable[str]) -> None:
        """Lay down strata of those relationships that have enough notices for one."""
        asked = orjson.dumps(sorted(relationships)).decode()
        for (name,) in self._session.all(_RIPE, (self.grain.stretch, asked)):
            self.seal_one(name)

    def seal_one(self, relationship: str) -> None:
        """Lay down the strata of one relationship, and count what is left over."""
        while not self.seal_some(relationship):
            pass

    def seal_some(self, relationship: str) -> bool:
        """Whether all strata of a relationship are laid down, after some more of them have been."""
        count, last = self.sealed(relationship, self._reached)
        reach = self.reach(relationship, last, self._reached)
        notices = self.notices(relationship, last, reach)
        laid = Sealing(self, relationship, count, self.grain).lay(notices)
        left = sum(notice.position > laid for notice in notices)
        done = reach == self._reached or laid < 0
        self._session.all(_UNSEALED, (left if done else self.grain.stretch, relationship))
        return done

    def ripe(self, after: str) -> str | None:
        """The next relationship with notices enough for a stratum."""
        row = self._session.one(_NEXT_RIPE, (after, self.grain.stretch))
        return None if row is None else row[0]

    def unseal(self, relationship: str, first: int) -> None:
        """Break up the strata that reach a position, since what was learnt there is told anew."""
        self._session.all(_DROP_STRATA, (relationship, first))
        count, _ = self.sealed(relationship, self._reached)
        self._session.all(_DROP_SEGMENTS, (relationship, count))
        # At least so many that they are looked at; sealing counts what is left over.
        self._session.all(_UNSEALED, (self.grain.stretch, relationship))

    def number_of(self, told: bytes) -> int:
        """The number of a shape, which is given it now if it has none."""
        row = self._session.one(_NUMBER, (told,))
        if row is None:
            row = self._session.one(_KEEP_SHAPE, (told, lists_of(shape_told(told))))
        assert row is not None
        number: int = row[0]
        return number

    def entries(self, relationship: str, number: int) -> Iterator[Entry]:
        """The entries of a stratum by day."""
        day, part = -1, -1
        while True:
            asked = (relationship, number, day, part, _SEGMENTS_AT_ONCE)
            rows = self._session.all(_ENTRIES, asked)
            for day, part, entries in rows:  # noqa: B007 - the last ones are gone on from
                yield from decode_entries(entries)
            if len(rows) < _SEGMENTS_AT_ONCE:
                return

    def keep_stratum(
        self, relationship: str, number: int, last: int, parts: Iterable[Segment]
    ) -> None:
        """Keep a stratum that ends at the position `last`."""
        rows = ((relationship, number, one.day, one.part, *encode_segment(one)) for one in parts)
        while page := list(islice(rows, _SEGMENTS_AT_ONCE)):
            self._session.each(_KEEP_SEGMENT, page)
        self._session.all(_KEEP_STRATUM, (relationship, last, number))
