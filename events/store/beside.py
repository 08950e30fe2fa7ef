"""What a store keeps beside its log: checkpoints of it, and answers to requests."""

from __future__ import annotations

from dataclasses import dataclass

#: What the names of remarks about leases begin with; they are no part of what a store holds.
LEASE = "lease:"


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint that was made of the log when it had a size."""

    size: int
    note: bytes
    """The signed note, as it is published; cosignatures may be added to it, and nothing else."""
    made_at: int
    """When it was first made, in microseconds since 1970 (UTC)."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """The answer an idempotent request got."""

    request_digest: str
    answer: bytes
