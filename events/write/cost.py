"""Weight: what it is likely to cost to record something, told before anything is done for it.

The life of an act is put in order anew with each of its records, and each record of all parties
is told to every pair of them. Both are counted from what is asked and what is there, so that an
order that would keep all other writers waiting is refused while it has cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from events.errors import TooCostly
from events.log.record import Record

Body = Mapping[str, Any]

#: Records to be made, times the square of those the act then has: two seconds of one processor.
MOST_STEPS = 4_000_000
#: Pairs of parties that are told something, times what there is to tell: nine seconds. Enough to
#: correct a treaty between all members of the United Nations.
MOST_TOLD = 200_000
#: Pairs of parties that are told something at once: 400 MB of memory, for 300 parties.
MOST_PAIRS = 45_000
#: What one pair is told at most, however many events the act has.
_OF_ONE_PAIR = 9


def check_weight(stream: Sequence[Record], bodies: Sequence[Body]) -> None:
    """Refuse to record bodies behind a stream, where that would cost too much.

    A correction is as heavy as its event, a retraction as what it takes back. Raises `TooCostly`.
    """
    events = len(stream) + len(bodies)
    steps = len(bodies) * events**2
    if steps > MOST_STEPS:
        raise TooCostly(
            "/events",
            f"at most {MOST_STEPS} for the events times the square of all that the act then has",
            f"{len(bodies)} times {events} squared",
        )
    told = [_event(record.body, stream) for record in stream if record.body is not None]
    meant = [_event(body, stream) for body in bodies]
    parties = len({code for event in (*told, *meant) for code in _codes(event)})
    pairs = sum(_pairs(event, parties) for event in meant)
    if pairs > MOST_PAIRS:
        raise TooCostly(
            "/events", f"at most {MOST_PAIRS} pairs of parties at once", f"{pairs} pairs"
        )
    if pairs * min(1 + events, _OF_ONE_PAIR) > MOST_TOLD:
        raise TooCostly(
            "/events",
            f"at most {MOST_TOLD} for the pairs of parties times the events, counted up to"
            f" {_OF_ONE_PAIR}",
            f"{pairs} pairs, {events} events",
        )


def _event(body: Body, stream: Sequence[Record]) -> Body:
    """The event that a body is, corrects or takes back."""
    if "event" in body:
        event: Body = body["event"]
        return event
    version = body.get("version")
    if isinstance(version, int) and "reason" in body and 1 <= version <= len(stream):
        meant = stream[version - 1].body
        return {} if meant is None else meant
    return body


def _codes(event: Body) -> set[str]:
    parties = {one["party"] for one in event.get("parties", ())}
    return parties.union(event.get("by", ()), event.get("toward", ()))


def _pairs(event: Body, parties: int) -> int:
    """How many pairs are told of an event: all, or those of the parties that act."""
    acting = len(event.get("by", ()))
    every = parties * (parties - 1) // 2
    return min(acting * parties, every) if acting else every
