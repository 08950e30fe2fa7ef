"""One side of an agreement: what its events amount to for one party, in the order of days.

A party's *bound stretches* are made here. Signature by its terms, consent, own entry into force
and succession begin or complete one; withdrawal, termination, expiry and supersession end it; a
later consent, accession or own entry into force begins the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.acts.fact import Fact
from domain.acts.kinds import CONSENTS, ENDS
from domain.dates import EdtfDate
from domain.dates import parse as parse_date
from domain.relationship.deed import BY_CONSENT, BY_TERMS, Deed, Effect, effect_of

TEXTS = ("adopted", "initialled", "agreed_in_principle")


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
    after: EdtfDate
    """The date on which it ended: who joined surely later never met it."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """A day named in advance on which the agreement ends (VCLT art. 54)."""

    date: EdtfDate
    fact: Fact


@dataclass(frozen=True, slots=True)
class Side:
    """What the facts that are certain on a day amount to for one party."""

    text: Deed | None = None
    """The latest agreement on a text that is only that."""
    signature: Deed | None = None
    consent: Deed | None = None
    in_effect: bool = False
    """Whether the consent has taken effect."""
    bound: Bound | None = None
    provisional: Deed | None = None
    suspension: Deed | None = None
    end: End | None = None
    expiry: Expiry | None = None
    amendments: tuple[Fact, ...] = ()
    """Those since the party is bound."""
    form: str | None = None
    tied: tuple[tuple[EdtfDate, EdtfDate | None], ...] = ()
    """The stretches in which anything tied the party to the agreement; the last may go on."""

    @property
    def committed(self) -> Deed | None:
        """The signature, or the consent of a party that never signed."""
        return self.signature or self.consent

    @property
    def stands(self) -> bool:
        """Whether the party is bound, or applies the agreement provisionally."""
        return self.bound is not None or self.provisional is not None


@dataclass(frozen=True, slots=True)
class Terms:
    """What bears on each party's side, beside the events that speak for it."""

    bilateral: frozenset[int]
    """Versions of the entries into force of a treaty that was between two on that day."""
    consents_from: int
    """First day on which anybody's consent is surely on record."""
    signatures_from: int
    """First day on which anybody has surely signed."""


class Walk:
    """Goes through the deeds that bear on one party, in life order."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._forced: Deed | None = None
        """By what the treaty has come into force, as long as it has not ended."""
        self.side = Side()

    def take(self, deed: Deed, mine: bool, inherited: bool | None = None) -> None:
        """Take one more deed; `mine` says whether it speaks for the party.

        Of a succession `inherited` says whether the predecessor was bound, or None where the
        record does not tell who it was.
        """
        self._expire(deed.date.earliest)
        event = deed.fact.event
        what, whole = deed.what, event.type.whole or not event.by
        if what == "entered_into_force" and (whole or len(event.by) > 1):
            # A treaty that is in force for several is one that has come into force.
            self._forced = deed
        if mine:
            self._mine(deed, what, inherited)
        if what in ENDS and whole:
            self._forced = None

    def until(self, day: int) -> Side:
        """The side at the end of a day, all deeds that are certain by then being taken."""
        self._expire(day)
        return self.side

    def _mine(self, deed: Deed, what: str, inherited: bool | None) -> None:
        if what in TEXTS:
            self._tie(deed)
            self.side = replace(self.side, text=deed)
        elif what == "signed":
            self._sign(deed)
        elif what == BY_TERMS:
            self._bind(Bound(effect_of(deed), (deed.fact,)))
        elif what in CONSENTS:
            self._consent(deed)
        elif what == BY_CONSENT:
            self._be_bound(deed, inherited)
        elif what == "entered_into_force":
            self._enter(deed)
        elif what == "provisionally_applied":
            self._tie(deed)
            if self.side.bound is None:
                self.side = replace(self.side, provisional=deed, end=None)
        elif what in ("suspended", "resumed") and self.side.bound is not None:
            self.side = replace(self.side, suspension=deed if what == "suspended" else None)
        elif what == "amended" and self.side.bound is not None:
            self.side = replace(self.side, amendments=(*self.side.amendments, deed.fact))
        elif what == "consent_withdrawn":
            self.side = replace(self.side, consent=None, bound=None, suspension=None, amendments=())
        elif what == "withdrawn" or what in ENDS:
            self._leave(deed, what)
        self._word(deed)

    def _word(self, deed: Deed) -> None:
        body = deed.fact.event.body
        if "form" in body:
            self.side = replace(self.side, form=body["form"])
        if "expires_on" in body and deed.what not in (BY_TERMS, BY_CONSENT):
            # The last named counts: a later event may have put the expiry off.
            expiry = Expiry(parse_date(body["expires_on"]), deed.fact)
            self.side = replace(self.side, expiry=expiry)

    def _sign(self, deed: Deed) -> None:
        self._tie(deed)
        end = self.side.end
        again = end is not None and end.how == "withdrawn"
        if self.side.signature is None or again:
            self.side = replace(self.side, signature=deed, end=None if again else end)

    def _consent(self, deed: Deed) -> None:
        self._tie(deed)
        end = self.side.end
        if end is not None and end.how == "withdrawn":
            end = None
        self.side = replace(self.side, consent=deed, in_effect=False, end=end)

    def _be_bound(self, deed: Deed, inherited: bool | None) -> None:
        if self.side.consent is None or self.side.consent.fact is not deed.fact:
            return
        self.side = replace(self.side, in_effect=True)
        if inherited is not None:
            # The successor stands in the predecessor's place (VCSST art. 17, 24, 34).
            if inherited:
                self._bind(Bound(effect_of(deed), (deed.fact,), own_force=True))
        elif self._forced is not None:
            # Who consents to a treaty in force is bound by that (VCLT art. 24 (3)).
            self._bind(Bound(effect_of(deed), (self._forced.fact, deed.fact)))

    def _enter(self, deed: Deed) -> None:
        self._tie(deed)
        side, begun = self.side, effect_of(deed)
        if deed.fact.event.by:
            if side.bound is None:
                self._bind(Bound(begun, (deed.fact,), own_force=True))
            elif not side.bound.own_force:
                # The day of its own entry into force counts, not that of its consent.
                self.side = replace(side, bound=Bound(begun, (deed.fact,), own_force=True))
            return
        if side.bound is not None:
            return
        terms = self._terms
        if deed.fact.version in terms.bilateral:
            self._bind(Bound(begun, (deed.fact,)))
        elif terms.consents_from <= begun.day:
            if side.consent is not None and side.in_effect:
                self._bind(Bound(begun, (deed.fact, side.consent.fact)))
        elif terms.signatures_from <= begun.day:
            if side.signature is not None:
                self._bind(Bound(begun, (deed.fact, side.signature.fact)))
        else:
            self._bind(Bound(begun, (deed.fact,)))

    def _bind(self, bound: Bound) -> None:
        if self.side.bound is None:
            # Provisional application ends with the definitive force (VCLT art. 25).
            self.side = replace(
                self.side,
                bound=bound,
                provisional=None,
                suspension=None,
                end=None,
                amendments=(),
            )

    def _leave(self, deed: Deed, what: str) -> None:
        tied = self.side.tied
        if self.side.end is None or (tied and tied[-1][1] is None):
            self._tie(deed)
            self._close(End(what, effect_of(deed), deed.fact, True, deed.date))
        if what == "withdrawn":
            self.side = replace(self.side, signature=None, consent=None, text=None)

    def _expire(self, day: int) -> None:
        """Let the agreement expire if the day named for it has surely passed before `day`."""
        expiry = self.side.expiry
        if expiry is None or expiry.date.latest >= day:
            return
        date = expiry.date
        self.side = replace(self.side, expiry=None)
        if self.side.stands:
            begun = Effect(date.latest + 1, expiry.fact.position, date.text, None, None)
            self._close(End("expired", begun, expiry.fact, False, date))

    def _close(self, end: End) -> None:
        *before, last = self.side.tied
        self.side = replace(
            self.side,
            bound=None,
            provisional=None,
            suspension=None,
            amendments=(),
            expiry=None,
            end=end,
            tied=(*before, (last[0], end.after)),
        )

    def _tie(self, deed: Deed) -> None:
        tied = self.side.tied
        if not tied or tied[-1][1] is not None:
            self.side = replace(self.side, tied=(*tied, (deed.date, None)))
