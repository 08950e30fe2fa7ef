"""Agreements: for each two of the parties, what stands between them from day to day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.acts.life import ordered as in_order
from domain.dates import LAST_DAY
from domain.parties import Registry
from domain.relationship.change import Ledger
from domain.relationship.items import item
from domain.relationship.sides import Kept, Sides
from domain.relationship.standing import PartyEnd, Standing, closed, standing
from domain.relationship.succession import ends_on
from domain.relationship.ties import Tie


class _Stretch(NamedTuple):
    """The days `[day, until)` on which an agreement stands alike between two parties."""

    day: int
    until: int
    stands: Standing


def fold_agreement(
    act: Act, ledger: Ledger, ties: Iterable[Tie], registry: Registry, kept: Kept | None = None
) -> None:
    """Contribute an agreement to pairs of its parties; `kept` is what was kept of it before."""
    sides = Sides(act, registry, {} if kept is None else kept)
    lives = {code: _life(code, sides, registry) for code in act.codes}
    imprecise = [fact for fact in act.facts if fact.takes_effect.earliest < fact.certain_from]
    alike: dict[tuple[object, ...], tuple[Tie, list[_Stretch]]] = {}
    for tie in ties:
        one, other = sides.of(tie.a), sides.of(tie.b)
        ends = tuple(life for code in (tie.a, tie.b) if (life := lives[code]) is not None)
        # Who took a party's place is told by name: such pairs are each their own case.
        taken = [end.code for end in ends if end.taken_over]
        gone = [end.code == tie.a for end in ends]
        key = (id(one), id(other), tie.joined, *(end.day for end in ends), *gone, *taken)
        if key not in alike:
            alike[key] = tie, list(_stretches(sides, tie, ends))
        first, found = alike[key]
        names = {first.a: tie.a, first.b: tie.b}
        for stretch in found:
            _list(act, ledger, tie, stretch, names)
        for fact in imprecise:
            _may(act, ledger, tie, fact)


def _life(code: str, sides: Sides, registry: Registry) -> PartyEnd | None:
    day = ends_on(registry, code)
    if day == LAST_DAY:
        return None
    return PartyEnd(day, code, tuple(sides.succession.taken_over(code)))


def _stretches(sides: Sides, tie: Tie, ends: Sequence[PartyEnd]) -> Iterator[_Stretch]:
    one, other = sides.of(tie.a), sides.of(tie.b)
    end = min(ends, key=lambda each: each.day, default=None)
    days = {day for day in (*one.days, *other.days) if day > tie.joined}
    days.add(tie.joined)
    for each in ends:
        days.update(day for day in (each.day,) if day > tie.joined)
        days.update(f.certain_from for f, _ in each.taken_over if f.certain_from > tie.joined)
    ordered = sorted(day for day in days if day < LAST_DAY)
    raw: Standing | None = None
    shut: Standing | None = None
    pending: _Stretch | None = None
    for day in ordered:
        raw = standing(tie.a, tie.b, one.at(day), other.at(day), raw)
        stands = raw
        if end is not None and end.day <= day:
            if shut is None and raw is not None:
                shut = raw
            stands = None if shut is None else closed(shut, end, day)
        if pending is not None and pending.stands == stands:
            continue
        if pending is not None:
            yield pending._replace(until=day)
        pending = None if stands is None else _Stretch(day, LAST_DAY, stands)
    if pending is not None:
        yield pending


def _list(act: Act, ledger: Ledger, tie: Tie, stretch: _Stretch, names: dict[str, str]) -> None:
    """List a stretch of two parties, told of two others in the same case."""
    day, until, stands = stretch
    status, begun = stands.status, stands.begun
    line = _line(act, tie, stands, names)
    position = max(fact.position for fact in stands.facts)
    ledger.item(tie.pair, f"agreements.{status}", day, until, position, line)
    ledger.count(tie.pair, f"agreements.counts.{status}", day, until, position)
    _may_expire(act, ledger, tie, stretch)
    if status == "in_force" and begun.effective is not None and day == begun.day:
        _in_effect(act, ledger, tie, stands)


def _line(act: Act, tie: Tie, stands: Standing, names: dict[str, str]) -> dict[str, Any]:
    begun, expiry = stands.begun, stands.expiry
    return item(
        act,
        stands.facts,
        form=stands.form,
        until=None if expiry is None else expiry.date.text,
        since=begun.since,
        effective=begun.effective,
        dated=begun.dated,
        awaiting=[names.get(code, code) for code in stands.awaiting] or None,
        how=stands.how,
        by=_by(tie, stands, names),
        amended=[fact.event.date.text for fact in stands.amendments] or None,
        figures=_figures(stands) if stands.status == "commitments" else None,
        many_party=None if tie.own else True,
    )


def _by(tie: Tie, stands: Standing, names: dict[str, str]) -> list[str] | None:
    """Who ended or suspended it: of an act of some those of the two, of one of the whole all."""
    if stands.actor is None:
        return sorted(names.get(code, code) for code in stands.by) or None
    event = stands.actor.event
    by = event.by if event.type.whole else {tie.a, tie.b} & {*event.by}
    return sorted(by) or None


def _figures(stands: Standing) -> Any:
    """What a commitment or a package of contracts comes to, as it was last told."""
    told = [fact.event.body["figures"] for fact in stands.facts if "figures" in fact.event.body]
    return told[-1] if told else None


def _may_expire(act: Act, ledger: Ledger, tie: Tie, stretch: _Stretch) -> None:
    """List under possible that a day named only roughly may have been the last."""
    stands = stretch.stands
    if stands.expiry is None:
        return
    date, fact = stands.expiry.date, stands.expiry.fact
    day, until = max(stretch.day, date.earliest + 1), min(stretch.until, date.latest + 1)
    line = item(
        act,
        [fact],
        kind=act.kind,
        status="expired",
        event="agreement.expired",
        date=date.text,
    )
    ledger.item(tie.pair, "possible", day, until, fact.position, line)


def _in_effect(act: Act, ledger: Ledger, tie: Tie, stands: Standing) -> None:
    """Tell of earlier days that a later entry into force dates its effect back to them.

    The treaty was not in force on them (VCLT art. 28 lets its parties intend so).
    """
    fact = next(f for f in stands.facts if f.position == stands.begun.position)
    assert fact.dated_back is not None
    day = fact.dated_back.latest
    position = max(fact.position for fact in stands.facts)
    line = item(
        act,
        stands.facts,
        since=stands.begun.effective,
        in_force_from=stands.begun.since,
        many_party=None if tie.own else True,
    )
    ledger.item(tie.pair, "agreements.in_effect", day, stands.begun.day, position, line)


def _may(act: Act, ledger: Ledger, tie: Tie, fact: Fact) -> None:
    """List an event on the days on which it may have happened and would still matter.

    A signature of some day in 1924 is moot once a ratification of June 1924 is certain; an
    accession to a treaty that has long been in force is not.
    """
    if not act.concerns(fact, tie.a, tie.b):
        return
    first = max(fact.takes_effect.earliest, tie.may_from)
    until = min(_moot_from(act, tie, fact), fact.certain_from)
    line = item(
        act,
        [fact],
        kind=act.kind,
        status=fact.event.type.status,
        event=fact.event.type.name,
        date=fact.takes_effect.text,
        by=list(fact.event.by) or None,
    )
    ledger.item(tie.pair, "possible", first, until, fact.position, line)


def _moot_from(act: Act, tie: Tie, fact: Fact) -> int:
    """The first day on which an event that comes later in the life of the same is certain."""
    both = {tie.a, tie.b} & act.scope(fact)
    days = [
        other.certain_from
        for other in act.facts
        if other is not fact
        and both & act.scope(other)
        and _precedes(fact, other)
        and other.event.type.status != "statement"
    ]
    return min(days, default=LAST_DAY)


def _precedes(one: Fact, other: Fact) -> bool:
    """Whether one event comes before another in the order of a life, by their effects."""
    return in_order((one, other), lambda fact: fact.takes_effect, lambda fact: fact)[0] is one
