"""Relations: recognition, diplomatic relations and missions, three axes of their own.

They follow the Vienna Convention on Diplomatic Relations (VCDR) of 1961: severing relations does
not of itself close a mission (art. 45).
"""

from __future__ import annotations

from domain.kinds.event_type import EventType
from domain.kinds.kind import Kind, Life, Look
from domain.kinds.section import Section, Slot
from domain.kinds.shapes import LINE, PARTIES, PARTY
from domain.shapes import Choice, Fields, Flag, Many

#: Heads of mission in their classes, VCDR art. 14; consular posts and liaison offices beside.
MISSION_CLASSES = ("ambassador", "envoy", "charge_daffaires", "consular", "liaison")

#: Where one event accredits to several hosts: at whose seat the head of mission resides.
_RESIDENCE = Fields(
    {"party": PARTY, "resident": Flag(), "seat": LINE}, required=("party", "resident")
)

RELATION = Kind(
    name="relation",
    life=Life.AXES,
    events=(
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
    ),
    fields={
        "toward": PARTIES,
        "recognition": Choice(("de_facto", "de_jure")),
        "mission_class": Choice(MISSION_CLASSES),
        "mission_title": LINE,
        "resident": Flag(),
        "seat": LINE,
        "residence": Many(_RESIDENCE, most=500),
        "protecting_power": PARTY,
    },
    seldom=frozenset({"mission_title", "seat", "residence"}),
    section=Section(
        "relations",
        slots=(
            Slot("diplomatic", "Diplomatic relations", ends=True),
            Slot("recognition", "{party} on recognition of {other}", each=True, ends=True),
            Slot("missions", "Mission of {party} in {other}", each=True, ends=True),
        ),
    ),
    look=Look("#6a4c38", "#d0b49f"),
)
