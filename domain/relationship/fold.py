"""The first fold: an act's facts become its changes to every relationship it touches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from domain.acts.act import Act
from domain.kinds import KINDS, Life
from domain.parties import Registry, relationship_key
from domain.relationship.agreement import fold_agreement
from domain.relationship.anomaly import anomalies
from domain.relationship.change import Change, Ledger
from domain.relationship.contact import fold_contact
from domain.relationship.erased import fold_erased
from domain.relationship.letter import fold_letter
from domain.relationship.meetings import fold_meeting
from domain.relationship.noticed import fold_anomalies
from domain.relationship.proposal import fold_proposal
from domain.relationship.relation import fold_relation
from domain.relationship.sides import Kept, bears_on_all, entry_of
from domain.relationship.succession import Succession
from domain.relationship.ties import Tie, ties

#: How an act of each kind contributes to the pairs it bears on; treaties keep their sides besides.
FOLDS: dict[str, Callable[[Act, Ledger, Sequence[Tie], Registry], None]] = {
    "visit": fold_meeting,
    "talk": fold_meeting,
    "proposal": fold_proposal,
    "letter": fold_letter,
    "relation": lambda act, ledger, tied, _registry: fold_relation(act, ledger, tied),
}


def changes(
    act: Act,
    registry: Registry,
    only: Collection[str] | None = None,
    kept: Kept | None = None,
) -> tuple[Change, ...]:
    """What an act does to relationships, ordered by (relationship, day, until, position).

    `only` names the relationships wanted, by key; None is all of them. `kept` is given for an
    act known better and better, and is the same dictionary for each of its states of knowledge.

    The fold is total: any set of well-formed events gives changes, with anomalies among them,
    and it never raises. An act that is known between fewer than two parties touches none.
    """
    kind = KINDS[act.kind]
    if len(act.parties) < 2 or not kind.between_parties:
        return ()
    ledger = Ledger()
    tied = ties(act, registry, only)
    fold_erased(act, ledger, tied)
    if act.facts:
        if kind.life is Life.SIDES:
            fold_agreement(act, ledger, tied, registry, kept)
        else:
            FOLDS[act.kind](act, ledger, tied, registry)
        fold_contact(act, ledger, tied, registry)
        fold_anomalies(act, ledger, tied, registry)
    return ledger.changes()


def touched(before: Act, after: Act, registry: Registry) -> frozenset[str] | None:
    """The relationships whose changes can differ between two states of knowledge of one act.

    None means any of them. When a party ratifies a treaty of 190, only its own 189 pairs can.
    """
    acting = touched_parties(before, after, registry)
    if acting is None:
        return None
    codes = {*before.codes, *after.codes}
    return frozenset(relationship_key(a, b) for a in acting for b in codes if a != b)


def touched_parties(before: Act, after: Act, registry: Registry) -> frozenset[str] | None:
    """The parties of which only the pairs can differ between two states of knowledge of one act.

    None means any of them. When a party ratifies a treaty, it alone: what differs speaks for it,
    and nothing that all pairs show has changed.
    """
    if before.erased != after.erased or KINDS[after.kind].life is not Life.SIDES:
        return None
    odd_before, odd_after = _odd(before, registry), _odd(after, registry)
    common = _common(before, registry)
    if common is None or common != _common(after, registry):
        return None
    if odd_before.get(None) != odd_after.get(None):
        return None
    one, other = ({(f.version, f.position): f for f in act.facts} for act in (before, after))
    differing = [
        fact for key, fact in {**one, **other}.items() if not (key in one and key in other)
    ]
    if any(bears_on_all(fact) for fact in differing):
        return None
    acting = {code for fact in differing for code in fact.event.by}
    # Whoever is named for the first time, or no longer, stands between all the others.
    acting.update(
        code
        for code in {*before.codes, *after.codes}
        if before.joined.get(code) != after.joined.get(code)
        or before.surely_joined.get(code) != after.surely_joined.get(code)
    )
    # One party's act may be out of order with a joint act of others, who show it as well.
    for party in {**odd_before, **odd_after}:
        if party is not None and odd_before.get(party) != odd_after.get(party):
            acting.add(party)
    _heirs(before, after, registry, acting)
    return frozenset(acting)


def _heirs(before: Act, after: Act, registry: Registry, acting: set[str]) -> None:
    """Add who stands where somebody stood, and whoever's place somebody took.

    What a predecessor did is its successor's, and of a party that ended its heirs are told.
    """
    old, new = (Succession(act, registry).places for act in (before, after))
    lines = [
        (heir, had) for each in (old, new) for took in each.values() for heir, had in took.items()
    ]
    for version in {**old, **new}:
        if old.get(version) != new.get(version):
            acting.update(old.get(version, ()), new.get(version, ()))
    grown = True
    while grown:
        size = len(acting)
        for heir, had in lines:
            if heir in acting or had & acting:
                acting |= {heir, *had}
        grown = len(acting) > size


def _common(act: Act, registry: Registry) -> tuple[object, ...] | None:
    """What every pair of an agreement's parties shows or rests on, whoever acts.

    None where the act is so small that one party more makes it another: all of it is folded.
    """
    succession = Succession(act, registry)
    if all(two for _, two in succession.turns):
        return None
    begun = min(((fact.begins_certain, fact.position) for fact in act.facts), default=None)
    entries = [
        (fact.version, entry_of(act, succession, fact))
        for fact in act.facts
        if fact.event.type.event == "entered_into_force" and not fact.event.by
    ]
    return act.title, succession.turns, entries, begun


def _odd(act: Act, registry: Registry) -> dict[str | None, list[object]]:
    """The anomalies that all pairs of an act show, under None, and those of one party's pairs."""
    odd: dict[str | None, list[object]] = {}
    for found in anomalies(act, registry):
        rests_on = found.name, found.day, [fact.position for fact in found.facts]
        odd.setdefault(found.party, []).append(rests_on)
    return odd
