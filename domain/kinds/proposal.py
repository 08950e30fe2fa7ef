"""A proposal: one party proposes something to another, who answers."""

from __future__ import annotations

from domain.kinds.event_type import EventType
from domain.kinds.kind import Kind, Life, Look, Role
from domain.kinds.section import Counted, Listed, Section
from domain.kinds.shapes import ACT_ID, SHORT
from domain.shapes import Date, Fields, Number

_TARGET = Fields(
    {"name": SHORT, "value": Number(), "unit": SHORT, "by": Date(), "qualifier": SHORT},
    required=("name", "value"),
)

PROPOSAL = Kind(
    name="proposal",
    life=Life.COURSE,
    events=(
        EventType("proposal.tabled", "open", 1, opens_again=True),
        EventType("proposal.counter_proposed", "counter_proposed", 2),
        EventType("proposal.endorsed", "endorsed", 3),
        EventType("proposal.accepted", "accepted", 4, contact=False),
        EventType("proposal.declined", "declined", 4, final=True),
        EventType("proposal.withdrawn", "withdrawn", 4, final=True),
        EventType("proposal.lapsed", "lapsed", 4, final=True, whole=True, contact=False),
        EventType("proposal.superseded", "superseded", 4, final=True, whole=True, contact=False),
        EventType("proposal.carried_out", "carried_out", 5, final=True),
    ),
    fields={"target": _TARGET, "accepted_as": ACT_ID},
    roles=(Role("proposer"), Role("addressee")),
    standing=frozenset({"open", "counter_proposed", "endorsed"}),
    section=Section(
        "proposals",
        lists=(
            Listed("open", "Open", glance="Open", waiting=True, reaching=True),
            Listed("endorsed", "Endorsed", glance="Open", reaching=True),
            Listed("ended", "Ended with a party"),
        ),
        counted="closed",
        counts=(Counted("closed", "Closed"),),
    ),
    look=Look("#86306c", "#e0a3cf"),
    schema_org="Action",
)
