"""Recognition, relations and missions, from the Historian's guide by country.

TEI, one article a country; each dated entry (`div type="timeline"`) is one row. An article is
one act `hsg-relations:<article>`; where its entries concern several parties (a predecessor
state, a second German state) each party has an act, `hsg-relations:<article>:<party code>`.
What an entry's heading says happened is read by `api.exchange.headings`, when by
`api.exchange.entry_dates`. Entries that tell of treaties, consulates, moves of a mission's seat
or history at large are counted as out of scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from api.exchange.entry_dates import TEI, EntryDate, entry_date
from api.exchange.headings import Told, not_event, read_heading
from api.exchange.historian import LICENCE, PUBLISHER
from api.exchange.row import (
    Coverage,
    Item,
    NotUnderstood,
    OutOfScope,
    Quarantined,
    SourceAct,
)
from api.exchange.source import elements, members, words
from domain.dates import DateError, EdtfDate, parse
from domain.parties import Registry, Unresolved

_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_TRAILING_DATE = re.compile(
    r",?\s*\(?(?:[A-Z][a-z]+ )?(?:[0-9]{1,2}, )?[0-9]{4}(?:[-–&, ]+[0-9]{2,4})*\)?\.?$"
)
_NAMED = (
    re.compile(
        r"\bRecognition of (?:the )?(?:Independence of )?(?:the )?([A-Z][^,()]+?)(?:,|$| and )"
    ),
    re.compile(r"\bwith (?:the )?(?:Independent )?([A-Z][^,()]+?)(?: \(| and |,|$)"),
    re.compile(r"\(((?:North|South)(?:ern)? [A-Z][a-z]+)\)"),
)
_POWERS = {"Belgian": "Belgium", "Italian": "Italy", "Spanish": "Spain", "Swiss": "Switzerland"}
_POWER = re.compile(
    r"\b(?:in|at) the (\w+) Embassy\b|\bunder the (?:protection|auspices) of the (\w+) Government\b"
)


@dataclass(frozen=True)
class Entry:
    """One dated entry of an article."""

    article: str
    title: str
    section: str
    number: int
    """Its place among the entries of its section, from 1."""
    head: Element | None
    prose: str
    where: str

    @property
    def key(self) -> str:
        """Stable within the article."""
        return f"{self.section}/{self.number}"

    @property
    def heading(self) -> str:
        """The heading's words without the full stop."""
        return words(self.head).rstrip(".")

    @property
    def row(self) -> str:
        """The entry's own words, whole."""
        return f"{words(self.head)}\n{self.prose}".strip()


class HsgRelations:
    """The format of HistoryAtState/rdcr."""

    name = "hsg-relations"
    title = (
        "A Guide to the United States’ History of Recognition, Diplomatic, and Consular "
        "Relations, by Country, since 1776"
    )
    licence = LICENCE

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every entry of the articles: recorded, out of scope, or quarantined with its reason."""
        for member in members(paths, ".xml"):
            for article in elements(member, f"{TEI}TEI"):
                acts: dict[str, tuple[list[dict[str, Any]], set[str]]] = {}
                slug = member.file.removesuffix(".xml")
                for entry in _entries(article, slug, member.name):
                    yield from _read_entry(entry, registry, acts)
                for party, (events, rows) in acts.items():
                    suffix = f":{party.lower()}" if len(acts) > 1 else ""
                    yield SourceAct(f"hsg-relations:{slug}{suffix}", tuple(events), len(rows))

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """From independence to the last year a heading names."""
        last = 1776
        for member in members(paths, ".xml"):
            for head in re.findall(rb"<head>.*?</head>", member.stream.read(), re.DOTALL):
                years = (int(year) for year in re.findall(rb"\b(1[89]\d\d|20\d\d)\b", head))
                last = max(last, *years, last)
        note = "recognition, diplomatic relations and missions of the United States, by country"
        return Coverage("1776-07-04", str(last), note)


def _entries(article: Element, slug: str, file: str) -> Iterator[Entry]:
    short = article.find(f".//{TEI}title[@type='short']")
    title = words(short).rstrip("*")
    counts: dict[str, int] = {}

    def walk(parent: Element, section: str) -> Iterator[Entry]:
        for div in parent.iterfind(f"{TEI}div"):
            if div.get("type") != "timeline":
                yield from walk(div, div.get(_XML_ID) or section)
                continue
            number = counts[section] = counts.get(section, 0) + 1
            prose = " ".join(words(p) for p in div if p.tag in (f"{TEI}p", f"{TEI}list"))
            where = f"{file}, {section} {number}"
            yield Entry(slug, title, section, number, div.find(f"{TEI}head"), prose, where)
            yield from walk(div, section)

    for body in article.iterfind(f"{TEI}text/{TEI}body"):
        yield from walk(body, "body")


def _read_entry(
    entry: Entry, registry: Registry, acts: dict[str, tuple[list[dict[str, Any]], set[str]]]
) -> Iterator[Item]:
    """Add the entry's events to the acts by party; yield what becomes of it otherwise."""
    what = _TRAILING_DATE.sub("", entry.heading)
    key = f"{entry.article}/{entry.key}"
    try:
        told = read_heading(what)
        if not told or entry.head is None:
            about = not_event(what) or "history at large"
            reason = f"not a relation event ({about}): {entry.heading or 'no heading'}"
            yield OutOfScope(key, entry.where, reason)
            return
        if re.search(r"\bnever established\b", entry.prose):
            yield OutOfScope(key, entry.where, "the text says that relations never were")
            return
        if re.match(r"Interruption\b", what) and re.search(r"[0-9]{4}[-–]", entry.heading):
            raise NotUnderstood(f"expected the day of one event, got a span: {entry.heading}")
        when = entry_date(entry.head, entry.prose, [event.event for event in told])
        events = [_event(entry, told[i], i, when, registry, what) for i in range(len(told))]
    except NotUnderstood as error:
        yield Quarantined(entry.row, key, entry.where, error.reason)
        return
    for party, event in events:
        act, rows = acts.setdefault(party, ([], set()))
        act.append(event)
        rows.add(entry.key)


def _event(
    entry: Entry, told: Told, index: int, when: EntryDate, registry: Registry, what: str
) -> tuple[str, dict[str, Any]]:
    try:
        on = parse(when.edtf)
    except DateError as error:
        raise NotUnderstood(f"date: expected {error.expected}, got {when.edtf!r}") from error
    party = _party(entry, what, on, registry)
    by: str | None = {"usa": "USA", "other": party, "all": None}[told.actor]
    if told.by is not None:
        by = _resolved(registry, told.by, on)
        if by not in ("USA", party):
            party = by
    code = entry.key if index == 0 else f"{entry.key}/{index + 1}"
    event: dict[str, Any] = {
        "type": f"relation.{told.event}",
        "key": code,
        "date": when.edtf,
        "title": entry.heading,
        "parties": [{"party": "USA"}, {"party": party}],
        "sources": [
            {
                "title": f"{HsgRelations.title}: {entry.title}",
                "publisher": PUBLISHER,
                "url": f"https://history.state.gov/countries/{entry.article}",
                "locator": f"{entry.article}.xml, {entry.section} {entry.number}",
            }
        ],
        "verbatim": {"date": when.verbatim, "names": [entry.title]},
        "codes": [{"scheme": "hsg-relations", "code": f"{entry.article}/{entry.key}"}],
    }
    if entry.prose:
        event["verbatim"]["text"] = entry.prose
    if by is not None:
        event |= {"by": [by], "toward": [party if by == "USA" else "USA"]}
    if told.mission_class is not None:
        event["mission_class"] = told.mission_class
    if told.event == "recognised":
        kind = re.search(r"\bde (facto|jure) recognition\b", entry.prose)
        event |= {"recognition": f"de_{kind.group(1)}"} if kind else {}
    if told.event == "interests_section_opened":
        power = _POWER.search(entry.prose)
        if power is not None:
            named = power.group(1) or power.group(2)
            event["protecting_power"] = _resolved(registry, _POWERS.get(named, named), on)
    return party, event


def _party(entry: Entry, what: str, on: EdtfDate, registry: Registry) -> str:
    """The party the heading names, else the one the article's country was on that date."""
    for pattern in _NAMED:
        named = pattern.search(what)
        if named is None:
            continue
        try:
            code = registry.resolve(named.group(1), on=on).code
        except Unresolved:
            continue
        if code != "USA":
            return code
    names = [entry.title, *re.split(r"[()]", entry.title)]
    try:
        return registry.resolve(entry.article, on=on, scheme="gsh").code
    except Unresolved:
        pass
    for name in dict.fromkeys(name.strip() for name in names if name.strip()):
        for form in (name, name.removeprefix("The ")):
            try:
                return registry.resolve(form, on=on).code
            except Unresolved:
                continue
    raise NotUnderstood(
        f"country: expected a party of {on.text}, got {entry.article!r} ({entry.title})"
    )


def _resolved(registry: Registry, name: str, on: EdtfDate) -> str:
    try:
        return registry.resolve(name, on=on).code
    except Unresolved as error:
        raise NotUnderstood(f"party: expected one of {on.text}, got {name!r}") from error
