"""Reading what lies between two bases of a relationship of a store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import orjson

from domain.relationship import Change
from events.projection.parts import JoinedChange
from events.store.sql.joining import Joining

#: Each part by an index: days, ends (which the index on days holds), and the positions.
_ACTS = """
    SELECT act_id FROM change_known
    WHERE relationship = :relationship AND day > :day_from AND day <= :day_to
        AND {+}known_from <= :upto AND known_to > :after
    UNION
    SELECT act_id FROM change_known
    WHERE relationship = :relationship AND day <= :day_from
        AND until > :day_from AND until <= :day_to
        AND {+}known_from <= :upto AND known_to > :after
    UNION
    SELECT act_id FROM change_known
    WHERE relationship = :relationship AND known_from > :after AND known_from <= :upto
        AND {+}day <= :day_to
    UNION
    SELECT act_id FROM change_known
    WHERE relationship = :relationship AND known_to > :after AND known_to <= :upto
        AND known_to < {open} AND {+}day <= :day_to
"""
_CHANGES = """
    SELECT c.day, c.until, c.position, c.effect
    FROM {listed}(:acts) AS asked CROSS JOIN change_known AS c
    WHERE c.act_id = asked.value AND {+}c.relationship = :relationship AND {+}c.day <= :as_of
        AND {+}c.known_from <= :position AND c.known_to > :position
    ORDER BY c.day, c.position, c.until
"""


class Between(Joining, ABC):
    """See `events.store.changed_acts.BetweenReader`."""

    @abstractmethod
    def _found(self, sql: str, values: Any) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    def _reached(self, position: int) -> int: ...

    def acts_between(
        self, relationship: str, one: tuple[int, int], other: tuple[int, int]
    ) -> list[str]:
        """The acts that may bear on a relationship otherwise at one basis than at another."""
        (day_from, day_to), positions = sorted((one[0], other[0])), (one[1], other[1])
        after, upto = sorted(map(self._reached, positions))
        values = {
            "relationship": relationship,
            "day_from": day_from,
            "day_to": day_to,
            "after": after,
            "upto": upto,
        }
        own = {act_id for (act_id,) in self._found(_ACTS, values)}
        shared = {
            joined.act_id
            for joined in self._joined_ever(relationship)
            if _between(joined, day_from, day_to, after, upto)
        }
        return [*own, *(shared - own)]

    def changes_of_acts(
        self, relationship: str, acts: Iterable[str], as_of: int, position: int
    ) -> list[Change]:
        """Changes of some acts alone."""
        wanted = {*acts}
        values = {
            "relationship": relationship,
            "acts": orjson.dumps([*wanted]).decode(),
            "as_of": as_of,
            "position": self._reached(position),
        }
        own = [
            Change(relationship, day, until, at, orjson.loads(effect))
            for day, until, at, effect in self._found(_CHANGES, values)
        ]
        shared = [
            change
            for act_id, change in self._joined_now(relationship, position)
            if act_id in wanted and change.day <= as_of
        ]
        return sorted([*own, *shared], key=lambda c: (c.day, c.position, c.until))


def _between(joined: JoinedChange, day_from: int, day_to: int, after: int, upto: int) -> bool:
    """Whether a change begins, ends, comes to be known or ceases to be in between."""
    change, known_from, known_to = joined.change, joined.known_from, joined.known_to
    turns = day_from < change.day <= day_to or (change.day <= day_from < change.until <= day_to)
    if turns and known_from <= upto and known_to > after:
        return True
    learnt = after < known_from <= upto or after < known_to <= upto
    return learnt and change.day <= day_to
