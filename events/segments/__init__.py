"""Strata: what was learnt of a relationship, in stretches sorted by valid day, joined beforehand.

A *notice* is a change of a relationship coming to be known, or no longer being known, at a
position. A *stratum* is one or several stretches of consecutive notices, set in the order of the
valid days they bear on, in *segments* that each begin with what all days before amount to. Recorded
time only grows, so a stratum never changes: a late act, a correction or a retraction is a notice in
the newest stretch. What was known at any position is a few strata and the notices after them;
what held on any day is one segment of each. ADR 12 says why this is exact on both axes.

Nothing here is the record: strata are derived from the index, and verified against it.
"""

from events.segments.compaction import Ground, Sealing
from events.segments.delta import Notice, Row, Told, ToldRow
from events.segments.segment import (
    Cut,
    Entry,
    Rested,
    Segment,
    decode_entries,
    decode_rested,
    decode_segment,
    encode_segment,
)
from events.segments.signature import Shape, bit_of, lists_of, shape_of, shape_told
from events.segments.sizes import GRAIN, Grain
from events.segments.source import Strata
from events.segments.summary import Layers

__all__ = [
    "GRAIN",
    "Cut",
    "Entry",
    "Grain",
    "Ground",
    "Layers",
    "Notice",
    "Rested",
    "Row",
    "Sealing",
    "Segment",
    "Shape",
    "Strata",
    "Told",
    "ToldRow",
    "bit_of",
    "decode_entries",
    "decode_rested",
    "decode_segment",
    "encode_segment",
    "lists_of",
    "shape_of",
    "shape_told",
]
