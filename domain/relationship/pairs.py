"""The pairs of an act's parties."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

from domain.acts.act import Act
from domain.parties import relationship_key


def pairs_of(act: Act, only: Collection[str] | None = None) -> list[str]:
    """The keys of all pairs of an act's parties, or of those among `only`, alphabetically.

    What is asked for is gone through, not what there is: one state's pairs of a treaty of 190
    are 189 and not 17,955.
    """
    if only is None:
        return [relationship_key(a, b) for a, b in combinations(act.codes, 2)]
    codes = set(act.codes)
    return sorted(pair for pair in only if codes.issuperset(pair.split("-")))
