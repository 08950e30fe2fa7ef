"""What is derived from an act's records: its index rows, for every position at which it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.parties import Registry
from events.log.history import Telling
from events.log.record import Record
from events.projection.advancing import Advancing
from events.projection.rows import OPEN, IndexRows, KnownRow, Row


def steps(
    stream: Sequence[Record], registry: Registry
) -> Iterator[tuple[int, IndexRows, IndexRows]]:
    """For each record of an act its position, and the rows to close and to open there."""
    if not stream:
        return
    telling, advancing = Telling(stream), Advancing(stream[0].position, registry)
    for record in stream:
        telling.take(record)
        yield record.position, *advancing.to(telling.act())


def derived(stream: Sequence[Record], registry: Registry, upto: int = OPEN - 1) -> list[KnownRow]:
    """Every index row an act ever had, with the positions between which it was known.

    With `upto`, those it had when the log ended there; what was erased later is erased in them.
    """
    held: dict[tuple[str, tuple[object, ...]], tuple[Row, int]] = {}
    rows: list[KnownRow] = []
    for position, closed, opened in steps(stream, registry):
        if position > upto:
            break
        for row in closed:
            value, known_from = held.pop((type(row).__name__, row.identity))
            rows.append(KnownRow(value, known_from, position))
        for row in opened:
            held[type(row).__name__, row.identity] = row, position
    rows.extend(KnownRow(row, known_from, OPEN) for row, known_from in held.values())
    return rows
