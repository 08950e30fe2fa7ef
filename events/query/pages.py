"""Pages: records one after another, as many as are asked for, or as come to so many bytes.

A record may be of a million bytes, and most are of some hundred: how many are read together goes
by how long the last ones were.
"""

from __future__ import annotations

from collections.abc import Iterator

from events.log.record import Record, decode
from events.store.protocol import Reader
from events.store.raw import LogRow

#: What is held at a time, as far as it can be told beforehand.
_MOST_BYTES = 4 * 2**20
#: How many are read first, and together at most.
_FIRST, _TIMES, _MOST = 25, 4, 1_000


def page_of_records(reader: Reader, after: int, limit: int) -> list[Record]:
    """Records beyond a position, at most `limit`, and fewer where they are long; at least one.

    None where there are none.
    """
    found: list[Record] = []
    size, number = 0, _FIRST
    while len(found) < limit and size < _MOST_BYTES:
        rows = reader.log(after, min(number, limit - len(found)))
        if not rows:
            break
        found += [decode(row.state) for row in rows]
        size += _size(rows)
        number = _next(rows)
        after = rows[-1].position
    return found


def records_beyond(reader: Reader, after: int) -> Iterator[Record]:
    """All records beyond a position, few in memory at a time."""
    while page := page_of_records(reader, after, _MOST):
        yield from page
        after = page[-1].position


def records_back(reader: Reader, position: int, down_to: int = 0) -> Iterator[Record]:
    """The records up to a position and beyond another, the last first, few in memory at a time."""
    number = _FIRST
    while position > down_to:
        first = max(down_to, position - number)
        rows = reader.log(first, position - first)
        yield from (decode(row.state) for row in reversed(rows))
        number = _next(rows)
        position = first


def _size(rows: list[LogRow]) -> int:
    return sum(len(row.state) for row in rows)


def _next(rows: list[LogRow]) -> int:
    """How many come to what may be held, if they are as long as those that were read.

    A few times as many as those: few are asked for mostly.
    """
    fitting = len(rows) * _MOST_BYTES // max(1, _size(rows))
    return max(1, min(_MOST, _TIMES * len(rows), fitting))
