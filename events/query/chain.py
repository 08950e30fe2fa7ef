"""A relationship along the chain: a state and whom it continues, as one state of knowledge.

Germany since 1871 is five parties, one after another. Asked along the chain, what stood under one
goes on under the next, and each line says under which relationship it stands. The acts are folded
for this question alone, so it costs what the histories of these relationships hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from domain.acts import Act
from domain.parties import Registry, relationship_key, split_key
from domain.relationship import Change, answer, changes, existence, render
from events.log.history import known_act
from events.query import answer_types as types
from events.query.answers import claims, sealed, with_coverage
from events.query.basis import Basis
from events.store.protocol import Reader

Json = dict[str, Any]


def state_along(
    reader: Reader, registry: Registry, relationship: str, basis: Basis
) -> types.ChainState:
    """The state of a relationship with all parties of both chains, as one.

    Besides what a state has, `chain` names the parties of each chain, the earliest first, and
    each line has `under`, the relationship in which it stands.
    """
    a, b = split_key(relationship)
    chains = {code: registry.continued(code) for code in (a, b)}
    heads = {code: head for head, codes in chains.items() for code in codes}
    # Nothing ends with a party that is continued.
    lasting = registry.lasting(frozenset(heads))
    pairs = [relationship_key(x, y) for x, y in product(*chains.values()) if x != y]
    found = [
        _under(change, relationship, heads)
        for act in _acts(reader, pairs, basis.position)
        for change in _once(changes(act, lasting, set(pairs)), pairs)
    ]
    whole = render(answer(relationship, found, basis.as_of), lasting)
    whole |= {
        "parties": [existence(registry, code, basis.as_of) for code in (a, b)],
        "pairs_of_the_day": [],
        "chain": {head: list(codes) for head, codes in chains.items()},
    }
    return sealed(
        types.ChainState, with_coverage(whole, claims(reader, basis), basis), basis, registry
    )


def _acts(reader: Reader, pairs: list[str], position: int) -> Iterator[Act]:
    for act_id in sorted(set().union(*(reader.acts_of(pair, position) for pair in pairs))):
        yield known_act(reader.stream(act_id), position)


def _once(found: tuple[Change, ...], pairs: list[str]) -> Iterator[Change]:
    """An act's changes, told under one pair at a time: the later party's from where it begins."""
    begins: dict[str, int] = {}
    for change in found:
        pair = change.relationship
        begins[pair] = min(change.day, begins.get(pair, change.day))
    for change in found:
        number = pairs.index(change.relationship)
        later = [begins[pair] for pair in pairs[number + 1 :] if pair in begins]
        until = min([change.until, *later])
        if change.day < until:
            yield change._replace(until=until)


def _under(change: Change, relationship: str, heads: Mapping[str, str]) -> Change:
    """A change of one pair of the chains, as one of the pair asked about."""
    effect: dict[str, dict[str, Any]] = {}
    for what, places in change.effect.items():
        for place, value in places.items():
            *path, last = place.split(".")
            own = ".".join([*path, heads.get(last, last)])
            effect.setdefault(what, {})[own] = _told(what, value, change.relationship)
    return change._replace(relationship=relationship, effect=effect)


def _told(what: str, value: Any, pair: str) -> Any:
    if what == "items":
        return [{**line, "under": pair} for line in value]
    return {**value, "under": pair} if isinstance(value, dict) else value
