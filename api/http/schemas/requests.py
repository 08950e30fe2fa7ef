"""Schemas of what comes in: envelopes around events, by the domain's shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.kinds.shapes import ACT_ID_PATTERN
from domain.shapes import Fields, Many, Problem, Problems, Shape, Text, shown

_MOST_EVENTS = 1_000


class AnEvent(Shape):
    """An event's body, which the domain itself reads; here it only has its place."""

    def check(self, value: Any, where: str, problems: Problems) -> None:
        """Nothing: `domain.acts.validate` says all there is to say."""

    def schema(self) -> dict[str, Any]:
        """The domain's schema, by reference."""
        return {"$ref": "#/components/schemas/Event"}


class _Version(Shape):
    """A version an act is expected to have."""

    def check(self, value: Any, where: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 2**53:
            problems.append(Problem(where, "a version: a whole number from 1", shown(value)))

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}


#: What each deed of a preview takes beside itself: what it must have, what it may have.
_DEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "events": ((), ("act_id", "version")),
    "corrects": (("act_id", "event", "reason"), ("version",)),
    "retracts": (("act_id", "reason"), ("version",)),
    "erases": (("act_id", "reason"), ("version",)),
}


def _one_deed(value: Mapping[str, Any], where: str, problems: Problems) -> None:
    done = [deed for deed in _DEEDS if deed in value]
    if len(done) != 1:
        got = " and ".join(done) or "none"
        problems.append(Problem(where, "one of events, corrects, retracts and erases", got))
        return
    needed, allowed = _DEEDS[done[0]]
    if done == ["events"] and "version" in value:
        needed = ("act_id",)
    problems += [Problem(where, f"a field {n!r}", "none") for n in needed if n not in value]
    foreign = [name for name in value if name not in (*done, *needed, *allowed)]
    problems += [Problem(f"{where}/{n}", f"none beside {done[0]}", shown(n)) for n in foreign]


_ACT_ID = Text(128, ACT_ID_PATTERN, "an act_id such as hsg-visits:2138")
_EVENTS = Many(AnEvent(), most=_MOST_EVENTS)
_REASON = Text(2_000)

#: POST /v1/acts.
NEW_ACT = Fields({"act_id": _ACT_ID, "events": _EVENTS}, required=("events",))
#: POST /v1/acts/{act_id}/events.
NEXT_EVENTS = Fields({"events": _EVENTS}, required=("events",))
#: POST …/correction.
CORRECTION = Fields({"reason": _REASON, "event": AnEvent()}, required=("reason", "event"))
#: POST …/retraction.
RETRACTION = Fields({"reason": _REASON}, required=("reason",))
#: POST …/erasure.
ERASURE = Fields({"reason": _REASON}, required=("reason",))
#: POST /v1/preview: a new act; with `version`, the next events of an act; or a correction, a
#: retraction or an erasure of one of its events.
PREVIEW = Fields(
    {
        "act_id": _ACT_ID,
        "version": _Version(),
        "events": _EVENTS,
        "corrects": _Version(),
        "retracts": _Version(),
        "erases": _Version(),
        "event": AnEvent(),
        "reason": _REASON,
    },
    also=_one_deed,
)
#: One line of POST /v1/events/bulk, and of `chancery record`.
LINE = Fields({"act_id": _ACT_ID, "version": _Version(), "events": _EVENTS}, required=("events",))


def request_body(shape: Fields, examples: dict[str, Any]) -> dict[str, Any]:
    """An operation's JSON body as the OpenAPI document tells it, with examples."""
    content = {"schema": shape.schema(), "examples": examples}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}
