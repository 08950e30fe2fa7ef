"""What stood with a party is closed with it, by name: plans, meetings under way, proposals."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from domain.dates import format_day
from domain.parties import Registry
from domain.relationship.succession import ends_on


class Lapse(NamedTuple):
    """The first day on which one of two parties is no more; the last of all while both live."""

    day: int
    codes: tuple[str, ...]
    """The one that ended first, or both."""

    def fields(self) -> dict[str, object]:
        """How a line tells that it ended so: with whom, and on which last day."""
        return {"how": "party_ended", "by": list(self.codes), "since": format_day(self.day - 1)}


@lru_cache(maxsize=4_096)
def lapse_of(pair: tuple[str, str], registry: Registry) -> Lapse:
    """The end of the one of two parties that ended first, or of both on one day."""
    day = min(ends_on(registry, code) for code in pair)
    return Lapse(day, tuple(code for code in pair if ends_on(registry, code) == day))
