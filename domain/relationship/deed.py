"""Deeds: what each event of an agreement does, on the day on which it does so.

An event is one deed, or several. A consent is given on one day and binds on another (VCLT art. 16
and 24), as does a signature that by its terms brings force (art. 12). What an event says of the
treaty itself, its form and the day named for its end, is told on the event's own day.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from domain.acts.fact import Fact, surely_from
from domain.acts.life import ordered
from domain.dates import EdtfDate
from domain.kinds import CONSENTS

TEXTS = frozenset({"adopted", "initialled", "agreed_in_principle"})
#: What a signature by its terms does beside signing, and a consent beside being given.
BY_TERMS, BY_CONSENT = "by_terms", "by_consent"
#: That an event says what form the treaty has, or on which day it ends.
TELLS = "tells"
_TOLD = ("form", "expires_on")


class Deed(NamedTuple):
    """What an event does on a day."""

    what: str
    """The event, the second part of its type, or one of the words above."""
    fact: Fact
    date: EdtfDate
    """When it is done, or takes effect."""
    certain_from: int
    """First day on which it surely has."""


class Effect(NamedTuple):
    """From when something stands, as an answer tells it."""

    day: int
    position: int
    since: str
    """EDTF date from which it stands."""
    effective: str | None
    """The earlier day to which its effect is dated back."""
    dated: str | None
    """The date of the event itself, where it took effect on another."""
    effective_from: int
    """First day from which it surely has effect, dated back or not."""

    @property
    def moment(self) -> tuple[int, int]:
        """By what one is later than another."""
        return self.day, self.position


def deeds_of(fact: Fact) -> list[Deed]:
    """The deeds of an agreement's fact, in order."""
    what, binds = fact.event.type.event, fact.takes_effect
    own = binds if what == "succeeded" else fact.happened
    if what in CONSENTS:
        found = [_deed(what, fact, own), _deed(BY_CONSENT, fact, binds)]
    elif what == "signed" and fact.event.body.get("in_force_on_signature"):
        found = [_deed(what, fact, own), _deed(BY_TERMS, fact, binds)]
    else:
        # Signing and agreeing on a text are done on their day: what may wait is force.
        found = [_deed(what, fact, own if what in TEXTS or what == "signed" else binds)]
    if tells(fact):
        found.append(_deed(TELLS, fact, own))
    return found


def tells(fact: Fact) -> bool:
    """Whether an event says something of the treaty itself, which holds for all its parties."""
    return any(word in fact.event.body for word in _TOLD)


def _deed(what: str, fact: Fact, date: EdtfDate) -> Deed:
    return Deed(what, fact, date, surely_from(date))


def in_order(deeds: Iterable[Deed]) -> tuple[Deed, ...]:
    """Deeds in the order of a life, by the days on which they take effect."""
    return ordered(deeds, lambda deed: deed.date, lambda deed: deed.fact)


def effect_of(deed: Deed) -> Effect:
    """From when what a deed brought about stands."""
    fact, own = deed.fact, deed.fact.event.date
    done = deed.what == "signed" or deed.what in TEXTS or deed.what in CONSENTS
    back = None if done else fact.dated_back
    return Effect(
        deed.certain_from,
        fact.position,
        deed.date.text,
        None if back is None else back.text,
        own.text if deed.date.text != own.text else None,
        deed.certain_from if back is None else surely_from(back),
    )
