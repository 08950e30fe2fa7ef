"""Agreements: for each two of the parties, what stands between them from day to day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations
from typing import Any

from domain.acts.act import Act, Fact
from domain.dates import LAST_DAY
from domain.dates import parse as parse_date
from domain.parties import relationship_key
from domain.relationship.change import Ledger
from domain.relationship.items import item
from domain.relationship.treaty import (
    Known,
    Standing,
    Terms,
    any_consent,
    fields_of,
    standing,
)

#: From this stage on events toggle, so that a later one does not make an earlier one moot.
_TOGGLES = 7


def fold_agreement(act: Act, ledger: Ledger, only: Collection[str] | None) -> None:
    """Contribute an agreement to every pair of its parties, or to some of them `only`."""
    terms = Terms(bilateral=not act.many_party, by_consent=any_consent(act.facts))
    whole = [fact for fact in act.facts if fact.event.speaks_for is None]
    own: dict[str, list[Fact]] = {}
    for fact in act.facts:
        for code in fact.event.speaks_for or ():
            own.setdefault(code, []).append(fact)
    for a, b in combinations(act.codes, 2):
        if only is not None and relationship_key(a, b) not in only:
            continue
        facts = {fact.version: fact for fact in (*whole, *own.get(a, ()), *own.get(b, ()))}
        _fold_pair(act, terms, list(facts.values()), a, b, ledger)


def _fold_pair(act: Act, terms: Terms, facts: list[Fact], a: str, b: str, ledger: Ledger) -> None:
    pair = relationship_key(a, b)
    days = sorted({day for fact in facts for day in _days(fact) if day < LAST_DAY})
    pending: tuple[int, Standing, dict[str, Any]] | None = None
    for index, day in enumerate(days):
        until = days[index + 1] if index + 1 < len(days) else LAST_DAY
        known = Known((f for f in facts if f.certain_from <= day), terms, day)
        stands = standing(known, a, b)
        for fact in _possible(facts, known, day):
            _may(act, ledger, pair, fact, (day, until))
        fields = fields_of(known) if stands is not None else {}
        if pending is not None and pending[1:] == (stands, fields):
            continue
        if pending is not None:
            _list(act, ledger, pair, pending[1], pending[2], (pending[0], day))
        pending = None if stands is None else (day, stands, fields)
    if pending is not None:
        _list(act, ledger, pair, pending[1], pending[2], (pending[0], LAST_DAY))


def _days(fact: Fact) -> Iterator[int]:
    yield fact.takes_effect.earliest
    yield fact.certain_from
    expiry = fact.event.body.get("expires_on")
    if expiry is not None:
        yield parse_date(expiry).latest + 1


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


def _list(
    act: Act,
    ledger: Ledger,
    pair: str,
    stands: Standing,
    fields: dict[str, Any],
    days: tuple[int, int],
) -> None:
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
    ledger.item(pair, f"agreements.{stands.status}", *days, position, line)
    ledger.count(pair, f"agreements.counts.{stands.status}", *days, position)
