"""Where an agreement stands between two of its parties, by the two sides of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from operator import attrgetter

from domain.acts.fact import Fact
from domain.dates import LAST_DAY, format_day
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
    """The day named in advance on which it ends."""
    form: str | None = None
    amendments: tuple[Fact, ...] = ()
    effect_from: int = LAST_DAY
    """While in force, the first day from which it has effect, dated back or not."""


@dataclass(frozen=True, slots=True)
class PartyEnd:
    """The first day on which one of the two is no more, and who took its place in the act."""

    day: int
    codes: tuple[str, ...]
    """The one that ended then, or both."""
    taken_over: tuple[tuple[Fact, tuple[str, ...]], ...] = ()


def standing(a: str, b: str, one: Side, other: Side) -> Standing | None:
    """Where it stands by the two sides of a day; None where nothing stands between the two."""
    stands: Standing | None
    if one.engaged is not None and other.engaged is not None:
        stands = _engaged(one, other, max(one.engaged, other.engaged, key=_moment))
    elif one.end is not None or other.end is not None:
        stands = _ended(one, other)
    else:
        stands = _before_force(a, b, one, other)
    if stands is None:
        return None
    return replace(stands, form=one.form, expiry=None if stands.status == "ended" else one.expiry)


def closed(stands: Standing, end: PartyEnd, day: int) -> Standing:
    """What stands once a party has ended: closed with it, unless another took its place.

    That nothing stands with a state of the past is the law's (VCDR art. 43; VCSST art. 34).
    """
    if stands.status == "ended":
        return stands
    taken = [(fact, heirs) for fact, heirs in end.taken_over if fact.certain_from <= day]
    position = min((fact.position for fact, _ in taken), default=stands.begun.position)
    begun = Effect(end.day, position, format_day(end.day - 1), None, None, end.day)
    heirs = {code for _, codes in taken for code in codes}
    return Standing(
        "ended",
        _distinct((*stands.facts, *(fact for fact, _ in taken))),
        begun,
        how="succeeded" if taken else "party_ended",
        by=tuple(sorted(heirs or end.codes)),
        form=stands.form,
    )


def _engaged(one: Side, other: Side, since: Effect) -> Standing:
    """Both are bound, or one is and the other applies it provisionally, or both do."""
    facts: list[Fact] = []
    for side in (one, other):
        facts += side.bound.facts if side.bound is not None else ()
        facts += [side.provisional.fact] if side.provisional is not None else ()
    amendments = tuple(fact for fact in one.amendments if fact in other.amendments)
    suspensions = [s for s in (one.suspension, other.suspension) if s is not None]
    if suspensions:
        first = min(suspensions, key=lambda deed: (deed.certain_from, deed.fact.position))
        facts += [deed.fact for deed in suspensions]
        begun = max(since, effect_of(first), key=_moment)
        return Standing(
            "suspended", _distinct(facts), begun, actor=first.fact, amendments=amendments
        )
    if one.bound is None or other.bound is None:
        # VCLT art. 25: who is bound meets there who applies it provisionally.
        return Standing("provisional", _distinct(facts), since)
    ones, others = one.bound.begun, other.bound.begun
    begun = max(ones, others, key=_moment)
    both_from = max(ones.effective_from, others.effective_from)
    return Standing(
        "in_force", _distinct(facts), begun, amendments=amendments, effect_from=both_from
    )


def _ended(one: Side, other: Side) -> Standing | None:
    """Ended with the first end at which the other was tied to the agreement.

    Where one came back only after the other had left, nothing stood between them since.
    """
    out = [(end, back, other) for end, back in _times_out(one)]
    out += [(end, back, one) for end, back in _times_out(other)]
    since = min(end.begun.day for end, back, _ in out if back == LAST_DAY)
    for end, back, _ in sorted(out, key=lambda each: -each[0].begun.day):
        if back >= since:
            since = min(since, end.begun.day)
    ends = [
        end
        for end, _, opposite in out
        if end.begun.day >= since and any(s.reaches(end.date) for s in opposite.stretches)
    ]
    if not ends:
        return None
    first = min(ends, key=lambda end: end.begun.moment)
    actor = first.fact if first.named else None
    return Standing("ended", (first.fact,), first.begun, how=first.how, actor=actor)


def _times_out(side: Side) -> Iterator[tuple[End, int]]:
    """Each end of a side's part, and the day from which it had a part again."""
    following = (stretch.begun.certain_from for stretch in side.stretches[1:])
    for stretch, back in zip(side.stretches, (*following, LAST_DAY), strict=False):
        if stretch.end is not None:
            yield stretch.end, back


def _before_force(a: str, b: str, one: Side, other: Side) -> Standing | None:
    sides = ((a, one), (b, other))
    form = one.form
    done = [deed for _, side in sides if (deed := side.committed) is not None]
    if not done:
        return _text(one, other, form)
    begun = max(map(effect_of, done), key=_moment)
    given = (deed for _, side in sides for deed in (side.signature, side.consent))
    facts = _distinct(deed.fact for deed in given if deed is not None)
    if form in AWAITS_NOTHING:
        return Standing("commitments", facts, begun)
    free = [(code, side) for code, side in sides if side.bound is None]
    missing = [code for code, side in free if side.committed is None]
    if not missing:
        missing = [code for code, side in free if side.consent is None]
    return Standing("signed", facts, begun, awaiting=tuple(missing))


def _text(one: Side, other: Side, form: str | None) -> Standing | None:
    if one.text is None or other.text is None:
        return None
    later = max(one.text, other.text, key=lambda deed: (deed.certain_from, deed.fact.position))
    status = "commitments" if form in AWAITS_NOTHING else "unsigned"
    facts = _distinct((one.text.fact, other.text.fact))
    return Standing(status, facts, effect_of(later), how=later.what)


def _distinct(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple({fact.version: fact for fact in facts}.values())


_moment = attrgetter("moment")
