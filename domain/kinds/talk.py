"""A talk: parties meet, or speak from afar."""

from __future__ import annotations

from domain.kinds.event_type import EventType
from domain.kinds.kind import Kind, Life, Look
from domain.kinds.section import Counted, Listed, Section, Slot
from domain.kinds.shapes import LEVELS
from domain.shapes import Choice, Date, Many

MODES = ("in_person", "telephone", "video", "third_party", "multilateral")

TALK = Kind(
    name="talk",
    life=Life.COURSE,
    events=(
        EventType("talk.scheduled", "planned", 1, opens_again=True),
        EventType("talk.opened", "under_way", 2, durative=True, whole=True),
        EventType("talk.adjourned", "adjourned", 3, whole=True),
        EventType("talk.halted", "halted", 4),
        EventType("talk.held", "held", 5, durative=True, final=True, whole=True),
        EventType("talk.cancelled", "cancelled", 6, final=True),
    ),
    fields={
        "planned_for": Date(),
        "levels": Many(Choice(LEVELS), distinct=True),
        "mode": Choice(MODES),
    },
    standing=frozenset({"planned", "under_way", "adjourned", "halted"}),
    section=Section(
        "talks",
        lists=(
            Listed("under_way", "Under way", glance="Under way", lasting=True),
            Listed("planned", "Planned", glance="Planned"),
            Listed("unconfirmed", "Unconfirmed", glance="Unconfirmed"),
            Listed("adjourned", "Adjourned or halted"),
            Listed("ended", "Ended with a party"),
        ),
        slots=(Slot("last_held", "Last held"),),
        counted="counts",
        counts=(
            Counted("counts.by_level", "Held, by level", "levels"),
            Counted("counts.by_status", "By status"),
        ),
    ),
    look=Look("#7d5f00", "#e3c36a"),
)
