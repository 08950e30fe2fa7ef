"""A window on a relationship's events: which are chosen, and how they are counted by stretch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from events.projection.rows import VersionRow


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which events are meant, besides their days; each that is given narrows."""

    kind: str | None = None
    """The kind of act: `visit`, …"""
    rank: str | None = None
    """The rank that the event's body tells."""
    level: str | None = None
    """One of the levels that the event's body tells."""

    def given(self) -> dict[str, str]:
        """The choices that were made, by name."""
        told = {"kind": self.kind, "rank": self.rank, "level": self.level}
        return {name: value for name, value in told.items() if value is not None}


#: Every event.
ALL = Chosen()


@dataclass(frozen=True, slots=True)
class StretchRow:
    """How many events of a kind begin in a stretch of days, by the earliest day they may be of."""

    number: int
    """Stretches count from 0; -1 holds what may have begun before the first and reaches in."""
    kind: str
    events: int
    wide: int
    """Those among them whose date is wider than a stretch: they may be of another."""


class WindowReader(Protocol):
    """The part of `events.store.protocol.Reader` that looks at windows, with its terms."""

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
        """Event versions in force that may touch the days from `day_from` to `day_to`, both in.

        Of two-party acts between the pair and of many-party acts in which both take part, by
        (earliest, latest, position), beyond `after` where it is given.
        """
        ...

    def density(
        self,
        relationship: str,
        position: int,
        day_from: int,
        day_to: int,
        width: int,
        chosen: Chosen = ALL,
    ) -> list[StretchRow]:
        """How many events of `timeline` begin in each stretch of `width` days, by (number, kind).

        Stretches without any are left out.
        """
        ...

    def extent(self, relationship: str, position: int) -> tuple[int, int] | None:
        """First and last of the earliest days of its events, without open and unknown ones."""
        ...

    def acts_naming(self, relationship: str, position: int) -> set[str]:
        """The acts that had ever named both parties by a position, whatever they amount to now.

        It goes through the acts of one party.
        """
        ...

    def change_days(
        self, relationship: str, as_of: int, position: int
    ) -> tuple[int | None, int | None]:
        """The last day before `as_of` and the first after it on which a change begins."""
        ...
