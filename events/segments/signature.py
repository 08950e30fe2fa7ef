"""The signature of a change's effect: where it counts, lists and sets, without what it says there.

A store has millions of changes and a few thousand signatures, so runs count signatures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from domain.relationship import RESTED, SHARED, acts_counted, recent_begun
from events.segments.list_bits import BITS, FIGURES

_FIGURE = "figures."
_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Signature:
    """Which places an effect touches."""

    counts: tuple[tuple[str, int], ...]
    """Place and number, for each place it counts at."""
    items: Mapping[str, int]
    """How many items it has on each list it has items on."""
    last: tuple[str, ...]
    """The places it sets, but those of figures."""
    first: tuple[str, ...]
    figures: bool
    """Whether it reports any figure."""
    acts: int
    """How many of the pair's own acts it counts."""
    begun: int
    """How many times an act of the pair's own begins with it to be recent."""
    rested: int
    """How many times one comes to rest with it."""
    shared: int
    """How many agreements of many it counts."""


def signature_of(effect: Mapping[str, Any]) -> bytes:
    """The signature of an effect as bytes, the same for the same signature."""
    listed = {place: len(lines) for place, lines in effect.get("items", _NONE).items()}
    last = effect.get("last", _NONE)
    settings = sorted(place for place in last if not place.startswith(_FIGURE))
    parts = (
        effect.get("counts", _NONE),
        listed,
        settings,
        sorted(effect.get("first", _NONE)),
        len(settings) < len(last),
    )
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)


def decode_signature(told: bytes) -> Signature:
    """The signature that such bytes say."""
    counts, items, last, first, figures = orjson.loads(told)
    return Signature(
        tuple(counts.items()),
        items,
        tuple(last),
        tuple(first),
        figures,
        acts_counted(counts),
        recent_begun(counts),
        counts.get(RESTED, 0),
        counts.get(SHARED, 0),
    )


def lists_of(signature: Signature) -> int:
    """The lists that a signature has items on, each a bit, and one more if it reports figures."""
    return sum(map(bit_of, signature.items)) + signature.figures * bit_of(FIGURES)


def is_figure(place: str) -> bool:
    """Whether a place is that of a reported figure."""
    return place.startswith(_FIGURE)


def bit_of(place: str) -> int:
    """The bit of a list, or of `FIGURES`, as a number with that bit set."""
    return 1 << BITS[place]
