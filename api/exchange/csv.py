"""Chancery's own CSV: a row an event in force, flat where the field is flat, JSON where not.

Written for spreadsheets and read back without loss: a cell that a spreadsheet would take for a
formula is written behind an apostrophe, and codes such as Namibia's NA stay text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from api.exchange.row import Coverage, Item, Quarantined, SourceAct
from api.exchange.source import UnreadableSource, members
from domain.acts.fields import BY_KIND, COMMON
from domain.parties import Registry
from domain.shapes import Choice, Date, Flag, Shape, Text

#: The fields of a body in the order of the columns.
FIELDS: dict[str, Shape | None] = {
    "type": COMMON["type"],
    "key": COMMON["key"],
    "date": COMMON["date"],
    "title": COMMON["title"],
    "parties": None,
    **{name: shape for kind in BY_KIND.values() for name, shape in kind.items()},
    **{name: shape for name, shape in COMMON.items() if name not in ("key", "date", "title")},
}
#: Where a row says what it rests on; passed over when it is read.
BASIS = ("basis_as_of", "basis_known_at", "basis_position", "basis_digest")
COLUMNS = ("act_id", "version", *FIELDS, *BASIS)
#: What makes a spreadsheet calculate (OWASP, CSV injection), and the sign that keeps it from it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_LONGEST_CELL = 16 * 2**20


def guarded(cell: str) -> str:
    """A cell that no spreadsheet calculates; `unguarded` gives back what it was."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that guards it."""
    return cell[1:] if cell.startswith("'") else cell


def line_of(cells: Sequence[str]) -> str:
    """A row as a line of CSV (RFC 4180)."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


class ChanceryCsv:
    """The format of `chancery export csv`, which `api.export.table` writes."""

    name = "csv"
    title = "Events in force, by Chancery"
    licence = "that of the sources its rows name"
    whole = False
    own_ids = True

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every row, those of one act together; one bad row puts its whole act aside."""
        for member in members(paths, ".csv"):
            with io.TextIOWrapper(member.stream, "utf-8-sig", newline="") as text:
                yield from _acts(member.name, text)

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """None of its own: an export says what was recorded, not what was looked for."""
        return Coverage((), "an export claims no coverage of its own")


def _acts(name: str, text: io.TextIOWrapper) -> Iterator[Item]:
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(text, strict=True)
    try:
        header = next(rows, [])
        numbered = ((rows.line_num, [unguarded(cell) for cell in cells]) for cells in rows if cells)
        yield from acts_of(name, header, numbered)
    except UnicodeDecodeError as error:
        raise UnreadableSource(name, f"expected UTF-8, got {error.reason}") from error
    except csv.Error as error:
        raise UnreadableSource(name, f"expected CSV, got {error}", rows.line_num) from error


def acts_of(
    name: str, header: Sequence[str], rows: Iterable[tuple[int, list[str]]]
) -> Iterator[Item]:
    """The acts of a table's numbered rows, those of one act together.

    Raises `UnreadableSource` for columns that are not those of `COLUMNS`.
    """
    if set(header) - set(COLUMNS) or not {"act_id", "type", "date"} <= set(header):
        raise UnreadableSource(name, f"expected the columns {', '.join(COLUMNS)}", 1)
    held: tuple[str, list[tuple[int, list[str]]]] = ("", [])
    for number, cells in rows:
        act_id = dict(zip(header, cells, strict=False)).get("act_id", "")
        if act_id != held[0] and held[1]:
            yield from _act(name, header, *held)
            held = (act_id, [])
        held = (act_id, [*held[1], (number, cells)])
    if held[1]:
        yield from _act(name, header, *held)


def _act(
    name: str, header: Sequence[str], act_id: str, rows: list[tuple[int, list[str]]]
) -> Iterator[Item]:
    events = []
    reason = ""
    for line, cells in rows:
        try:
            if len(cells) != len(header):
                raise ValueError(f"expected {len(header)} cells, got {len(cells)}")
            events.append(_body(dict(zip(header, cells, strict=True))))
        except (ValueError, RecursionError) as error:
            reason = f"line {line}: {error}"
    if not reason:
        yield SourceAct(act_id, tuple(events), len(rows))
        return
    for line, cells in rows:
        whole = line_of([guarded(cell) for cell in cells]).rstrip("\r\n")
        yield Quarantined(whole, act_id, f"{name}, line {line}", reason)


def _body(cells: dict[str, str]) -> dict[str, Any]:
    return {
        field: _value(field, cells[field], shape)
        for field, shape in FIELDS.items()
        if cells.get(field)
    }


def _value(field: str, cell: str, shape: Shape | None) -> Any:
    if isinstance(shape, Text | Choice | Date):
        return cell
    try:
        value = json.loads(cell)
    except json.JSONDecodeError as error:
        raise ValueError(f"{field}: expected JSON, got {error.msg}") from None
    if isinstance(shape, Flag) is not isinstance(value, bool):
        raise ValueError(f"{field}: expected {'true or false' if shape else 'JSON'}, got {cell}")
    return value
