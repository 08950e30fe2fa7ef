"""Where an agreement stands between two of its parties, by the two shares of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from domain.dates import LAST_DAY, format_day
from domain.relationship.deed import Effect
from domain.relationship.share import AWAITS_NOTHING, Done, Exit, Ground, Share, Term


class Standing(NamedTuple):
    """Where an agreement stands between two parties; `grounds` are what it rests on."""

    status: str
    grounds: tuple[Ground, ...]
    begun: Effect
    awaiting: tuple[str, ...] = ()
    """Of the two, whose signature, and once both have signed whose consent, is missing."""
    how: str | None = None
    """For an end: how it came, and for a text: its stage."""
    actor: Ground | None = None
    """The event by which one left, denounced or suspended."""
    by: tuple[str, ...] = ()
    """The party that ended, or who took its place."""
    term: Term | None = None
    """The day named in advance on which it ends."""
    form: str | None = None
    amendments: tuple[Ground, ...] = ()
    effect_from: int = LAST_DAY
    """While in force, the first day from which it has effect, dated back or not."""


class Taken(NamedTuple):
    """That others took a party's place: by what event, from which day on surely, and who."""

    ground: Ground
    surely: int
    heirs: tuple[str, ...]


class PartyEnd(NamedTuple):
    """The first day on which one of the two is no more, and who took its place in the act."""

    day: int
    codes: tuple[str, ...]
    """The one that ended then, or both."""
    taken_over: tuple[Taken, ...] = ()


def standing(a: str, b: str, one: Share, other: Share) -> Standing | None:
    """Where it stands by the two shares of a day; None where nothing stands between the two."""
    if one.engaged is not None and other.engaged is not None:
        return _engaged(one, other, max(one.engaged, other.engaged, key=_moment))
    if one.exit is not None or other.exit is not None:
        return _ended(one, other)
    return _before_force(a, b, one, other)


def closed(stands: Standing, end: PartyEnd, day: int) -> Standing:
    """What stands once a party has ended: closed with it, unless another took its place.

    That nothing stands with a state of the past is the law's (VCDR art. 43; VCSST art. 34).
    """
    if stands.status == "ended":
        return stands
    taken = [one for one in end.taken_over if one.surely <= day]
    position = min((one.ground.position for one in taken), default=stands.begun.position)
    begun = Effect(end.day, position, format_day(end.day - 1), None, None, end.day)
    heirs = {code for one in taken for code in one.heirs}
    return Standing(
        "ended",
        _distinct((*stands.grounds, *(one.ground for one in taken))),
        begun,
        how="succeeded" if taken else "party_ended",
        by=tuple(sorted(heirs or end.codes)),
        form=stands.form,
    )


def _engaged(one: Share, other: Share, since: Effect) -> Standing:
    """Both are bound, or one is and the other applies it provisionally, or both do."""
    grounds: list[Ground] = []
    for share in (one, other):
        grounds += share.force.grounds if share.force is not None else ()
        grounds += [share.provisional] if share.provisional is not None else ()
    amendments = tuple(ground for ground in one.amendments if ground in other.amendments)
    suspensions = [s for s in (one.suspension, other.suspension) if s is not None]
    if suspensions:
        first = min(suspensions, key=_done_at)
        grounds += [deed.ground for deed in suspensions]
        return Standing(
            "suspended",
            _distinct(grounds),
            max(since, first.begun, key=_moment),
            actor=first.ground,
            term=one.term,
            form=one.form,
            amendments=amendments,
        )
    if one.force is None or other.force is None:
        # VCLT art. 25: who is bound meets there who applies it provisionally.
        return Standing("provisional", _distinct(grounds), since, term=one.term, form=one.form)
    ones, others = one.force.begun, other.force.begun
    return Standing(
        "in_force",
        _distinct(grounds),
        max(ones, others, key=_moment),
        term=one.term,
        form=one.form,
        amendments=amendments,
        effect_from=max(ones.effective_from, others.effective_from),
    )


def _ended(one: Share, other: Share) -> Standing | None:
    """Ended with the first end at which the other was tied to the agreement.

    Where one came back only after the other had left, nothing stood between them since.
    """
    out = [(end, back, other) for end, back in _times_out(one)]
    out += [(end, back, one) for end, back in _times_out(other)]
    since = min(end.begun.day for end, back, _ in out if back == LAST_DAY)
    for end, back, _ in sorted(out, key=lambda each: -each[0].begun.day):
        if back >= since:
            since = min(since, end.begun.day)
    ends = [end for end, _, opposite in out if end.begun.day >= since and _tied(opposite, end)]
    if not ends:
        return None
    first = min(ends, key=lambda end: end.begun.moment)
    actor = first.ground if first.named else None
    grounds = (first.ground,)
    return Standing("ended", grounds, first.begun, how=first.how, actor=actor, form=one.form)


def _times_out(share: Share) -> Iterator[tuple[Exit, int]]:
    """Each end of a party's part, and the day from which it had a part again."""
    following = (*(span.surely for span in share.spans[1:]), LAST_DAY)
    for span, back in zip(share.spans, following, strict=False):
        if span.exit is not None:
            yield span.exit, back


def _tied(share: Share, end: Exit) -> bool:
    """Whether a party was tied to the agreement when another's part ended, as far as dates tell."""
    return any(
        span.earliest <= end.surely and (span.exit is None or span.exit.surely >= end.earliest)
        for span in share.spans
    )


def _before_force(a: str, b: str, one: Share, other: Share) -> Standing | None:
    done = [deed for deed in (one.committed, other.committed) if deed is not None]
    if not done:
        return _text(one, other)
    begun = max([deed.begun for deed in done], key=_moment)
    given = (one.signature, one.consent, other.signature, other.consent)
    grounds = _distinct([deed.ground for deed in given if deed is not None])
    form, term = one.form, one.term
    if form in AWAITS_NOTHING:
        return Standing("commitments", grounds, begun, term=term, form=form)
    free = [(code, share) for code, share in ((a, one), (b, other)) if share.force is None]
    missing = [code for code, share in free if share.committed is None]
    if not missing:
        missing = [code for code, share in free if share.consent is None]
    return Standing("signed", grounds, begun, awaiting=tuple(missing), term=term, form=form)


def _text(one: Share, other: Share) -> Standing | None:
    if one.text is None or other.text is None:
        return None
    later = max(one.text, other.text, key=_done_at)
    status = "commitments" if one.form in AWAITS_NOTHING else "unsigned"
    grounds = _distinct((one.text.ground, other.text.ground))
    return Standing(status, grounds, later.begun, how=later.what, term=one.term, form=one.form)


def _distinct(grounds: Iterable[Ground]) -> tuple[Ground, ...]:
    return tuple({ground.version: ground for ground in grounds}.values())


def _done_at(deed: Done) -> tuple[int, int]:
    """By what one of two deeds is the earlier: the day on which it is sure, and its position."""
    return deed.begun.moment


_moment = attrgetter("moment")
