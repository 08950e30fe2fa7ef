"""Where strata are kept: what joining them asks of a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from domain.dates import LAST_DAY
from events.segments.delta import Notice, Told, ToldRow
from events.segments.segment import Cut, Rested
from events.segments.signature import Shape
from events.segments.sizes import Grain


class Strata(Protocol):
    """Where strata are kept; all days and positions as in `events.store.protocol.Reader`."""

    @property
    def grain(self) -> Grain:
        """How finely they are laid."""
        ...

    def sealed(self, relationship: str, position: int) -> tuple[int, int]:
        """How many strata end by a position, and where the last one ends."""
        ...

    def shape(self, number: int) -> Shape:
        """The shape of a number."""
        ...

    def shapes(self, numbers: Iterable[int]) -> Mapping[int, Shape]:
        """The shapes of numbers, and maybe others."""
        ...

    def segments(self, relationship: str, strata: Iterable[int], day: int) -> list[Cut]:
        """The segment that a day falls in, of each stratum, given by their numbers.

        None of a stratum that begins on a later day.
        """
        ...

    def rested(self, relationship: str, strata: Iterable[int], day: int) -> list[Rested]:
        """How many acts the same segments count, and no more of them."""
        ...

    def notices(
        self, relationship: str, after: int, upto: int, day: int = LAST_DAY
    ) -> list[Notice]:
        """What was learnt beyond one position up to another of days up to one, by position."""
        ...

    def reach(self, relationship: str, after: int, upto: int) -> int:
        """How far up to a position to ask for notices at a time: for all that a page may hold."""
        ...

    def told(self, refs: Iterable[int]) -> dict[int, Told]:
        """What rows of changes say and until when they are known, by their numbers."""
        ...

    def rows_back(
        self,
        relationship: str,
        place: str | None,
        as_of: int,
        position: int,
        before: tuple[int, int, int] | None,
        limit: int,
    ) -> list[ToldRow]:
        """Known changes up to a day, the newest first, beyond `before` as (day, at, ref).

        With a `place` those that hold on the day and have items on that list, or with `FIGURES`
        report any.
        """
        ...

    def rows_on(
        self, relationship: str, as_of: int, position: int, offset: int, limit: int
    ) -> list[ToldRow]:
        """Known changes up to a day, the oldest first, beyond the first `offset`."""
        ...
