"""Anomalies: what does not fit is noticed, told with its records, and never hidden or repaired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.acts.act import Act, sure_day
from domain.acts.fact import Fact
from domain.dates import LAST_DAY, format_day, shift_years
from domain.kinds import KINDS, Life
from domain.once import kept
from domain.parties import Registry
from domain.relationship.succession import Succession


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something odd about an act on the days `[day, until)`."""

    name: str
    day: int
    facts: tuple[Fact, ...]
    message: str
    party: str | None = None
    """Whose pairs tell it; None for all that the events concern."""
    until: int = LAST_DAY
    order: tuple[Any, ...] = ()
    """Of several that are told of one day, which comes first."""


NAMES_NOBODY = "names_nobody"
YET_TO_COME = "dated_after_recorded"


def anomalies(act: Act, registry: Registry) -> tuple[Anomaly, ...]:
    """Everything about an act that does not fit, in the order it is looked for."""
    return kept(act, "anomalies", registry.edition, lambda: tuple(_anomalies(act, registry)))


def _anomalies(act: Act, registry: Registry) -> Iterator[Anomaly]:
    yield from _absent_parties(act, registry)
    yield from _names_nobody(act)
    yield from _yet_to_come(act)
    yield from _order(act)


def _absent_parties(act: Act, registry: Registry) -> Iterator[Anomaly]:
    """Told at the event and for a year after it, not in every later state."""
    succession = Succession(act, registry)
    for fact in act.facts:
        # What an event says of a later day (a plan) is not what existed on its own.
        first, last = fact.event.date.earliest, fact.event.date.latest
        for code in sorted(_involved(act, fact, succession)):
            if not registry.existed(code, first, last):
                yield Anomaly(
                    "party_did_not_exist",
                    fact.begins_certain,
                    (fact,),
                    f"{code} did not exist on {fact.event.date.text}",
                    code,
                    shift_years(fact.begins_certain, 1),
                    (0, fact.version, code),
                )


def _involved(act: Act, fact: Fact, succession: Succession) -> frozenset[str]:
    """Who had to be there for an event: of an agreement whom it speaks for, else all it names.

    An agreement's event that names nobody does not mean a party whose place another has taken.
    """
    scope = act.scope(fact)
    if KINDS[act.kind].life is not Life.SIDES:
        present = act.present(fact)
        named = frozenset(participation.party for participation in fact.event.named)
        return scope | named | (present if len(present) == 2 else frozenset())
    if fact.event.parties:
        return scope
    day = sure_day(fact)
    return frozenset(
        code
        for code in scope
        if code in fact.event.by
        or all(taken.certain_from > day for taken, _ in succession.taken_over(code))
    )


def _names_nobody(act: Act) -> Iterator[Anomaly]:
    """An event that names nobody, before anybody was party to the act, speaks for nobody."""
    for fact in act.facts:
        if not act.scope(fact) and act.facts[1:]:
            name, date = fact.event.type.event, fact.event.date.text
            yield Anomaly(
                NAMES_NOBODY,
                min(act.surely_joined.values(), default=LAST_DAY),
                (fact,),
                f"{name} on {date} names nobody, and nobody was party to the act by then",
                order=(1, fact.version),
            )


def _yet_to_come(act: Act) -> Iterator[Anomaly]:
    """What was recorded as past before its day is taken as given, and told until its day."""
    for fact in act.facts:
        # A day may have begun elsewhere before it does in UTC, in which records are dated.
        if fact.event.date.earliest > fact.recorded_on + 1:
            name, date = fact.event.type.event, fact.event.date.text
            yield Anomaly(
                YET_TO_COME,
                fact.recorded_on,
                (fact,),
                f"{name} on {date}, recorded before that day, on {format_day(fact.recorded_on)}",
                until=fact.begins_certain,
                order=(2, fact.version),
            )


def _order(act: Act) -> Iterator[Anomaly]:
    """What surely came before that which it should follow."""
    for number, (expected_first, expected_later) in enumerate(KINDS[act.kind].order):
        firsts: dict[str, list[Fact]] = {}
        for fact in act.facts:
            if fact.event.type.event in expected_first:
                for code in act.scope(fact):
                    firsts.setdefault(code, []).append(fact)
        if not firsts:
            continue
        for later in act.facts:
            if later.event.type.event in expected_later:
                yield from _misordered(act, later, firsts, number)


def _misordered(
    act: Act, early: Fact, firsts: dict[str, list[Fact]], number: int
) -> Iterator[Anomaly]:
    """Told of each party that acts, or of the whole, where all that should come first is later."""
    whole = early.event.type.whole or not early.event.by
    acting: tuple[str | None, ...] = (None,) if whole else early.event.by
    for place, party in enumerate(acting):
        codes = act.scope(early) if party is None else {party}
        same = [fact for code in codes for fact in firsts.get(code, ())]
        if not same or any(early.event.date.latest >= f.event.date.earliest for f in same):
            continue
        late = min(same, key=lambda fact: (fact.event.date.earliest, fact.version))
        name, expected = early.event.type.event, late.event.type.event
        yield Anomaly(
            f"{name}_before_{expected}",
            max(early.begins_certain, min(fact.begins_certain for fact in same)),
            (early, late),
            f"{name} on {early.event.date.text}, before it was {expected} on "
            f"{late.event.date.text}",
            party,
            order=(3, number, early.version, place),
        )
