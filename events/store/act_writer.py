"""What recording into one act asks of a store, and what its effects are read from.

A store gives all of it, and so does what is only supposed for a preview.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from domain.acts import Event
from domain.relationship import Change
from events.log.record import Record
from events.projection.rows import IndexRows, KnownRow, VersionRow


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log."""

    position: int
    """Position of the last record; 0 when there is none."""
    recorded_at: int
    """When it was recorded, in microseconds since 1970 (UTC); 0 when there is none."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event to be recorded; the store gives it position, version, instant and salt."""

    act_id: str
    type: str
    body: Mapping[str, Any]
    schema: int = 1
    event: Event | None = None
    """The event that the body tells, where it was read already; nothing more than the body."""


class ActReader(Protocol):
    """The records and index rows of acts, as `events.store.protocol.Reader` has them."""

    def head(self) -> Head:
        """The end of the log."""
        ...

    def stream(self, act_id: str) -> list[Record]:
        """The records of one act in version order; none for an unknown act."""
        ...

    def index_of(self, act_id: str) -> list[KnownRow]:
        """Every row the index ever held of an act, in no promised order, for verification."""
        ...

    def changes(self, relationship: str, as_of: int, position: int) -> list[Change]:
        """Changes of a relationship on days up to `as_of`, by (day, position, until)."""
        ...

    def claims(self, position: int) -> list[VersionRow]:
        """The claims of coverage in force, by the position of their record."""
        ...


class ActWriter(ActReader, Protocol):
    """A reader of acts that sees what it has written itself."""

    def append(self, drafts: Sequence[Draft], recorded_by: str) -> list[Record]:
        """Record drafts at the next positions, each at the next version of its act.

        All are recorded at one instant: the clock's, or where that is not beyond the last record,
        a microsecond after it.
        """
        ...

    def erase(self, position: int) -> None:
        """Drop salt and body of a record, of any position, and what could tell a body from others.

        That is the digest of the idempotent request that brought it: its key is used up. When
        the transaction has ended, `Store.purge` is tried.
        """
        ...

    def clear_index(self, act_id: str) -> None:
        """Forget every index row of an act, also in a successor; what else is kept stays."""
        ...

    def index(self, position: int, closed: IndexRows, opened: IndexRows) -> None:
        """Close and open rows as of a position; a closed row is found by its identity."""
        ...
