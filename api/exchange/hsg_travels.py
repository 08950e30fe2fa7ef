"""Trips abroad of presidents and secretaries of state, as the Office of the Historian lists them.

XML by traveller. One trip to one country is one act `hsg-travels:<id>` with one `visit.held`.

A secretary who travelled with the president has a row of his own for the same visit. It joins
the president's act as a second piece of evidence when the source lets one know that it is the
same visit: his remarks say "Accompanied President <name>"; a president of that surname has a
trip to the same party; the secretary's days lie wholly within the president's; and only one
such trip does so, or only one of several has the very same days. The act then holds both
travellers, both places in the source and both row ids, and its key stays the president's.
Where he arrived earlier or left later than the president he did more than accompany, and the
two rows stay two acts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from api.exchange.historian import LICENCE, PUBLISHER, HistorianRow, listed_days, page, rows
from api.exchange.rank import rank_of
from api.exchange.row import (
    Coverage,
    Item,
    Ledger,
    NotUnderstood,
    Repeated,
    SourceAct,
    Span,
    Twin,
)
from domain.dates import parse
from domain.parties import Registry

_OFFICES = {
    "president": ("President", "head_of_state"),
    "secretary": ("Secretary of State", "foreign_minister"),
}
_ACCOMPANIED = re.compile(r"\bAccompanied President ([A-Z][\w’'-]+)")
_MADE_AS = re.compile(r"\[Visit made as ([^\].]+)\.?\]")

#: Secretary Seward's first voyage.
_FIRST_TRIP = "1866-01-14"

_Trip = tuple[HistorianRow, dict[str, Any]]


class HsgTravels:
    """The format of HistoryAtState/travels."""

    name = "hsg-travels"
    title = "Travels Abroad of the President and of the Secretary of State"
    licence = LICENCE
    whole = True
    own_ids = False

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every trip of the files: recorded, quarantined with its reason, or repeated.

        The presidents' trips come last, once all who accompanied them are known.
        """
        ledger = Ledger()
        presidents: list[_Trip] = []
        companions: list[_Trip] = []
        for row in rows(paths, "trip", "country"):
            if ledger.repeats(row.key, row.words):
                yield Repeated(row.key, row.where)
                continue
            try:
                event = _event(row, registry)
            except NotUnderstood as error:
                yield row.quarantined(error.reason)
                continue
            if row["role"] == "president":
                presidents.append((row, event))
            elif _ACCOMPANIED.search(row["remarks"]):
                companions.append((row, event))
            else:
                yield _act(event)
            words = (row.who, row.country_id, event["date"], row["locale"], row["remarks"])
            first = ledger.twin(row.key, "\n".join(words))
            if first is not None:
                yield Twin(first, row.key, "same traveller, country, dates, place and remarks")
        yield from _joined(presidents, companions)

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """From the first to the last listed day of all the travellers whose files are read."""
        note = "trips abroad of United States presidents and secretaries of state"
        days = [day for file in listed_days(paths, _FIRST_TRIP) for day in file]
        spans = (Span(min(days), max(days)),) if days else ()
        return Coverage(spans, note, ("USA",), ("visit",))


def _act(event: dict[str, Any], rows_behind: int = 1) -> SourceAct:
    return SourceAct(f"hsg-travels:{event['key']}", (event,), rows_behind)


def _joined(presidents: list[_Trip], companions: list[_Trip]) -> Iterator[Item]:
    by_host: dict[str, list[int]] = {}
    for number, trip in enumerate(presidents):
        by_host.setdefault(_host(trip), []).append(number)
    evidence: dict[int, list[_Trip]] = {}
    # In the order of their ids, so that no order of the rows changes the act.
    for companion in sorted(companions, key=lambda trip: (int(trip[0].key), trip[0].words)):
        to_host = [(number, presidents[number]) for number in by_host.get(_host(companion), ())]
        same = _same_visit(companion, to_host)
        if same is None:
            yield _act(companion[1])
        else:
            evidence.setdefault(same, []).append(companion)
    for number, (_, event) in enumerate(presidents):
        joined = evidence.get(number, [])
        for companion in joined:
            _add_evidence(event, *companion)
        yield _act(event, 1 + len(joined))


def _host(trip: _Trip) -> str:
    code: str = trip[1]["parties"][1]["party"]
    return code


def _same_visit(companion: _Trip, to_host: list[tuple[int, _Trip]]) -> int | None:
    """The number of the one presidential trip to the host that the companion's row tells again."""
    row, event = companion
    named = _ACCOMPANIED.search(row["remarks"])
    surname = named.group(1).rstrip("’'") if named else ""
    days = parse(event["date"])
    around = [
        (number, trip)
        for number, trip in to_host
        if surname in trip[0]["name"]
        and surname in re.split(r"[\s.]+", trip[0]["name"])
        and (span := parse(trip[1]["date"])).earliest <= days.earliest
        and days.latest <= span.latest
    ]
    if len(around) > 1:
        around = [(number, trip) for number, trip in around if trip[1]["date"] == event["date"]]
    return around[0][0] if len(around) == 1 else None


def _add_evidence(event: dict[str, Any], row: HistorianRow, words: dict[str, Any]) -> None:
    event["participants"] += words["participants"]
    event["sources"] += words["sources"]
    event["codes"] += words["codes"]
    event["verbatim"]["names"].append(row["name"])
    event["levels"] = list(dict.fromkeys((*event.get("levels", ()), *words.get("levels", ()))))
    said = f"{row['name']}, {words['date']}: {row['remarks']}"
    event["note"] = f"{event['note']}\n{said}" if "note" in event else said


def _event(row: HistorianRow, registry: Registry) -> dict[str, Any]:
    row.check_key()
    if row["role"] not in _OFFICES:
        raise NotUnderstood(f"role: expected president or secretary, got {row['role']!r}")
    if not row["name"]:
        raise NotUnderstood("name: expected the traveller's, got nothing")
    date = row.date()
    host = row.party(registry)
    office, level = _OFFICES[row["role"]]
    remarks = row["remarks"]
    made_as = _MADE_AS.search(remarks)
    if made_as:
        # A president-elect holds no office yet: the source says so where it was so.
        office = made_as.group(1)
    event: dict[str, Any] = {
        "type": "visit.held",
        "key": row.key,
        "date": date,
        "title": f"Visit of {office} {row['name']} to {row.country}",
        "parties": [{"party": "USA", "role": "visitor"}, {"party": host, "role": "host"}],
        "participants": [{"party": "USA", "office": office, "name": row["name"]}],
        "sources": [
            {
                "title": HsgTravels.title,
                "publisher": PUBLISHER,
                "url": page("travels", row["role"], row.who),
                "locator": f"{row.file}, trip {row.key}",
            }
        ],
        "verbatim": {"names": [row["name"], row.country]},
        "codes": [{"scheme": "hsg-travels", "code": row.key}],
    }
    if not made_as:
        event["levels"] = [level]
    if row["locale"]:
        event["place"] = row["locale"]
    rank = rank_of(remarks)
    if rank is not None:
        event["rank"] = rank
    if remarks:
        event["verbatim"]["text"] = remarks
    return event
