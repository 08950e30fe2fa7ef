"""Where an agreement stands between two of its parties, by the two sides of a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.acts.fact import Fact
from domain.dates import format_day
from domain.relationship.deed import Effect, effect_of
from domain.relationship.side import End, Expiry, Side

#: Forms of words and of contracts: they await no further consent.
AWAITS_NOTHING = frozenset({"commitment_in_principle", "contract_package", "joint_declaration"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an agreement stands between two parties; `facts` are what it rests on."""

    status: str
    facts: tuple[Fact, ...]
    begun: Effect
    awaiting: tuple[str, ...] = ()
    """Of the two, whose signature, and once both have signed whose consent, is missing."""
    how: str | None = None
    """For an end: how it came, and for a text: its stage."""
    actor: Fact | None = None
    """The event by which one left, denounced or suspended."""
    by: tuple[str, ...] = ()
    """The party that ended, or who took its place."""
    expiry: Expiry | None = None
    """The day named in advance on which it ends; only while it has force of some kind."""
    form: str | None = None
    amendments: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class PartyEnd:
    """The first day on which one of the two is no more, and who took its place in the act."""

    day: int
    code: str
    taken_over: tuple[tuple[Fact, tuple[str, ...]], ...] = ()


def standing(a: str, b: str, one: Side, other: Side, before: Standing | None) -> Standing | None:
    """Where it stands by the two sides of a day; `before` is where it stood until then.

    None where nothing stands between the two.
    """
    stands = _standing(a, b, one, other, before)
    if stands is None or stands is before:
        return stands
    return replace(stands, form=one.form or other.form)


def _standing(a: str, b: str, one: Side, other: Side, before: Standing | None) -> Standing | None:
    if one.bound is not None and other.bound is not None:
        return _in_force(one, other)
    if one.stands and other.stands:
        return _provisional(one, other)
    if one.end is not None or other.end is not None:
        if before is not None and before.status == "ended":
            return before
        return _ended(one, other)
    return _before_force(a, b, one, other)


def closed(stands: Standing | None, end: PartyEnd, day: int) -> Standing | None:
    """What stands once a party has ended: closed with it, unless another took its place.

    That nothing stands with a state of the past is the law's (VCDR art. 43; VCSST art. 34).
    """
    if stands is None or stands.status == "ended":
        return stands
    last_day = format_day(end.day - 1)
    taken = [(fact, heirs) for fact, heirs in end.taken_over if fact.certain_from <= day]
    if taken:
        first = min((fact for fact, _ in taken), key=lambda f: (f.certain_from, f.position))
        heirs = tuple(sorted({code for _, codes in taken for code in codes}))
        facts = (*stands.facts, *(fact for fact, _ in taken))
        begun = Effect(end.day, first.position, last_day, None, None)
        return Standing("ended", facts, begun, how="succeeded", by=heirs, form=stands.form)
    begun = Effect(end.day, stands.begun.position, last_day, None, None)
    return Standing(
        "ended", stands.facts, begun, how="party_ended", by=(end.code,), form=stands.form
    )


def _in_force(one: Side, other: Side) -> Standing:
    assert one.bound is not None
    assert other.bound is not None
    binding = _distinct((*one.bound.facts, *other.bound.facts))
    amendments = tuple(fact for fact in one.amendments if fact in other.amendments)
    suspensions = [s for s in (one.suspension, other.suspension) if s is not None]
    if suspensions:
        first = min(suspensions, key=lambda deed: (deed.certain_from, deed.fact.position))
        facts = _distinct((*binding, *(s.fact for s in suspensions)))
        return Standing(
            "suspended",
            facts,
            effect_of(first),
            actor=first.fact,
            expiry=_expiry(one, other),
            amendments=amendments,
        )
    begun = max(one.bound.begun, other.bound.begun, key=_moment)
    return Standing("in_force", binding, begun, expiry=_expiry(one, other), amendments=amendments)


def _provisional(one: Side, other: Side) -> Standing:
    """One is bound or applies it provisionally, and the other provisionally (VCLT art. 25)."""
    begun: list[Effect] = []
    facts: list[Fact] = []
    for side in (one, other):
        if side.bound is not None:
            begun.append(side.bound.begun)
            facts += side.bound.facts
        elif side.provisional is not None:
            begun.append(effect_of(side.provisional))
            facts.append(side.provisional.fact)
    return Standing(
        "provisional", _distinct(facts), max(begun, key=_moment), expiry=_expiry(one, other)
    )


def _ended(one: Side, other: Side) -> Standing | None:
    """Ended with the first of the two ends at which the other was tied to the agreement."""
    ends = [
        end
        for end, opposite in ((one.end, other), (other.end, one))
        if end is not None and _met(end, opposite)
    ]
    if not ends:
        return None
    first = min(ends, key=lambda end: (end.begun.day, end.begun.position))
    actor = first.fact if first.named else None
    return Standing("ended", (first.fact,), first.begun, how=first.how, actor=actor)


def _met(end: End, opposite: Side) -> bool:
    """Whether a side was tied when the other's part ended, as far as dates tell."""
    return any(
        begin.earliest <= end.after.latest and (until is None or until.latest >= end.after.earliest)
        for begin, until in opposite.tied
    )


def _before_force(a: str, b: str, one: Side, other: Side) -> Standing | None:
    sides = ((a, one), (b, other))
    form = one.form or other.form
    done = [deed for _, side in sides if (deed := side.committed) is not None]
    if not done:
        return _text(one, other, form)
    begun = max(map(effect_of, done), key=_moment)
    given = (deed for _, side in sides for deed in (side.signature, side.consent))
    facts = _distinct(deed.fact for deed in given if deed is not None)
    if form in AWAITS_NOTHING:
        return Standing("commitments", facts, begun)
    missing = [code for code, side in sides if side.committed is None and not side.stands]
    if not missing:
        missing = [code for code, side in sides if side.consent is None and side.bound is None]
    return Standing("signed", facts, begun, awaiting=tuple(missing))


def _text(one: Side, other: Side, form: str | None) -> Standing | None:
    if one.text is None or other.text is None:
        return None
    later = max(one.text, other.text, key=lambda deed: (deed.certain_from, deed.fact.position))
    status = "commitments" if form in AWAITS_NOTHING else "unsigned"
    facts = _distinct((one.text.fact, other.text.fact))
    return Standing(status, facts, effect_of(later), how=later.what)


def _expiry(one: Side, other: Side) -> Expiry | None:
    named = [side.expiry for side in (one, other) if side.expiry is not None]
    return min(named, key=lambda e: (e.date.latest, e.date.text), default=None)


def _distinct(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple({fact.version: fact for fact in facts}.values())


def _moment(effect: Effect) -> tuple[int, int]:
    return effect.day, effect.position
