"""How finely runs are laid: what is read for an answer against what is written for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from domain.relationship import MOST


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of runs and segments. Answers are the same for all of them."""

    batch: int = 128
    """Deltas of a batch, at least: a position is never divided."""
    spread: int = 4
    """The base to which batches are counted: how many of a level make one of the next."""
    levels: int = 7
    """How many levels there are. One of the highest joins half a million deltas: for seconds."""
    segment: int = 64
    """Entries of a segment: what is read through for the days since it began."""
    items: int = MOST + 12
    """Items of a list kept at the beginning of a segment. Within it some end, others follow."""
    settings: int = 3
    """Settings of a place kept: some may turn out to be known no longer."""

    def __post_init__(self) -> None:
        sizes = asdict(self)
        if not all(isinstance(size, int) and size > 0 for size in sizes.values()):
            raise ValueError(f"expected sizes of runs from 1, got {sizes}")
        if self.spread < 2:
            raise ValueError(f"expected runs to join at least 2, got {self.spread}")


SIZES = Sizes()
