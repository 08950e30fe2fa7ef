"""CSV: a view as a table for spreadsheets, in which no cell is a formula."""

from __future__ import annotations

from collections.abc import Iterator

from api.exchange.csv import guarded, line_of
from api.export.columns import cells, columns, text
from api.export.taken import Taken


def write(taken: Taken) -> Iterator[bytes]:
    """The header, then a row a line."""
    names = columns(taken)
    yield line_of(names).encode()
    for row in cells(taken):
        shown = [guarded(text(row[name])) if name in row else "" for name in names]
        yield line_of(shown).encode()
