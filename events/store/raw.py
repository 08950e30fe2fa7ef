"""A store as it lies: every row there is, for those who trust no reading of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from events.errors import UnreadableRecord
from events.log.record import decode, digest_holds, instant_text
from events.projection.rows import KnownRow


@dataclass(frozen=True, slots=True)
class LogRow:
    """A stored event as it lies in the store, for those who trust no reading of it."""

    position: int
    act_id: str
    version: int
    type: str
    state: bytes


def row_of(state: bytes) -> LogRow:
    """The row of stored bytes, by their own header; raises `UnreadableRecord`."""
    record = decode(state)
    return LogRow(record.position, record.act_id, record.version, record.type, state)


def next_row(row: LogRow, after: int, since: int) -> int:
    """When a row was recorded, if it is the next one after a position and an instant.

    Raises `UnreadableRecord` for any other, and where row, header and digest do not agree.
    """
    record = decode(row.state)
    told = (record.position, record.act_id, record.version, record.type)
    claimed = (row.position, row.act_id, row.version, row.type)
    what = f"record {row.position}"
    if told != claimed:
        raise UnreadableRecord(what, f"one that its header tells as {told}", f"{claimed}")
    if row.position != after + 1:
        raise UnreadableRecord(what, f"the one at position {after + 1}", f"{row.position}")
    if record.recorded_at < since:
        earliest = f"one recorded at {instant_text(since)} or later"
        raise UnreadableRecord(what, earliest, instant_text(record.recorded_at))
    if not digest_holds(row.state):
        raise UnreadableRecord(what, "the content its header commits to", "another")
    return record.recorded_at


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
    request_digest: str


@dataclass(frozen=True, slots=True)
class BareSignature:
    """A signature of the index."""

    number: int
    told: bytes
    lists: int


class BareSegment(NamedTuple):
    """A segment of a run as it is stored; its bytes as `events.segments` encodes them."""

    day: int
    part: int
    rested: bytes
    net: bytes
    entries: bytes
    held: bytes


@dataclass(frozen=True, slots=True)
class BareRuns:
    """What a store keeps of the runs of one relationship."""

    uncompacted: int
    """How many deltas are said to be in none."""
    ends: list[tuple[int, int]]
    """Number and last position of each, by number."""
    kept: list[int]
    """The numbers of those that have segments."""


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

    def signatures(self, after: int, limit: int) -> list[BareSignature]:
        """Signatures of the index by number."""
        ...

    def runs(self, relationship: str) -> BareRuns:
        """The runs of a relationship, and how many deltas are in none of them."""
        ...

    def segments(self, relationship: str, number: int) -> list[BareSegment]:
        """The segments of a run by (day, part)."""
        ...

    def receipts(self, after: str, limit: int) -> list[BareReceipt]:
        """Every remembered answer, by key."""
        ...

    def remarks(self) -> list[tuple[str, str]]:
        """What is kept beside the log by name, without what the store keeps of itself; by name."""
        ...
