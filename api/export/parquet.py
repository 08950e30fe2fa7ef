"""Parquet: a view as typed columns for analysis, where the extra `parquet` is installed.

Text stays text, EDTF included; whole numbers are int64; lists and objects are JSON text. Beside
each date of an event stand its bounds as days, `earliest` and `latest`, null where there is none.
The basis stands in every row and in the file's own metadata under `chancery.basis`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import orjson

from api.exchange.parquet import library
from api.export.columns import NUMBERS, cells, columns, text
from api.export.taken import SPOOL_BYTES, Taken
from domain.dates import FIRST_DAY, LAST_DAY, DateError, parse

_ROWS = 10_000
_PIECE_BYTES = 64 * 2**10
#: Views whose dates stand beside their bounds; a timeline has them of its own.
_DATED = frozenset({"acts", "events"})
_BOUNDS = ("earliest", "latest")
_UNIX_EPOCH = 719_163


def write(taken: Taken) -> Iterator[bytes]:
    """The file, piece by piece, once it is whole; raises `Refused` without the extra."""
    return _written(taken, library())


def _written(taken: Taken, arrow: Any) -> Iterator[bytes]:
    names = columns(taken)
    dated = taken.asked.view.name in _DATED
    numbers = NUMBERS[taken.asked.view.name] | {"basis_position"}
    fields = [(name, arrow.int64() if name in numbers else arrow.string()) for name in names]
    if dated:
        fields += [(name, arrow.date32()) for name in _BOUNDS]
    schema = arrow.schema(fields, metadata={b"chancery.basis": orjson.dumps(taken.basis)})
    with SpooledTemporaryFile(max_size=SPOOL_BYTES) as file:
        with arrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            rows = cells(taken)
            while page := list(islice(rows, _ROWS)):
                lines = [_row(row, names, numbers, dated) for row in page]
                writer.write_table(arrow.Table.from_pylist(lines, schema=schema))
        yield from _pieces(file)


def _row(
    row: dict[str, Any], names: tuple[str, ...], numbers: frozenset[str], dated: bool
) -> dict[str, Any]:
    line = {
        name: row[name] if name in numbers else text(row[name])
        for name in names
        if row.get(name) is not None
    }
    return {**line, **_bounds(line["date"])} if dated and "date" in line else line


def _bounds(date: str) -> dict[str, int | None]:
    """The days a date may touch, counted from 1970-01-01 as Parquet counts them."""
    try:
        when = parse(date)
    except DateError:
        return {}
    return {
        "earliest": when.earliest - _UNIX_EPOCH if when.earliest > FIRST_DAY else None,
        "latest": when.latest - _UNIX_EPOCH if when.latest < LAST_DAY else None,
    }


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        yield piece
