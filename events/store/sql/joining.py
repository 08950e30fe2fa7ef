"""Reading the parts of acts of many, and joining them to what a relationship is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from domain.dates import LAST_DAY
from domain.relationship import Change
from events.projection.parts import (
    JoinedChange,
    KnownPart,
    joined_ever,
    joined_now,
    pair_of,
)
from events.projection.rows import OPEN

_SHARED = """
    WITH shared (act_id) AS (
        SELECT act_id FROM part_known
        WHERE party = :a AND known_from <= :position AND known_to > :after
        INTERSECT
        SELECT act_id FROM part_known
        WHERE party = :b AND known_from <= :position AND known_to > :after)
    SELECT p.act_id, p.party, p.part, p.known_from, p.known_to
    FROM shared {join} part_known AS p ON p.act_id = shared.act_id
    WHERE p.party IN ('', :a, :b) AND p.known_from <= :position AND p.known_to > :after
    ORDER BY p.act_id, p.known_from
"""
_OF_ACT = """
    SELECT act_id, party, part, known_from, known_to FROM part_known
    WHERE act_id = :act_id AND party IN ('', :a, :b) AND known_from <= :position
    ORDER BY known_from
"""
#: Pairs of one party and those after it, with how many agreements of many both were party to.
_COUNTED = """
    SELECT b.party, count(*)
    FROM part_known AS a
    {join} part_known AS b ON b.act_id = a.act_id
    {join} part_known AS c ON c.act_id = a.act_id AND c.party = ''
    WHERE a.party = :a AND b.party > :after AND b.party <> :a
        AND a.known_from <= :position AND a.known_to > :position
        AND b.known_from <= :position AND b.known_to > :position
        AND c.known_from <= :position AND c.known_to > :position
        AND a.day <= :as_of AND b.day <= :as_of AND c.day <= :as_of
        AND (a.day >= c.many_from OR b.day >= c.many_from) AND c.many_from < :never
    GROUP BY b.party ORDER BY b.party
"""
#: Whether any is shared by two: then it is counted at least.
_ANY_COUNTED = """
    SELECT EXISTS (
        SELECT 1 FROM part_known AS a
        {join} part_known AS b ON b.act_id = a.act_id
        {join} part_known AS c ON c.act_id = a.act_id AND c.party = ''
        WHERE a.party = :a AND b.party = :b
            AND a.known_from <= :position AND a.known_to > :position
            AND b.known_from <= :position AND b.known_to > :position
            AND c.known_from <= :position AND c.known_to > :position
            AND a.day < :never AND b.day < :never AND c.day < :never
            AND (a.day >= c.many_from OR b.day >= c.many_from) AND c.many_from < :never)
"""
_PARTIES = "SELECT DISTINCT party FROM part_known WHERE party <> '' ORDER BY party"


class Joining(ABC):
    """What acts of many, which are kept in parts, are to a relationship."""

    _position: int
    _read_before: dict[str, list[JoinedChange]] | None
    """What was joined of the last relationship asked for; None where that may change."""

    @abstractmethod
    def _found(self, sql: str, values: Any) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    def _reached(self, position: int) -> int: ...

    @abstractmethod
    def _superseded(self, known_to: int) -> int: ...

    def _joined_now(self, relationship: str, position: int) -> list[tuple[str, Change]]:
        """The changes known at a position, each with its act's id."""
        a, b = pair_of(relationship)
        at = self._reached(position)
        values = {"a": a, "b": b, "position": at, "after": at}
        return joined_now([KnownPart(*row) for row in self._found(_SHARED, values)], a, b)

    def _joined_ever(self, relationship: str) -> list[JoinedChange]:
        """Every change there ever was, with the positions between which it was known."""
        if self._read_before is not None and relationship in self._read_before:
            return self._read_before[relationship]
        a, b = pair_of(relationship)
        values = {"a": a, "b": b, "position": self._position, "after": -1}
        found = joined_ever(self._parts(_SHARED, values), a, b, OPEN)
        if self._read_before is not None:
            self._read_before.clear()
            self._read_before[relationship] = found
        return found

    def _joined_of(self, act_id: str, relationship: str) -> list[JoinedChange]:
        """The same of one act."""
        a, b = pair_of(relationship)
        values = {"act_id": act_id, "a": a, "b": b, "position": self._position}
        return joined_ever(self._parts(_OF_ACT, values), a, b, OPEN)

    def _parts(self, sql: str, values: Any) -> list[KnownPart]:
        return [
            KnownPart(act_id, party, part, known_from, self._superseded(known_to))
            for act_id, party, part, known_from, known_to in self._found(sql, values)
        ]

    def _shared_by(
        self, party: str, position: int, as_of: int, after: str = ""
    ) -> Iterable[tuple[str, int]]:
        """With whom a party shares agreements kept in parts, beyond a code, and how many."""
        values = {
            "a": party,
            "after": after,
            "position": self._reached(position),
            "as_of": min(as_of, LAST_DAY - 1),
            "never": LAST_DAY,
        }
        return self._found(_COUNTED, values)

    def _joined_before(self, relationship: str, position: int) -> bool:
        """Whether a record before a position had told of a relationship by an act in parts."""
        a, b = pair_of(relationship)
        values = {"a": a, "b": b, "position": self._reached(position) - 1, "never": LAST_DAY}
        ((counted,),) = self._found(_ANY_COUNTED, values)
        return bool(counted) or any(
            one.known_from < self._reached(position) for one in self._joined_ever(relationship)
        )

    def _in_parts(self) -> list[str]:
        """Every party that has a part in any act, by code."""
        return [party for (party,) in self._found(_PARTIES, ())]
