"""Where runs are kept: what joining them asks of a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from domain.dates import LAST_DAY
from events.segments.delta import Delta, RowWithEffect, Told
from events.segments.segment import Cut, Rested
from events.segments.signature import Signature
from events.segments.sizes import Sizes


class Runs(Protocol):
    """Where runs are kept; all days and positions as in `events.store.protocol.Reader`."""

    @property
    def sizes(self) -> Sizes:
        """How finely they are laid."""
        ...

    def compacted(self, relationship: str, position: int) -> tuple[int, int]:
        """How many runs end by a position, and where the last one ends."""
        ...

    def signature(self, number: int) -> Signature:
        """The signature of a number."""
        ...

    def signatures(self, numbers: Iterable[int]) -> Mapping[int, Signature]:
        """The signatures of numbers, and maybe others."""
        ...

    def segments(self, relationship: str, runs: Iterable[int], day: int) -> list[Cut]:
        """The segment that a day falls in, of each run, given by their numbers.

        None of a run that begins on a later day.
        """
        ...

    def rested(self, relationship: str, runs: Iterable[int], day: int) -> list[Rested]:
        """How many acts the same segments count, and no more of them."""
        ...

    def deltas(self, relationship: str, after: int, upto: int, day: int = LAST_DAY) -> list[Delta]:
        """What was learnt beyond one position up to another of days up to one, by position."""
        ...

    def reach(self, relationship: str, after: int, upto: int) -> int:
        """How far up to a position to ask for deltas at a time: for all that a page may hold."""
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
    ) -> list[RowWithEffect]:
        """Known changes up to a day, the newest first, beyond `before` as (day, at, ref).

        With a `place` those that hold on the day and have items on that list, or with `FIGURES`
        report any.
        """
        ...

    def rows_on(
        self, relationship: str, as_of: int, position: int, offset: int, limit: int
    ) -> list[RowWithEffect]:
        """Known changes up to a day, the oldest first, beyond the first `offset`."""
        ...
