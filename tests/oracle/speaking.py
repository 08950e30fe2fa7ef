"""Whom an event speaks for, and between whom it counts."""

from __future__ import annotations

from collections.abc import Sequence

from domain.dates import FIRST_DAY
from domain.kinds import KINDS
from domain.parties import Registry
from tests.oracle.known import Act, Fact
from tests.oracle.when import sure_day

Pair = tuple[str, str]
#: The two roles that face each other, by kind.
ROLES = {
    name: tuple(role.name for role in kind.roles) for name, kind in KINDS.items() if kind.roles
}


def not_after(fact: Fact, facts: Sequence[Fact]) -> list[Fact]:
    """The facts of that day or before: those that do not surely lie after it."""
    return [other for other in facts if other.first <= fact.sure]


def party_by(act: Act, fact: Fact, facts: Sequence[Fact]) -> set[str]:
    """Those who are party to the act by events of the fact's day or before."""
    return act.named(not_after(fact, act.facts))


def speaks_for(act: Act, fact: Fact, facts: Sequence[Fact]) -> set[str]:
    """Those for whom the event speaks, as far as these facts are known.

    `by` names who acts; what is done by all speaks for all, whoever is named as acting.
    """
    if fact.by and not fact.row.whole:
        return set(fact.by)
    if fact.named:
        return set(fact.named | fact.by)
    return party_by(act, fact, facts)


def counts_between(act: Act, fact: Fact, pair: Pair, facts: Sequence[Fact]) -> bool:
    """Whether the event counts in what stands between the two.

    An act by one of several counts for that one; by the whole of a side it counts for all.
    """
    two = set(pair)
    one, other = pair
    named = fact.named - fact.by if act.kind == "relation" and not fact.row.whole else set()
    toward = fact.toward or named
    if toward and fact.by:
        if two <= fact.by and not fact.toward:
            return True
        return (one in fact.by and other in toward) or (other in fact.by and one in toward)
    speakers = speaks_for(act, fact, facts)
    if two <= speakers:
        return True
    members = party_by(act, fact, facts)
    if not two <= members:
        return False
    if members == two:
        return bool(speakers & two)
    if not fact.by or fact.row.whole:
        return False
    if speakers & two:
        return True
    roles = act.roles([fact])
    for role in ROLES.get(act.kind, ()):
        side = {code for code in members if roles.get(code) == role}
        if side and side <= speakers:
            return True
    return False


def facing(act: Act, pair: Pair, facts: Sequence[Fact]) -> bool:
    """Whether the two face each other by their roles."""
    roles = act.roles(facts)
    held = {roles.get(code) for code in pair}
    return act.kind in ROLES and held == set(ROLES[act.kind])


def predecessors(code: str, among: set[str], registry: Registry) -> set[str]:
    """Those of these that come nearest before the party, up the chain of succession."""
    level = {code}
    while level:
        before = set()
        for heir in level:
            party = registry.get(heir)
            for tie in party.succession:
                earlier = registry.get(tie.party)
                if tie.kind != "successor" and earlier.valid_from < party.valid_from:
                    before.add(tie.party)
        if before & among:
            return before & among
        level = before
    return set()


def places(act: Act, fact: Fact, heir: str, registry: Registry) -> set[str]:
    """Whose place the heir takes by a succession: VCSST art. 2."""
    return predecessors(heir, party_by(act, fact, act.facts) - fact.by, registry)


def origins(act: Act, code: str, last: int, registry: Registry) -> set[str]:
    """In whose place the party stands in the end, by events that may have begun by that day.

    VCSST art. 2, 24 and 34: a successor stands in its predecessor's place.
    """
    found: set[str] = set()
    for fact in act.facts:
        if fact.event == "succeeded" and fact.first <= last and code in fact.by:
            for place in places(act, fact, code, registry):
                found |= origins(act, place, last, registry)
    return found or {code}


def of_two(act: Act, last: int, registry: Registry) -> bool:
    """Whether the act is between two by events that may have begun by that day.

    Each of the two counts together with those who succeed it.
    """
    members = act.named([fact for fact in act.facts if fact.first <= last])
    sides = set()
    for code in members:
        sides |= origins(act, code, last, registry)
    return len(sides) <= 2


def met_by(act: Act, pair: Pair) -> int:
    """The last day of what was certain when the second of the two became party to the act."""
    joined = max(act.joined(code, act.facts) for code in pair)
    return max((fact.sure for fact in act.certain(joined)), default=FIRST_DAY)


def on_one_side(act: Act, pair: Pair, registry: Registry) -> bool:
    """Whether an act between two has both on one side of it, so that it is none between them."""
    if not act.facts or not set(pair) <= act.named(act.facts):
        return False
    last = met_by(act, pair)
    one, other = (origins(act, code, last, registry) for code in pair)
    return of_two(act, last, registry) and bool(one & other)


def direct(act: Act, pair: Pair, day: int, registry: Registry) -> bool:
    """Whether the act is the two's own."""
    facts = act.certain(day)
    if act.kind == "relation":
        return any(counts_between(act, fact, pair, facts) for fact in facts)
    return of_two(act, met_by(act, pair), registry) or facing(act, pair, facts)


def own_since(act: Act, pair: Pair, day: int, registry: Registry) -> int:
    """The day since which an act that is the two's own by a day has been so."""
    facts = act.certain(day)
    joined = max(act.joined(code, facts) for code in pair)
    days = sorted({joined, *(fact.sure for fact in facts if fact.sure > joined)})
    return next(one for one in days if direct(act, pair, one, registry))


def successors_of(act: Act, code: str, day: int, registry: Registry) -> list[str]:
    """Those who have taken the party's place in the treaty by an event, by that day."""
    heirs = set()
    for fact in act.facts:
        if fact.event == "succeeded" and sure_day(fact.takes_effect, False) <= day:
            heirs |= {heir for heir in fact.by if code in places(act, fact, heir, registry)}
    return sorted(heirs)
