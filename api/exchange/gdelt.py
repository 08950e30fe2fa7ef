"""GDELT 2.0 events: the 61 columns of an export, without header, separated by tabs.

An event is `gdelt:<GlobalEventID>`. The day of the event is its valid date; the moment at which
GDELT added it is the publication of its source, and the two are never mixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from api.exchange import quarters
from api.exchange.cameo import Codebook, codebook, left_out
from api.exchange.coded import Actor, CodedRow, acts
from api.exchange.icews_actors import ONE_PARTY
from api.exchange.names import Names
from api.exchange.row import Coverage, Item, NotUnderstood, Quarantined
from api.exchange.source import BROKEN, Member, UnreadableSource, members
from api.exchange.tally import ROWS, Tally
from domain.dates import DateError, EdtfDate, day_of
from domain.dates import parse as parse_date
from domain.parties import Registry, Unresolved

#: The columns that are read, by their place in the export (GDELT Event Codebook 2.0).
WIDTH = 61
ID, DAY, CODE, GOLDSTEIN, PLACE, ADDED, URL = 0, 1, 26, 30, 52, 59, 60
#: Where each of the two actors has its code, name, country, group, and three types.
ACTOR_1, ACTOR_2 = 5, 15
_SUFFIX = ".csv"
_WEB = re.compile(r"https?://[^\s<>\"\\^`{|}]{1,1990}")
#: Types of actors that speak for a state or an organisation of states (CAMEO, chapter 3).
_SPEAKS = frozenset({"GOV", "MIL", "LEG", "JUD", "COP", "SPY", "IGO"})
_WITHOUT_COUNTRY = "an actor has no country code: a person, a group or nobody"


class Gdelt:
    """The format of a GDELT 2.0 events export."""

    name = "gdelt"
    title = "GDELT 2.0 events"
    licence = "open, with citation of the GDELT Project"
    whole = False
    own_ids = False

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every row of the files: behind an act, out of scope by its reason, or quarantined.

        Mirrors are looked for within a file: an export holds all that was added together.
        """
        rows = _Rows(registry, codebook())
        for member in members(paths, _SUFFIX):
            tally = Tally(member.name)
            coded: list[CodedRow] = []
            for number, line in _lines(member):
                where = f"{member.name}, line {number}"
                try:
                    row = rows.take(line.split(b"\t"), where)
                except NotUnderstood as error:
                    words = line.decode("utf-8", "backslashreplace")
                    yield Quarantined(words, words.partition("\t")[0][:40], where, error.reason)
                    continue
                if isinstance(row, str):
                    tally.add(row)
                else:
                    coded.append(row)
                if number % ROWS == 0:
                    yield from tally.told()
            yield from acts(coded, self.name)
            yield from tally.told()

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """The quarters of an hour in which rows were added: GDELT has a file for each of the 96.

        Only a day whose quarters are all there is claimed whole. Events of earlier days were
        added before too.
        """
        added: dict[int, set[int]] = {}
        for member in members(paths, _SUFFIX):
            for _, line in _lines(member):
                cells = line.split(b"\t")
                if len(cells) == WIDTH:
                    try:
                        moment = _moment(cells[ADDED])
                    except NotUnderstood:
                        continue
                    minute = int(moment[11:13]) * 60 + int(moment[14:16])
                    day = added.setdefault(day_of(moment[:10]), set())
                    day.add(minute // quarters.MINUTES)
        note = "news coded by machine, in 96 files a day: neither complete nor checked"
        kinds = ("visit", "talk", "agreement")
        return Coverage(tuple(quarters.spans(added)), note, (), kinds)


def _lines(member: Member) -> Iterator[tuple[int, bytes]]:
    number = 0
    try:
        for number, line in enumerate(member.stream, 1):
            if number == 1 and line.count(b"\t") + 1 != WIDTH:
                got = line.count(b"\t") + 1
                expected = f"expected {WIDTH} columns separated by tabs"
                raise UnreadableSource(member.name, f"{expected}, got {got}", 1)
            yield number, line.rstrip(b"\r\n")
    except BROKEN as error:
        raise UnreadableSource(
            member.name, f"expected a whole file, got {error}", number
        ) from error


class _Rows:
    """Reads rows."""

    def __init__(self, registry: Registry, book: Codebook) -> None:
        self._book = book
        self._names = Names(Gdelt.name, registry, codes="iso3166-1-alpha-3")
        self._meaning = lru_cache(4_096)(book.meaning)

    def take(self, cells: list[bytes], where: str) -> CodedRow | str:
        """What a row tells, or why it tells no act; raises `NotUnderstood`."""
        if len(cells) != WIDTH:
            raise NotUnderstood(f"expected {WIDTH} cells, got {len(cells)}")
        meaning = self._meaning(_text(cells, CODE), _text(cells, GOLDSTEIN))
        if not meaning.becomes:
            return left_out(meaning)
        key = _text(cells, ID)
        if not (key.isascii() and key.isdigit()):
            raise NotUnderstood(f"GlobalEventID: expected digits, got {key[:40]!r}")
        on, added = _day(cells[DAY]), _moment(cells[ADDED])
        first = self._actor(cells, ACTOR_1, on)
        if isinstance(first, str):
            return first
        second = self._actor(cells, ACTOR_2, on)
        if isinstance(second, str):
            return second
        if first.party == second.party:
            return ONE_PARTY
        place, url = _text(cells, PLACE), _text(cells, URL)
        evidence: dict[str, Any] = {
            "title": Gdelt.title,
            "publisher": "The GDELT Project",
            "published": added[:10],
            "locator": f"GlobalEventID {key}, added {added}",
        }
        if _WEB.fullmatch(url):
            evidence["url"] = url
        report = f"{url} {place}"
        return CodedRow(key, on.text, meaning, first, second, evidence, where, report, place)

    def _actor(self, cells: list[bytes], at: int, on: EdtfDate) -> Actor | str:
        name, country, group = (_text(cells, at + column) for column in (1, 2, 3))
        types = {_text(cells, at + column) for column in (7, 8, 9)} - {""}
        if not types <= _SPEAKS:
            others = ", ".join(sorted(types - _SPEAKS))
            return f"an actor speaks for no party: type {others}"
        code = group or country
        if not code:
            return _WITHOUT_COUNTRY
        try:
            return Actor(name, self._names.party(code, on))
        except Unresolved as error:
            if error.reason == "unknown":
                return f"an actor is no party: {code}"
            raise NotUnderstood(f"party: {error}") from error


def _text(cells: list[bytes], column: int) -> str:
    try:
        return cells[column].decode("utf-8").strip()
    except UnicodeDecodeError:
        raise NotUnderstood(
            f"column {column + 1}: expected UTF-8, got {cells[column][:40]!r}"
        ) from None


@lru_cache(4_096)
def _day(digits: bytes) -> EdtfDate:
    text = digits.decode("ascii", "replace")
    if not re.fullmatch("[0-9]{8}", text):
        raise NotUnderstood(f"date: expected YYYYMMDD, got {text[:40]!r}")
    try:
        return parse_date(f"{text[:4]}-{text[4:6]}-{text[6:]}")
    except DateError as error:
        raise NotUnderstood(f"date: expected {error.expected}, got {text!r}") from error


def _moment(digits: bytes) -> str:
    text = digits.decode("ascii", "replace")
    if not re.fullmatch("[0-9]{8}(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){2}", text):
        raise NotUnderstood(f"DATEADDED: expected YYYYMMDDHHMMSS, got {text[:40]!r}")
    return f"{_day(digits[:8]).text} {text[8:10]}:{text[10:12]}:{text[12:]} UTC"
