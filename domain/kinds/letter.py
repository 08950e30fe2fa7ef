"""A letter: one party writes to one or more others, who may answer.

A note verbale, a démarche, a letter from one head of state to another, a circular note to many.
"""

from __future__ import annotations

from domain.kinds.event_type import EventType
from domain.kinds.kind import Kind, Life, Look, Role
from domain.kinds.section import Counted, Listed, Said, Section, Slot
from domain.kinds.shapes import ACT_ID
from domain.shapes import Choice

FORMS = (
    "note_verbale",
    "note",
    "demarche",
    "aide_memoire",
    "memorandum",
    "letter",
    "circular",
    "other",
)

#: A letter is contact: missions and ministries deal with each other by it (Vienna Convention on
#: Diplomatic Relations, art. 3, 27 and 41). Its publication is addressed to everybody.
LETTER = Kind(
    name="letter",
    life=Life.COURSE,
    events=(
        EventType("letter.sent", "sent", 1, whole=True, opens_again=True),
        EventType("letter.received", "received", 2, each=True),
        EventType("letter.answered", "answered", 3, each=True),
        EventType("letter.withdrawn", "withdrawn", 4, final=True),
        EventType("letter.published", "published", 5, whole=True, contact=False, aside=True),
    ),
    fields={"form": Choice(FORMS), "in_reply_to": ACT_ID},
    roles=(Role("sender", needed=True, single=True), Role("addressee", needed=True)),
    standing=frozenset({"sent", "received"}),
    order=((frozenset({"sent"}), frozenset({"received", "answered", "withdrawn"})),),
    section=Section(
        "letters",
        lists=(
            Listed("awaiting", "Awaiting an answer", glance="Open"),
            Listed("ended", "Unanswered when a party ended"),
        ),
        slots=(Slot("last_sent", "Last sent by {party}", each=True),),
        counted="counts",
        counts=(
            Counted("counts.by_sender", "By sender", parties=True),
            Counted("counts.by_form", "By form", "form"),
            Counted("counts.by_status", "By status"),
        ),
        says=(
            Said("sender", "from", party=True),
            Said("addressee", "to", party=True),
            Said("received", "received", date=True),
            Said("published", "published", date=True),
            Said("in_reply_to", "in reply to", act=True),
        ),
    ),
    look=Look("#4f4a8c", "#b9b4ec"),
    schema_org="Message",
)
