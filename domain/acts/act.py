"""An act as it is known: the event versions in force in its stream, and the parties to it.

A later event never says who was party to an act before it. So whom an event speaks for is
answered by day: `by` names who acts; without it an event speaks for the parties it names, and
where it names none, for those who are party to the act by events of its day or before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from domain.acts.event import Event, Participation
from domain.acts.fact import Erased, Fact
from domain.acts.life import life_order
from domain.dates import FIRST_DAY, LAST_DAY
from domain.kinds import KINDS, Life
from domain.once import once


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
        """Whether more than two parties take part, sooner or later."""
        return len(self.parties) > 2

    @once
    def life(self) -> tuple[Fact, ...]:
        """The facts in life order."""
        return life_order(self.facts)

    @once
    def title(self) -> str | None:
        """The title given first in the act's life, or None."""
        return next((t for f in self.life if (t := f.event.body.get("title"))), None)

    @once
    def joined(self) -> dict[str, int]:
        """The first day on which each party may be one: that of the first event to name it."""
        # When an erased event was is erased too: whom it named may have been party ever since.
        found = {p.party: FIRST_DAY for gone in self.erased for p in gone.named}
        for fact in self.facts:
            day = first_day(fact)
            for participation in fact.event.named:
                code = participation.party
                found[code] = min(day, found.get(code, day))
        return found

    @once
    def surely_joined(self) -> dict[str, int]:
        """The first day on which each party surely is one.

        That of the first sure event that does not surely lie before the one that names it: a
        severing of June is between those whom an event of some day that year names.
        """
        found = {code: self._surely(joined) for code, joined in self.joined.items()}
        return found | {p.party: FIRST_DAY for gone in self.erased for p in gone.named}

    @once
    def roles(self) -> dict[str, tuple[int, str]]:
        """The role of each party that has one, and the first day on which it surely has it.

        A role given once holds for the act: that of the earliest day, whatever a later event says.
        """
        roles = roles_of(self.facts, self.erased)
        return {party: (self._surely(first), role) for party, (first, role) in roles.items()}

    def _surely(self, first: int) -> int:
        """The first sure day of an event that does not surely lie before a day."""
        if first < FIRST_DAY:
            return FIRST_DAY
        index = bisect_left(self.sure_days, first)
        return self.sure_days[index] if index < len(self.sure_days) else LAST_DAY

    @once
    def sure_days(self) -> list[int]:
        """The days from which the events are sure, in order."""
        return sorted(sure_day(fact) for fact in self.facts)

    def scope(self, fact: Fact) -> frozenset[str]:
        """The parties an event speaks for."""
        return self._scopes[fact.version]

    @once
    def _scopes(self) -> dict[int, frozenset[str]]:
        return {fact.version: self._scope(fact) for fact in self.facts}

    def _scope(self, fact: Fact) -> frozenset[str]:
        event = fact.event
        if event.by and not event.type.whole:
            return frozenset(event.by)
        if event.parties:
            return frozenset((*(p.party for p in event.parties), *event.by))
        return self.present(fact)

    def present(self, fact: Fact) -> frozenset[str]:
        """Who is party to the act by events that do not surely lie after one."""
        sure = sure_day(fact)
        return frozenset(code for code, day in self.joined.items() if day <= sure)

    def toward(self, fact: Fact) -> frozenset[str]:
        """Whom those who act turn to, where the event says so; of relations, whom it names."""
        event = fact.event
        named = KINDS[self.kind].life is Life.AXES and event.by and not event.type.whole
        if "toward" in event.body or not named:
            return frozenset(event.body.get("toward", ()))
        return frozenset(p.party for p in event.parties) - {*event.by}

    def concerns(self, fact: Fact, a: str, b: str) -> bool:
        """Whether an event bears on two parties.

        It speaks for both; or one of the two acts, or the whole of a role does. Of an act of only
        the two, that it speaks for one is enough. Who acts toward others bears on them alone.
        """
        event = fact.event
        by, toward = event.by, self.toward(fact)
        if toward and by:
            joint = a in by and b in by and "toward" not in event.body
            return joint or (a in by and b in toward) or (b in by and a in toward)
        scope = self.scope(fact)
        if a in scope and b in scope:
            return True
        present = self.present(fact)
        if a not in present or b not in present:
            return False
        if a in scope or b in scope:
            return bool(by and not event.type.whole) or len(present) == 2
        return self._whole_role(fact, present)

    def _whole_role(self, fact: Fact, present: frozenset[str]) -> bool:
        """Whether all who have one role act."""
        by = set(fact.event.by)
        if not by or not self.roles:
            return False
        having: dict[str, set[str]] = {}
        for code in present:
            # A role that a later event gives is none on the day of this one.
            if code in self.roles and self.roles[code][0] <= sure_day(fact):
                having.setdefault(self.roles[code][1], set()).add(code)
        return any(codes <= by for codes in having.values())

    def with_role(self, role: str, day: int = LAST_DAY) -> tuple[str, ...]:
        """The codes of the parties that have a role by a day, alphabetically."""
        return tuple(
            sorted(
                code for code, (since, own) in self.roles.items() if own == role and since <= day
            )
        )


def make_act(act_id: str, kind: str, facts: Iterable[Fact], erased: Iterable[Erased] = ()) -> Act:
    """The act of some facts, and of what was erased.

    Its parties are all that the facts name, and that the erased events named. Whom only a
    retracted event named is none: an act of fewer than two parties touches no relationship.
    """
    ordered = tuple(sorted(facts, key=_by_version))
    gone = tuple(sorted(erased, key=_by_version))
    naming: list[Event | Erased] = [fact.event for fact in ordered]
    if gone:
        known: list[Fact | Erased] = sorted([*ordered, *gone], key=_by_version)
        naming = [one.event if isinstance(one, Fact) else one for one in known]
    roles = roles_of(ordered, gone)
    parties = tuple(
        p if p.role is None else Participation(p.party, roles[p.party][1]) for p in named_by(naming)
    )
    return Act(act_id, kind, ordered, parties, gone)


#: Of a fact or what was erased.
_by_version = attrgetter("version")


def named_by(events: Iterable[Event | Erased]) -> tuple[Participation, ...]:
    """The parties that events name, in the order they are first named, with the first role."""
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


def roles_of(facts: Iterable[Fact], erased: Iterable[Erased]) -> dict[str, tuple[int, str]]:
    """By party the first day on which it may have its role, and the role; erased, since ever."""
    found: dict[str, tuple[int, int, str]] = {}
    namings = [(FIRST_DAY - 1, gone.version, gone.named) for gone in erased]
    namings += [(first_day(fact), fact.version, fact.event.named) for fact in facts]
    for day, version, named in namings:
        for party, role in named:
            if role is not None and (party not in found or (day, version) < found[party][:2]):
                found[party] = day, version, role
    return {party: (day, role) for party, (day, _, role) in found.items()}


def first_day(fact: Fact) -> int:
    """The first day of an event, or of its effect: a succession may reach back."""
    return min(fact.event.date.earliest, fact.takes_effect.earliest)


def sure_day(fact: Fact) -> int:
    """The first day on which an event has surely begun: a succession, where it reaches back."""
    return min(fact.begins_certain, fact.certain_from)
