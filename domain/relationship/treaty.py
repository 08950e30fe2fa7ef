"""The facts of an agreement that are certain on a day, read by the law of treaties.

What only accumulates (texts, signatures, consents, force) is a set of facts, so that an
imprecise date reorders nothing; what toggles (consent and withdrawal, force and its end,
suspension and resumption) takes the last in life order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from domain.acts.act import Fact
from domain.acts.kinds import CONSENTS, ENDS

TEXTS = ("adopted", "initialled", "agreed_in_principle")
#: The fields of an agreement's words that a line about it shows, and under which name.
WORDED = MappingProxyType({"form": "form", "expires_on": "until"})

#: By event, the last fact of it and its place in the life order.
_Latest: TypeAlias = dict[str, tuple[int, Fact]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What an act's shape says about how its parties are bound, the same on every day."""

    bilateral: bool
    by_consent: bool
    """Whether anyone's consent stands in the record: then signing alone binds nobody."""


class Known:
    """The facts of an agreement that are certain on a day, in life order, for two parties."""

    def __init__(self, facts: Sequence[Fact], terms: Terms) -> None:
        self.facts = facts
        self.terms = terms
        self._latest: dict[str | None, tuple[_Latest, _Latest]] = {}

    def last(self, *events: str, party: str | None = None) -> Fact | None:
        """The last of some events that speaks for a party, or for the whole when None."""
        return _last(self._by_event(party)[0], events)

    def own(self, party: str, *events: str) -> Fact | None:
        """The last of some events done by a party itself."""
        return _last(self._by_event(party)[1], events)

    def _by_event(self, party: str | None) -> tuple[_Latest, _Latest]:
        """By event the last fact that speaks for a party, and the last of those it did itself."""
        found = self._latest.get(party)
        if found is None:
            told: _Latest = {}
            own: _Latest = {}
            for number, fact in enumerate(self.facts):
                acting = fact.event.speaks_for
                if acting is None:
                    told[fact.event.type.event] = number, fact
                elif party is not None and party in acting:
                    told[fact.event.type.event] = own[fact.event.type.event] = number, fact
            found = self._latest[party] = told, own
        return found

    def ended(self) -> Fact | None:
        """The event that ended the whole, unless it came into force again."""
        last = self.last("entered_into_force", *ENDS)
        return last if last is not None and last.event.type.event in ENDS else None

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


def _last(latest: _Latest, events: Sequence[str]) -> Fact | None:
    found = None
    for event in events:
        told = latest.get(event)
        if told is not None and (found is None or found[0] < told[0]):
            found = told
    return None if found is None else found[1]


def _on_signature(fact: Fact | None) -> bool:
    return fact is not None and bool(fact.event.body.get("in_force_on_signature"))


def any_consent(facts: Iterable[Fact]) -> bool:
    """Whether anyone's consent to be bound stands among the facts."""
    return any(fact.event.type.event in CONSENTS for fact in facts)
