"""The United Kingdom's treaties, as the list of the Foreign, Commonwealth and Development Office.

One treaty is one act `uk-treaties:<id>`. The list writes states in capitals and the territories
a treaty was extended to in small letters: the former are the parties, the latter stay in the
verbatim names. Each event names the parties it surely speaks for (`api.exchange.uk_parties`).
Whoever took part on that day or a later one has an event dated by the set of those days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from api.exchange.names import Names
from api.exchange.row import (
    Coverage,
    Item,
    Ledger,
    NotUnderstood,
    OutOfScope,
    Quarantined,
    Repeated,
    SourceAct,
    Span,
)
from api.exchange.source import BROKEN, Member, UnreadableSource, members
from api.exchange.uk_parties import Concluded, concluded
from domain.dates import DateError, EdtfDate
from domain.dates import parse as parse_date
from domain.parties import Registry

_Row = dict[str, Any]

#: Event by the list's column, with the column of the day it took effect, in the usual order.
#: "definative" is the list's spelling.
_EVENTS = (
    ("adopted", "adopted_event_date", "adopted_event_effective_date"),
    ("signed", "signed_event_date", None),
    ("provisionally_applied", "provisional_eif_event_date", None),
    (
        "entered_into_force",
        "definative_eif_event_date",
        "definative_eif_event_effective_date",
    ),
    ("terminated", "terminated_event_date", "terminated_event_effective_date"),
)
#: Told without saying who: kept in the note.
_UNTOLD = (("withdrawn_event_date", "withdrawal"), ("unofficial_info_event_date", "information"))
#: Form by how a title begins.
_FORMS = (
    (r"(Supplementary |Additional )?(Treaty|Peace Treaty)\b", "treaty"),
    (r"(Supplementary |Additional |International )?Convention\b", "convention"),
    (r"(Supplementary |Additional |Optional |Final )?Protocol\b", "protocol"),
    (r"Exchange of (Notes|Letters)\b", "exchange_of_notes"),
    (r"Memorandum\b", "memorandum"),
    (r"(Joint )?Declaration\b", "joint_declaration"),
    (r"(Supplementary |Additional |International )?Agreement\b", "agreement"),
)
_DAY = re.compile(r"(?P<day>[0-9]{2})/(?P<month>[0-9]{2})/(?P<year>[0-9]{4})")
_LONGEST_LINE = 1_900


class UkTreaties:
    """The format of the list, one JSON object a line."""

    name = "uk-treaties"
    title = "UK Treaties Online"
    licence = "none stated by the copy that is read; none ships with Chancery"
    whole = True
    own_ids = False

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every document of the files: an act, out of scope, repeated, or quarantined."""
        ledger, names = Ledger(), Names(self.name, registry)
        for member in members(paths, ".jsonl"):
            for number, line in _lines(member):
                where = f"{member.name}, line {number}"
                key = ""
                try:
                    row = _read(line)
                    key = row["id"]
                    if ledger.repeats(key, line.decode("utf-8", "replace")):
                        yield Repeated(key, where)
                        continue
                    act = _act(row, names, registry)
                except NotUnderstood as error:
                    words = line.decode("utf-8", "backslashreplace")
                    yield Quarantined(words, key, where, error.reason)
                    continue
                yield OutOfScope(key, where, act) if isinstance(act, str) else act

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """From the first to the last text that the list has adopted or signed."""
        days: set[str] = set()
        for member in members(paths, ".jsonl"):
            for _, line in _lines(member):
                try:
                    row = _read(line)
                    dates = [_date(row, f"{text}_event_date") for text in ("adopted", "signed")]
                except NotUnderstood:
                    continue
                days.update(date.text for date in dates if date is not None)
        spans = (Span(min(days), max(days)),) if days else ()
        note = "treaties of the United Kingdom by the day of their text"
        return Coverage(spans, note, ("GBR",), ("agreement",))


def _lines(member: Member) -> Iterator[tuple[int, bytes]]:
    number = 0
    try:
        for number, line in enumerate(member.stream, 1):
            if line.strip():
                yield number, line.strip()
    except BROKEN as error:
        raise UnreadableSource(
            member.name, f"expected a whole file, got {error}", number
        ) from error


def _read(line: bytes) -> _Row:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NotUnderstood(f"expected a JSON object, got {error}") from error
    if not isinstance(row, dict) or "title" not in row:
        raise NotUnderstood("expected a JSON object with `id` and `title`")
    key = str(row.get("id"))
    if not re.fullmatch("[0-9]{1,18}", key):
        raise NotUnderstood(f"id: expected a whole number, got {key[:40]!r}")
    return {name: str(value).strip() for name, value in row.items()} | {"id": key}


def _date(row: _Row, column: str) -> EdtfDate | None:
    text = row.get(column, "")
    if not text:
        return None
    match = _DAY.fullmatch(text)
    if match is None:
        raise NotUnderstood(f"{column}: expected dd/mm/yyyy, got {text[:40]!r}")
    try:
        return parse_date("{year}-{month}-{day}".format(**match.groupdict()))
    except DateError as error:
        raise NotUnderstood(f"{column}: expected {error.expected}, got {text!r}") from error


def _act(row: _Row, names: Names, registry: Registry) -> SourceAct | str:
    """The act of a row, or why it tells none."""
    listed = [name.strip() for name in row.get("country_name", "").split(";") if name.strip()]
    if not listed:
        return "a document of the collection, without parties"
    states = [name for name in listed if name == name.upper()]
    if len(states) < 2:
        return "fewer than two states are named"
    dated = [
        (event, date, _date(row, effective) if effective else None)
        for event, column, effective in _EVENTS
        if (date := _date(row, column)) is not None
    ]
    if not dated:
        return "no date is given"
    first = min((date for _, date, _ in dated), key=lambda date: date.earliest)
    two_sided = row.get("field3") == "BI"
    parties = concluded(states, row["title"], two_sided, first, names, registry)
    events = [
        event_of_row
        for event, date, effective in dated
        for event_of_row in _events(row["id"], event, date, effective, parties)
    ]
    opening = events[0] | _particulars(row, listed, parties)
    return SourceAct(f"uk-treaties:{row['id']}", (opening, *events[1:]))


def _events(
    document: str, event: str, date: EdtfDate, effective: EdtfDate | None, parties: Concluded
) -> Iterator[dict[str, Any]]:
    """The event of those whom its date surely is of, and that of the others."""
    common: dict[str, Any] = {
        "type": f"agreement.{event}",
        "key": event,
        "date": date.text,
        "sources": [{"title": UkTreaties.title, "locator": f"document {document}"}],
    }
    if effective is not None:
        common["effective"] = effective.text
    # The end of the whole is the end for everybody.
    ended = event == "terminated"
    of_that_day = (*parties.sure, *parties.others) if ended else parties.sure
    if of_that_day:
        yield common | {"parties": _named(of_that_day)}
    if parties.others and not ended:
        since = {"date": f"[{date.text}..]"}
        if effective is not None:
            since["effective"] = f"[{effective.text}..]"
        acting = {"by": list(parties.others), "parties": _named(parties.others)}
        yield common | since | acting | {"key": f"{event}/others"}


def _named(parties: Iterable[str]) -> list[dict[str, str]]:
    return [{"party": code} for code in parties]


def _particulars(row: _Row, listed: list[str], parties: Concluded) -> dict[str, Any]:
    source = {
        "title": UkTreaties.title,
        "publisher": "Foreign, Commonwealth and Development Office",
        "locator": _cut(f"document {row['id']}: {row.get('references', '')}".rstrip(": ")),
    }
    url = row.get("document_url", "").replace("\\", "/")
    if re.fullmatch(r"https://[^\s<>\"^`{|}]{1,1900}", url):
        source["url"] = url
    particulars: dict[str, Any] = {
        "title": _cut(row["title"]),
        "sources": [source],
        "verbatim": {"names": [_cut(name) for name in listed]},
        "codes": [{"scheme": "uk-treaties", "code": row["id"]}],
    }
    form = next((form for begins, form in _FORMS if re.match(begins, row["title"])), None)
    if form is not None:
        particulars["form"] = form
    if row.get("signed_event_location"):
        particulars["place"] = _cut(row["signed_event_location"])
    if row.get("subject"):
        particulars["topics"] = [_cut(row["subject"])]
    notes = []
    if parties.besides:
        notes.append(f"The list names besides: {'; '.join(parties.besides)}.")
    notes += [
        f"A {what} is dated {row[column]}{_with_effect(row, column)} without saying whose."
        for column, what in _UNTOLD
        if row.get(column)
    ]
    if notes:
        particulars["note"] = " ".join(notes)
    return particulars


def _with_effect(row: _Row, column: str) -> str:
    effective = row.get(column.replace("_date", "_effective_date"))
    return f", with effect from {effective}," if effective else ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1] + "…"
