"""The bit of each list in a stored number that says which lists a signature has items on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Stands for every place of a reported figure: their names are users' own words, of which there
#: may be any number, and which an erasure has to leave nowhere.
FIGURES = "figures"

#: Stores hold these numbers: none is changed, and none is given to another list. A new list takes
#: the next free one.
BITS: Mapping[str, int] = MappingProxyType(
    {
        FIGURES: 0,
        "visits.under_way": 1,
        "visits.planned": 2,
        "visits.unconfirmed": 3,
        "talks.under_way": 4,
        "talks.planned": 5,
        "talks.unconfirmed": 6,
        "talks.adjourned": 7,
        "agreements.in_force": 8,
        "agreements.provisional": 9,
        "agreements.signed": 10,
        "agreements.unsigned": 11,
        "agreements.suspended": 12,
        "agreements.ended": 13,
        "proposals.open": 14,
        "proposals.endorsed": 15,
        "context": 16,
        "possible": 17,
        "anomalies": 18,
        "erased": 19,
        "visits.ended": 20,
        "talks.ended": 21,
        "agreements.commitments": 22,
        "agreements.in_effect": 23,
        "proposals.ended": 24,
        "letters.awaiting": 25,
        "letters.ended": 26,
    }
)
