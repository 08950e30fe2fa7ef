"""One row of the Historian's files of visits and travels, and what it says before any judgement.

The Office of the Historian, U.S. Department of State, publishes both in the public domain:
https://github.com/HistoryAtState/visits and https://github.com/HistoryAtState/travels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from api.exchange.row import NotUnderstood, Quarantined
from api.exchange.source import Member, elements, members, words
from domain.dates import DateError, parse
from domain.parties import Registry, Unresolved

PUBLISHER = "Office of the Historian, U.S. Department of State"
LICENCE = "CC0 1.0 (U.S. Government work)"
_SITE = "https://history.state.gov/departmenthistory"


def page(*steps: str) -> str:
    """The address of the publisher's page; a step that is no plain word ends it early."""
    address = _SITE
    for step in steps:
        if not re.fullmatch(r"[a-z0-9-]+", step):
            break
        address += f"/{step}"
    return address


@dataclass(frozen=True)
class HistorianRow:
    """A visit or trip as its element has it: words with white space made single."""

    key: str
    where: str
    file: str
    element: Element
    """As read; emptied once the next row is asked for."""
    texts: dict[str, str]
    """The words of each child element, by tag."""
    country_id: str
    country: str
    who: str

    def __getitem__(self, tag: str) -> str:
        return self.texts.get(tag, "")

    @property
    def words(self) -> str:
        """All the row says, for telling a repeated row from a revised one."""
        return "\n".join((self.country_id, self.who, *self.texts.values()))

    def quarantined(self, reason: str) -> Quarantined:
        """The row kept whole, as XML, with the reason; only while it is the row being read."""
        row = tostring(self.element, encoding="unicode").strip()
        return Quarantined(row, self.key, self.where, reason)

    def check_key(self) -> None:
        """Refuse an id that is not a number; raises `NotUnderstood`."""
        if not re.fullmatch(r"[0-9]{1,18}", self.key):
            raise NotUnderstood(f"id: expected digits, got {self.key[:40]!r}")

    def date(self) -> str:
        """EDTF of the days from start to end, one day where both are the same.

        Raises `NotUnderstood` where a day does not exist, the two are reversed, or they lie
        before the United States did.
        """
        start, end = self["start-date"], self["end-date"]
        text = start if start == end else f"{start}/{end}"
        for day in (start, end):
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
                raise NotUnderstood(f"date: expected a day as YYYY-MM-DD, got {day or 'nothing'!r}")
            if day < "1776-07-04":
                raise NotUnderstood(f"date: expected a day since 1776-07-04, got {day!r}")
        try:
            parse(text)
        except DateError as error:
            raise NotUnderstood(
                f"date: expected {error.expected}, got {text!r} ({error.reason})"
            ) from error
        return text

    def party(self, registry: Registry) -> str:
        """The code of the party the row's country was on its first day.

        The source writes today's territory id beside the name of the day ("russia", "U.S.S.R.";
        "kosovo", "Yugoslavia (Kosovo)"). The id is asked first; where it names no party on that
        day, the name is, with and without its remark in brackets. Raises `NotUnderstood` where
        neither does.
        """
        on = parse(self["start-date"])
        try:
            return registry.resolve(self.country_id, on=on, scheme="gsh").code
        except Unresolved:
            pass
        for name in dict.fromkeys((self.country, self.country.partition(" (")[0])):
            try:
                return registry.resolve(name, on=on).code
            except Unresolved:
                continue
        raise NotUnderstood(
            f"country: expected a party of {self['start-date']}, "
            f"got {self.country_id!r} ({self.country})"
        )


def rows(paths: Sequence[Path], tag: str, country_tag: str) -> Iterator[HistorianRow]:
    """Every row of the files, in the order of the files; schema and code tables have none."""
    for member in members(paths, ".xml"):
        for number, element in enumerate(elements(member, tag), 1):
            yield _row(member, number, element, country_tag)


def _row(member: Member, number: int, element: Element, country_tag: str) -> HistorianRow:
    country = element.find(country_tag)
    texts = {child.tag: words(child) for child in element}
    return HistorianRow(
        key=texts.get("id", ""),
        where=f"{member.name}, row {number}",
        file=member.file,
        element=element,
        texts=texts,
        country_id="" if country is None else country.get("id", ""),
        country=words(country),
        who=element.get("who", ""),
    )


_DATE = re.compile(rb"<(start|end)-date>\s*([0-9]{4}-[0-9]{2}-[0-9]{2})\s*</")


def listed_days(paths: Sequence[Path], since: str) -> Iterator[tuple[str, str]]:
    """Of each file with rows, the first day on which one begins and the last on which one ends.

    Days before the publisher's first are slips, and left out.
    """
    for member in members(paths, ".xml"):
        days: dict[bytes, list[str]] = {b"start": [], b"end": []}
        for which, text in _DATE.findall(member.stream.read()):
            day = text.decode("ascii")
            if day >= since and _is_day(day):
                days[which].append(day)
        if all(days.values()):
            yield min(days[b"start"]), max(days[b"end"])


def _is_day(text: str) -> bool:
    try:
        parse(text)
    except DateError:
        return False
    return True
