"""Agreements: for each two of the parties, what stands between them from day to day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from domain.acts.act import Act
from domain.acts.fact import Fact, surely_from
from domain.dates import FIRST_DAY, LAST_DAY
from domain.parties import Registry
from domain.relationship.change import Ledger
from domain.relationship.deed import TELLS, Deed, deeds_of, in_order
from domain.relationship.items import item
from domain.relationship.sides import Kept, Sides, Timeline
from domain.relationship.standing import PartyEnd, Standing, closed, standing
from domain.relationship.succession import Succession, ends_on
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
    ends_at = {code: ends_on(registry, code) for code in act.codes}
    imprecise = [(fact, deeds) for fact in act.facts if (deeds := _imprecise(fact))]
    alike: dict[tuple[object, ...], tuple[Tie, list[_Stretch]]] = {}
    for tie in ties:
        one, other = sides.of(tie.a), sides.of(tie.b)
        end = _party_end(tie, ends_at, sides.succession)
        key: tuple[object, ...] = (id(one), id(other), tie.joined)
        if end is not None:
            # Who took a party's place is told by name: such pairs are each their own case.
            taken = tie.pair if end.taken_over else None
            key = (*key, end.day, tie.a in end.codes, tie.b in end.codes, taken)
        if key not in alike:
            alike[key] = tie, list(_stretches(tie, one, other, end))
        first, found = alike[key]
        names = {first.a: tie.a, first.b: tie.b}
        for stretch in found:
            _list(act, ledger, tie, stretch, names)
        _in_effect(act, ledger, tie, found)
        for fact, deeds in imprecise:
            _may(act, ledger, tie, fact, deeds)


def _party_end(tie: Tie, ends_at: dict[str, int], succession: Succession) -> PartyEnd | None:
    """The first end of one of two parties, or of both."""
    day = min(ends_at[tie.a], ends_at[tie.b])
    if day == LAST_DAY:
        return None
    codes = tuple(code for code in (tie.a, tie.b) if ends_at[code] == day)
    return PartyEnd(day, codes, tuple(t for code in codes for t in succession.taken_over(code)))


def _stretches(
    tie: Tie, one: Timeline, other: Timeline, end: PartyEnd | None
) -> Iterator[_Stretch]:
    """What stands between two on the days since both are party.

    What first stands on the last day of a party, or after it, is closed for good.
    """
    days = {tie.joined, *one.days, *other.days}
    if end is not None:
        days |= {end.day - 1, end.day, *(fact.certain_from for fact, _ in end.taken_over)}
    shut: Standing | None = None
    pending: _Stretch | None = None
    for day in sorted(day for day in days if tie.joined <= day < LAST_DAY):
        stands = standing(tie.a, tie.b, one.at(day), other.at(day))
        if end is not None and day >= end.day - 1:
            shut = shut or stands
            if shut is not None and day >= end.day:
                stands = closed(shut, end, day)
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
    status = stands.status
    line = _line(act, tie, stands, names)
    position = max(fact.position for fact in stands.facts)
    ledger.item(tie.pair, f"agreements.{status}", day, until, position, line)
    ledger.count(tie.pair, f"agreements.counts.{status}", day, until, position)
    _may_expire(act, ledger, tie, stretch)


def _line(act: Act, tie: Tie, stands: Standing, names: dict[str, str]) -> dict[str, Any]:
    begun, expiry = stands.begun, stands.expiry
    ends = stands.status in ("in_force", "provisional", "suspended")
    return item(
        act,
        stands.facts,
        form=stands.form,
        until=None if expiry is None or not ends else expiry.date.text,
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
    figures = [fact.event.body["figures"] for fact in stands.facts if "figures" in fact.event.body]
    return figures[-1] if figures else None


def _may_expire(act: Act, ledger: Ledger, tie: Tie, stretch: _Stretch) -> None:
    """List under possible that a day named only roughly may have been the last."""
    stands = stretch.stands
    if stands.expiry is None:
        return
    date, fact = stands.expiry.date, stands.expiry.fact
    day, until = max(stretch.day, date.earliest + 1), min(stretch.until, surely_from(date) + 1)
    line = item(
        act,
        [fact],
        kind=act.kind,
        status="expired",
        event="agreement.expired",
        date=date.text,
    )
    ledger.item(tie.pair, "possible", day, until, fact.position, line)


def _in_effect(act: Act, ledger: Ledger, tie: Tie, stretches: Iterable[_Stretch]) -> None:
    """Tell of the days to which a later force dates its effect back.

    The treaty was not in force on them (VCLT art. 28 lets its parties intend so). Of two that are
    dated back to one day the earlier is told.
    """
    free: list[tuple[int, int]] = []
    over = FIRST_DAY
    for day, until, stands in stretches:
        if stands.status != "in_force":
            continue
        free.append((over, day))
        over = until
        if stands.begun.effective is None or day != stands.begun.day:
            continue
        position = max(fact.position for fact in stands.facts)
        line = item(
            act,
            stands.facts,
            since=stands.begun.effective,
            in_force_from=stands.begun.since,
            many_party=None if tie.own else True,
        )
        for first, last in free:
            since = max(first, stands.effect_from)
            ledger.item(tie.pair, "agreements.in_effect", since, last, position, line)
        free = [(first, min(last, stands.effect_from)) for first, last in free]


def _imprecise(fact: Fact) -> list[Deed]:
    """What of an event may have been done before it surely was."""
    deeds = (deed for deed in deeds_of(fact) if deed.what != TELLS)
    return [deed for deed in deeds if deed.date.earliest < deed.certain_from]


def _may(act: Act, ledger: Ledger, tie: Tie, fact: Fact, deeds: Sequence[Deed]) -> None:
    """List an event on the days on which it may have happened and would still matter.

    A signature of some day in 1924 is moot once a ratification of June 1924 is certain; an
    accession to a treaty that has long been in force is not.
    """
    if not act.concerns(fact, tie.a, tie.b):
        return
    # Nothing may take effect before it may have been done.
    first = max(tie.may_from, deeds_of(fact)[0].date.earliest)
    for deed in deeds:
        first = max(first, deed.date.earliest)
        until = min(_moot_from(act, tie, deed), deed.certain_from)
        line = item(
            act,
            [fact],
            kind=act.kind,
            status=fact.event.type.status,
            event=fact.event.type.name,
            date=deed.date.text,
            by=list(fact.event.by) or None,
        )
        ledger.item(tie.pair, "possible", first, until, fact.position, line)
        first = max(first, until)


def _moot_from(act: Act, tie: Tie, deed: Deed) -> int:
    """The first day on which an event that comes later in the life of the same is certain."""
    both = {tie.a, tie.b} & act.scope(deed.fact)
    days = [
        later.certain_from
        for other in act.facts
        if other is not deed.fact
        and both & act.scope(other)
        and other.event.type.status != "statement"
        for later in deeds_of(other)
        if later.what != TELLS and in_order((deed, later))[0] is deed
    ]
    return min(days, default=LAST_DAY)
