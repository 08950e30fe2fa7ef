"""One side of an agreement: all that bears on one party on a day, whoever the other is."""

from __future__ import annotations

from dataclasses import dataclass

from domain.acts.act import Fact
from domain.relationship.treaty import TEXTS, WORDED, Known


@dataclass(frozen=True, slots=True)
class Side:
    """What the facts that are certain on a day amount to for one party."""

    tied: bool
    ended: Fact | None
    withdrawal: Fact | None
    bound: tuple[Fact, ...] | None
    provisional: Fact | None
    suspension: Fact | None
    signature: Fact | None
    consent: Fact | None
    texts: tuple[Fact | None, ...]
    """By which fact each of `TEXTS` was last agreed."""
    worded: tuple[Fact, ...]
    """The facts that give a form or a named expiry, in life order."""


def side_of(known: Known, party: str) -> Side:
    """The side of a party, by the facts known on a day."""
    toggled = known.last("suspended", "resumed", party=party)
    suspended = toggled is not None and toggled.event.type.event == "suspended"
    return Side(
        tied=known.tied(party),
        ended=known.ended(),
        withdrawal=known.withdrawal(party),
        bound=known.bound(party),
        provisional=known.last("provisionally_applied", party=party),
        suspension=toggled if suspended else None,
        signature=known.signature(party),
        consent=known.consent(party),
        texts=tuple(known.last(stage, party=party) for stage in TEXTS),
        worded=tuple(fact for fact in known.facts if not WORDED.keys().isdisjoint(fact.event.body)),
    )
