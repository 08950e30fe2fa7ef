"""A notice: a change of a relationship comes to be known at a position, or ceases to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """A change as the index holds it."""

    ref: int
    """Which row of the store it is."""
    shape: int
    """Number of its effect's shape."""
    day: int
    until: int
    at: int
    """Position of the newest record the change rests on."""
    known_from: int
    known_to: int

    def known(self, position: int) -> bool:
        """Whether it was known at a position."""
        return self.known_from <= position < self.known_to


@dataclass(frozen=True, slots=True)
class ToldRow(Row):
    """A change with what it says."""

    effect: Mapping[str, Mapping[str, Any]]
    """As in `domain.relationship.Change`."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What was learnt at a position: that a change holds, or that it does not."""

    position: int
    sign: int
    """1 where the change came to be known, -1 where it ceased to be."""
    row: Row
