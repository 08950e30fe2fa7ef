"""Columns: a view as a flat table, for CSV and Parquet alike.

A cell holds text as it is, or JSON where the field is no text. Dates stay EDTF. Every row ends
with its basis, for a table has no other place for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from api.exchange.acts import told_bodies
from api.exchange.csv import BASIS, FIELDS
from api.export.rows import Json
from api.export.taken import Taken
from domain.kinds import SAID

_STATE = (
    "list",
    "count",
    "act_id",
    "title",
    "kind",
    "event",
    "status",
    "date",
    "window",
    "since",
    "effective",
    "dated",
    "in_force_from",
    "until",
    "visitor",
    "host",
    "rank",
    "levels",
    "place",
    "form",
    "awaiting",
    "how",
    "by",
    "amended",
    "figures",
    "class",
    "class_since",
    "mission_title",
    "resident",
    "seat",
    "protecting_power",
    "stood",
    "proposers",
    "addressees",
    "target",
    "latest",
    "reached",
    "days",
    "message",
    "reason",
    "records",
    *SAID,
    "more",
)
_TIMELINE = (
    "act_id",
    "version",
    "type",
    "date",
    "earliest",
    "latest",
    "title",
    "parties",
    "by",
    "place",
    "rank",
    "levels",
    "form",
    "planned_for",
    "many_party",
    "sources",
    "erased",
    "records",
)
_RELATIONSHIPS = ("relationship", "a", "a_name", "b", "b_name", "acts", "first", "last")
_EVENTS = (
    "position",
    "recorded_at",
    "recorded_by",
    "did",
    "act_id",
    "version",
    "kind",
    "parties",
    "event_version",
    "event_type",
    "date",
    "title",
    "reason",
    "late_count",
    "late_changes",
    "erased",
    "digest",
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "state": _STATE,
    "timeline": _TIMELINE,
    "acts": ("act_id", "version", *FIELDS),
    "relationships": _RELATIONSHIPS,
    "network": _RELATIONSHIPS,
    "events": _EVENTS,
}
#: Columns of whole numbers, for formats that tell numbers from text.
NUMBERS: dict[str, frozenset[str]] = {
    "state": frozenset({"count", "days"}),
    "timeline": frozenset({"version", "sources"}),
    "acts": frozenset({"version"}),
    "relationships": frozenset({"acts"}),
    "network": frozenset({"acts"}),
    "events": frozenset({"position", "version", "event_version", "late_count"}),
}


def columns(taken: Taken) -> tuple[str, ...]:
    """The names of a view's columns, its basis last."""
    return (*COLUMNS[taken.asked.view.name], *BASIS)


def cells(taken: Taken) -> Iterator[dict[str, Any]]:
    """The rows, a value a column that has one: text, or what is to be written as JSON."""
    basis = {name: taken.basis[name.removeprefix("basis_")] for name in BASIS}
    basis = {name: value for name, value in basis.items() if value is not None}
    names = frozenset(columns(taken))
    for row in taken.rows():
        for flat in _FLAT.get(taken.asked.view.name, _as_it_is)(row):
            held = {name: value for name, value in flat.items() if value is not None}
            more = {name: value for name, value in held.items() if name not in names}
            yield {**held, **({"more": more} if more else {}), **basis}


def text(value: Any) -> str:
    """A value as a cell: text, and JSON where it is none."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _as_it_is(row: Json) -> Iterator[Json]:
    yield row


def _acts(row: Json) -> Iterator[Json]:
    for version, body in told_bodies(row):
        yield {"act_id": row["act_id"], "version": version, **body}


def _relationships(row: Json) -> Iterator[Json]:
    a, b = row["parties"]
    yield {**row, "a": a["code"], "a_name": a["name"], "b": b["code"], "b_name": b["name"]}


def _events(row: Json) -> Iterator[Json]:
    event = row["event"]
    yield {
        **row,
        "event_version": event["version"],
        "event_type": event["type"],
        "date": event["date"],
        "title": event["title"],
        "late_changes": row["late_changes"] or None,
    }


_FLAT = {
    "acts": _acts,
    "relationships": _relationships,
    "network": _relationships,
    "events": _events,
}
