"""A visit: one party goes to another."""

from __future__ import annotations

from domain.kinds.event_type import EventType
from domain.kinds.kind import Kind, Life, Look, Role
from domain.kinds.section import Counted, Listed, Section, Slot
from domain.kinds.shapes import LEVELS
from domain.shapes import Choice, Date, Many

RANKS = (
    "state",
    "official",
    "official_working",
    "working",
    "private",
    "informal",
    "transit",
    "courtesy",
)

VISIT = Kind(
    name="visit",
    life=Life.COURSE,
    events=(
        EventType("visit.announced", "planned", 1, ("planned_for",), opens_again=True),
        EventType("visit.postponed", "postponed", 2, opens_again=True),
        EventType("visit.began", "under_way", 3, durative=True, whole=True),
        EventType("visit.held", "held", 4, durative=True, final=True, whole=True),
        EventType("visit.cancelled", "cancelled", 5, final=True),
    ),
    fields={
        "planned_for": Date(),
        "rank": Choice(RANKS),
        "levels": Many(Choice(LEVELS), distinct=True),
    },
    roles=(Role("visitor", needed=True), Role("host", needed=True)),
    standing=frozenset({"planned", "postponed", "under_way"}),
    section=Section(
        "visits",
        lists=(
            Listed("under_way", "Under way", glance="Under way", lasting=True),
            Listed("planned", "Planned", glance="Planned"),
            Listed(
                "unconfirmed",
                "Unconfirmed: the time planned has passed, and nothing more is recorded",
                glance="Unconfirmed",
            ),
            Listed("ended", "Ended with a party"),
        ),
        slots=(Slot("last_held", "Last by {party}", each=True),),
        counted="counts",
        counts=(
            Counted("counts.by_direction", "Held, by visitor", parties=True),
            Counted("counts.by_rank", "Held, by rank", "rank"),
            Counted("counts.by_status", "By status"),
        ),
    ),
    look=Look("#1f4e79", "#9cc3ea"),
)
