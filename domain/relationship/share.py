"""A share: as much of a party's side of an agreement as what stands with another rests on.

It holds dates, positions and words, and no event. So it may be kept, and joined with another's
without the act at hand. All of it are plain tuples.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any, NamedTuple

from domain.acts.fact import Fact, surely_from
from domain.dates import EdtfDate
from domain.relationship.deed import Deed, Effect, effect_of
from domain.relationship.side import Bound, End, Expiry, Side, Stretch


class Ground(NamedTuple):
    """An event that something rests on, with what a line may tell of it."""

    version: int
    position: int
    date: str
    by: tuple[str, ...]
    """Who acts, of an event of one or some; a line may name them where it ends something."""
    whole: bool
    figures: Any
    """What the event says a commitment comes to; None where it does not, or it is none."""


class Done(NamedTuple):
    """A deed that was done: `text`, a signature, a consent or a suspension."""

    what: str
    ground: Ground
    begun: Effect


class Force(NamedTuple):
    """That a party is bound: from when, and by what."""

    begun: Effect
    grounds: tuple[Ground, ...]


class Exit(NamedTuple):
    """How a part in an agreement ended; the days are the first and last it may have been."""

    how: str
    begun: Effect
    ground: Ground
    named: bool
    earliest: int
    surely: int


class Span(NamedTuple):
    """A time in which anything tied a party: the first day it may have begun, and surely has."""

    earliest: int
    surely: int
    exit: Exit | None


class Term(NamedTuple):
    """A day named in advance on which the agreement ends: as written, and the days it may be."""

    date: str
    earliest: int
    surely: int
    position: int


class Share(NamedTuple):
    """What one party brings to what stands between it and another, on the days from one on."""

    form: str | None = None
    term: Term | None = None
    text: Done | None = None
    signature: Done | None = None
    consent: Done | None = None
    force: Force | None = None
    provisional: Ground | None = None
    engaged: Effect | None = None
    """Since when it is bound or applies the agreement provisionally, without a break."""
    suspension: Done | None = None
    amendments: tuple[Ground, ...] = ()
    spans: tuple[Span, ...] = ()

    @property
    def committed(self) -> Done | None:
        """The signature, or the consent of a party that never signed."""
        return self.signature or self.consent

    @property
    def exit(self) -> Exit | None:
        """How its part ended; None while it has one, and where it never had."""
        return self.spans[-1].exit if self.spans else None


class Turns(NamedTuple):
    """The share of a party from day to day: the days on which it changes, and what it is then."""

    days: tuple[int, ...] = ()
    shares: tuple[Share, ...] = ()

    def at(self, day: int) -> Share:
        """The share at the end of a day."""
        index = bisect_right(self.days, day)
        return self.shares[index - 1] if index else NOTHING


#: The share of who has done nothing yet.
NOTHING = Share()


class Shares:
    """Makes shares of the sides of one act; what many sides rest on is made once."""

    def __init__(self) -> None:
        self._grounds: dict[tuple[int, bool], Ground] = {}
        self._comes_to = False

    def turns(self, days: Iterable[int], sides: Iterable[Side]) -> Turns:
        """The shares of sides, each from a day on, but for those that are as before."""
        found: list[tuple[int, Share]] = []
        for day, side in zip(days, sides, strict=True):
            share = self._of(side)
            if share != (found[-1][1] if found else NOTHING):
                found.append((day, share))
        return Turns(tuple(day for day, _ in found), tuple(share for _, share in found))

    def _of(self, side: Side) -> Share:
        bound, provisional = side.bound, side.provisional
        self._comes_to = side.form in AWAITS_NOTHING
        return Share(
            side.form,
            _term(side.expiry),
            self._done(side.text),
            self._done(side.signature),
            self._done(side.consent),
            None if bound is None else self._force(bound),
            None if provisional is None else self.ground(provisional.fact),
            side.engaged,
            self._done(side.suspension),
            self.grounds(side.amendments),
            tuple(map(self._span, side.stretches)),
        )

    def ground(self, fact: Fact) -> Ground:
        """What a line may tell of an event."""
        key = fact.version, self._comes_to
        found = self._grounds.get(key)
        if found is None:
            event = fact.event
            found = self._grounds[key] = Ground(
                fact.version,
                fact.position,
                event.date.text,
                event.by if event.type.status in _NAMES_WHO else (),
                event.type.whole,
                event.body.get("figures") if self._comes_to else None,
            )
        return found

    def grounds(self, facts: Iterable[Fact]) -> tuple[Ground, ...]:
        """The same of several."""
        return tuple(map(self.ground, facts))

    def _done(self, deed: Deed | None) -> Done | None:
        return None if deed is None else Done(deed.what, self.ground(deed.fact), effect_of(deed))

    def _force(self, bound: Bound) -> Force:
        return Force(bound.begun, self.grounds(bound.facts))

    def _span(self, stretch: Stretch) -> Span:
        deed, end = stretch.begun, stretch.end
        left = None if end is None else self._exit(end)
        return Span(deed.date.earliest, deed.certain_from, left)

    def _exit(self, end: End) -> Exit:
        days = end.date.earliest, surely_from(end.date)
        return Exit(end.how, end.begun, self.ground(end.fact), end.named, *days)


#: Forms of words and of contracts: they await no further consent.
AWAITS_NOTHING = frozenset({"commitment_in_principle", "contract_package", "joint_declaration"})
#: Statuses of the events of which a line says who did it: those by which something ends or rests.
_NAMES_WHO = frozenset({"suspended", "withdrawn", "terminated", "expired", "superseded"})


def _term(expiry: Expiry | None) -> Term | None:
    if expiry is None:
        return None
    date: EdtfDate = expiry.date
    return Term(date.text, date.earliest, surely_from(date), expiry.fact.position)
