"""Reading window_queries of a store: a relationship's events by day, and how dense they lie."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from domain.dates import FIRST_DAY, LAST_DAY
from events.projection.rows import VersionRow
from events.store.sql import window_queries
from events.store.sql.joining import Joining
from events.store.window import ALL, Chosen, StretchRow


class Windowed(Joining, ABC):
    """See `events.store.window.WindowReader`."""

    @abstractmethod
    def _found(self, sql: str, values: Any) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    def _reached(self, position: int) -> int: ...

    def timeline(
        self,
        relationship: str,
        position: int,
        day_from: int,
        day_to: int,
        after: tuple[int, int, int] | None,
        limit: int,
        chosen: Chosen = ALL,
    ) -> list[VersionRow]:
        """Event versions in force that touch a window, by (earliest, latest, position)."""
        earliest, latest, last = after or (-1, -1, -1)
        values = {
            **self._window(relationship, position, day_from, day_to, chosen),
            "earliest": earliest,
            "latest": latest,
            "last": last,
            "limit": limit,
        }
        rows = self._found(window_queries.timeline(chosen.given()), values)
        return [VersionRow(*row) for row in rows]

    def density(
        self,
        relationship: str,
        position: int,
        day_from: int,
        day_to: int,
        width: int,
        chosen: Chosen = ALL,
    ) -> list[StretchRow]:
        """How many events begin in each stretch of a window."""
        values = self._window(relationship, position, day_from, day_to, chosen) | {"width": width}
        rows = self._found(window_queries.density(chosen.given()), values)
        return [StretchRow(*row) for row in rows]

    def extent(self, relationship: str, position: int) -> tuple[int, int] | None:
        """First and last day that the events of a relationship may begin on."""
        bounds = {"first_day": FIRST_DAY}
        values = self._window(relationship, position, FIRST_DAY, LAST_DAY, ALL) | bounds
        ((first,),) = self._found(window_queries.FIRST_BEGIN, values)
        ((last,),) = self._found(window_queries.LAST_BEGIN, values)
        return None if first is None else (first, last)

    def acts_naming(self, relationship: str, position: int) -> set[str]:
        """The acts that had named both parties by a position."""
        a, b = relationship.split("-")
        values = {"a": a, "b": b, "position": self._reached(position)}
        return {act_id for (act_id,) in self._found(window_queries.NAMING_BOTH, values)}

    def change_days(
        self, relationship: str, as_of: int, position: int
    ) -> tuple[int | None, int | None]:
        """The days next to one on which a change begins."""
        values = {
            "relationship": relationship,
            "as_of": as_of,
            "position": self._reached(position),
        }
        before = self._found(window_queries.PREVIOUS_DAY, values)
        after = self._found(window_queries.NEXT_DAY, values)
        days = [day for (day,) in (*before, *after)]
        days += [change.day for _, change in self._joined_now(relationship, position)]
        return (
            max((day for day in days if day < as_of), default=None),
            min((day for day in days if day > as_of), default=None),
        )

    def _window(
        self, relationship: str, position: int, day_from: int, day_to: int, chosen: Chosen
    ) -> dict[str, Any]:
        a, b = relationship.split("-")
        return {
            "relationship": relationship,
            "a": a,
            "b": b,
            "position": self._reached(position),
            "day_from": day_from,
            "day_to": day_to,
            **chosen.given(),
        }
