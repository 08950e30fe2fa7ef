"""Visits of foreign leaders to the United States, as the Office of the Historian lists them.

XML by decade. One visit is one act `hsg-visits:<id>` with one event `visit.held`. Two visits
of one leader that overlap stay two acts: the source counts them so.
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
from domain.parties import Registry

# An office gives no level: Spain's "President" is a head of government, and so on.
_OFFICES = (
    "Acting President",
    "Acting Prime Minister",
    "Amir",
    "Chancellor",
    "Chancellor-elect",
    "Crown Prince",
    "Emir",
    "Emperor",
    "Federal Chancellor",
    "General Secretary",
    "Governor General",
    "Grand Duchess",
    "Grand Duke",
    "Interim President",
    "Interim Prime Minister",
    "King",
    "Pope",
    "Premier",
    "President",
    "President-Elect",
    "President-elect",
    "Prime Minister",
    "Prime Minister-elect",
    "Provisional President",
    "Queen",
    "Shah",
    "Sultan",
    "Taoiseach",
    "Vice Premier",
    "Vice President",
)
_OFFICE = re.compile(
    "(" + "|".join(re.escape(o) for o in sorted(_OFFICES, key=len, reverse=True)) + r") (?!of )(.+)"
)
#: The first visit by a foreign head of state, King Kalākaua's, and the oldest edition kept.
_FIRST_VISIT, _FIRST_EDITION = "1874-11-29", "2017-10-30"


class HsgVisits:
    """The format of HistoryAtState/visits."""

    name = "hsg-visits"
    title = "Visits by Foreign Leaders"
    licence = LICENCE
    whole = True
    own_ids = False

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every visit of the files: recorded, quarantined with its reason, or repeated."""
        ledger = Ledger()
        for row in rows(paths, "visit", "from"):
            if ledger.repeats(row.key, row.words):
                yield Repeated(row.key, row.where)
                continue
            try:
                event = _event(row, registry)
            except NotUnderstood as error:
                yield row.quarantined(error.reason)
                continue
            yield SourceAct(f"hsg-visits:{row.key}", (event,))
            words = (row["visitor"], row.country_id, event["date"], row["description"])
            first = ledger.twin(row.key, "\n".join(words))
            if first is not None:
                yield Twin(first, row.key, "same visitor, country, dates and description")

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """The decades of the files, since the publisher has a file for each.

        The first begins with the first such visit of all. A decade that the first edition saw
        unfinished is claimed to its last listed day.
        """
        spans: list[Span] = []
        for first, last in sorted(listed_days(paths, _FIRST_VISIT)):
            begins = max(_FIRST_VISIT, f"{first[:3]}0-01-01")
            decade_ends = f"{last[:3]}9-12-31"
            ends = decade_ends if decade_ends < _FIRST_EDITION else last
            if spans and int(begins[:3]) <= int(spans[-1].valid_to[:3]) + 1:
                begins, ends = spans[-1].valid_from, max(spans.pop().valid_to, ends)
            spans.append(Span(begins, ends))
        note = "visits by foreign heads of state and government to the United States"
        return Coverage(tuple(spans), note, ("USA",), ("visit",))


def office_and_name(visitor: str) -> dict[str, str]:
    """`name` and, where the words leave no doubt, `office`: both as in the source.

    Two persons in one text, or an office that is not at its head, stay one name.
    """
    match = _OFFICE.fullmatch(visitor)
    several = re.search(r" and | & |,(?! (?:Jr|3rd)\b)", visitor)
    if match is None or several:
        return {"name": visitor}
    return {"office": match.group(1), "name": match.group(2)}


def _event(row: HistorianRow, registry: Registry) -> dict[str, Any]:
    row.check_key()
    if not row["visitor"]:
        raise NotUnderstood("visitor: expected a name, got nothing")
    date = row.date()
    visitor = row.party(registry)
    prose = row["description"]
    rank = rank_of(prose)
    event: dict[str, Any] = {
        "type": "visit.held",
        "key": row.key,
        "date": date,
        "title": f"Visit of {row['visitor']}, {row.country}, to the United States",
        "parties": [{"party": visitor, "role": "visitor"}, {"party": "USA", "role": "host"}],
        "participants": [{"party": visitor} | office_and_name(row["visitor"])],
        "sources": [
            {
                "title": HsgVisits.title,
                "publisher": PUBLISHER,
                "url": page("visits", row.country_id),
                "locator": f"{row.file}, visit {row.key}",
            }
        ],
        "verbatim": {"names": [row["visitor"], row.country]},
        "codes": [{"scheme": "hsg-visits", "code": row.key}],
    }
    if rank is not None:
        event["rank"] = rank
    if prose:
        event["verbatim"]["text"] = prose
    return event
