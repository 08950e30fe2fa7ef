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
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from api.exchange.article_party import party_of, resolved
from api.exchange.entry_dates import EntryDate, entry_date, sentence_of
from api.exchange.guide import TEI, Entry, entries
from api.exchange.headings import Told, not_event, read_heading
from api.exchange.heads_of_mission import (
    Head,
    accredited_from_elsewhere,
    first_resident,
    opened,
    stays_accredited,
)
from api.exchange.historian import LICENCE, PUBLISHER
from api.exchange.row import (
    Coverage,
    Item,
    Ledger,
    NotUnderstood,
    OutOfScope,
    Quarantined,
    SourceAct,
    Span,
    Twin,
)
from api.exchange.source import elements, members
from domain.dates import DateError, parse
from domain.parties import Registry

_TRAILING_DATE = re.compile(
    r",?\s*\(?(?:[A-Z][a-z]+ )?(?:[0-9]{1,2}, )?[0-9]{4}(?:[-–&, ]+[0-9]{2,4})*\)?\.?$"
)
_POWERS = {"Belgian": "Belgium", "Italian": "Italy", "Spanish": "Spain", "Swiss": "Switzerland"}
_POWER = re.compile(
    r"\b(?:in|at) the (\w+) Embassy\b|\bunder the (?:protection|auspices) of the (\w+) Government\b"
)


class HsgRelations:
    """The format of HistoryAtState/rdcr."""

    name = "hsg-relations"
    title = (
        "A Guide to the United States’ History of Recognition, Diplomatic, and Consular "
        "Relations, by Country, since 1776"
    )
    licence = LICENCE
    whole = True
    own_ids = False

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every entry of the articles: recorded, out of scope, or quarantined with its reason."""
        ledger = Ledger()
        for member in members(paths, ".xml"):
            for article in elements(member, f"{TEI}TEI"):
                acts: dict[str, list[dict[str, Any]]] = {}
                rows: Counter[str] = Counter()
                slug = member.file.removesuffix(".xml")
                for entry in entries(article, slug, member.name):
                    read = _read_entry(entry, registry)
                    if not isinstance(read, list):
                        yield read
                        continue
                    for party, event in read:
                        acts.setdefault(party, []).append(event)
                    # An entry that concerns two parties is counted with the first.
                    rows[read[0][0]] += 1
                    about = ",".join(party for party, _ in read)
                    first = ledger.twin(entry.code, f"{about}\n{entry.row}")
                    if first is not None:
                        yield Twin(first, entry.code, "the same words about the same party")
                for party, events in acts.items():
                    suffix = f":{party.lower()}" if len(acts) > 1 else ""
                    yield SourceAct(f"hsg-relations:{slug}{suffix}", tuple(events), rows[party])

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """From independence to the last year a heading names."""
        last = 1776
        for member in members(paths, ".xml"):
            for head in re.findall(rb"<head>.*?</head>", member.stream.read(), re.DOTALL):
                years = (int(year) for year in re.findall(rb"\b(1[89]\d\d|20\d\d)\b", head))
                last = max(last, *years, last)
        note = "recognition, diplomatic relations and missions of the United States, by country"
        return Coverage((Span("1776-07-04", str(last)),), note, ("USA",), ("relation",))


def _read_entry(
    entry: Entry, registry: Registry
) -> list[tuple[str, dict[str, Any]]] | OutOfScope | Quarantined:
    """The entry's events, each with its party (at least one), or why it has none."""
    what = _TRAILING_DATE.sub("", entry.heading)
    try:
        clauses = read_heading(what)
        if not clauses or entry.head is None:
            about = not_event(what) or "history at large"
            reason = f"not a relation event ({about}): {entry.heading or 'no heading'}"
            return OutOfScope(entry.code, entry.where, reason)
        if entry.section.startswith("key"):
            # "Key events" around a country: "U.S. Recognition of Italian Independence" in Genoa's.
            return OutOfScope(entry.code, entry.where, "an event of another party's history")
        if re.search(r"\bnever established\b", entry.prose):
            return OutOfScope(entry.code, entry.where, "the text says that relations never were")
        if re.match(r"Interruption\b", what) and re.search(r"[0-9]{4}[-–]", entry.heading):
            raise NotUnderstood(f"expected the day of one event, got a span: {entry.heading}")
        when = entry_date(entry.head, entry.prose, [event.event for event in clauses])
        happenings = [*_heads(entry, clauses, when, what), *_beside(entry, clauses, when)]
        return [
            _event(entry, happening, index, registry, what)
            for index, happening in enumerate(happenings)
        ]
    except NotUnderstood as error:
        return Quarantined(entry.row, entry.code, entry.where, error.reason)


@dataclass(frozen=True)
class _Happening:
    """What an entry tells, when, and of which head of mission."""

    told: Told
    when: EntryDate
    head: Head | None = None


def _heads(
    entry: Entry, clauses: tuple[Told, ...], when: EntryDate, what: str
) -> Iterator[_Happening]:
    """What the heading tells; of a mission of the United States with what the prose says of it."""
    for one in clauses:
        stays = stays_accredited(entry.prose)
        if one.actor != "usa":
            yield _Happening(one, when)
        elif one.event == "mission_closed" and stays is not None:
            yield _Happening(replace(one, event="mission_class_changed"), when, stays)
        elif one.mission_class is not None:
            sentence = sentence_of(entry.prose, (one.event,))
            head = Head(one.mission_class, one.mission_title)
            yield _Happening(one, when, opened(head, sentence, entry.prose, what))
        else:
            yield _Happening(one, when)


def _beside(entry: Entry, clauses: tuple[Told, ...], when: EntryDate) -> Iterator[_Happening]:
    """The heads of mission whom the prose tells of beside the heading, each with a day."""
    events = {one.event for one in clauses}
    found, event = None, "mission_opened"
    if events & {"established", "resumed"} and not any("mission" in event for event in events):
        found = accredited_from_elsewhere(entry.prose, entry.title)
    elif "mission_class_changed" in events:
        found, event = first_resident(entry.prose), "mission_class_changed"
    if found is not None:
        day, head = found
        yield _Happening(Told(event, "usa"), EntryDate(day, when.verbatim), head)


def _event(
    entry: Entry, happening: _Happening, index: int, registry: Registry, what: str
) -> tuple[str, dict[str, Any]]:
    told, when = happening.told, happening.when
    try:
        on = parse(when.edtf)
    except DateError as error:
        raise NotUnderstood(f"date: expected {error.expected}, got {when.edtf!r}") from error
    if told.toward is not None:
        party = resolved(registry, told.toward, on)
    else:
        party = party_of(entry, what, on, registry, told.event)
    by: str | None = {"usa": "USA", "other": party, "all": None}[told.actor]
    if told.by is not None:
        by = resolved(registry, told.by, on)
        if by not in ("USA", party):
            party = by
    code = entry.key if index == 0 else f"{entry.key}/{index + 1}"
    event: dict[str, Any] = {
        "type": f"relation.{told.event}",
        "key": code,
        "date": when.edtf,
        # One title for the act: an event's own heading would head every line about the others.
        "title": f"The United States and {entry.title}: recognition, relations, missions",
        "parties": [{"party": "USA"}, {"party": party}],
        "sources": [
            {
                "title": f"{HsgRelations.title}: {entry.title}",
                "publisher": PUBLISHER,
                "url": f"https://history.state.gov/countries/{entry.article}",
                "locator": f"{entry.article}.xml, {entry.section} {entry.number}",
            }
        ],
        "verbatim": {"date": when.verbatim, "names": [entry.title], "text": entry.row},
        "codes": [{"scheme": "hsg-relations", "code": entry.code}],
    }
    if by is not None:
        event |= {"by": [by], "toward": [party if by == "USA" else "USA"]}
    if happening.head is not None:
        event |= happening.head.fields
    elif told.mission_class is not None:
        event |= Head(told.mission_class, told.mission_title).fields
    if told.event == "recognised":
        kind = re.search(r"\bde (facto|jure) recognition\b", entry.prose)
        event |= {"recognition": f"de_{kind.group(1)}"} if kind else {}
    if told.event == "interests_section_opened":
        power = _POWER.search(entry.prose)
        if power is not None:
            named = power.group(1) or power.group(2)
            event["protecting_power"] = resolved(registry, _POWERS.get(named, named), on)
    return party, event
