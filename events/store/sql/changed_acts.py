"""Reading what lies between two bases of a relationship of a store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import orjson

from domain.relationship import Change

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


class Between(ABC):
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
        return [act_id for (act_id,) in self._found(_ACTS, values)]

    def changes_of_acts(
        self, relationship: str, acts: Iterable[str], as_of: int, position: int
    ) -> list[Change]:
        """Changes of some acts alone."""
        values = {
            "relationship": relationship,
            "acts": orjson.dumps([*acts]).decode(),
            "as_of": as_of,
            "position": self._reached(position),
        }
        return [
            Change(relationship, day, until, at, orjson.loads(effect))
            for day, until, at, effect in self._found(_CHANGES, values)
        ]
