"""What can open an act: events of one kind, between two parties at least."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.acts.act import named_by
from domain.acts.event import Event, InvalidEvent
from domain.acts.fact import Erased
from domain.kinds import KINDS
from domain.shapes import Problem


def check_opening(
    events: Sequence[Event], where: str = "/events", erased: Iterable[Erased] = ()
) -> None:
    """Refuse events that cannot open an act.

    They are of one kind, name two parties at least, and one in each role that a kind needs (the
    visitor of a visit); what was `erased` of the act named some. A claim of coverage needs no
    party: without one it is about all. Raises `InvalidEvent`.
    """
    if not events:
        raise InvalidEvent([Problem(where, "at least one event", "none")])
    kind = events[0].type.kind
    for index, event in enumerate(events):
        check_kind(event, kind, f"{where}/{index}/type")
    parties = named_by([*events, *erased])
    if not KINDS[kind].between_parties:
        return
    if len(parties) < 2:
        got = ", ".join(p.party for p in parties) or "none"
        raise InvalidEvent([Problem(f"{where}/0/parties", "two or more parties to the act", got)])
    for role in KINDS[kind].roles:
        if role.needed and not any(p.role == role.name for p in parties):
            raise InvalidEvent([Problem(f"{where}/0/parties", f"a party as {role.name}", "none")])


def check_kind(event: Event, kind: str, where: str = "/type") -> None:
    """Refuse an event of another kind than its act; raises `InvalidEvent`."""
    if event.type.kind != kind:
        raise InvalidEvent([Problem(where, f"an event of a {kind}", event.type.name)])
