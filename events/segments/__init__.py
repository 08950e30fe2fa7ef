"""Runs: what was learnt of a relationship, in batches sorted by valid day, joined beforehand.

A *delta* is a change of a relationship coming to be known, or no longer being known, at a
position. A *run* is one or several batches of consecutive deltas, set in the order of the
valid days they bear on, in *segments* that each begin with what all days before amount to. Recorded
time only grows, so a run never changes: a late act, a correction or a retraction is a delta in
the newest batch. What was known at any position is a few runs and the deltas after them;
what held on any day is one segment of each. ADR 12 says why this is exact on both axes.

Nothing here is the record: runs are derived from the index, and verified against it.
"""

from events.segments.compaction import Compaction, SegmentWriter
from events.segments.delta import Delta, Row, RowWithEffect, Told
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
from events.segments.signature import Signature, bit_of, decode_signature, lists_of, signature_of
from events.segments.sizes import SIZES, Sizes
from events.segments.source import Runs
from events.segments.summary import AsOfSummary

__all__ = [
    "SIZES",
    "AsOfSummary",
    "Compaction",
    "Cut",
    "Delta",
    "Entry",
    "Rested",
    "Row",
    "RowWithEffect",
    "Runs",
    "Segment",
    "SegmentWriter",
    "Signature",
    "Sizes",
    "Told",
    "bit_of",
    "decode_entries",
    "decode_rested",
    "decode_segment",
    "decode_signature",
    "encode_segment",
    "lists_of",
    "signature_of",
]
