"""What a store keeps of its log's checkpoints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint that was made of the log when it had a size."""

    size: int
    note: bytes
    """The signed note, as it is published; cosignatures may be added to it, and nothing else."""
    made_at: int
    """When it was first made, in microseconds since 1970 (UTC)."""
