"""A kind of act: all there is to say of it but its fold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from domain.kinds.event_type import EventType
from domain.kinds.section import Section
from domain.shapes import Shape


class Life(Enum):
    """How the life of an act goes."""

    COURSE = "one status at a time"
    AXES = "several axes at once, each event by one party toward others"
    SIDES = "each party bound by itself, on days of its own"
    CLAIM = "a source's claim, which stands between nobody"


@dataclass(frozen=True, slots=True)
class Role:
    """A role that a party can have in an act."""

    name: str
    needed: bool = False
    """Whether an act needs somebody who has it, and each party a role."""
    single: bool = False
    """Whether an event can name one party alone that has it."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind is drawn on pages: a colour on light paper, and one on dark."""

    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of act."""

    name: str
    life: Life
    events: tuple[EventType, ...]
    fields: Mapping[str, Shape]
    """What its events may carry beside what all events may."""
    roles: tuple[Role, ...] = ()
    """Two, which face each other, or none."""
    standing: frozenset[str] = frozenset()
    """The statuses in which an act still stands, and ends when a party does."""
    order: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    """Events of which the second should not surely lie before the first."""
    section: Section | None = None
    """What a state says of its acts; None where a state has no section for them."""
    look: Look | None = None
    seldom: frozenset[str] = field(default_factory=frozenset)
    """Those of its fields that a form does not ask for first."""
    schema_org: str = "Event"
    """The type of its acts in the vocabulary of schema.org."""

    @property
    def between_parties(self) -> bool:
        """Whether its acts stand between parties."""
        return self.life is not Life.CLAIM
