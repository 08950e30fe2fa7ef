"""Anomalies: what does not fit is noticed, told with its records, and never hidden or repaired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any

from domain.acts.act import Act, Fact
from domain.acts.kinds import CONSENTS, ENDS
from domain.dates import LAST_DAY
from domain.once import kept
from domain.parties import Registry
from domain.relationship.change import Ledger
from domain.relationship.items import item


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something odd about an act from a day on; `party` limits it to that party's pairs."""

    name: str
    day: int
    facts: tuple[Fact, ...]
    message: str
    party: str | None = None


#: For an agreement: the second should not surely lie before the first. Retroactive force is
#: lawful (VCLT art. 28), and is still told.
_AGREEMENT_ORDER = (
    (frozenset({"signed"}), CONSENTS - {"acceded", "succeeded"}),
    (frozenset({"signed"}), frozenset({"entered_into_force"})),
    (frozenset({"entered_into_force"}), frozenset({"suspended", *ENDS})),
    (CONSENTS, frozenset({"withdrawn"})),
)
#: A life that has ended may be opened again by these.
_OPENS_AGAIN = frozenset({"announced", "scheduled", "tabled", "postponed"})


def fold_anomalies(act: Act, ledger: Ledger, pairs: Iterable[str], registry: Registry) -> None:
    """Contribute an act's anomalies to its pairs, each from the day it can be seen."""
    found = anomalies(act, registry)
    if not found:
        return
    by_party: dict[str | None, list[tuple[int, int, int, dict[str, Any]]]] = {}
    for number, anomaly in enumerate(found):
        position = max(fact.position for fact in anomaly.facts)
        line = item(
            act,
            anomaly.facts,
            anomaly=anomaly.name,
            message=anomaly.message,
            party=anomaly.party,
        )
        by_party.setdefault(anomaly.party, []).append((number, anomaly.day, position, line))
    shown_by_all = by_party.get(None, [])
    for pair in pairs:
        a, b = pair.split("-")
        shown = [*shown_by_all, *by_party.get(a, ()), *by_party.get(b, ())]
        for _, day, position, line in sorted(shown, key=_by_number):
            ledger.item(pair, "anomalies", day, LAST_DAY, position, line)


#: Anomalies stand in the order they were found in.
_by_number = itemgetter(0)


def anomalies(act: Act, registry: Registry) -> tuple[Anomaly, ...]:
    """Everything about an act that does not fit, in the order it is looked for."""
    return kept(act, "anomalies", registry.edition, lambda: tuple(_anomalies(act, registry)))


def _anomalies(act: Act, registry: Registry) -> Iterator[Anomaly]:
    yield from _absent_parties(act, registry)
    if act.kind == "agreement":
        yield from _agreement_order(act)
    elif act.kind != "relation":
        yield from _after_the_end(act)


def _absent_parties(act: Act, registry: Registry) -> Iterator[Anomaly]:
    for fact in act.facts:
        # What an event says of a later day (a plan) is not what existed on its own.
        involved = fact.event.speaks_for or act.codes
        first, last = fact.event.date.earliest, fact.event.date.latest
        for code in involved:
            if not registry.existed(code, first, last):
                yield Anomaly(
                    "party_did_not_exist",
                    fact.begins_possible,
                    (fact,),
                    f"{code} did not exist on {fact.event.date.text}",
                    code,
                )


def _agreement_order(act: Act) -> Iterator[Anomaly]:
    for expected_first, expected_later in _AGREEMENT_ORDER:
        expected = _Firsts(f for f in act.facts if f.event.type.event in expected_first)
        for later in act.facts:
            if later.event.type.event in expected_later:
                first = expected.missed_by(later)
                if first is not None:
                    yield from _misordered(later, first)


class _Firsts:
    """Facts that should come first, each for all parties or for some."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._all = tuple(facts)
        self._whole = [fact for fact in self._all if fact.event.speaks_for is None]
        self._own: dict[str, list[Fact]] = {}
        for fact in self._all:
            for code in fact.event.speaks_for or ():
                self._own.setdefault(code, []).append(fact)
        self._earliest = min((f.event.date.earliest for f in self._all), default=None)

    def missed_by(self, later: Fact) -> Fact | None:
        """The first fact of the same party, where all of them surely lie after `later`."""
        if self._earliest is None:
            return None
        acting = later.event.speaks_for
        if acting is None:
            return self._all[0] if later.event.date.latest < self._earliest else None
        same = [*self._whole, *(fact for code in acting for fact in self._own.get(code, ()))]
        if same and all(later.event.date.latest < fact.event.date.earliest for fact in same):
            return min(same, key=attrgetter("version"))
        return None


def _misordered(early: Fact, late: Fact) -> Iterator[Anomaly]:
    name, expected = early.event.type.event, late.event.type.event
    day = max(early.begins_certain, late.begins_possible)
    message = (
        f"{name} on {early.event.date.text}, before it was {expected} on {late.event.date.text}"
    )
    for party in early.event.speaks_for or (None,):
        yield Anomaly(f"{name}_before_{expected}", day, (early, late), message, party)


def _after_the_end(act: Act) -> Iterator[Anomaly]:
    for before, after in pairwise(act.life):
        ended, event = before.event.type, after.event.type
        if not ended.final or event.event in _OPENS_AGAIN:
            continue
        apart = before.event.date.latest < after.event.date.earliest
        # One event told twice with overlapping dates is one event with two sources.
        if ended is event and not apart:
            continue
        yield Anomaly(
            f"{event.event}_after_{ended.event}",
            after.begins_certain,
            (before, after),
            f"{event.event} on {after.event.date.text}, after it was {ended.event} on "
            f"{before.event.date.text}",
        )
