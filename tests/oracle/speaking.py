"""Whom an event speaks for, and between whom it counts."""

from __future__ import annotations

from collections.abc import Sequence

from domain.acts.kinds import ROLES
from domain.parties import Registry
from tests.oracle.known import Act, Fact
from tests.oracle.when import sure_day

Pair = tuple[str, str]


def not_after(fact: Fact, facts: Sequence[Fact]) -> list[Fact]:
    """The facts of that day or before: those that do not surely lie after it."""
    return [other for other in facts if other.first <= fact.last]


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
    if fact.toward:
        one, other = pair
        return (one in fact.by and other in fact.toward) or (
            other in fact.by and one in fact.toward
        )
    speakers = speaks_for(act, fact, facts)
    if two <= speakers:
        return True
    if party_by(act, fact, facts) <= two:
        return bool(speakers & two)
    if not fact.by or fact.row.whole:
        return False
    if speakers & two:
        return True
    roles = act.roles(not_after(fact, facts))
    for role in ROLES.get(act.kind, ()):
        side = {code for code, held in roles if held == role}
        if side and side <= speakers:
            return True
    return False


def facing(act: Act, pair: Pair, facts: Sequence[Fact]) -> bool:
    """Whether the two face each other: by their roles, or as who acts and toward whom."""
    one, other = pair
    roles = act.roles(facts)
    if act.kind in ROLES:
        here, there = ROLES[act.kind]
        for a, b in ((one, other), (other, one)):
            if (a, here) in roles and (b, there) in roles:
                return True
    return any(
        (one in fact.by and other in fact.toward) or (other in fact.by and one in fact.toward)
        for fact in facts
    )


def predecessor(code: str, among: set[str], registry: Registry) -> str | None:
    """The nearest predecessor of the party among these, up the chain of succession."""
    seen = {code}
    level = [code]
    while level:
        found = []
        for heir in level:
            party = registry.get(heir)
            for tie in party.succession:
                earlier = registry.get(tie.party)
                if tie.kind == "successor" or earlier.valid_from >= party.valid_from:
                    continue
                if tie.party not in seen:
                    seen.add(tie.party)
                    found.append((tie.kind != "continuation", tie.party))
        here = [name for _, name in sorted(found) if name in among]
        if here:
            return here[0]
        level = [name for _, name in sorted(found)]
    return None


def sides(act: Act, members: set[str], facts: Sequence[Fact], registry: Registry) -> dict[str, str]:
    """The side on which each stands: a successor stands in its predecessor's place.

    VCSST art. 2, 24 and 34.
    """
    place: dict[str, str] = {}
    for fact in facts:
        if fact.row.name == "agreement.succeeded":
            for heir in sorted(fact.by & members):
                before = predecessor(heir, members, registry)
                if before is not None:
                    place[heir] = before
    side = {}
    for code in members:
        root = code
        while root in place:
            root = place[root]
        side[code] = root
    return side


def direct(act: Act, pair: Pair, day: int, registry: Registry) -> bool | None:
    """Whether the act is the two's own; None where it is no act between the two at all.

    A treaty between two is none between two who stand on the same side of it.
    """
    facts = act.certain(day)
    joined = max(act.joined(code, facts) for code in pair)
    then = act.certain(joined)
    members = act.parties(then)
    if act.kind == "agreement":
        side = sides(act, members, then, registry)
        if len(set(side.values())) > 2:
            return False
        return None if side[pair[0]] == side[pair[1]] else True
    if act.kind == "relation":
        return any(counts_between(act, fact, pair, facts) for fact in facts)
    return members == set(pair) or facing(act, pair, facts)


def successors_of(
    act: Act, code: str, day: int, facts: Sequence[Fact], registry: Registry
) -> list[str]:
    """Those who have taken the party's place in the treaty by an event, by that day."""
    heirs = set()
    for fact in facts:
        if fact.row.name == "agreement.succeeded" and in_place_from(fact) <= day:
            members = party_by(act, fact, facts)
            heirs |= {heir for heir in fact.by if predecessor(heir, members, registry) == code}
    return sorted(heirs)


def in_place_from(fact: Fact) -> int:
    """The day from which a successor certainly stands in the place: VCSST art. 22 and 23."""
    return fact.sure if fact.effect is None else sure_day(fact.effect, False)
