"""Chancery's own CSV: a row an event in force, flat where the field is flat, JSON where not.

Written for spreadsheets and read back without loss: a cell that a spreadsheet would take for a
formula is written behind an apostrophe, and codes such as Namibia's NA stay text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from api.exchange.row import Coverage, Item, Quarantined, SourceAct
from api.exchange.source import UnreadableSource, members
from domain.acts.fields import BY_KIND, COMMON
from domain.parties import Registry
from domain.shapes import Choice, Date, Flag, Shape, Text
from events.application import Chancery

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
COLUMNS = ("act_id", "version", *FIELDS)
#: What makes a spreadsheet calculate (OWASP, CSV injection), and the sign that keeps it from it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'")
_LONGEST_CELL = 16 * 2**20


def write(chancery: Chancery, as_of: str | None, known_at: str | None) -> Iterator[str]:
    """The rows as text, header first, by the order in which acts were opened.

    With `as_of` only events that have or may have happened by that day.
    """
    yield _row(COLUMNS)
    position = chancery.head().position if known_at is None else known_at
    seen: set[str] = set()
    for record in chancery.raw_records(position):
        if record.act_id not in seen:
            seen.add(record.act_id)
            act = chancery.act(record.act_id, as_of or _LAST_DAY, position)
            yield from _act_rows(act)


_LAST_DAY = "2199-12-31"


def _act_rows(act: dict[str, Any]) -> Iterator[str]:
    told = sorted(act["events"], key=lambda entry: entry["version"])
    bodies = [entry["event"] for entry in told]
    named = {p["party"] for body in bodies for p in body.get("parties", ())}
    named |= {code for body in bodies for code in (*body.get("by", ()), *body.get("toward", ()))}
    if bodies and len(named) < 2 <= len(act["parties"]):
        # The event that named the parties is retracted; the act is between them all the same.
        parties = [{k: v for k, v in p.items() if k != "name"} for p in act["parties"]]
        bodies[0] = {**bodies[0], "parties": parties}
    for entry, body in zip(told, bodies, strict=True):
        cells = [act["act_id"], str(entry["version"])]
        yield _row([*cells, *(_cell(body[name]) if name in body else "" for name in FIELDS)])


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _row(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


class ChanceryCsv:
    """The format of `chancery export csv`."""

    name = "csv"
    title = "Events in force, by Chancery"
    licence = "that of the sources its rows name"

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every row, those of one act together; one bad row puts its whole act aside."""
        for member in members(paths, ".csv"):
            with io.TextIOWrapper(member.stream, "utf-8-sig", newline="") as text:
                yield from _acts(member.name, text)

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """None of its own: an export says what was recorded, not what was looked for."""
        return Coverage("..", "..", "an export claims no coverage of its own")


def _acts(name: str, text: io.TextIOWrapper) -> Iterator[Item]:
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(text, strict=True)
    held: tuple[str, list[tuple[int, list[str]]]] = ("", [])
    try:
        header = next(rows, [])
        if set(header) - set(COLUMNS) or not {"act_id", "type", "date"} <= set(header):
            raise UnreadableSource(name, f"expected the columns {', '.join(COLUMNS)}", 1)
        for cells in rows:
            if not cells:
                continue
            act_id = dict(zip(header, cells, strict=False)).get("act_id", "")
            if act_id != held[0] and held[1]:
                yield from _act(name, header, *held)
                held = (act_id, [])
            held = (act_id, [*held[1], (rows.line_num, cells)])
    except UnicodeDecodeError as error:
        raise UnreadableSource(name, f"expected UTF-8, got {error.reason}") from error
    except csv.Error as error:
        raise UnreadableSource(name, f"expected CSV, got {error}", rows.line_num) from error
    if held[1]:
        yield from _act(name, header, *held)


def _act(
    name: str, header: list[str], act_id: str, rows: list[tuple[int, list[str]]]
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
        yield Quarantined(_row(cells).rstrip("\r\n"), act_id, f"{name}, line {line}", reason)


def _body(cells: dict[str, str]) -> dict[str, Any]:
    return {
        field: _value(field, cells[field], shape)
        for field, shape in FIELDS.items()
        if cells.get(field)
    }


def _value(field: str, cell: str, shape: Shape | None) -> Any:
    if isinstance(shape, Text | Choice | Date):
        return cell[1:] if cell.startswith("'") else cell
    try:
        value = json.loads(cell)
    except json.JSONDecodeError as error:
        raise ValueError(f"{field}: expected JSON, got {error.msg}") from None
    if isinstance(shape, Flag) is not isinstance(value, bool):
        raise ValueError(f"{field}: expected {'true or false' if shape else 'JSON'}, got {cell}")
    return value
