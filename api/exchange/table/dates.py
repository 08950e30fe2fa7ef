"""Dates of a table: as ISO 8601 and Wikidata write them, or with numbers whose order is settled.

The order of day and month is declared, or found over the whole file; it is never taken row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from api.exchange.row import NotUnderstood
from api.exchange.table.map import Order
from domain.dates import DateError
from domain.dates import parse as parse_date

#: A year, a month or a day; what is not known may be zeros, and a time of midnight may follow.
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T00:00:00Z?)?)?)?")
_NUMBERS = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_LARGEST_MONTH = 12


def order_of(cells: Iterable[str]) -> Order | None:
    """The order that the cells of a file leave no doubt of, or None."""
    found: set[Order] = set()
    for cell in cells:
        match = _NUMBERS.fullmatch(cell.strip())
        if match is not None:
            first, second = int(match.group(1)), int(match.group(3))
            if first > _LARGEST_MONTH:
                found.add("day-first")
            if second > _LARGEST_MONTH:
                found.add("month-first")
    return found.pop() if len(found) == 1 else None


def has_numbers(cells: Iterable[str]) -> bool:
    """Whether any cell has a date of which the order must be known."""
    return any(_NUMBERS.fullmatch(cell.strip()) for cell in cells)


def read_date(column: str, cell: str, order: Order | None) -> str:
    """EDTF of a cell; raises `NotUnderstood`."""
    text = cell.strip()
    iso, numbers = _ISO.fullmatch(text), _NUMBERS.fullmatch(text)
    if iso is not None:
        edtf = _without_zeros(*iso.groups())
    elif numbers is not None and order in ("day-first", "month-first"):
        one, _, other, year = numbers.groups()
        day, month = (one, other) if order == "day-first" else (other, one)
        edtf = f"{year}-{int(month):02}-{int(day):02}"
    else:
        forms = {"day-first": "DD/MM/YYYY", "month-first": "MM/DD/YYYY"}.get(order or "", "EDTF")
        expected = "YYYY, YYYY-MM or YYYY-MM-DD" + (f", or {forms}" if order else "")
        edtf = text
        if not text or numbers is not None:
            raise NotUnderstood(f"{column}: expected {expected}, got {text or 'nothing'!r}")
    try:
        return parse_date(edtf).text
    except DateError as error:
        raise NotUnderstood(f"{column}: expected {error.expected}, got {text[:40]!r}") from error


def _without_zeros(year: str, month: str | None, day: str | None) -> str:
    """The date without a day, or without month and day, that are written as zeros."""
    if day == "00":
        day = None
    if month == "00" and day is None:
        month = None
    return "-".join(part for part in (year, month, day) if part is not None)


def span(start: str, end: str) -> str:
    """EDTF from a start to an end, one date where both are the same."""
    return start if start == end else f"{start}/{end}"
