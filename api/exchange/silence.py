"""Silence: pairs that a source claims to cover and tells nothing of, though they have other acts.

Inside coverage absence is an answer. Where a row was dropped or put aside, the answer is false,
and nothing shows it but what other acts of the pair presuppose.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.exchange.row import Coverage
from domain.dates import DateError, format_day, parse
from events.application import Chancery
from events.query.answer_types import State

Json = dict[str, Any]
_PAGE = 500


def silent_pairs(chancery: Chancery, coverage: Coverage) -> list[Json]:
    """The covered pairs with acts of other kinds and none of a claimed one, by key.

    Asked of the last day that is covered and has come. Of relations it is asked whether they were
    ever established: a mission without them is a dropped row too. Claims that name no party are
    about all pairs there are, and such a source is not expected to tell of each.
    """
    if not coverage.spans or not coverage.parties:
        return []
    try:
        last = format_day(parse(coverage.spans[-1].valid_to).latest)
    except (DateError, ValueError):
        last = chancery.query.today()
    as_of = min(last, chancery.query.today())
    found = {}
    for party in coverage.parties:
        for pair in _pairs(chancery, party, as_of):
            if pair not in found:
                state = chancery.query.state(pair, as_of)
                found[pair] = _silent(state, coverage.kinds)
    return [
        {"relationship": pair, "as_of": as_of, "none_of": none_of, "acts": acts}
        for pair, (none_of, acts) in sorted(found.items())
        if none_of
    ]


def _pairs(chancery: Chancery, party: str, as_of: str) -> Iterator[str]:
    cursor = ""
    while True:
        page = chancery.query.relationships(party, as_of, cursor=cursor, limit=_PAGE)
        yield from (line["relationship"] for line in page["relationships"])
        cursor = page["cursor"] or ""
        if not cursor:
            return


def _silent(state: State, kinds: tuple[str, ...]) -> tuple[list[str], dict[str, int]]:
    """The claimed kinds of which a state knows nothing, and the acts it knows of."""
    acts: dict[str, int] = state["contact"]["acts"]
    relations = state["relations"]
    missions = any(relations["missions"].values())
    none_of = [
        kind
        for kind in kinds
        if (
            relations["diplomatic"] is None and (missions or acts)
            if kind == "relation"
            else kind not in acts and (acts or relations["diplomatic"] is not None)
        )
    ]
    return none_of, acts
