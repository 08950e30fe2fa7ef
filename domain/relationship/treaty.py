"""An agreement between two of its parties on one day: what stands, by the law of treaties.

What only accumulates (texts, signatures, consents, force) is a set of facts, so that an
imprecise date reorders nothing; what toggles (consent and withdrawal, force and its end,
suspension and resumption) takes the last in life order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.acts.act import Fact, life_order
from domain.acts.kinds import CONSENTS, ENDS
from domain.dates import EdtfDate
from domain.dates import parse as parse_date

TEXTS = ("adopted", "initialled", "agreed_in_principle")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an agreement stands between two parties; `facts` are what it rests on."""

    status: str
    facts: tuple[Fact, ...]
    since: str | None = None
    """EDTF date of the event that brought the status about."""
    awaiting: tuple[str, ...] = ()
    """Of the two, who has not consented to be bound."""
    how: str | None = None
    """For an end: the event, and for a text: its stage."""
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an act's shape says about how its parties are bound, the same on every day."""

    bilateral: bool
    by_consent: bool
    """Whether anyone's consent stands in the record: then signing alone binds nobody."""


class Known:
    """The facts of an agreement that are certain on a day, as they bear on two parties."""

    def __init__(self, facts: Iterable[Fact], terms: Terms, day: int) -> None:
        self.facts = life_order(facts)
        self.terms = terms
        self.day = day

    def last(self, *events: str, party: str | None = None) -> Fact | None:
        """The last of some events that speaks for a party, or for the whole when None."""
        found = None
        for fact in self.facts:
            if fact.event.type.event in events:
                acting = fact.event.speaks_for
                if acting is None or (party is not None and party in acting):
                    found = fact
        return found

    def own(self, party: str, *events: str) -> Fact | None:
        """The last of some events done by a party itself."""
        found = None
        for fact in self.facts:
            if fact.event.type.event in events and party in (fact.event.speaks_for or ()):
                found = fact
        return found

    def ended(self) -> Fact | None:
        """The event that ended the whole, unless it came into force again."""
        last = self.last("entered_into_force", *ENDS)
        return last if last is not None and last.event.type.event in ENDS else None

    def expired(self) -> tuple[Fact, EdtfDate] | None:
        """The fact whose named expiry has passed, unless a later one names another."""
        named = [fact for fact in self.facts if "expires_on" in fact.event.body]
        if not named:
            return None
        expiry = parse_date(named[-1].event.body["expires_on"])
        return (named[-1], expiry) if expiry.latest < self.day else None

    def consent(self, party: str) -> Fact | None:
        """The party's standing consent: not one it has since withdrawn."""
        last = self.own(party, "withdrawn", *CONSENTS)
        return last if last is not None and last.event.type.event in CONSENTS else None

    def withdrawal(self, party: str) -> Fact | None:
        """The party's withdrawal, unless it has consented again."""
        last = self.own(party, "withdrawn", *CONSENTS)
        return last if last is not None and last.event.type.event == "withdrawn" else None

    def signature(self, party: str) -> Fact | None:
        """The signature that speaks for the party."""
        return self.last("signed", party=party)

    def force(self) -> Fact | None:
        """The event that brought the whole into force; a signature may do so by its terms."""
        entered = self.last("entered_into_force")
        if entered is not None:
            return entered
        signed = self.last("signed")
        return signed if _on_signature(signed) else None

    def bound(self, party: str) -> tuple[Fact, ...] | None:
        """The facts that bind a party, or None while it is not bound (VCLT art. 2 (g), 24)."""
        if self.withdrawal(party) is not None:
            return None
        own = self.own(party, "entered_into_force")
        if own is not None:
            return (own,)
        force = self.force()
        signature = self.signature(party)
        if force is None:
            alone = self.own(party, "signed")
            return (alone,) if alone is not None and _on_signature(alone) else None
        if self.terms.bilateral:
            return (force,)
        consent = self.consent(party)
        if consent is not None:
            return (force, consent)
        if _on_signature(signature) or not self.terms.by_consent:
            return (force,) if signature in (None, force) else (force, signature)
        return None

    def tied(self, party: str) -> bool:
        """Whether anything on this day ties the party to the agreement."""
        if self.terms.bilateral or self.signature(party) is not None:
            return bool(self.facts)
        if self.own(party, "withdrawn", "entered_into_force", *CONSENTS) is not None:
            return True
        return not self.terms.by_consent and self.force() is not None


def _on_signature(fact: Fact | None) -> bool:
    return fact is not None and bool(fact.event.body.get("in_force_on_signature"))


def _latest(facts: Sequence[Fact]) -> Fact:
    return max(facts, key=lambda fact: (fact.certain_from, fact.position))


def standing(known: Known, a: str, b: str) -> Standing | None:
    """Where the agreement stands between `a` and `b`; None where nothing ties both to it."""
    if not (known.tied(a) and known.tied(b)):
        return _text(known, a, b)
    ended = known.ended()
    if ended is not None:
        since = ended.takes_effect.text
        return Standing("ended", (ended,), since, how=ended.event.type.event)
    for party in (a, b):
        left = known.withdrawal(party)
        if left is not None:
            return Standing("ended", (left,), left.takes_effect.text, how="withdrawn", by=party)
    bound = known.bound(a), known.bound(b)
    if bound[0] is not None and bound[1] is not None:
        return _in_force(known, a, b, (*bound[0], *bound[1]))
    applied = [known.last("provisionally_applied", party=party) for party in (a, b)]
    if applied[0] is not None and applied[1] is not None:
        begun = _latest([applied[0], applied[1]])
        return Standing("provisional", (begun,), begun.event.date.text)
    return _before_force(known, a, b)


def _in_force(known: Known, a: str, b: str, binding: tuple[Fact, ...]) -> Standing:
    since = _latest(binding).takes_effect.text
    expired = known.expired()
    if expired is not None:
        return Standing("ended", (expired[0],), expired[1].text, how="expired")
    for party in (a, b):
        last = known.last("suspended", "resumed", party=party)
        if last is not None and last.event.type.event == "suspended":
            return Standing("suspended", (*binding, last), last.event.date.text)
    return Standing("in_force", binding, since)


def _before_force(known: Known, a: str, b: str) -> Standing | None:
    signatures = [known.signature(party) for party in (a, b)]
    consents = [known.consent(party) for party in (a, b)]
    facts = tuple(fact for fact in (*signatures, *consents) if fact is not None)
    if not facts:
        return _text(known, a, b)
    given = [signature or consent for signature, consent in zip(signatures, consents, strict=True)]
    # Of two parties, one's consent shows that there is a text to consent to; of many, a third
    # party's act says nothing of these two.
    if None in given and not known.terms.bilateral:
        return None
    awaiting = tuple(p for p, consent in zip((a, b), consents, strict=True) if consent is None)
    signed = signatures[0] or signatures[1] or facts[0]
    return Standing("signed", facts, signed.event.date.text, awaiting)


def _text(known: Known, a: str, b: str) -> Standing | None:
    for stage in TEXTS:
        agreed = known.last(stage, party=a)
        if agreed is not None and agreed is known.last(stage, party=b):
            return Standing("unsigned", (agreed,), agreed.event.date.text, how=stage)
    return None


def any_consent(facts: Iterable[Fact]) -> bool:
    """Whether anyone's consent to be bound stands among the facts."""
    return any(fact.event.type.event in CONSENTS for fact in facts)


def fields_of(known: Known) -> dict[str, Any]:
    """The form and named expiry of an agreement as its known facts last give them."""
    fields: dict[str, Any] = {}
    for fact in known.facts:
        for name, shown in (("form", "form"), ("expires_on", "until")):
            if name in fact.event.body:
                fields[shown] = fact.event.body[name]
    return fields
