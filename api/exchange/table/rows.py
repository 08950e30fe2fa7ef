"""What a row of a table tells: its events, by its map."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from api.exchange.csv import FIELDS
from api.exchange.row import NotUnderstood
from api.exchange.table.cells import Row
from api.exchange.table.dates import read_date, span
from api.exchange.table.map import EventMap, Order, PartyMap, TableMap, Value
from domain.dates import DateError
from domain.dates import parse as parse_date
from domain.parties import Registry, Unresolved
from domain.shapes import Date

Body = dict[str, Any]


class Rows:
    """Reads rows by a map, in a settled order of day and month."""

    def __init__(self, table_map: TableMap, order: Order | None, registry: Registry) -> None:
        self._map = table_map
        self._order = order
        self._registry = registry

    def events(self, row: Row, where: str) -> list[Body]:
        """The events of a row, one at least; raises `NotUnderstood`."""
        bodies = [
            self._event(event, row, where)
            for event in self._map.events
            if row[event.start] or not event.optional
        ]
        if not bodies:
            raise NotUnderstood("date: expected one of any event, got none")
        return bodies

    def key(self, row: Row, bodies: list[Body]) -> str:
        """What tells the row from others: its own id, or a digest of what it tells."""
        if not self._map.id:
            parts = [
                f"{body['type']} {body['date']} {body.get('parties')} {body.get('by')}"
                for body in bodies
            ]
            return sha256("\n".join(parts).encode()).hexdigest()[:16]
        return cells_of("id", self._map.id, row)

    def act(self, row: Row) -> str | None:
        """The act that the row is one of many of, where rows are grouped."""
        return cells_of("act", self._map.act, row) if self._map.act else None

    def _event(self, event: EventMap, row: Row, where: str) -> Body:
        start = read_date(event.start, row[event.start], self._order)
        end = start
        if event.end is not None and row[event.end]:
            end = read_date(event.end, row[event.end], self._order)
        date = span(start, end)
        try:
            on = parse_date(date)
        except DateError as error:
            raise NotUnderstood(f"date: expected {error.expected}, got {date!r}") from error
        body: Body = {"type": self._text(event.type, row, "type"), "date": date}
        parties = [self._party(party, row, on) for party in event.parties]
        body["parties"] = [
            {"party": code} | ({"role": party.role} if party.role else {})
            for party, code in zip(event.parties, parties, strict=True)
        ]
        acting = [code for p, code in zip(event.parties, parties, strict=True) if p.by]
        if acting:
            body["by"] = acting
        people = [
            {"party": parties[person.of - 1]}
            | self._named("name", person.name, row)
            | self._named("office", person.office, row)
            for person in event.people
        ]
        people = [person for person in people if len(person) > 1]
        if people:
            body["participants"] = people
        for field, value in event.fields.items():
            text = self._text(value, row, field)
            if text:
                date_field = isinstance(FIELDS[field], Date)
                body[field] = read_date(field, text, self._order) if date_field else text
        return body | self._evidence(row, event, where)

    def _evidence(self, row: Row, event: EventMap, where: str) -> Body:
        evidence = {"publisher": self._map.publisher, "url": self._map.url, "locator": where}
        source = {"title": self._map.title} | {
            name: text for name, text in evidence.items() if text
        }
        names = [row[p.value.column] for p in event.parties if p.value.column]
        return {"sources": [source]} | ({"verbatim": {"names": names}} if names else {})

    def _named(self, field: str, value: Value | None, row: Row) -> dict[str, str]:
        text = "" if value is None else self._text(value, row, field)
        return {field: text} if text else {}

    def _party(self, party: PartyMap, row: Row, on: Any) -> str:
        text = self._text(party.value, row, "party")
        if not text:
            raise NotUnderstood(f"{party.value.column or 'party'}: expected a party, got nothing")
        try:
            if party.names == "of_the_day":
                return self._registry.resolve(text, on=on, scheme=party.scheme).code
            meant = self._registry.resolve(text, scheme=party.scheme).code
        except Unresolved as error:
            raise NotUnderstood(f"{party.value.column or 'party'}: {error}") from error
        standing = self._registry.living(meant, on.earliest)
        if len(standing) != 1:
            codes = ", ".join(found.code for found in standing) or "nobody"
            raise NotUnderstood(
                f"{party.value.column}: expected one party, got {codes} for {text!r}"
            )
        return standing[0].code

    def _text(self, value: Value, row: Row, field: str) -> str:
        if value.constant is not None:
            return value.constant
        if value.text is not None:
            return re.sub(r"{([^{}]*)}", lambda found: row[found.group(1)], value.text).strip()
        cell = row[value.column or ""]
        if value.values is None or (not cell and field != "type"):
            return cell
        if cell not in value.values:
            expected = ", ".join(value.values)
            raise NotUnderstood(f"{value.column}: expected one of {expected}, got {cell[:40]!r}")
        return value.values[cell]


def cells_of(what: str, columns: tuple[str, ...], row: Mapping[str, str]) -> str:
    """The cells of some columns as a part of an id; raises `NotUnderstood` for an empty one."""
    for column in columns:
        if not row[column]:
            raise NotUnderstood(f"{what}: expected a cell in {column}, got nothing")
    return "-".join(_plain(row[column]) for column in columns)


def _plain(cell: str) -> str:
    """A cell as an id may have it; with a digest where that is not the cell itself."""
    plain = re.sub("[^a-z0-9._~]+", "-", cell.lower()).strip("-")[:40]
    if plain == cell.lower():
        return plain
    return f"{plain}-{sha256(cell.encode()).hexdigest()[:6]}".lstrip("-")
