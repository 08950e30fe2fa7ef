"""Deeds: what each event of an agreement does, on the day it takes effect.

An event is one deed, but where it is done on one day and binds on a later one: a signature that by
its terms brings force (VCLT art. 12), and a consent that names its day of effect (art. 24).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from domain.acts.fact import Fact, surely_from
from domain.acts.kinds import CONSENTS
from domain.acts.life import ordered
from domain.dates import EdtfDate

#: What a signature by its terms does beside signing, and a consent beside being given.
BY_TERMS, BY_CONSENT = "by_terms", "by_consent"


class Deed(NamedTuple):
    """What an event does on a day."""

    what: str
    """The event, the second part of its type, or `BY_TERMS`."""
    fact: Fact
    date: EdtfDate
    """When it takes effect."""
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


def deeds_of(facts: Iterable[Fact]) -> list[Deed]:
    """The deeds of an agreement's facts, in no order."""
    found = []
    for fact in facts:
        what, date = fact.event.type.event, fact.takes_effect
        binds = BY_CONSENT if what in CONSENTS else BY_TERMS
        if what != "signed" and what not in CONSENTS:
            found.append(Deed(what, fact, date, fact.certain_from))
            continue
        given = date if what == "succeeded" else fact.happened
        found.append(Deed(what, fact, given, surely_from(given)))
        if what in CONSENTS or fact.event.body.get("in_force_on_signature"):
            found.append(Deed(binds, fact, date, fact.certain_from))
    return found


def in_order(deeds: Iterable[Deed]) -> tuple[Deed, ...]:
    """Deeds in the order of a life, by the days on which they take effect."""
    return ordered(deeds, lambda deed: deed.date, lambda deed: deed.fact)


def effect_of(deed: Deed) -> Effect:
    """From when what a deed brought about stands."""
    fact, own = deed.fact, deed.fact.event.date
    back = fact.dated_back if deed.what != "signed" else None
    return Effect(
        deed.certain_from,
        fact.position,
        deed.date.text,
        None if back is None else back.text,
        own.text if deed.date.text != own.text else None,
    )
