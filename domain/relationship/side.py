"""One side of an agreement: what its events amount to for one party, in the order of days.

A party's *bound stretches* are made here. Signature by its terms, consent, own entry into force
and succession begin or complete one; withdrawal, termination, expiry and supersession end it; a
later consent, accession or own entry into force begins the next.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.acts.fact import Fact, surely_from
from domain.dates import EdtfDate
from domain.relationship.deed import Deed, Effect


@dataclass(frozen=True, slots=True)
class Bound:
    """That a party is bound, from when and by what (VCLT art. 2 (1) (g))."""

    begun: Effect
    facts: tuple[Fact, ...]
    own_force: bool = False
    """Whether its own entry into force, or its succession, says so."""


@dataclass(frozen=True, slots=True)
class End:
    """How a side's part in an agreement ended."""

    how: str
    begun: Effect
    fact: Fact
    named: bool
    """Whether an event says who ended it; a day named in advance does not."""
    date: EdtfDate


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which anything tied a party to the agreement."""

    begun: Deed
    end: End | None = None
    """How it ended; None while it goes on."""

    def reaches(self, date: EdtfDate) -> bool:
        """Whether it holds on a date, as far as dates tell."""
        begun = self.begun.date.earliest <= surely_from(date)
        return begun and (self.end is None or surely_from(self.end.date) >= date.earliest)


@dataclass(frozen=True, slots=True)
class Expiry:
    """A day named in advance on which the agreement ends, and by what event (VCLT art. 54)."""

    date: EdtfDate
    fact: Fact


@dataclass(frozen=True, slots=True)
class Side:
    """What the facts that are certain on a day amount to for one party."""

    text: Deed | None = None
    """The latest agreement on a text that is only that."""
    signature: Deed | None = None
    consent: Deed | None = None
    given: tuple[Fact, ...] = ()
    """Its signatures and consents that are not taken back."""
    in_effect: bool = False
    """Whether a consent has taken effect."""
    bound: Bound | None = None
    provisional: Deed | None = None
    engaged: Effect | None = None
    """Since when it is bound or applies the agreement provisionally, without a break."""
    suspension: Deed | None = None
    expiry: Expiry | None = None
    amendments: tuple[Fact, ...] = ()
    """Those since the party is bound."""
    form: str | None = None
    stretches: tuple[Stretch, ...] = ()

    @property
    def committed(self) -> Deed | None:
        """The signature, or the consent of a party that never signed."""
        return self.signature or self.consent

    @property
    def end(self) -> End | None:
        """How its part ended; None while it has one, and where it never had."""
        return self.stretches[-1].end if self.stretches else None
