"""An act as it is known: the event versions in force in its stream, and the parties to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from domain.acts.event import Event, InvalidEvent, Participation
from domain.acts.kinds import CONSENTS, ENDS, ROLES
from domain.dates import EdtfDate
from domain.once import once
from domain.shapes import Problem


@dataclass(frozen=True)
class Fact:
    """One event version in force: what the record says of one event, at some `known_at`."""

    event: Event
    version: int
    """The event's version in its stream, counted from 1; a correction keeps it."""
    position: int
    """The position of the record that supplies the body."""

    @once
    def begins_certain(self) -> int:
        """First day on which the event has surely begun (design rule: exact start, any end)."""
        date = self.event.date
        if date.interval and (self.event.type.durative or date.end != "known"):
            return date.start_latest
        return date.latest

    @once
    def takes_effect(self) -> EdtfDate:
        """The date the event takes effect, which for an agreement may not be its own.

        Consent binds from the deposit of its instrument (VCLT art. 16), withdrawal and
        termination from the day named for it, not from the notice (VCLT art. 65 and 68).
        """
        name = self.event.type.event
        if name in CONSENTS:
            return self.event.date_of("deposited") or self.event.date
        if name in ENDS or name == "withdrawn":
            return self.event.date_of("effective") or self.event.date
        return self.event.date

    @once
    def certain_from(self) -> int:
        """First day on which the event surely has its effect."""
        date = self.takes_effect
        return date.start_latest if date.interval and date.end != "known" else date.latest

    @property
    def begins_possible(self) -> int:
        """First day on which the event may have begun."""
        return self.event.date.earliest


@dataclass(frozen=True, slots=True)
class Erased:
    """An event version whose content was lawfully erased: that there was one is all it tells."""

    type: str
    """The name of its type, which is not erased."""
    version: int
    position: int
    """The record that held the content."""
    erasure: int
    """The position of the record of its erasure."""
    reason: str
    named: tuple[Participation, ...]
    """The parties it named: without them the rest of the act would be between nobody."""


@dataclass(frozen=True)
class Act:
    """The facts of one act in the order of their versions; they may be none."""

    act_id: str
    kind: str
    facts: tuple[Fact, ...]
    parties: tuple[Participation, ...]
    """In the order they were first named; a role given once holds for the act."""
    erased: tuple[Erased, ...] = ()
    """The event versions that would be in force, were their content not erased."""

    @once
    def codes(self) -> tuple[str, ...]:
        """The parties' codes in alphabetical order."""
        return tuple(sorted(participation.party for participation in self.parties))

    @property
    def many_party(self) -> bool:
        """Whether more than two parties take part."""
        return len(self.parties) > 2

    @once
    def life(self) -> tuple[Fact, ...]:
        """The facts in life order."""
        return life_order(self.facts)

    @once
    def title(self) -> str | None:
        """The title given first in the act's life, or None."""
        return next((t for f in self.life if (t := f.event.body.get("title"))), None)

    def with_role(self, role: str) -> tuple[str, ...]:
        """The codes of the parties in a role, alphabetically."""
        return tuple(sorted(p.party for p in self.parties if p.role == role))


def make_act(
    act_id: str,
    kind: str,
    facts: Iterable[Fact],
    withdrawn: Iterable[Event | Erased] = (),
    erased: Iterable[Erased] = (),
) -> Act:
    """The act of some facts, and of what was erased.

    Its parties are all that the facts name, and that the erased events named. Where these are
    fewer than two, the retracted events (`withdrawn`, as last worded) still say between whom the
    act was: a retraction takes back that something happened, not who the parties to the rest are.
    """
    ordered = tuple(sorted(facts, key=_by_version))
    gone = tuple(sorted(erased, key=_by_version))
    naming: list[Event | Erased] = [fact.event for fact in ordered]
    if gone:
        told: list[Fact | Erased] = sorted([*ordered, *gone], key=_by_version)
        naming = [one.event if isinstance(one, Fact) else one for one in told]
    parties = _named(naming)
    if naming and len(parties) < 2:
        parties = _named([*naming, *withdrawn])
    return Act(act_id, kind, ordered, parties, gone)


#: Of a fact or what was erased.
_by_version = attrgetter("version")


def _named(events: Iterable[Event | Erased]) -> tuple[Participation, ...]:
    events = tuple(events)
    if len(events) == 1:
        named = events[0].named
        if len({participation.party for participation in named}) == len(named):
            return named
    found: dict[str, Participation] = {}
    for event in events:
        for participation in event.named:
            known = found.get(participation.party)
            if known is None:
                found[participation.party] = participation
            elif known.role is None and participation.role is not None:
                found[participation.party] = Participation(known.party, participation.role)
    return tuple(found.values())


def check_opening(
    events: Sequence[Event], where: str = "/events", erased: Iterable[Erased] = ()
) -> None:
    """Refuse events that cannot open an act.

    They are of one kind, name two parties at least, and for a kind with roles that cannot be
    unknown (a visit) at least one party in each; what was `erased` of the act named some. A claim
    of coverage needs no party: without one it is about all. Raises `InvalidEvent`.
    """
    if not events:
        raise InvalidEvent([Problem(where, "at least one event", "none")])
    kind = events[0].type.kind
    for index, event in enumerate(events):
        check_kind(event, kind, f"{where}/{index}/type")
    parties = _named([*events, *erased])
    if kind == "coverage":
        return
    if len(parties) < 2:
        got = ", ".join(p.party for p in parties) or "none"
        raise InvalidEvent([Problem(f"{where}/0/parties", "two or more parties to the act", got)])
    if kind == "visit":
        for role in ROLES[kind]:
            if not any(participation.role == role for participation in parties):
                raise InvalidEvent([Problem(f"{where}/0/parties", f"a party as {role}", "none")])


def check_kind(event: Event, kind: str, where: str = "/type") -> None:
    """Refuse an event of another kind than its act; raises `InvalidEvent`."""
    if event.type.kind != kind:
        raise InvalidEvent([Problem(where, f"an event of a {kind}", event.type.name)])


def _by_day(fact: Fact) -> tuple[int, int, int]:
    return (fact.event.date.earliest, fact.event.type.stage, fact.position)


def _by_course(fact: Fact) -> tuple[int, int, int, int]:
    date = fact.event.date
    return (fact.event.type.stage, date.earliest, date.latest, fact.position)


def life_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts in the order of a life.

    One event comes before another where its last possible day lies before the other's first.
    Where dates leave it open the usual course decides (a signature before a ratification), so
    that an imprecise date reorders nothing; then the dates, then the position in the log.
    """
    waiting = list(facts)
    if len(waiting) < 2:
        return tuple(waiting)
    if all(fact.event.date.earliest == fact.event.date.latest for fact in waiting):
        # Of two days one surely comes first, or they are the same.
        waiting.sort(key=_by_day)
        return tuple(waiting)
    waiting.sort(key=_by_course)
    ordered: list[Fact] = []
    while waiting:
        # The one that ends first has nothing surely before it, so there is always a next.
        first_end = min(fact.event.date.latest for fact in waiting)
        index = next(i for i, fact in enumerate(waiting) if fact.event.date.earliest <= first_end)
        ordered.append(waiting.pop(index))
    return tuple(ordered)
