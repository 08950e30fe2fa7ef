"""A store as it lies: every row there is, for those who trust no reading of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from events.index import KnownRow


@dataclass(frozen=True, slots=True)
class LogRow:
    """A stored event as it lies in the store, for those who trust no reading of it."""

    position: int
    act_id: str
    version: int
    type: str
    state: bytes


@dataclass(frozen=True, slots=True)
class BareTile:
    """A tile of the tree as it is stored."""

    level: int
    number: int
    hashes: bytes


@dataclass(frozen=True, slots=True)
class BareReceipt:
    """The answer to an idempotent request as it is remembered."""

    key: str
    answer: bytes
    position: int


@dataclass(frozen=True, slots=True)
class BareShape:
    """A shape of the index."""

    number: int
    told: bytes
    lists: int


#: A segment of a stratum as it is stored: day, part, and the three parts of its bytes.
BareSegment = tuple[int, int, bytes, bytes, bytes]


@dataclass(frozen=True, slots=True)
class BareStrata:
    """What a store keeps of the strata of one relationship."""

    unsealed: int
    """How many notices are said to be in none."""
    ends: list[tuple[int, int]]
    """Number and last position of each of the lowest level, by number."""
    kept: list[tuple[int, int]]
    """Level and number of each that has segments."""


class Bare(Protocol):
    """One snapshot of a store, with what readers pass over or take for granted.

    Methods with `after` and `limit` give a page of at most `limit` beyond `after`, in order.
    """

    def flaws(self) -> list[str]:
        """What the store finds wrong with its own files and tables."""
        ...

    def tiles(self, after: tuple[int, int], limit: int) -> list[BareTile]:
        """Tiles by (level, number), whole; beyond (-1, -1) for all."""
        ...

    def acts(self, after: str, limit: int) -> list[str]:
        """The ids of acts of which the index holds any row."""
        ...

    def rows_of(self, act_id: str) -> list[KnownRow]:
        """Every index row of an act, doubles and rows for positions to come among them.

        Raises `UnreadableRecord` for a row that cannot be read.
        """
        ...

    def relationships(self, after: str, limit: int) -> list[tuple[str, str, str]]:
        """Every relationship of the index: its key and its two parties."""
        ...

    def shapes(self, after: int, limit: int) -> list[BareShape]:
        """Shapes of the index by number."""
        ...

    def strata(self, relationship: str) -> BareStrata:
        """The strata of a relationship, and how many notices are in none of them."""
        ...

    def segments(self, relationship: str, level: int, number: int) -> list[BareSegment]:
        """The segments of a stratum by (day, part)."""
        ...

    def receipts(self, after: str, limit: int) -> list[BareReceipt]:
        """Every remembered answer, by key."""
        ...
