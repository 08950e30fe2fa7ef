"""Reading a relationship of a store bit by bit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import orjson

from domain.dates import LAST_DAY
from domain.relationship import Change
from events.projection.rows import KnownChange
from events.store.change_cursor import Place

_LEARNT = """
    SELECT position FROM (
        SELECT known_from AS position FROM change_known
        WHERE relationship = :relationship AND known_from > :after AND known_from <= :last
            AND {+}day <= :as_of
        UNION
        SELECT known_to FROM change_known
        WHERE relationship = :relationship AND known_to > :after AND known_to <= :last
            AND known_to < {open} AND {+}day <= :as_of) AS learnt
    ORDER BY position LIMIT :limit
"""
#: The indexes on positions end each part at its last row, however many there are.
_LEARNT_BEFORE = """
    SELECT position FROM (
        SELECT * FROM (
            SELECT DISTINCT known_from AS position FROM change_known
            WHERE relationship = :relationship AND known_from < :before
            ORDER BY known_from DESC LIMIT :limit) AS begun
        UNION
        SELECT * FROM (
            SELECT DISTINCT known_to FROM change_known
            WHERE relationship = :relationship AND known_to < :before
                AND known_to < {open}
            ORDER BY known_to DESC LIMIT :limit) AS ended
    ) AS learnt ORDER BY position DESC LIMIT :limit
"""
_OF_ACT = """
    SELECT act_id, known_from, known_to, relationship, day, until, position, effect
    FROM change_known
    WHERE act_id = ? AND {+}relationship = ? AND {+}known_from <= ?
    ORDER BY day, position, until
"""
_ON = """
    SELECT act_id, known_from, known_to, relationship, day, until, position, effect
    FROM change_known
    WHERE relationship = :relationship AND day <= :as_of
        AND (day, position, until) > (:day, :at, :until)
        AND {+}known_from <= :position AND known_to > :position
    ORDER BY day, position, until LIMIT :limit
"""
_BACK = """
    SELECT act_id, known_from, known_to, relationship, day, until, position, effect
    FROM change_known
    WHERE relationship = :relationship AND day <= :as_of
        AND (day, position, until) < (:day, :at, :until)
        AND {+}known_from <= :position AND known_to > :position
    ORDER BY day DESC, position DESC, until DESC LIMIT :limit
"""
_BEFORE_ALL: Place = (-1, -1, -1)
_AFTER_ALL: Place = (LAST_DAY + 1, 0, 0)


class Growing(ABC):
    """See `events.store.change_cursor.GrowingReader`."""

    _position: int

    @abstractmethod
    def _found(self, sql: str, values: Any) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    def _reached(self, position: int) -> int: ...

    @abstractmethod
    def _superseded(self, known_to: int) -> int: ...

    def learnt_beyond(self, relationship: str, as_of: int, after: int, limit: int) -> list[int]:
        """Positions beyond one at which something was learnt, rising."""
        values = {
            "relationship": relationship,
            "as_of": as_of,
            "after": after,
            "last": self._position,
            "limit": limit,
        }
        return [position for (position,) in self._found(_LEARNT, values)]

    def learnt_before(self, relationship: str, before: int, limit: int) -> list[int]:
        """Positions of the records that changed what was known, below one, falling."""
        before = min(before, self._position + 1)
        values = {"relationship": relationship, "before": before, "limit": limit}
        return [position for (position,) in self._found(_LEARNT_BEFORE, values)]

    def changes_of(self, act_id: str, relationship: str) -> list[KnownChange]:
        """Every change that one act ever was to a relationship."""
        rows = self._found(_OF_ACT, (act_id, relationship, self._position))
        return [self._known(*row) for row in rows]

    def changes_on(
        self, relationship: str, as_of: int, position: int, after: Place | None, limit: int
    ) -> list[KnownChange]:
        """Known changes beyond a place, by (day, position, until)."""
        values = self._span(relationship, as_of, position, after or _BEFORE_ALL, limit)
        return [self._known(*row) for row in self._found(_ON, values)]

    def changes_back(
        self, relationship: str, as_of: int, position: int, before: Place | None, limit: int
    ) -> list[KnownChange]:
        """Known changes before a place, the newest first."""
        values = self._span(relationship, as_of, position, before or _AFTER_ALL, limit)
        return [self._known(*row) for row in self._found(_BACK, values)]

    def _span(
        self, relationship: str, as_of: int, position: int, place: Place, limit: int
    ) -> dict[str, Any]:
        day, at, until = place
        return {
            "relationship": relationship,
            "as_of": as_of,
            "position": self._reached(position),
            "day": day,
            "at": at,
            "until": until,
            "limit": limit,
        }

    def _known(self, act_id: str, known_from: int, known_to: int, *change: Any) -> KnownChange:
        relationship, day, until, position, effect = change
        told = Change(relationship, day, until, position, orjson.loads(effect))
        return KnownChange(told, act_id, known_from, self._superseded(known_to))
