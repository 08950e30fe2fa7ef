"""ICEWS's actors: the party an actor speaks for on a day, or why it speaks for none.

An actor is a country or an organisation (`Japan`, `African Union`), one of a country's sectors
(`Foreign Affairs (Bangladesh)`, `Citizen (Thailand)`), or a person or a body with a name of its
own. A country's sector speaks for it where it is an organ or officer of the state: the 20-column
form says so itself (its sector `Government`), and for quadruples the table
`api/exchange/data/icews_roles.csv` does.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files

from api.exchange.coded import Actor
from api.exchange.names import Names
from api.exchange.row import NotUnderstood
from domain.dates import DateError, EdtfDate, day_of, from_day
from domain.parties import Registry, Unresolved

_SECTOR = re.compile(r"(?P<office>[^()]*[^() ]) ?\((?P<country>.*)\)")
ONE_PARTY = "both actors are of one party"
_WITHOUT_COUNTRY = "an actor has no country in the source: a person or a body by name"


@cache
def _roles() -> frozenset[str]:
    text = files("api").joinpath("exchange", "data", "icews_roles.csv").read_text("utf-8")
    return frozenset(row["role"].strip() for row in csv.DictReader(text.splitlines()))


class Actors:
    """Actors resolved on the day. What speaks for no party is told as a reason, not as an error."""

    def __init__(self, registry: Registry) -> None:
        self._names = Names("icews", registry)
        self._on = lru_cache(4_096)(_exact)

    def by_country(self, name: str, country: str, day: str) -> Actor | str:
        """The actor of a quadruple, or why it speaks for none; raises `NotUnderstood`."""
        if not country and not name.endswith(")"):
            return _WITHOUT_COUNTRY
        office = ""
        if name != country:
            match = _SECTOR.fullmatch(name)
            if match is None and not country:
                return _WITHOUT_COUNTRY
            if match is not None:
                office, country = match["office"], country or match["country"]
                if office not in _roles():
                    return f"an actor speaks for no party: {office}"
        party = self._party(country, self._on(day))
        return f"an actor is no party: {country}" if party is None else Actor(name, party, office)

    def by_sectors(self, name: str, sectors: str, country: str, day: str) -> Actor | str:
        """The actor of the 20 columns, or why it speaks for none; raises `NotUnderstood`."""
        on = self._on(day)
        own = self._own(name, on)
        if own is not None:
            return Actor(name, own)
        if country in ("", "NA"):
            return _WITHOUT_COUNTRY
        among = sectors.split(",")
        if "Government" not in among or "International Government Organization" in among:
            return "an actor speaks for no party: none of its sectors is Government"
        party = self._party(country, on)
        if party is None:
            return f"an actor is no party: {country}"
        match = _SECTOR.fullmatch(name)
        if match is None:
            return Actor(name, party, person=name)
        return Actor(name, party, match["office"])

    def _own(self, name: str, on: EdtfDate) -> str | None:
        try:
            return self._names.party(name, on)
        except Unresolved:
            return None

    def _party(self, country: str, on: EdtfDate) -> str | None:
        """The party of a country's name, None where nobody ever bore it."""
        try:
            return self._names.party(country, on)
        except Unresolved as error:
            if error.reason == "unknown":
                return None
            raise NotUnderstood(f"party: {error}") from error


def _exact(text: str) -> EdtfDate:
    try:
        return from_day(day_of(text))
    except DateError as error:
        raise NotUnderstood(f"date: expected {error.expected}, got {text[:40]!r}") from error
