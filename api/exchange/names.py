"""Names: how a publisher writes a party, resolved on a day.

What a publisher writes in his own way stands in `api/exchange/data/party_names.csv`, each with
the reason; everything else is asked of the registry. Nothing is matched by likeness.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from functools import cache
from importlib.resources import files

from domain.dates import EdtfDate
from domain.parties import Party, Registry, Unresolved

#: Resolved names kept at hand; a source has hundreds.
_KEPT = 65_536


def _turns(registry: Registry) -> set[int]:
    """Every day on which some party, name or code begins, or the day after it has ended."""
    turns: set[int] = set()
    for party in registry:
        turns |= {party.valid_from, party.valid_to}
        for name in party.names:
            turns |= {name.valid_from, name.valid_to}
        for code in party.codes:
            turns |= {code.valid_from, code.valid_to}
    return turns


@cache
def _table() -> dict[str, dict[str, str]]:
    text = files("api").joinpath("exchange", "data", "party_names.csv").read_text("utf-8")
    found: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["format"], {})[row["name"]] = row["party"]
    return found


class Names:
    """The names one format writes.

    With `codes` its names are codes of a scheme that means a state through all its
    continuations, as data sets of states do: `RUS` in 1973 is the Soviet Union. A name of a
    publisher's own is followed to what continued the party, never back to what it continued.
    """

    def __init__(self, source: str, registry: Registry, codes: str = "") -> None:
        self._own = _table().get(source, {})
        self._registry = registry
        self._codes = codes
        # Between two of these days no name changes its bearer, so that one answer serves them all.
        self._turns = sorted(_turns(registry))
        self._known: dict[tuple[str, int], str | Unresolved] = {}

    def party(self, name: str, on: EdtfDate) -> str:
        """The code of the party that is meant on that date; raises `Unresolved`."""
        if on.earliest != on.latest:
            return self._party(name, on)
        key = (name, bisect_right(self._turns, on.earliest))
        known = self._known.get(key)
        if isinstance(known, str):
            return known
        if known is not None and known.reason == "unknown":
            raise known
        if len(self._known) >= _KEPT:
            self._known.clear()
        try:
            found = self._known[key] = self._party(name, on)
        except Unresolved as error:
            self._known[key] = error
            raise
        return found

    def _party(self, name: str, on: EdtfDate) -> str:
        own = self._own.get(name)
        if own is not None:
            return self._continued(name, own, on)
        if not self._codes:
            return self._registry.resolve(name, on).code
        if name in self._registry:
            return self._continued(name, name, on)
        return self._registry.resolve(name, on, self._codes).code

    def _continued(self, name: str, code: str, on: EdtfDate) -> str:
        """The party, or the one it continues or is continued by that lived on the day."""
        meant = self._registry.get(code)
        line = {code: meant}
        waiting = [meant]
        living: list[Party] = []
        while waiting:
            party = waiting.pop()
            if party.existed(on.earliest, on.latest):
                living.append(party)
                continue
            for tie in party.succession:
                other = self._registry.get(tie.party)
                follows = bool(self._codes) or other.valid_from >= party.valid_to
                if tie.kind == "continuation" and follows and other.code not in line:
                    line[other.code] = other
                    waiting.append(other)
        if len(living) == 1:
            return living[0].code
        raise Unresolved(name, on, living or [meant], "ambiguous" if living else "not_on_that_day")
