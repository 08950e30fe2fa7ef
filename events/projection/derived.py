"""What is derived from an act's records: its index rows, for every position at which it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from domain.parties import Registry
from domain.relationship import FEW, in_parts
from events.log.content import Erasure
from events.log.history import Telling
from events.log.record import Record
from events.projection.advancing import Advancing
from events.projection.rows import OPEN, IndexRows, KnownRow, Row


def steps(
    stream: Sequence[Record], registry: Registry, upto: int = OPEN - 1
) -> Iterator[tuple[int, IndexRows, IndexRows]]:
    """For each record of an act its position, and the rows to close and to open there.

    With `upto`, for those up to a position; the stream is whole, so that erasures are seen.
    Whether the act is kept in parts is decided by the last of them, for all.
    """
    if not stream:
        return
    parts = ends_in_parts(stream, registry, upto)
    telling = Telling(stream)
    advancing = Advancing(stream[0].position, registry, parts=parts)
    for record in stream:
        if record.position > upto:
            break
        telling.take(record)
        yield record.position, *advancing.to(telling.act())


def ends_in_parts(stream: Sequence[Record], registry: Registry, upto: int = OPEN - 1) -> bool:
    """Whether an act is kept in parts once its records up to a position are known."""
    if not ever_many(stream):
        return False
    telling, parts = Telling(stream), False
    for record in stream:
        if record.position > upto:
            break
        telling.take(record)
        parts = in_parts(parts, telling.act(), registry)
    return parts


def ever_many(stream: Sequence[Record]) -> bool:
    """Whether the records of an act name so many parties that it may be kept in parts.

    Few acts have so many, and of the others nothing need be folded to tell.
    """
    return len({code for record in stream for code in _named(record)}) > FEW


class Indexing(Protocol):
    """The part of `events.store.protocol.Writer` by which an act is indexed otherwise."""

    def clear_index(self, act_id: str, *, elsewhere: bool = True) -> None:
        """Forget every index row of an act."""
        ...

    def index(self, position: int, closed: IndexRows, opened: IndexRows) -> None:
        """Close and open rows as of a position."""
        ...


def index_otherwise(
    writer: Indexing, stream: Sequence[Record], registry: Registry, upto: int = OPEN - 1
) -> None:
    """Index an act from its first record on, since from now on it is kept otherwise.

    What is known at any position stays as it is.
    """
    writer.clear_index(stream[0].act_id, elsewhere=False)
    for position, closed, opened in steps(stream, registry, upto):
        writer.index(position, closed, opened)


def _named(record: Record) -> Iterator[str]:
    """Every party that a record names, of an erasure those that it kept."""
    if isinstance(record.content, Erasure):
        for remains in record.content.records:
            yield from (participation.party for participation in remains.named)
    elif record.wording is not None:
        yield from (entry["party"] for entry in record.wording.get("parties", ()))
        yield from record.wording.get("by", ())


def derived(stream: Sequence[Record], registry: Registry, upto: int = OPEN - 1) -> list[KnownRow]:
    """Every index row an act ever had, with the positions between which it was known.

    With `upto`, those it had when the log ended there; what was erased later is erased in them.
    """
    held: dict[tuple[str, tuple[object, ...]], tuple[Row, int]] = {}
    rows: list[KnownRow] = []
    for position, closed, opened in steps(stream, registry, upto):
        for row in closed:
            value, known_from = held.pop((type(row).__name__, row.identity))
            rows.append(KnownRow(value, known_from, position))
        for row in opened:
            held[type(row).__name__, row.identity] = row, position
    rows.extend(KnownRow(row, known_from, OPEN) for row, known_from in held.values())
    return rows
