"""The first fold: an act's facts become its changes to every relationship it touches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import product

from domain.acts.act import Act
from domain.parties import Registry, relationship_key
from domain.relationship.agreement import fold_agreement
from domain.relationship.anomaly import anomalies, fold_anomalies
from domain.relationship.change import Change, Ledger
from domain.relationship.contact import fold_contact
from domain.relationship.erased import fold_erased
from domain.relationship.meetings import fold_talk, fold_visit
from domain.relationship.pairs import pairs_of
from domain.relationship.proposal import fold_proposal
from domain.relationship.relation import fold_relation
from domain.relationship.timeline import Kept
from domain.relationship.treaty import any_consent

_FOLDS: dict[str, Callable[[Act, Ledger], None]] = {
    "visit": fold_visit,
    "talk": fold_talk,
    "proposal": fold_proposal,
    "relation": fold_relation,
}
#: Whose roles put two parties of a many-party act face to face.
_FACING = {"visit": ("visitor", "host"), "proposal": ("proposer", "addressee")}


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
    if len(act.parties) < 2 or act.kind == "coverage":
        return ()
    ledger = Ledger()
    pairs = pairs_of(act, only)
    fold_erased(act, ledger, pairs)
    if act.facts:
        _fold_facts(act, ledger, registry, pairs, kept)
    found = ledger.changes()
    return found if only is None else tuple(c for c in found if c.relationship in only)


def _fold_facts(
    act: Act, ledger: Ledger, registry: Registry, pairs: Sequence[str], kept: Kept | None
) -> None:
    if act.kind == "agreement":
        fold_agreement(act, ledger, pairs, kept)
    else:
        _FOLDS[act.kind](act, ledger)
    facing = frozenset(direct(act))
    fold_contact(
        act, ledger, [p for p in pairs if p in facing], [p for p in pairs if p not in facing]
    )
    fold_anomalies(act, ledger, pairs, registry)


def touched(before: Act, after: Act, registry: Registry) -> frozenset[str] | None:
    """The relationships whose changes can differ between two states of knowledge of one act.

    None means any of them. When a party ratifies a treaty of 190, only its own 189 pairs can:
    what differs speaks for it alone, and nothing that all pairs show has changed.
    """
    if before.erased != after.erased or after.kind != "agreement":
        return None
    odd_before, odd_after = _odd(before, registry), _odd(after, registry)
    if _common(before) != _common(after) or odd_before.get(None) != odd_after.get(None):
        return None
    one, other = ({(f.version, f.position): f for f in act.facts} for act in (before, after))
    differing = [
        fact for key, fact in {**one, **other}.items() if not (key in one and key in other)
    ]
    if any(fact.event.speaks_for is None for fact in differing):
        return None
    acting = {code for fact in differing for code in fact.event.speaks_for or ()}
    # Whoever is named for the first time, or no longer, stands between all the others.
    acting.update(set(before.codes) ^ set(after.codes))
    # One party's act may be out of order with a joint act of others, who show it as well.
    for party in {**odd_before, **odd_after}:
        if party is not None and odd_before.get(party) != odd_after.get(party):
            acting.add(party)
    codes = {*before.codes, *after.codes}
    return frozenset(relationship_key(a, b) for a in acting for b in codes if a != b)


def _common(act: Act) -> tuple[object, ...]:
    """What every pair of an agreement's parties shows or rests on, whoever acts."""
    begun = min(((fact.begins_certain, fact.position) for fact in act.facts), default=None)
    return act.title, act.many_party, any_consent(act.facts), begun


def _odd(act: Act, registry: Registry) -> dict[str | None, list[object]]:
    """The anomalies that all pairs of an act show, under None, and those of one party's pairs."""
    odd: dict[str | None, list[object]] = {}
    for found in anomalies(act, registry):
        told = found.name, found.day, [fact.position for fact in found.facts]
        odd.setdefault(found.party, []).append(told)
    return odd


def direct(act: Act) -> tuple[str, ...]:
    """The relationships an act is directly between, in alphabetical order.

    Two parties make one. Of many, only roles that face each other do: each visitor and each
    host, each proposer and each addressee; a meeting of twenty makes no pair of its own.
    """
    if not act.many_party:
        return (relationship_key(*act.codes),)
    if act.kind not in _FACING:
        return ()
    one, other = _FACING[act.kind]
    return tuple(
        sorted(
            {relationship_key(a, b) for a, b in product(act.with_role(one), act.with_role(other))}
        )
    )
