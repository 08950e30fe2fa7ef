"""Anomalies: what does not fit is noticed, told with its records, and never hidden or repaired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.acts.kinds import CONSENTS, ENDS
from domain.acts.life import life_order
from domain.dates import LAST_DAY, format_day, shift_years
from domain.once import kept
from domain.parties import Registry
from domain.relationship.change import Ledger
from domain.relationship.items import item
from domain.relationship.ties import Tie


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


YET_TO_COME = "dated_after_recorded"
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


def fold_anomalies(act: Act, ledger: Ledger, ties: Iterable[Tie], registry: Registry) -> None:
    """Contribute an act's anomalies to its pairs, each on the days on which it is told."""
    found = anomalies(act, registry)
    if not found:
        return
    by_party: dict[str | None, list[tuple[int, Anomaly, int, dict[str, Any]]]] = {}
    for number, anomaly in enumerate(found):
        position = max(fact.position for fact in anomaly.facts)
        line = item(
            act,
            anomaly.facts,
            anomaly=anomaly.name,
            message=anomaly.message,
            party=anomaly.party,
        )
        by_party.setdefault(anomaly.party, []).append((number, anomaly, position, line))
    shown_by_all = by_party.get(None, [])
    for tie in ties:
        shown = [*shown_by_all, *by_party.get(tie.a, ()), *by_party.get(tie.b, ())]
        for _, anomaly, position, line in sorted(shown, key=itemgetter(0)):
            if anomaly.party is None and not _bears(act, anomaly, tie):
                continue
            # What is yet to come is told although nobody is party to it by then.
            ahead = anomaly.name == YET_TO_COME
            day = anomaly.day if ahead else max(anomaly.day, tie.joined)
            ledger.item(tie.pair, "anomalies", day, anomaly.until, position, line)


def _bears(act: Act, anomaly: Anomaly, tie: Tie) -> bool:
    """Whether what is odd bears on two parties; what names nobody might have been for anybody."""
    odd = anomaly.facts[:1] if act.kind == "agreement" else anomaly.facts
    return all(not act.scope(fact) or act.concerns(fact, tie.a, tie.b) for fact in odd)


def anomalies(act: Act, registry: Registry) -> tuple[Anomaly, ...]:
    """Everything about an act that does not fit, in the order it is looked for."""
    return kept(act, "anomalies", registry.edition, lambda: tuple(_anomalies(act, registry)))


def _anomalies(act: Act, registry: Registry) -> Iterator[Anomaly]:
    yield from _absent_parties(act, registry)
    yield from _names_nobody(act)
    yield from _yet_to_come(act)
    if act.kind == "agreement":
        yield from _agreement_order(act)
    elif act.kind != "relation":
        yield from _after_the_end(act)


def _absent_parties(act: Act, registry: Registry) -> Iterator[Anomaly]:
    """Told at the event and for a year after it, not in every later state."""
    for fact in act.facts:
        # What an event says of a later day (a plan) is not what existed on its own.
        first, last = fact.event.date.earliest, fact.event.date.latest
        for code in sorted(_involved(act, fact)):
            if not registry.existed(code, first, last):
                yield Anomaly(
                    "party_did_not_exist",
                    fact.begins_certain,
                    (fact,),
                    f"{code} did not exist on {fact.event.date.text}",
                    code,
                    shift_years(min(fact.event.date.latest, LAST_DAY), 1),
                )


def _involved(act: Act, fact: Fact) -> frozenset[str]:
    """Who had to be there for an event: of an agreement who acts, else whoever it is between."""
    scope = act.scope(fact)
    if act.kind == "agreement" or not fact.event.by:
        return scope
    named = frozenset(participation.party for participation in fact.event.named)
    present = act.present(fact)
    return scope | named if named - scope or len(present) > 2 else scope | present


def _names_nobody(act: Act) -> Iterator[Anomaly]:
    """An event that names nobody, before anybody was party to the act, speaks for nobody."""
    for fact in act.facts:
        if not act.scope(fact) and act.facts[1:]:
            name, date = fact.event.type.event, fact.event.date.text
            yield Anomaly(
                "names_nobody",
                min(act.surely_joined.values(), default=LAST_DAY),
                (fact,),
                f"{name} on {date} names nobody, and nobody was party to the act by then",
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
            )


def _agreement_order(act: Act) -> Iterator[Anomaly]:
    for expected_first, expected_later in _AGREEMENT_ORDER:
        firsts: dict[str, list[Fact]] = {}
        for fact in act.facts:
            if fact.event.type.event in expected_first:
                for code in act.scope(fact):
                    firsts.setdefault(code, []).append(fact)
        if not firsts:
            continue
        for later in act.facts:
            if later.event.type.event in expected_later:
                yield from _misordered(act, later, firsts)


def _misordered(act: Act, early: Fact, firsts: dict[str, list[Fact]]) -> Iterator[Anomaly]:
    """Told of each party that acts, or of the whole, where all that should come first is later."""
    whole = early.event.type.whole or not early.event.by
    acting: tuple[str | None, ...] = (None,) if whole else early.event.by
    for party in acting:
        codes = act.scope(early) if party is None else {party}
        same = [fact for code in codes for fact in firsts.get(code, ())]
        if not same or any(early.event.date.latest >= f.event.date.earliest for f in same):
            continue
        late = min(same, key=lambda fact: (fact.event.date.earliest, fact.version))
        name, expected = early.event.type.event, late.event.type.event
        yield Anomaly(
            f"{name}_before_{expected}",
            max(early.begins_certain, late.begins_possible),
            (early, late),
            f"{name} on {early.event.date.text}, before it was {expected} on "
            f"{late.event.date.text}",
            party,
        )


def _after_the_end(act: Act) -> Iterator[Anomaly]:
    if not any(fact.event.type.final for fact in act.facts) or len(act.facts) < 2:
        return
    for after in act.life:
        day, event = after.begins_certain, after.event.type
        # What may have begun by then decides: no later event changes what is told of the day.
        life = life_order(f for f in act.facts if f is after or f.begins_possible <= day)
        number = next(n for n, fact in enumerate(life) if fact is after)
        before = life[number - 1] if number else None
        if before is None or not before.event.type.final or event.event in _OPENS_AGAIN:
            continue
        if before.event.by and after.event.by and not {*before.event.by} & {*after.event.by}:
            # One addressee declined, another accepts.
            continue
        ended = before.event.type
        apart = before.event.date.latest < after.event.date.earliest
        # One event told twice with overlapping dates is one event with two sources.
        if ended is event and not apart:
            continue
        yield Anomaly(
            f"{event.event}_after_{ended.event}",
            day,
            (before, after),
            f"{event.event} on {after.event.date.text}, after it was {ended.event} on "
            f"{before.event.date.text}",
        )
