"""Reading what lies between two bases of a relationship."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from domain.relationship import Change


class BetweenReader(Protocol):
    """What a comparison asks of a store; all as in `events.store.protocol.Reader`."""

    def acts_between(
        self, relationship: str, one: tuple[int, int], other: tuple[int, int]
    ) -> list[str]:
        """The acts that may bear on a relationship otherwise at one (day, position) than another.

        Those of whose changes any begins, ends, comes to be known or ceases to be in between.
        """
        ...

    def changes_of_acts(
        self, relationship: str, acts: Iterable[str], as_of: int, position: int
    ) -> list[Change]:
        """As `changes`, but of some acts alone."""
        ...
