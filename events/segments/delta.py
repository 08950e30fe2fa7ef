"""A delta: a change of a relationship comes to be known at a position, or ceases to be.

Hundreds are made for one answer, so that they are tuples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

#: What a change says, as in `domain.relationship.Change`.
Effect = Mapping[str, Mapping[str, Any]]
#: Until when a row of a change is known, and what it says.
Told = tuple[int, Effect]


class Row(NamedTuple):
    """A change as the index holds it."""

    ref: int
    """Which row of the store it is."""
    signature: int
    """Number of its effect's signature."""
    day: int
    until: int
    at: int
    """Position of the newest record the change rests on."""
    known_from: int
    known_to: int


class RowWithEffect(NamedTuple):
    """A change with what it says; the rest as in `Row`."""

    ref: int
    signature: int
    day: int
    until: int
    at: int
    known_from: int
    known_to: int
    effect: Effect


class Delta(NamedTuple):
    """What was learnt at a position: that a change holds, or that it does not."""

    position: int
    sign: int
    """1 where the change came to be known, -1 where it ceased to be."""
    row: Row
