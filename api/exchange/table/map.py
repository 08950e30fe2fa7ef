"""The map of a table: what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from api.exchange.csv import FIELDS
from domain.shapes import Choice, Date, Text

#: Which part of `03/04/2019` is the day; "found" settles it over the whole file.
Order = Literal["day-first", "month-first", "found"]
#: Whether a name was borne on the day of the row, or is today's of whoever stood there that day.
Bearing = Literal["of_the_day", "today"]

#: Fields of a body that a cell may give.
TEXTS = tuple(
    name
    for name, shape in FIELDS.items()
    if isinstance(shape, Text | Choice | Date) and name not in ("type", "key", "date")
)


@dataclass(frozen=True, slots=True)
class Value:
    """Where a value comes from: a column, a constant, or a text with columns in braces."""

    column: str | None = None
    constant: str | None = None
    text: str | None = None
    values: Mapping[str, str] | None = None
    """What the column's cells become; a cell that is not among them is not understood."""


@dataclass(frozen=True, slots=True)
class PartyMap:
    """A party of an event."""

    value: Value
    role: str | None
    scheme: str | None
    """A scheme of codes, such as `cow`; None for names and own codes."""
    names: Bearing
    by: bool
    """Whether it acts: its alone is what the event tells."""


@dataclass(frozen=True, slots=True)
class PersonMap:
    """A person who took part for one of the parties."""

    of: int
    """The number of the party, from 1."""
    name: Value
    office: Value | None


@dataclass(frozen=True, slots=True)
class EventMap:
    """An event that a row tells."""

    type: Value
    start: str
    end: str | None
    optional: bool
    """Whether a row without its date tells no such event."""
    parties: tuple[PartyMap, ...]
    people: tuple[PersonMap, ...]
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class TableMap:
    """What the columns of a file mean."""

    name: str
    title: str
    publisher: str | None
    url: str | None
    licence: str
    whole: bool
    encoding: str | None
    separator: str | None
    dates: Order | None
    id: tuple[str, ...]
    act: tuple[str, ...]
    """The columns by which rows are grouped into acts of many events."""
    only: Mapping[str, tuple[str, ...]]
    events: tuple[EventMap, ...]

    def columns(self) -> list[tuple[str, str]]:
        """Every column the map names, with the place that names it."""
        found = [("id", column) for column in self.id] + [("act", column) for column in self.act]
        found += [("only", column) for column in self.only]
        for number, event in enumerate(self.events, 1):
            where = f"event {number}"
            found += [(where, column) for column in (event.start, event.end) if column]
            values = [event.type, *event.fields.values(), *(p.value for p in event.parties)]
            values += [v for person in event.people for v in (person.name, person.office) if v]
            found += [(where, column) for value in values for column in columns_of(value)]
        return found


def columns_of(value: Value) -> list[str]:
    """The columns a value is made of."""
    if value.text is not None:
        return re.findall(r"{([^{}]*)}", value.text)
    return [] if value.column is None else [value.column]
