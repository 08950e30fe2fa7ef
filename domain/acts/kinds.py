"""The table of kinds and events: adding a kind or an event is adding rows here.

Names follow the project's glossary; consent and force follow the Vienna Convention on the Law
of Treaties (VCLT) of 1969, relations and missions the Vienna Convention on Diplomatic Relations
(VCDR) of 1961.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: The kinds of diplomatic acts, and `coverage`: a source's claim of what it covers, kept as an
#: act so that it is known from a position on, corrected and proved like everything else.
KINDS = ("visit", "talk", "agreement", "proposal", "relation", "coverage")

#: The roles a party can have in an act, by kind; a kind that is not named knows no roles.
ROLES: dict[str, tuple[str, ...]] = {
    "visit": ("visitor", "host"),
    "proposal": ("proposer", "addressee"),
}


class UnknownEventType(ValueError):
    """A type name that stands in no row of the table."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown event type {name!r}: expected one of {', '.join(EVENT_TYPES)}")
        self.name = name


@dataclass(frozen=True, slots=True)
class EventType:
    """One row: a stored type name and what such an event means in the life of its act."""

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

    kind: str = field(init=False)
    """The kind of act, the part before the dot."""
    event: str = field(init=False)
    """The event, a past participle, the part after the dot."""

    def __post_init__(self) -> None:
        kind, _, event = self.name.partition(".")
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "event", event)


_ROWS = (
    EventType("visit.announced", "planned", 1, ("planned_for",)),
    EventType("visit.postponed", "postponed", 2),
    EventType("visit.began", "under_way", 3, durative=True, whole=True),
    EventType("visit.held", "held", 4, durative=True, final=True, whole=True),
    EventType("visit.cancelled", "cancelled", 5, final=True),
    EventType("talk.scheduled", "planned", 1),
    EventType("talk.opened", "under_way", 2, durative=True, whole=True),
    EventType("talk.adjourned", "adjourned", 3, whole=True),
    EventType("talk.halted", "halted", 4),
    EventType("talk.held", "held", 5, durative=True, final=True, whole=True),
    EventType("talk.cancelled", "cancelled", 6, final=True),
    EventType("agreement.initialled", "initialled", 1),
    EventType("agreement.agreed_in_principle", "agreed_in_principle", 1),
    EventType("agreement.adopted", "adopted", 2, whole=True),
    EventType("agreement.signed", "signed", 3),
    # Consent to be bound, each by one party: VCLT art. 11 to 16.
    EventType("agreement.ratified", "consented", 4, ("by",)),
    EventType("agreement.accepted", "consented", 4, ("by",)),
    EventType("agreement.approved", "consented", 4, ("by",)),
    EventType("agreement.acceded", "consented", 4, ("by",)),
    EventType("agreement.succeeded", "consented", 4, ("by",)),
    # Force: VCLT art. 24 (entry), 25 (provisional), 54 to 59 (end), 57 and 58 (suspension).
    EventType("agreement.provisionally_applied", "provisional", 5),
    EventType("agreement.entered_into_force", "in_force", 6),
    EventType("agreement.amended", "amended", 7, whole=True),
    EventType("agreement.suspended", "suspended", 8),
    EventType("agreement.resumed", "in_force", 9),
    # Consent taken back while the signature stays: a party that is bound no more and has not left
    # (the Russian Federation and the Comprehensive Nuclear-Test-Ban Treaty, 2023).
    EventType("agreement.consent_withdrawn", "consent_withdrawn", 10, ("by",)),
    EventType("agreement.withdrawn", "withdrawn", 10, ("by",)),
    EventType("agreement.terminated", "terminated", 11, whole=True),
    EventType("agreement.expired", "expired", 11, whole=True),
    EventType("agreement.superseded", "superseded", 11, whole=True),
    # Statements to a treaty: VCLT art. 19 to 23.
    EventType("agreement.reservation_made", "statement", 4, ("by", "statement")),
    EventType("agreement.objection_made", "statement", 4, ("by", "statement")),
    EventType("agreement.declaration_made", "statement", 4, ("by", "statement")),
    EventType("proposal.tabled", "open", 1),
    EventType("proposal.counter_proposed", "counter_proposed", 2),
    EventType("proposal.endorsed", "endorsed", 3),
    EventType("proposal.accepted", "accepted", 4),
    EventType("proposal.declined", "declined", 4, final=True),
    EventType("proposal.withdrawn", "withdrawn", 4, final=True),
    EventType("proposal.lapsed", "lapsed", 4, final=True, whole=True),
    EventType("proposal.superseded", "superseded", 4, final=True, whole=True),
    EventType("proposal.carried_out", "carried_out", 5, final=True),
    # Three axes, since severing relations does not of itself close a mission: VCDR art. 45.
    EventType("relation.recognised", "recognised", 1, ("by",)),
    EventType("relation.recognition_withdrawn", "recognition_withdrawn", 2, ("by",)),
    EventType("relation.established", "established", 1, whole=True),
    EventType("relation.suspended", "suspended", 2),
    EventType("relation.severed", "severed", 3),
    EventType("relation.resumed", "established", 4, whole=True),
    EventType("relation.mission_opened", "mission_opened", 1, ("by", "mission_class")),
    EventType("relation.mission_class_changed", "mission_opened", 2, ("by", "mission_class")),
    EventType("relation.mission_closed", "mission_closed", 4, ("by",)),
    EventType("relation.interests_section_opened", "interests_section", 3, ("by",)),
    # Before a source's coverage begins or after it ends, absence is unknown, not zero.
    EventType("coverage.claimed", "claimed", 1, ("title",), durative=True, whole=True),
)

EVENT_TYPES: dict[str, EventType] = {row.name: row for row in _ROWS}

#: Consent to be bound by a treaty, VCLT art. 11.
CONSENTS = frozenset({"ratified", "accepted", "approved", "acceded", "succeeded"})
#: The end of a treaty for all its parties, VCLT art. 54 and 59.
ENDS = frozenset({"terminated", "expired", "superseded"})


def event_type(name: str) -> EventType:
    """The row of a stored type name; raises `UnknownEventType`, never ignores one."""
    try:
        return EVENT_TYPES[name]
    except KeyError:
        raise UnknownEventType(name) from None
