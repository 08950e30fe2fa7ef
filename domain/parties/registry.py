"""The registry: names and codes resolved to parties by date, and never by likeness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from typing import Literal

from domain.dates import FIRST_DAY, LAST_DAY, EdtfDate, format_day
from domain.parties.chain import party_of_the_day, standing_for
from domain.parties.party import Party
from domain.parties.spelling import folded

#: The State Department names a country by the id it has today, whatever the date of the visit.
_NAMED_AS_TODAY = "gsh"
_TRIED_WITHOUT_SCHEME = ("iso3166-1-alpha-2", "iso3166-1-alpha-3")

Window = tuple[int, int]
Bearer = tuple[int, int, Party]
Reason = Literal["unknown", "not_on_that_day", "ambiguous"]


class UnknownParty(LookupError):
    """No party has the code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return f"expected the code of a party in the registry, got {self.code!r}"


class Unresolved(LookupError):
    """A name or code that means no party, or more than one, on the day asked about.

    `reason` is `unknown` (nobody ever bore it), `not_on_that_day` (the candidates bore it on other
    days) or `ambiguous` (every candidate bore it then). Candidates stand by code.
    """

    def __init__(
        self, name: str, on: EdtfDate | int | None, candidates: Iterable[Party], reason: Reason
    ) -> None:
        super().__init__(name, on, reason)
        self.name = name
        self.on = on
        self.candidates = tuple(sorted(candidates, key=lambda party: party.code))
        self.reason: Reason = reason

    def __str__(self) -> str:
        on = self.on
        day = "" if on is None else f" on {on.text if isinstance(on, EdtfDate) else _day(on)}"
        if self.reason == "unknown":
            return f"no party in the registry ever bore {self.name!r}"
        others = "; ".join(
            f"{party.code} ({party.name()}, {_day(party.valid_from)} to {_day(party.valid_to - 1)})"
            for party in self.candidates
        )
        said = "means more than one party" if self.reason == "ambiguous" else "means no party"
        return f"{self.name!r} {said}{day}: {others}"


class Registry:
    """All parties, with every look-up a dictionary's.

    `edition` names the contents: two registries of one edition answer alike.
    """

    def __init__(self, parties: Iterable[Party], edition: str) -> None:
        self.edition = edition
        self._parties = {party.code: party for party in sorted(parties, key=lambda p: p.code)}
        self._names: dict[str, list[Bearer]] = {}
        self._codes: dict[tuple[str, str], list[Bearer]] = {}
        for party in self._parties.values():
            for name in party.names:
                bearer = (name.valid_from, name.valid_to, party)
                self._names.setdefault(folded(name.text), []).append(bearer)
            for code in party.codes:
                bearer = (code.valid_from, code.valid_to, party)
                self._codes.setdefault((code.scheme, code.code), []).append(bearer)

    def __contains__(self, code: object) -> bool:
        return code in self._parties

    def __iter__(self) -> Iterator[Party]:
        return iter(self._parties.values())

    def __len__(self) -> int:
        return len(self._parties)

    def get(self, code: str) -> Party:
        """The party with the code. Raises `UnknownParty`."""
        try:
            return self._parties[code]
        except KeyError:
            raise UnknownParty(code) from None

    def resolve(
        self,
        name_or_code: str,
        on: EdtfDate | int | None = None,
        scheme: str | None = None,
    ) -> Party:
        """The one party that bore the name or code on that day.

        With a scheme only its codes count. Without one, own codes are tried, then names, then ISO
        3166-1 alpha-2 and alpha-3; the first kind of match that finds anyone decides. An imprecise
        date counts every day it may touch, an interval the days it may start on. Without a day,
        who bears it today is meant, or else the only party that ever did.

        In scheme `gsh` a publisher's present-day id is followed along continuations, then along
        predecessors, to the one party that existed: `russia` in 1973 is the Soviet Union.

        Raises `Unresolved`, never answers with the nearest match.
        """
        window = _window(on)
        if scheme is not None:
            bearers = self._codes.get((scheme, name_or_code), [])
            if scheme == _NAMED_AS_TODAY and window is not None:
                return self._followed(name_or_code, on, window, bearers)
            return _only(name_or_code, on, window, [bearers])
        own = self._parties.get(name_or_code)
        kinds = [
            [] if own is None else [(own.valid_from, own.valid_to, own)],
            self._names.get(folded(name_or_code), []),
            *(self._codes.get((tried, name_or_code), []) for tried in _TRIED_WITHOUT_SCHEME),
        ]
        return _only(name_or_code, on, window, kinds)

    def existed(self, code: str, earliest: int, latest: int) -> bool:
        """Whether the party lived on some day of the window. Raises `UnknownParty`."""
        return self.get(code).existed(earliest, latest)

    def living(self, code: str, day: int) -> tuple[Party, ...]:
        """Who stood in a party's place on a day, by code: itself while it lived.

        Else its continuations, and failing those whoever came before or after it on the chain.
        """
        found = standing_for(self._parties, self.get(code), day)
        return tuple(sorted(found, key=lambda party: party.code))

    def continued(self, code: str) -> tuple[str, ...]:
        """The parties that are one state under several codes with this one, the earliest first."""
        found = {code}
        waiting = [code]
        while waiting:
            for tie in self.get(waiting.pop()).succession:
                if tie.kind == "continuation" and tie.party not in found:
                    found.add(tie.party)
                    waiting.append(tie.party)
        return tuple(sorted(found, key=lambda one: (self.get(one).valid_from, one)))

    def lasting(self, codes: frozenset[str]) -> Registry:
        """The same registry, but that some parties have no end: they are continued by others."""
        other = copy(self)
        other.edition = f"{self.edition} lasting {' '.join(sorted(codes))}"
        endless = {code: replace(self.get(code), valid_to=LAST_DAY) for code in codes}
        other._parties = self._parties | endless  # noqa: SLF001 - of its own class
        return other

    def name(self, code: str, on: int | None = None) -> str:
        """The party's preferred name on that day, as `Party.name`. Raises `UnknownParty`."""
        return self.get(code).name(on)

    def _followed(
        self, code: str, on: EdtfDate | int | None, window: Window, bearers: list[Bearer]
    ) -> Party:
        then = _touching(bearers, window)
        if len(then) == 1:
            return then.pop()
        if len(then) > 1:
            raise Unresolved(code, on, then, "ambiguous")
        meant = {party for _, _, party in bearers}
        if not meant:
            raise Unresolved(code, on, (), "unknown")
        found = party_of_the_day(self._parties, meant, window)
        if len(found) == 1:
            return found.pop()
        raise Unresolved(code, on, found or meant, "ambiguous" if found else "not_on_that_day")


def _only(
    name: str, on: EdtfDate | int | None, window: Window | None, kinds: list[list[Bearer]]
) -> Party:
    """The one bearer of the first kind of match that has any on the day."""
    for bearers in kinds:
        found = _touching(bearers, window) if window else _current(bearers)
        if len(found) == 1:
            return found.pop()
        if found:
            raise Unresolved(name, on, found, "ambiguous")
    ever = {party for bearers in kinds for _, _, party in bearers}
    if not ever:
        raise Unresolved(name, on, (), "unknown")
    raise Unresolved(name, on, ever, "not_on_that_day")


def _touching(bearers: list[Bearer], window: Window) -> set[Party]:
    earliest, latest = window
    return {party for start, end, party in bearers if start <= latest and earliest < end}


def _current(bearers: list[Bearer]) -> set[Party]:
    """Who bears it still; failing that, everyone who ever did."""
    still = {party for _, end, party in bearers if end == LAST_DAY}
    return still or {party for _, _, party in bearers}


def _window(on: EdtfDate | int | None) -> Window | None:
    if on is None:
        return None
    if isinstance(on, int):
        return on, on
    # An act's parties are the parties of its beginning: a stretch still open tells nothing more.
    if on.interval:
        start = (on.earliest, on.start_latest)
        return start if on.start == "known" else (on.end_earliest, on.latest)
    return on.earliest, on.latest


def _day(day: int) -> str:
    return format_day(day) if FIRST_DAY < day < LAST_DAY - 1 else "…"
