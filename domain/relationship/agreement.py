"""Agreements: for each two of the parties, what stands between them from day to day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from domain.acts.act import Act, Fact, life_order
from domain.dates import LAST_DAY
from domain.relationship.change import Ledger
from domain.relationship.items import item
from domain.relationship.side import side_of
from domain.relationship.standing import Standing, Two
from domain.relationship.timeline import Kept, Timeline, Timelines, merged, turning_days
from domain.relationship.treaty import Known, Terms, any_consent

#: From this stage on events toggle, so that a later one does not make an earlier one moot.
_TOGGLES = 7


class _Stretch(NamedTuple):
    """The days `[day, until)` on which an agreement stands alike between two parties."""

    day: int
    until: int
    status: str
    position: int
    line: dict[str, Any]


def fold_agreement(
    act: Act, ledger: Ledger, pairs: Iterable[str], kept: Kept | None = None
) -> None:
    """Contribute an agreement to pairs of its parties; `kept` is what was kept of it before."""
    terms = Terms(bilateral=not act.many_party, by_consent=any_consent(act.facts))
    timelines = Timelines(act, terms, {} if kept is None else kept)
    alike: dict[tuple[int, int], tuple[str, str, list[_Stretch]]] = {}
    for pair in pairs:
        a, b = pair.split("-")
        one, other = timelines.of(a), timelines.of(b)
        if one is None or other is None:
            stretches = list(_told(act, ledger, pair, timelines.facts(a, b), terms))
        else:
            key = (id(one), id(other))
            if key not in alike:
                alike[key] = a, b, list(_stretches(act, _days(one, other, a, b)))
            stretches = [_between(stretch, *alike[key][:2], a, b) for stretch in alike[key][2]]
        for day, until, status, position, line in stretches:
            ledger.item(pair, f"agreements.{status}", day, until, position, line)
            ledger.count(pair, f"agreements.counts.{status}", day, until, position)


def _days(one: Timeline, other: Timeline, a: str, b: str) -> Iterator[Two]:
    for day, side, opposite, worded in merged(one, other):
        yield Two(a, b, side, opposite, worded, day, bilateral=False)


def _between(stretch: _Stretch, first: str, second: str, a: str, b: str) -> _Stretch:
    """The stretch of two parties, told of two others in the same case."""
    line = stretch.line
    if (first, second) == (a, b) or not ("awaiting" in line or "by" in line):
        return stretch
    names = {first: a, second: b}
    told = dict(line)
    if "awaiting" in told:
        told["awaiting"] = [names[code] for code in told["awaiting"]]
    if "by" in told:
        told["by"] = names[told["by"]]
    return stretch._replace(line=told)


def _told(
    act: Act, ledger: Ledger, pair: str, facts: list[Fact], terms: Terms
) -> Iterator[_Stretch]:
    """The stretches of a pair by all its facts at once, whatever their dates leave open.

    What may have happened goes into the ledger on the way.
    """
    a, b = pair.split("-")
    days = turning_days(facts)

    def known() -> Iterator[Two]:
        for index, day in enumerate(days):
            until = days[index + 1] if index + 1 < len(days) else LAST_DAY
            certain = Known(life_order(f for f in facts if f.certain_from <= day), terms)
            for fact in _possible(facts, certain, day):
                _may(act, ledger, pair, fact, (day, until))
            one, other = side_of(certain, a), side_of(certain, b)
            yield Two(a, b, one, other, one.worded, day, terms.bilateral)

    return _stretches(act, known())


def _stretches(act: Act, days: Iterable[Two]) -> Iterator[_Stretch]:
    pending: tuple[int, Standing, dict[str, Any]] | None = None
    for two in days:
        stands = two.standing()
        fields = two.fields() if stands is not None else {}
        if pending is not None and pending[1:] == (stands, fields):
            continue
        if pending is not None:
            yield _stretch(act, pending[1], pending[2], pending[0], two.day)
        pending = None if stands is None else (two.day, stands, fields)
    if pending is not None:
        yield _stretch(act, pending[1], pending[2], pending[0], LAST_DAY)


def _possible(facts: Iterable[Fact], known: Known, day: int) -> Iterator[Fact]:
    """Facts that may have happened and would still matter.

    A signature of some day in 1924 is moot once a ratification of June 1924 is certain; an
    accession to a treaty that has long been in force is not.
    """
    for fact in facts:
        if fact.takes_effect.earliest <= day < fact.certain_from:
            acting = fact.event.speaks_for
            beyond = [
                other.event.type.stage
                for other in known.facts
                if acting is None or set(acting) & set(other.event.speaks_for or ())
            ]
            stage = fact.event.type.stage
            if stage >= _TOGGLES or stage > max(beyond, default=0):
                yield fact


def _may(act: Act, ledger: Ledger, pair: str, fact: Fact, days: tuple[int, int]) -> None:
    line = item(
        act,
        [fact],
        kind=act.kind,
        status=fact.event.type.status,
        event=fact.event.type.name,
        date=fact.takes_effect.text,
        by=list(fact.event.by) or None,
    )
    ledger.item(pair, "possible", *days, fact.position, line)


def _stretch(act: Act, stands: Standing, fields: dict[str, Any], day: int, until: int) -> _Stretch:
    if stands.status in ("ended", "suspended", "signed", "unsigned"):
        fields = {name: value for name, value in fields.items() if name != "until"}
    line = item(
        act,
        stands.facts,
        **fields,
        since=stands.since,
        awaiting=list(stands.awaiting) or None,
        how=stands.how,
        by=stands.by,
        many_party=act.many_party or None,
    )
    position = max(fact.position for fact in stands.facts)
    return _Stretch(day, until, stands.status, position, line)
