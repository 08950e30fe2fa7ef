"""The walk through the deeds that bear on one party: each changes its side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from domain.acts.fact import surely_from
from domain.dates import parse as parse_date
from domain.kinds import CONSENTS, ENDS
from domain.relationship.deed import BY_CONSENT, BY_TERMS, TELLS, TEXTS, Deed, Effect, effect_of
from domain.relationship.side import Bound, End, Expiry, Side, Stretch


class Entry(NamedTuple):
    """Of an entry into force of the whole, whom it binds (VCLT art. 24)."""

    bilateral: bool
    """Whether the treaty was between two on that day."""
    consents_from: int
    """First day on which a consent of anybody by its day is on record."""
    signatures_from: int


class Inherited(NamedTuple):
    """Where a predecessor stood in whose place a party comes (VCSST art. 17, 24, 34)."""

    bound: bool
    """Whether it was bound; else it applied the treaty provisionally."""
    suspension: Deed | None


class Bearing(NamedTuple):
    """A deed as it bears on one party."""

    deed: Deed
    mine: bool
    """Whether it speaks for the party."""
    entry: Entry | None = None
    inherited: Inherited | None = None


class Walk:
    """Goes through what bears on one party, in life order, as it is known on a day."""

    def __init__(self) -> None:
        self._forced: Deed | None = None
        """By what the treaty has come into force, as long as it has not ended."""
        self.side = Side()

    def take(self, bearing: Bearing, day: int) -> None:
        """Take one more deed, of those that are certain on the day."""
        deed = bearing.deed
        self._expire(deed.date.earliest)
        if deed.what == TELLS:
            self._word(deed)
            return
        by = deed.fact.event.by
        if deed.what == "entered_into_force" and len(by) != 1:
            # A treaty that is in force for several is one that has come into force.
            self._forced = deed
        if bearing.mine:
            self._mine(bearing, day)
        if deed.what in ENDS:
            self._forced = None

    def until(self, day: int) -> Side:
        """The side at the end of a day, all deeds that are certain by then being taken."""
        self._expire(day)
        return self.side

    def _set(self, **values: Any) -> None:
        self.side = replace(self.side, **values)

    def _mine(self, bearing: Bearing, day: int) -> None:
        deed, side = bearing.deed, self.side
        what = deed.what
        if what in TEXTS:
            self._tie(deed)
            self._set(text=deed)
        elif what == "signed" or what in CONSENTS:
            self._give(deed)
        elif what in (BY_TERMS, BY_CONSENT):
            # What was taken back before it took effect has none.
            if deed.fact in side.given:
                self._take_effect(deed, bearing.inherited)
        elif what == "entered_into_force":
            self._enter(deed, bearing.entry, day)
        elif what == "provisionally_applied":
            self._apply(deed)
        elif what == "suspended" and side.bound is not None:
            self._set(suspension=side.suspension or deed)
        elif what == "resumed":
            self._set(suspension=None)
        elif what == "amended" and side.bound is not None:
            self._set(amendments=(*side.amendments, deed.fact))
        elif what == "consent_withdrawn":
            self._take_back()
        elif what == "withdrawn" or what in ENDS:
            self._leave(deed, what)

    def _word(self, deed: Deed) -> None:
        body = deed.fact.event.body
        if "form" in body:
            self._set(form=body["form"])
        if "expires_on" in body:
            # The last named counts: a later event may have put the expiry off.
            self._set(expiry=Expiry(parse_date(body["expires_on"]), deed.fact))

    def _give(self, deed: Deed) -> None:
        """Sign or consent: who left begins anew by it; what ended as a whole stays ended."""
        end = self.side.end
        if end is None or end.how == "withdrawn":
            self._tie(deed)
        kept = "signature" if deed.what == "signed" else "consent"
        first = getattr(self.side, kept) or deed
        self._set(given=(*self.side.given, deed.fact), **{kept: first})

    def _take_effect(self, deed: Deed, inherited: Inherited | None) -> None:
        if deed.what == BY_TERMS:
            self._bind(deed, Bound(effect_of(deed), (deed.fact,)))
            return
        self._set(in_effect=True)
        if inherited is not None and inherited.bound:
            if self.side.bound is None:
                self._bind(deed, Bound(effect_of(deed), (deed.fact,), own_force=True))
                self._set(suspension=inherited.suspension)
        elif self._forced is not None:
            # Who consents to a treaty in force is bound by that (VCLT art. 24 (3)).
            self._bind(deed, Bound(effect_of(deed), (self._forced.fact, deed.fact)))
        elif inherited is not None:
            self._apply(deed)

    def _enter(self, deed: Deed, entry: Entry | None, day: int) -> None:
        side, begun = self.side, effect_of(deed)
        if entry is None:
            own = Bound(begun, (deed.fact,), own_force=True)
            if side.bound is not None and not side.bound.own_force:
                # The day of its own entry into force counts, not that of its consent.
                self._set(bound=own)
            self._bind(deed, own)
        elif entry.bilateral:
            self._bind(deed, Bound(begun, (deed.fact,)))
        elif entry.consents_from <= day:
            if side.consent is not None and side.in_effect:
                self._bind(deed, Bound(begun, (deed.fact, side.consent.fact)))
        elif entry.signatures_from <= day:
            if side.signature is not None:
                self._bind(deed, Bound(begun, (deed.fact, side.signature.fact)))
        else:
            self._bind(deed, Bound(begun, (deed.fact,)))

    def _bind(self, deed: Deed, bound: Bound) -> None:
        if self.side.bound is None:
            self._tie(deed)
            # Provisional application ends with the definitive force (VCLT art. 25).
            self._set(bound=bound, provisional=None, engaged=self.side.engaged or bound.begun)

    def _apply(self, deed: Deed) -> None:
        if self.side.engaged is None:
            self._tie(deed)
            self._set(provisional=deed, engaged=effect_of(deed))

    def _take_back(self) -> None:
        """The consent is withdrawn and the signature stays; what was bound is so no more."""
        side = self.side
        given = tuple(fact for fact in side.given if fact.event.type.event not in CONSENTS)
        self._set(consent=None, in_effect=False, given=given)
        if side.bound is not None:
            self._disengage()

    def _leave(self, deed: Deed, what: str) -> None:
        if not self.side.stretches:
            self._tie(deed)
        self._close(End(what, effect_of(deed), deed.fact, True, deed.date))
        if what == "withdrawn":
            self._set(signature=None, consent=None, in_effect=False, given=(), text=None)

    def _expire(self, day: int) -> None:
        """Let the agreement expire if the day named for it has surely passed before `day`."""
        expiry = self.side.expiry
        if expiry is None or surely_from(expiry.date) >= day:
            return
        self._set(expiry=None)
        self._forced = None
        date, own, position = expiry.date, expiry.fact.happened, expiry.fact.position
        named, passed = surely_from(own), surely_from(date) + 1
        begun = Effect(passed, position, date.text, None, None, passed)
        if named >= passed:
            # A day that had passed when it was named ended nothing by then.
            begun = Effect(named, position, own.text, date.text, None, passed)
            date = own
        self._close(End("expired", begun, expiry.fact, False, date))

    def _close(self, end: End) -> None:
        """End what goes on; of two ends the first is the one told."""
        self._disengage()
        if self.side.stretches and self.side.end is None:
            *before, last = self.side.stretches
            self._set(stretches=(*before, Stretch(last.begun, end)))

    def _disengage(self) -> None:
        self._set(bound=None, provisional=None, engaged=None, suspension=None, amendments=())

    def _tie(self, deed: Deed) -> None:
        stretches = self.side.stretches
        if not stretches or stretches[-1].end is not None:
            self._set(stretches=(*stretches, Stretch(deed)))
