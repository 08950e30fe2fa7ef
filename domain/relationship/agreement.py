"""Agreements: for each two of the parties, what stands between them from day to day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from domain.acts.act import Act
from domain.acts.fact import Fact
from domain.dates import LAST_DAY
from domain.parties import Registry
from domain.relationship.between import Stretch, contribute, party_end, stretches
from domain.relationship.change import Ledger
from domain.relationship.deed import TELLS, Deed, deeds_of, in_order
from domain.relationship.items import item
from domain.relationship.sides import Kept, Sides
from domain.relationship.succession import ends_on
from domain.relationship.ties import Tie


def fold_agreement(
    act: Act, ledger: Ledger, ties: Iterable[Tie], registry: Registry, kept: Kept | None = None
) -> None:
    """Contribute an agreement to pairs of its parties; `kept` is what was kept of it before."""
    sides = Sides(act, registry, {} if kept is None else kept)
    ends_at = {code: ends_on(registry, code) for code in act.codes}
    imprecise = [(fact, deeds) for fact in act.facts if (deeds := imprecise_deeds(fact))]
    alike: dict[tuple[object, ...], tuple[Tie, list[Stretch]]] = {}
    for tie in ties:
        one, other = sides.of(tie.a).turns, sides.of(tie.b).turns
        ends = ends_at[tie.a], ends_at[tie.b]
        end = None
        key: tuple[object, ...] = (id(one), id(other), tie.joined)
        if min(ends) < LAST_DAY:
            end = party_end(tie, ends, (sides.taken_over(tie.a), sides.taken_over(tie.b)))
            # Who took a party's place is told by name: such pairs are each their own case.
            taken = tie.pair if end.taken_over else None
            key = (*key, end.day, tie.a in end.codes, tie.b in end.codes, taken)
        if key not in alike:
            alike[key] = tie, list(stretches(tie, one, other, end))
        first, found = alike[key]
        contribute(act, ledger, tie, found, {first.a: tie.a, first.b: tie.b})
        for fact, deeds in imprecise:
            _may(act, ledger, tie, fact, deeds)


def imprecise_deeds(fact: Fact) -> list[Deed]:
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
        both = [code for code in (tie.a, tie.b) if code in act.scope(fact)]
        until = min((*(moot_from(act, code, deed) for code in both), deed.certain_from))
        line = maybe_line(act, fact, deed)
        ledger.item(tie.pair, "possible", first, until, fact.position, line)
        first = max(first, until)


def maybe_line(act: Act, fact: Fact, deed: Deed) -> dict[str, Any]:
    """The line of an event that may have happened."""
    return item(
        act,
        [fact],
        kind=act.kind,
        status=fact.event.type.status,
        event=fact.event.type.name,
        date=deed.date.text,
        by=list(fact.event.by) or None,
    )


def moot_from(act: Act, code: str, deed: Deed) -> int:
    """The first day on which an event that comes later in the life of a party is certain."""
    days = [
        later.certain_from
        for other in act.facts
        if other is not deed.fact
        and code in act.scope(other)
        and other.event.type.status != "statement"
        for later in deeds_of(other)
        if later.what != TELLS and in_order((deed, later))[0] is deed
    ]
    return min(days, default=LAST_DAY)
