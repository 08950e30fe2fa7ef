"""The cells of a table: CSV or TSV in an encoding that is declared, or plain from the bytes.

Without a declaration it is UTF-8, or what a byte order mark says. Another is never guessed.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from api.exchange.source import BROKEN, Member, UnreadableSource, members
from api.exchange.table.map import TableMap
from api.exchange.table.map_reading import nearest

SUFFIXES = (".csv", ".tsv", ".txt")
_LONGEST_CELL = 2**20
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

Row = dict[str, str]


def rows(paths: Sequence[Path], table_map: TableMap) -> Iterator[tuple[str, Row, str]]:
    """Each row of the files: its place, its cells by column, and its words.

    Raises `UnreadableSource` for a file without the map's columns or of another encoding.
    """
    for member in members(paths, *SUFFIXES):
        yield from _rows(member, table_map.encoding, table_map.separator, table_map)


def header_and_rows(
    member: Member, encoding: str | None, separator: str | None
) -> Iterator[tuple[int, list[str]]]:
    """The header and the rows of a file, each with the line it begins on."""
    csv.field_size_limit(_LONGEST_CELL)
    stream = cast(io.BufferedReader, member.stream)
    start = stream.peek(2)[:2]
    named = encoding or next((name for mark, name in _MARKS if start == mark), "utf-8-sig")
    line = 0
    try:
        codecs.lookup(named)
        with io.TextIOWrapper(stream, named, newline="") as text:
            first = text.readline()
            comma = separator or _separator(member.name, first)
            table = csv.reader(_lines(first, text), delimiter=comma, strict=True)
            for cells in table:
                yield line + 1, cells
                line = table.line_num
    except LookupError as error:
        raise UnreadableSource(member.name, f"expected an encoding, got {named!r}") from error
    except UnicodeDecodeError as error:
        expected = f"expected {named.removesuffix('-sig')}, got {error.reason}"
        raise UnreadableSource(
            member.name, f"{expected}: declare encoding, such as windows-1252", line + 1
        ) from error
    except csv.Error as error:
        raise UnreadableSource(member.name, f"expected a table, got {error}", line + 1) from error
    except BROKEN as error:
        raise UnreadableSource(member.name, f"expected a whole file, got {error}", line) from error


def _lines(first: str, text: io.TextIOWrapper) -> Iterator[str]:
    yield first
    yield from text


def _separator(name: str, first: str) -> str:
    if name.lower().endswith(".tsv"):
        return "\t"
    return max((",", ";", "\t"), key=first.count)


def _rows(
    member: Member, encoding: str | None, separator: str | None, table_map: TableMap
) -> Iterator[tuple[str, Row, str]]:
    lines = header_and_rows(member, encoding, separator)
    header = [name.strip() for name in next(lines, (1, []))[1]]
    for place, column in table_map.columns():
        if column not in header:
            near = nearest(column, header)
            has = ", ".join(name for name in header if name) or "nothing"
            raise UnreadableSource(
                member.name, f"{place}: expected a column {column!r}{near}; the file has {has}", 1
            )
    for line, cells in lines:
        if any(cell.strip() for cell in cells):
            padded = [cell.strip() for cell in cells] + [""] * (len(header) - len(cells))
            words = "\t".join(cells)
            yield f"{member.name}, line {line}", dict(zip(header, padded, strict=False)), words
