"""The ranges of days of the mission status file: one row each, checked and not yet judged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from api.exchange.row import NotUnderstood
from api.exchange.source import BROKEN, Member, UnreadableSource
from domain.dates import DateError, day_of, format_day

_COLUMNS = (
    "country_abbrev_cow",
    "country_code_cow",
    "country_name_cow",
    "country_name_usdos",
    "date_start",
    "date_end",
    "us_mission_status",
)
#: Mission class and whether it is resident, by status; None where no mission is open.
STATUSES: dict[str, tuple[str, bool] | None] = {
    "Embassy": ("ambassador", True),
    "Ambassador Nonresident": ("ambassador", False),
    "Legation": ("envoy", True),
    "Envoy Nonresident": ("envoy", False),
    "Consulate": ("consular", True),
    "Consul Nonresident": ("consular", False),
    "Liaison": ("liaison", True),
    "Interests": None,
    "None": None,
}


@dataclass(frozen=True)
class Range:
    """One row: a status from the first to the last day, inclusive."""

    country: str
    name: str
    first: int
    last: int
    status: str
    row: str
    where: str

    @property
    def key(self) -> str:
        """The source's id of the row: country and first day."""
        return f"{self.country}/{format_day(self.first)}"


def rows(member: Member) -> Iterator[tuple[int, dict[str, str]]]:
    """Every row by column, with the line it ends on; raises `UnreadableSource` for another file."""
    text = io.TextIOWrapper(member.stream, encoding="utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != _COLUMNS:
            raise UnreadableSource(
                member.name, f"expected the columns {', '.join(_COLUMNS)}, got {header}", 1
            )
        for cells in reader:
            if len(cells) != len(_COLUMNS):
                raise UnreadableSource(
                    member.name,
                    f"expected {len(_COLUMNS)} cells, got {len(cells)}",
                    reader.line_num,
                )
            yield reader.line_num, dict(zip(_COLUMNS, cells, strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnreadableSource(
            member.name, f"expected CSV in UTF-8, got {error}", reader.line_num + 1
        ) from error
    except BROKEN as error:
        raise UnreadableSource(member.name, f"expected a whole file, got {error}") from error
    finally:
        text.detach()


def read_range(cells: dict[str, str], words: str, where: str) -> Range:
    """The range a row tells; raises `NotUnderstood` where its status or days are none."""
    if cells["us_mission_status"] not in STATUSES:
        known = ", ".join(STATUSES)
        raise NotUnderstood(f"status: expected {known}, got {cells['us_mission_status']!r}")
    try:
        first, last = day_of(cells["date_start"]), day_of(cells["date_end"])
    except DateError as error:
        raise NotUnderstood(f"date: expected {error.expected}, got {error.text!r}") from error
    if last < first:
        raise NotUnderstood(
            f"date: expected an end on or after {cells['date_start']}, got {cells['date_end']}"
        )
    return Range(
        country=cells["country_code_cow"],
        name=cells["country_name_cow"],
        first=first,
        last=last,
        status=cells["us_mission_status"],
        row=words,
        where=where,
    )
