"""What an agreement of many does to a pair is joined from its parts, as the act is folded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest

from domain.acts import Act
from domain.parties import relationship_key
from domain.relationship import changes, common_of, in_parts, joined, pairs_beside, parts_of
from events.log.history import known_act
from events.log.record import Record
from events.registry import load_registry
from tests.domain.test_agreements import treaty_of_many
from tests.oracle.histories import history
from tests.oracle.product import stored

REGISTRY = load_registry()
#: Histories drawn by chance, in as many tests.
BATCHES, EACH = 10, 60


def drawn(seed: int) -> Iterator[Act]:
    """The acts of a history, as each was known at each position."""
    streams: dict[str, list[Record]] = {}
    for record in stored(history(seed)[0]):
        stream = streams.setdefault(record.act_id, [])
        stream.append(record)
        yield known_act(stream)


def differing(act: Act) -> list[str]:
    """The pairs of which the parts say something else than the fold."""
    common, parts = common_of(act, REGISTRY), parts_of(act, REGISTRY, act.codes)
    beside = {*pairs_beside(act, REGISTRY)}
    found = []
    for a, b in combinations(act.codes, 2):
        pair = relationship_key(a, b)
        told = joined(act.act_id, common, (a, parts[a]), (b, parts[b]))
        if told != (() if pair in beside else changes(act, REGISTRY, {pair})):
            found.append(pair)
    return found


@pytest.mark.parametrize("batch", range(BATCHES))
def test_parts_are_joined_as_the_act_is_folded(batch: int) -> None:
    compared = 0
    for seed in range(batch * EACH, (batch + 1) * EACH):
        for act in drawn(seed):
            # Those of few parties are taken apart here too.
            if act.kind == "agreement":
                compared += len(act.codes) > 2
                assert differing(act) == [], (seed, act)
    assert compared > EACH


def test_the_parts_of_a_treaty_of_190_are_joined_as_it_is_folded() -> None:
    act = treaty_of_many()
    common = common_of(act, REGISTRY)
    assert in_parts(False, act, REGISTRY)
    parts = parts_of(act, REGISTRY, act.codes)
    told = tuple(
        change
        for a, b in combinations(act.codes, 2)
        for change in joined(act.act_id, common, (a, parts[a]), (b, parts[b]))
    )
    assert told == changes(act, REGISTRY)
