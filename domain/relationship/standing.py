"""Where an agreement stands between two of its parties, by the two sides of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.acts.act import Fact
from domain.dates import parse as parse_date
from domain.relationship.side import Side
from domain.relationship.treaty import TEXTS, WORDED


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
class Two:
    """Two parties and their sides on a day."""

    a: str
    b: str
    one: Side
    other: Side
    worded: tuple[Fact, ...]
    """The facts of either that give a form or a named expiry, in life order."""
    day: int
    bilateral: bool

    def standing(self) -> Standing | None:
        """Where the agreement stands; None where nothing ties both to it."""
        one, other = self.one, self.other
        if not (one.tied and other.tied):
            return self._text()
        if one.ended is not None:
            since = one.ended.takes_effect.text
            return Standing("ended", (one.ended,), since, how=one.ended.event.type.event)
        for party, side in ((self.a, one), (self.b, other)):
            left = side.withdrawal
            if left is not None:
                since = left.takes_effect.text
                return Standing("ended", (left,), since, how="withdrawn", by=party)
        if one.bound is not None and other.bound is not None:
            return self._in_force((*one.bound, *other.bound))
        if one.provisional is not None and other.provisional is not None:
            begun = _latest([one.provisional, other.provisional])
            return Standing("provisional", (begun,), begun.event.date.text)
        return self._before_force()

    def fields(self) -> dict[str, Any]:
        """The form and named expiry of the agreement as its facts last give them."""
        fields: dict[str, Any] = {}
        for fact in self.worded:
            for name, shown in WORDED.items():
                if name in fact.event.body:
                    fields[shown] = fact.event.body[name]
        return fields

    def _in_force(self, binding: tuple[Fact, ...]) -> Standing:
        since = _latest(binding).takes_effect.text
        named = [fact for fact in self.worded if "expires_on" in fact.event.body]
        if named:
            # The last named counts: a later fact may have put the expiry off.
            expiry = parse_date(named[-1].event.body["expires_on"])
            if expiry.latest < self.day:
                return Standing("ended", (named[-1],), expiry.text, how="expired")
        for last in (self.one.suspension, self.other.suspension):
            if last is not None:
                return Standing("suspended", (*binding, last), last.event.date.text)
        return Standing("in_force", binding, since)

    def _before_force(self) -> Standing | None:
        one, other = self.one, self.other
        told = (one.signature, other.signature, one.consent, other.consent)
        facts = tuple(fact for fact in told if fact is not None)
        if not facts:
            return self._text()
        given = (one.signature or one.consent, other.signature or other.consent)
        # Of two parties, one's consent shows that there is a text to consent to; of many, a third
        # party's act says nothing of these two.
        if None in given and not self.bilateral:
            return None
        sides = ((self.a, one), (self.b, other))
        awaiting = tuple(party for party, side in sides if side.consent is None)
        signed = one.signature or other.signature or facts[0]
        return Standing("signed", facts, signed.event.date.text, awaiting)

    def _text(self) -> Standing | None:
        for stage, agreed, same in zip(TEXTS, self.one.texts, self.other.texts, strict=True):
            if agreed is not None and agreed is same:
                return Standing("unsigned", (agreed,), agreed.event.date.text, how=stage)
        return None


def _latest(facts: Sequence[Fact]) -> Fact:
    return max(facts, key=lambda fact: (fact.certain_from, fact.position))
