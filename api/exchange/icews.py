"""ICEWS: machine-coded events between actors, in two forms.

Quadruples (a table with commas: day, actors with their countries, CAMEO code, the benchmark sets
a row stands in) have no ids; the 20 columns of the original (with tabs) have them. Which form a
file has, its first line says. Rows stand in the order of their days.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from api.exchange.cameo import Codebook, codebook, left_out
from api.exchange.coded import CodedRow, acts
from api.exchange.icews_actors import ONE_PARTY, Actors
from api.exchange.row import Coverage, Item, NotUnderstood, Quarantined, Span
from api.exchange.source import BROKEN, Member, UnreadableSource, members
from api.exchange.tally import ROWS, Tally
from api.exchange.window import Window
from domain.dates import DateError
from domain.dates import parse as parse_date
from domain.parties import Registry

_SUFFIXES = (".csv", ".tab", ".tsv", ".txt")
QUADRUPLES = "date,subject,subject_country,cameo_code,relation,object,object_country,sources"
_COLUMNS = (
    "Event ID,Event Date,Source Name,Source Sectors,Source Country,Event Text,CAMEO Code,"
    "Intensity,Target Name,Target Sectors,Target Country,Story ID,Sentence Number,Publisher,"
    "City,District,Province,Country,Latitude,Longitude"
)
COLUMNS = _COLUMNS.replace(",", "\t")
_TITLE = "ICEWS coded event data"

Cells: TypeAlias = list[str]


class _Form(Protocol):
    """How a row of one form is read."""

    width: int
    code_at: int

    def take(self, cells: Cells, where: str) -> CodedRow | str:
        """What a row tells, or why it tells no act; raises `NotUnderstood`."""

    def words(self, cells: Cells) -> str:
        """The row as the file has it."""

    def key(self, cells: Cells) -> str:
        """The source's id of the row, where it has one."""


class Icews:
    """The format of ICEWS, as quadruples or in 20 columns."""

    name = "icews"
    title = _TITLE
    licence = "that of the copy that is read; none ships with Chancery"
    whole = False
    own_ids = False

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every row of the files: behind an act, out of scope by its reason, or quarantined."""
        book, actors = codebook(), Actors(registry)
        for member in members(paths, *_SUFFIXES):
            text = io.TextIOWrapper(member.stream, "utf-8-sig", newline="")
            header = _header(member, text)
            if header == QUADRUPLES:
                rows = csv.reader(text, strict=True)
                yield from _file(member.name, rows, _Quadruple(book, actors), book)
            else:
                rows = csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
                yield from _file(member.name, rows, _Event(book, actors), book)

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """Of each file, from the first to the last day that any row of it tells of."""
        spans = []
        for member in members(paths, *_SUFFIXES):
            days: set[bytes] = set()
            comma = _header(member, io.BytesIO(member.stream.readline())) == QUADRUPLES
            try:
                for line in member.stream:
                    days.add(line[:10] if comma else line.split(b"\t", 2)[1:2][0][:10])
            except (IndexError, *BROKEN):
                continue
            sorted_days = sorted(_days(days))
            if sorted_days:
                spans.append(Span(sorted_days[0], sorted_days[-1]))
        note = "days of news reports coded by machine: neither complete nor checked by anyone"
        kinds = ("visit", "talk", "agreement")
        return Coverage(tuple(dict.fromkeys(spans)), note, (), kinds)


def _days(found: set[bytes]) -> Iterator[str]:
    for day in found:
        try:
            yield parse_date(day.decode("ascii", "replace")).text
        except DateError:
            continue


def _header(member: Member, lines: io.TextIOWrapper | io.BytesIO) -> str:
    try:
        line = lines.readline()
    except (UnicodeDecodeError, *BROKEN) as error:
        raise UnreadableSource(member.name, f"expected UTF-8, got {error}") from error
    text = line if isinstance(line, str) else line.decode("utf-8-sig", "replace")
    header = text.rstrip("\r\n")
    if header not in (QUADRUPLES, COLUMNS):
        expected = "expected the columns of ICEWS quadruples or of its 20-column form"
        raise UnreadableSource(member.name, f"{expected}, got {header[:80]!r}", 1)
    return header


def _file(name: str, rows: Iterator[Cells], form: _Form, book: Codebook) -> Iterator[Item]:
    """The items of one file."""
    silent = {
        code: left_out(meaning)
        for code, meaning in book.by_code.items()
        # A code that may be another's without its zero is looked at more closely.
        if not meaning.becomes and f"0{code}" not in book.by_code
    }
    width, code_at = form.width, form.code_at
    tally, window = Tally(name), Window()
    add = tally.add
    line = 1
    try:
        for line, cells in enumerate(rows, 2):
            if line % ROWS == 0:
                yield from tally.told()
            if len(cells) == width and cells[code_at] in silent:
                add(silent[cells[code_at]])
                continue
            where = f"{name}, line {line}"
            try:
                if len(cells) != width:
                    raise NotUnderstood(f"expected {width} cells, got {len(cells)}")
                row = form.take(cells, where)
                if isinstance(row, str):
                    add(row)
                    continue
                for day in window.add(row):
                    yield from acts(day, Icews.name)
            except NotUnderstood as error:
                yield Quarantined(form.words(cells), form.key(cells), where, error.reason)
    except UnicodeDecodeError as error:
        raise UnreadableSource(name, f"expected UTF-8, got {error.reason}", line) from error
    except csv.Error as error:
        raise UnreadableSource(name, f"expected a table, got {error}", line + 1) from error
    except BROKEN as error:
        raise UnreadableSource(name, f"expected a whole file, got {error}", line) from error
    for day in window.rest():
        yield from acts(day, Icews.name)
    yield from tally.told()


class _Quadruple:
    """Reads a quadruple."""

    width = 8
    code_at = 3

    def __init__(self, book: Codebook, actors: Actors) -> None:
        self._book = book
        self._actors = actors

    def take(self, cells: Cells, where: str) -> CodedRow | str:
        """What a row tells, or why it tells no act."""
        day, subject, subject_country, code, _, other, other_country, sets = cells
        meaning = self._book.meaning(code)
        if not meaning.becomes:
            return left_out(meaning)
        first = self._actors.by_country(subject, subject_country, day)
        if isinstance(first, str):
            return first
        second = self._actors.by_country(other, other_country, day)
        if isinstance(second, str):
            return second
        if first.party == second.party:
            return ONE_PARTY
        among = ", ".join(sets.split("|"))
        locator = f"{day}, {subject}, {code}, {other}" + (f"; in {among}" if among else "")
        evidence = {"title": _TITLE, "locator": locator}
        return CodedRow("", day, meaning, first, second, evidence, where)

    def words(self, cells: Cells) -> str:
        """The row with its commas."""
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(cells)
        return line.getvalue()

    def key(self, cells: Cells) -> str:
        """Nothing: a quadruple has no id."""
        return ""


class _Event:
    """Reads a row of the 20 columns."""

    width = 20
    code_at = 6

    def __init__(self, book: Codebook, actors: Actors) -> None:
        self._book = book
        self._actors = actors

    def take(self, cells: Cells, where: str) -> CodedRow | str:
        """What a row tells, or why it tells no act."""
        key, day, name, sectors, country, text, code, intensity = cells[:8]
        meaning = self._book.meaning(code, intensity)
        if not meaning.becomes:
            return left_out(meaning)
        if not (key.isascii() and key.isdigit()):
            raise NotUnderstood(f"Event ID: expected digits, got {key[:40]!r}")
        first = self._actors.by_sectors(name, sectors, country, day)
        if isinstance(first, str):
            return first
        second = self._actors.by_sectors(cells[8], cells[9], cells[10], day)
        if isinstance(second, str):
            return second
        if first.party == second.party:
            return ONE_PARTY
        story, sentence, publisher, city, _, _, land = cells[11:18]
        locator = f"event {key}, {text}: story {story}, sentence {sentence}"
        evidence = {"title": _TITLE, "locator": locator}
        if publisher not in ("", "NA"):
            evidence["publisher"] = publisher
        place = ", ".join(part for part in (city, land) if part not in ("", "NA"))
        report = f"{story}/{sentence}"
        return CodedRow(key, day, meaning, first, second, evidence, where, report, place)

    def words(self, cells: Cells) -> str:
        """The row with its tabs."""
        return "\t".join(cells)

    def key(self, cells: Cells) -> str:
        """The Event ID."""
        return cells[0] if cells else ""
