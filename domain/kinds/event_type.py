"""An event type: a stored type name, and what such an event means in the life of its act."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EventType:
    """One event of a kind."""

    name: str
    """`kind.event`, the stored name; it never changes."""
    status: str
    """The status of the act once the event has happened."""
    stage: int
    """Its usual place in the life: decides the order where dates leave it open, never else."""
    requires: tuple[str, ...] = ()
    """Fields without which the event says nothing."""
    whole: bool = False
    """Whether it is of the act as a whole: `by` says who did it, and it speaks for all even so."""
    durative: bool = False
    """Whether an interval date is the time it lasts; else an interval is some day inside it."""
    final: bool = False
    """Whether a life normally ends here: what follows is an anomaly unless it opens it again."""
    opens_again: bool = False
    """Whether a life that has ended may go on with it."""
    contact: bool = True
    """Whether the parties deal with each other by it."""
    aside: bool = False
    """Whether it leaves the act where it stands, as a publication does."""
    each: bool = False
    """Whether each of a role does it by itself: the act has reached it once all of them have."""

    kind: str = field(init=False)
    """The kind of act, the part before the dot."""
    event: str = field(init=False)
    """The event, a past participle, the part after the dot."""

    def __post_init__(self) -> None:
        kind, _, event = self.name.partition(".")
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "event", event)
