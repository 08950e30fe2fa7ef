"""Between two: what an agreement is to two of its parties from day to day, by their shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from domain.dates import FIRST_DAY, LAST_DAY
from domain.relationship.change import Ledger
from domain.relationship.items import Titled, item
from domain.relationship.share import Turns
from domain.relationship.standing import PartyEnd, Standing, Taken, closed, standing
from domain.relationship.ties import Tie


class Heading(Titled, Protocol):
    """What is told of an act as a whole."""

    @property
    def kind(self) -> str:
        """Its kind."""
        ...


class Stretch(NamedTuple):
    """The days `[day, until)` on which an agreement stands alike between two parties."""

    day: int
    until: int
    stands: Standing


def stretches(tie: Tie, one: Turns, other: Turns, end: PartyEnd | None) -> Iterator[Stretch]:
    """What stands between two on the days since both are party.

    What first stands on the last day of a party, or after it, is closed for good.
    """
    days = {tie.joined, *one.days, *other.days}
    if end is not None:
        days |= {end.day - 1, end.day, *(taken.surely for taken in end.taken_over)}
    shut: Standing | None = None
    pending: Stretch | None = None
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
        pending = None if stands is None else Stretch(day, LAST_DAY, stands)
    if pending is not None:
        yield pending


def party_end(
    tie: Tie, ends: tuple[int, int], taken_over: tuple[Sequence[Taken], Sequence[Taken]]
) -> PartyEnd:
    """The first end of one of two parties, or of both, by the days from which they are no more."""
    day = min(ends)
    ended = [number for number in (0, 1) if ends[number] == day]
    codes = (tie.a, tie.b)
    return PartyEnd(
        day,
        tuple(codes[number] for number in ended),
        tuple(taken for number in ended for taken in taken_over[number]),
    )


def contribute(
    act: Heading,
    ledger: Ledger,
    tie: Tie,
    found: Sequence[Stretch],
    names: Mapping[str, str],
) -> None:
    """List what stands between two parties; `names` are theirs, by those it was found for."""
    for stretch in found:
        _list(act, ledger, tie, stretch, names)
    _in_effect(act, ledger, tie, found)


def _list(
    act: Heading, ledger: Ledger, tie: Tie, stretch: Stretch, names: Mapping[str, str]
) -> None:
    """List a stretch of two parties, told of two others in the same case."""
    day, until, stands = stretch
    status = stands.status
    line = _line(act, tie, stands, names)
    position = max(ground.position for ground in stands.grounds)
    ledger.item(tie.pair, f"agreements.{status}", day, until, position, line)
    ledger.count(tie.pair, f"agreements.counts.{status}", day, until, position)
    _may_expire(act, ledger, tie, stretch)


def _line(act: Heading, tie: Tie, stands: Standing, names: Mapping[str, str]) -> dict[str, Any]:
    begun, term = stands.begun, stands.term
    ends = stands.status in ("in_force", "provisional", "suspended")
    return item(
        act,
        stands.grounds,
        form=stands.form,
        until=None if term is None or not ends else term.date,
        since=begun.since,
        effective=begun.effective,
        dated=begun.dated,
        awaiting=[names.get(code, code) for code in stands.awaiting] or None,
        how=stands.how,
        by=_by(tie, stands, names),
        amended=[ground.date for ground in stands.amendments] or None,
        figures=_figures(stands) if stands.status == "commitments" else None,
        many_party=None if tie.own else True,
    )


def _by(tie: Tie, stands: Standing, names: Mapping[str, str]) -> list[str] | None:
    """Who ended or suspended it: of an act of some those of the two, of one of the whole all."""
    if stands.actor is None:
        return sorted(names.get(code, code) for code in stands.by) or None
    acting = stands.actor.by
    by = acting if stands.actor.whole else {tie.a, tie.b} & {*acting}
    return sorted(by) or None


def _figures(stands: Standing) -> Any:
    """What a commitment or a package of contracts comes to, as it was last told."""
    told = [ground.figures for ground in stands.grounds if ground.figures is not None]
    return told[-1] if told else None


def _may_expire(act: Heading, ledger: Ledger, tie: Tie, stretch: Stretch) -> None:
    """List under possible that a day named only roughly may have been the last."""
    term = stretch.stands.term
    if term is None:
        return
    day, until = max(stretch.day, term.earliest + 1), min(stretch.until, term.surely + 1)
    line = item(
        act,
        [term],
        kind=act.kind,
        status="expired",
        event="agreement.expired",
        date=term.date,
    )
    ledger.item(tie.pair, "possible", day, until, term.position, line)


def _in_effect(act: Heading, ledger: Ledger, tie: Tie, found: Iterable[Stretch]) -> None:
    """Tell of the days to which a later force dates its effect back.

    The treaty was not in force on them (VCLT art. 28 lets its parties intend so). Of two that are
    dated back to one day the earlier is told.
    """
    free: list[tuple[int, int]] = []
    over = FIRST_DAY
    for day, until, stands in found:
        if stands.status != "in_force":
            continue
        free.append((over, day))
        over = until
        if stands.begun.effective is None or day != stands.begun.day:
            continue
        position = max(ground.position for ground in stands.grounds)
        line = item(
            act,
            stands.grounds,
            since=stands.begun.effective,
            in_force_from=stands.begun.since,
            many_party=None if tie.own else True,
        )
        for first, last in free:
            since = max(first, stands.effect_from)
            ledger.item(tie.pair, "agreements.in_effect", since, last, position, line)
        free = [(first, min(last, stands.effect_from)) for first, last in free]
