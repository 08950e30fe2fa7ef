"""Reading a relationship bit by bit, as it grows: what a replay takes, a step's worth at a time."""

from __future__ import annotations

from typing import Protocol

from events.projection.rows import KnownChange

#: Where a change lies in the order of valid days: its day, position and until.
Place = tuple[int, int, int]


class GrowingReader(Protocol):
    """What a replay asks of a store; all as in `events.store.protocol.Reader`."""

    def learnt_beyond(self, relationship: str, as_of: int, after: int, limit: int) -> list[int]:
        """At most `limit` positions beyond one at which something was learnt, rising.

        Of changes on days up to `as_of`: that they hold, or that they do not.
        """
        ...

    def learnt_before(self, relationship: str, before: int, limit: int) -> list[int]:
        """At most `limit` positions below one at which something was learnt, falling."""
        ...

    def changes_of(self, act_id: str, relationship: str) -> list[KnownChange]:
        """Every change that one act ever was to a relationship, by (day, position, until)."""
        ...

    def changes_on(
        self, relationship: str, as_of: int, position: int, after: Place | None, limit: int
    ) -> list[KnownChange]:
        """At most `limit` changes known at a position, on days up to `as_of`, beyond a place.

        By (day, position, until).
        """
        ...

    def changes_back(
        self, relationship: str, as_of: int, position: int, before: Place | None, limit: int
    ) -> list[KnownChange]:
        """The same from the newest back, those that lie before a place."""
        ...
