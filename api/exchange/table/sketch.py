"""A first map of a table, sketched from what its columns hold; a person completes it.

What a column is taken for is what nearly all of its cells are. Nothing is recorded by it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from api.exchange.row import Quarantined, SourceAct
from api.exchange.source import UnreadableSource, members
from api.exchange.table.cells import SUFFIXES, header_and_rows
from api.exchange.table.dates import has_numbers, order_of, read_date
from api.exchange.table.map_reading import map_of
from api.exchange.table.table import Table
from domain.parties import Registry, Unresolved

#: Rows that are looked at, and acts that are shown.
_ROWS, SHOWN = 1_000, 10
#: The share of a column's cells that must be of one sort.
_NEARLY_ALL = 0.9
NAMES = "names"
_SCHEMES = ("iso3166-1-alpha-3", "iso3166-1-alpha-2", "cow", "gw", "wikidata")
_IDS = re.compile(r"(?:.*[_ -])?(?:id|no|nr|number|key|code)", re.IGNORECASE)
_HOSTS = re.compile(r"host|to|destination|receiv", re.IGNORECASE)


@dataclass
class _Columns:
    """What the columns of a file were taken for."""

    ids: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    parties: list[tuple[str, str]] = field(default_factory=list)
    """Each with the scheme of its codes, or `NAMES`."""
    others: list[str] = field(default_factory=list)
    order: str | None = None
    """The order of day and month, `?` where the file leaves it open."""


def sketch(path: Path, registry: Registry, encoding: str | None = None) -> str:
    """A map as TOML, with comments on what was found; raises `UnreadableSource`."""
    header, cells = _looked_at(path, encoding)
    found = _columns(header, cells, registry)
    name = re.sub("[^a-z0-9]+", "-", path.name.partition(".")[0].lower()).strip("-") or "table"
    lines = [
        f"# A first map of {path.name}, from {len(cells)} of its rows. Read it before you use it:",
        "# chancery import table FILE --map MAP.toml --dry-run",
        f"# Columns that it leaves out: {', '.join(found.others) or 'none'}.",
        f"name = {_quoted(f'my-{name}'[:40].rstrip('-'))}",
        f"title = {_quoted(path.name)}",
    ]
    if encoding is not None:
        lines.append(f"encoding = {_quoted(encoding)}")
    if found.order == "?":
        lines += [
            "# Dates such as 03/04/2019 may be either: say which.",
            '# dates = "day-first"',
        ]
    elif found.order is not None:
        lines.append(f"dates = {_quoted(found.order)}")
    if found.ids:
        lines.append(f"id = [{_quoted(found.ids[0])}]")
    else:
        lines.append("# No column tells all rows apart: a digest of what a row tells is its id.")
    return "\n".join([*lines, "", *_event(found)]) + "\n"


def shown(text: str, path: Path, registry: Registry) -> list[str]:
    """What the first rows become by a map, a line each; raises `UnreadableSource`."""
    items = Table(map_of("the map", text)).read([path], registry)
    lines = []
    for item in islice((i for i in items if isinstance(i, SourceAct | Quarantined)), SHOWN):
        if isinstance(item, Quarantined):
            lines.append(f"{item.where}: put aside: {item.reason}")
            continue
        for body in item.events:
            between = "-".join(entry["party"] for entry in body["parties"])
            lines.append(f"{item.act_id}: {body['type']}, {body['date']}, {between}")
    return lines


def _looked_at(path: Path, encoding: str | None) -> tuple[list[str], list[dict[str, str]]]:
    for member in members([path], *SUFFIXES):
        rows = header_and_rows(member, encoding, None)
        header = [name.strip() for name in next(rows, (1, []))[1]]
        cells = [
            dict(zip(header, (cell.strip() for cell in row), strict=False))
            for _, row in islice(rows, _ROWS)
            if any(row)
        ]
        if not cells:
            raise UnreadableSource(member.name, "expected a header and rows, got none", 1)
        return header, cells
    raise UnreadableSource(path.name, "expected a table, got none")


def _columns(header: Sequence[str], rows: Sequence[dict[str, str]], registry: Registry) -> _Columns:
    found = _Columns()
    dated: list[str] = []
    for name in header:
        cells = [row[name] for row in rows if row.get(name)]
        if _share(cells, _is_date) >= _NEARLY_ALL:
            found.dates.append(name)
            dated += cells
        elif _IDS.fullmatch(name) and len(set(cells)) == len(rows):
            found.ids.append(name)
        elif (scheme := _scheme(cells, registry)) is not None:
            found.parties.append((name, scheme))
        else:
            found.others.append(name)
    if has_numbers(dated):
        found.order = order_of(dated) or "?"
    return found


def _share(cells: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(holds(cell) for cell in cells) / len(cells) if cells else 0.0


def _is_date(cell: str) -> bool:
    try:
        read_date("", cell, "day-first")
    except ValueError:
        return has_numbers([cell])
    return True


def _scheme(cells: Sequence[str], registry: Registry) -> str | None:
    """The scheme whose codes the cells are, `NAMES` for names of parties, None for neither."""
    return next((s for s in (NAMES, *_SCHEMES) if _parties_in(cells, s, registry)), None)


def _parties_in(cells: Sequence[str], scheme: str, registry: Registry) -> bool:
    asked = None if scheme == NAMES else scheme
    return _share(cells, lambda cell: _is_party(cell, asked, registry)) >= _NEARLY_ALL


def _is_party(cell: str, scheme: str | None, registry: Registry) -> bool:
    try:
        registry.resolve(cell, scheme=scheme)
    except Unresolved as error:
        return error.reason != "unknown"
    return True


def _event(found: _Columns) -> list[str]:
    start, end = (*found.dates, "", "")[:2]
    lines = [
        "[[event]]",
        "# Which event a row tells: visit.held, talk.held, agreement.signed …",
        'type = "visit.held"',
        f"start = {_quoted(start or 'the column of the day')}",
    ]
    if end:
        lines.append(f"end = {_quoted(end)}")
    parties = found.parties[:2]
    if len(parties) == 2 and _HOSTS.search(parties[0][0]) and not _HOSTS.search(parties[1][0]):
        parties.reverse()
    for (name, scheme), role in zip(
        [*parties, *[("", NAMES)] * (2 - len(parties))], ("visitor", "host"), strict=True
    ):
        lines += ["", "[[event.party]]"]
        lines.append(
            f"column = {_quoted(name)}"
            if name
            else '# No column names it. Where it is always the same: value = "USA"'
        )
        lines.append(f'role = "{role}"')
        if scheme != NAMES:
            lines.append(f"scheme = {_quoted(scheme)}")
        elif name:
            lines.append('# names = "today", where they are not those of the day')
    return lines


def _quoted(text: str) -> str:
    """A basic string of TOML, which a string of JSON is."""
    return json.dumps(text, ensure_ascii=False)
