"""The first fold: an act's facts become its changes to every relationship it touches."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product

from domain.acts.act import Act
from domain.parties import Registry, relationship_key
from domain.relationship.agreement import fold_agreement
from domain.relationship.anomaly import fold_anomalies
from domain.relationship.change import Change, Ledger
from domain.relationship.contact import fold_contact
from domain.relationship.meetings import fold_talk, fold_visit
from domain.relationship.proposal import fold_proposal
from domain.relationship.relation import fold_relation

_FOLDS: dict[str, Callable[[Act, Ledger], None]] = {
    "visit": fold_visit,
    "talk": fold_talk,
    "agreement": fold_agreement,
    "proposal": fold_proposal,
    "relation": fold_relation,
}
#: Whose roles put two parties of a many-party act face to face.
_FACING = {"visit": ("visitor", "host"), "proposal": ("proposer", "addressee")}


def changes(act: Act, registry: Registry) -> tuple[Change, ...]:
    """What an act does to relationships, ordered by (relationship, day, until, position).

    The fold is total: any set of well-formed events gives changes, with anomalies among them,
    and it never raises. An act that is known between fewer than two parties touches none.
    """
    if not act.facts or len(act.parties) < 2:
        return ()
    ledger = Ledger()
    _FOLDS[act.kind](act, ledger)
    pairs = tuple(relationship_key(a, b) for a, b in combinations(act.codes, 2))
    facing = direct(act)
    fold_contact(act, ledger, facing, [pair for pair in pairs if pair not in set(facing)])
    fold_anomalies(act, ledger, pairs, registry)
    return ledger.changes()


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
