"""A section of a state: what an answer says of the acts of one kind, and under which titles."""

from __future__ import annotations

from dataclasses import dataclass

#: The words under which lists are counted at a glance, in the order a person asks for them.
GLANCES = ("In force", "Under way", "Planned", "Open", "Unconfirmed")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of acts that stand alike."""

    name: str
    title: str
    """What people read above it."""
    glance: str | None = None
    """Under which of `GLANCES` it is counted at a glance; None where it is not."""
    lasting: bool = False
    """Whether its acts are contact for as long as their dates say that they last."""
    waiting: bool = False
    """Whether a line says for how many days its act has waited."""
    reaching: bool = False
    """Whether a line says how far the target of its act is reached."""

    @property
    def moving(self) -> bool:
        """Whether a line says what moves with the day asked about."""
        return self.waiting or self.reaching


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that holds until something later sets it."""

    name: str
    title: str
    """What people read beside it; `{party}` and `{other}` are names of the two."""
    each: bool = False
    """Whether each of the two has its own."""
    ends: bool = False
    """Whether it ends with a party that ends."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Numbers of acts, by the words they are counted under."""

    name: str
    """The path within the section, such as `counts.by_rank`."""
    title: str
    """What people read above them."""
    field: str | None = None
    """The field of an event whose words they are counted under; None for what the fold says."""
    parties: bool = False
    """Whether they are counted under codes of parties."""


@dataclass(frozen=True, slots=True)
class Said:
    """A field that only lines of one section have, and how people read it."""

    name: str
    words: str
    """What stands before its value."""
    date: bool = False
    """Whether it is a date."""
    party: bool = False
    """Whether it is a party's code."""
    act: bool = False
    """Whether it is the id of another act."""


@dataclass(frozen=True, slots=True)
class Section:
    """What an answer says of the acts of one kind, its parts in the order people read them."""

    name: str
    slots: tuple[Slot, ...] = ()
    lists: tuple[Listed, ...] = ()
    counted: str | None = None
    """Under which name its numbers stand; None where it has none."""
    counts: tuple[Counted, ...] = ()
    """Which of the numbers people are shown."""
    says: tuple[Said, ...] = ()
    """The fields that only its lines have."""

    def place(self, part: str) -> str:
        """The place of a part in the whole state."""
        return f"{self.name}.{part}"
