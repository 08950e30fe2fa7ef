"""Which bit stands for which list is stored, so it never changes."""

from __future__ import annotations

import pytest

from domain.relationship import LISTS
from events.segments.list_bits import BITS, FIGURES
from events.segments.signature import bit_of, decode_signature, lists_of, signature_of

#: As stores hold it. A new list is added at the end; no other line of this table ever changes.
STORED = [
    "figures",
    "visits.under_way",
    "visits.planned",
    "visits.unconfirmed",
    "talks.under_way",
    "talks.planned",
    "talks.unconfirmed",
    "talks.adjourned",
    "agreements.in_force",
    "agreements.provisional",
    "agreements.signed",
    "agreements.unsigned",
    "agreements.suspended",
    "agreements.ended",
    "proposals.open",
    "proposals.endorsed",
    "context",
    "possible",
    "anomalies",
    "erased",
    "visits.ended",
    "talks.ended",
    "agreements.commitments",
    "agreements.in_effect",
    "proposals.ended",
    "letters.awaiting",
    "letters.ended",
]


@pytest.mark.parametrize(("number", "place"), list(enumerate(STORED)), ids=STORED)
def test_a_list_keeps_the_bit_that_stores_hold(number, place):
    assert BITS[place] == number
    assert bit_of(place) == 1 << number


def test_no_bit_stands_for_two_lists_and_a_new_list_takes_the_next_free_one():
    assert sorted(BITS.values()) == list(range(len(BITS)))


def test_every_list_of_a_state_has_a_bit_wherever_it_stands_among_them():
    assert {*LISTS, FIGURES} == BITS.keys()


def test_a_signature_names_the_lists_it_has_items_on_by_their_bits():
    signature = decode_signature(
        signature_of(
            {"items": {"context": [1], "visits.planned": [1, 2]}, "last": {"figures.x": 1}}
        )
    )
    assert lists_of(signature) == (1 << 16) + (1 << 2) + 1
