"""Likely twins: two acts of two sources that may be one, for a person to look at.

They are of one kind, between the same parties in the same roles, and each has an event of a type
that the other has too, on days that meet. Nothing is joined by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.acts import Act, Fact
from domain.parties import Registry, relationship_key
from events.log.account import source_of
from events.log.history import known_act
from events.log.record import Record
from events.query import answer_types as types
from events.query.acts_view import act_line
from events.query.answers import sealed
from events.query.basis import Basis
from events.store.protocol import Reader
from events.store.window import Chosen

Json = dict[str, Any]

#: How many acts a page looks at before it says where to go on.
MOST_LOOKED_AT = 2_000
_PAGE = 200
#: Versions looked at round one act: an act without a date meets all that its parties ever did.
_MOST_ROUND = 2_000
#: What two sources word or number each in its own way.
_OWN = frozenset({"key", "sources", "codes", "verbatim", "note", "title", "links"})


def twins(
    reader: Reader,
    registry: Registry,
    basis: Basis,
    relationship: str | None,
    after: int,
    limit: int,
) -> types.Twins:
    """A page of likely twins, by the act of the two that was recorded later.

    It looks at a bounded number of acts, so that it may hold fewer pairs than `limit`, or none,
    and still have a cursor; all pairs of one later act stand on one page. Of a relationship those
    between its two parties, whoever else takes part.
    """
    found: list[Json] = []
    following: int | None = None
    last = after
    for looked_at, (opened, act_id) in enumerate(_acts(reader, basis, relationship, after)):
        if len(found) >= limit or looked_at == MOST_LOOKED_AT:
            following = last
            break
        last = opened
        found += _of(reader, registry, basis, act_id)
    given = {"relationship": relationship, "twins": found, "cursor": following}
    return sealed(types.Twins, given, basis, registry)


def _acts(
    reader: Reader, basis: Basis, relationship: str | None, after: int
) -> Iterator[tuple[int, str]]:
    """Acts by the position that opened them."""
    if relationship is not None:
        between = reader.acts_of(relationship, basis.position)
        opened = ((reader.stream(act_id)[0].position, act_id) for act_id in between)
        yield from sorted(one for one in opened if one[0] > after)
        return
    while page := reader.acts(basis.position, after=after, limit=_PAGE):
        yield from ((row.opened, row.act_id) for row in page)
        after = page[-1].opened


def _of(reader: Reader, registry: Registry, basis: Basis, act_id: str) -> Iterator[Json]:
    """The pairs of an act with those recorded before it."""
    for told in earlier_twins(reader, act_id, basis.position):
        lines = [_line(act, stream, registry, basis) for act, stream in told]
        yield {"acts": lines, "differ": _differ(*(act for act, _ in told))}


def earlier_twins(
    reader: Reader, act_id: str, position: int
) -> Iterator[tuple[tuple[Act, list[Record]], tuple[Act, list[Record]]]]:
    """The likely twins of an act that were recorded before it, each beside the act itself.

    Each of the two is as known at the position, with all its records.
    """
    stream = reader.stream(act_id)
    act = known_act(stream, position)
    for other in _round(reader, act, position):
        earlier = reader.stream(other)
        if earlier[0].position >= stream[0].position:
            continue
        twin = known_act(earlier, position)
        if are_twins(twin, act) and not _sources(twin, earlier) & _sources(act, stream):
            yield (twin, earlier), (act, stream)


def _round(reader: Reader, act: Act, position: int) -> list[str]:
    """The acts of the kind between two of its parties that touch its days."""
    if len(act.codes) < 2 or not act.facts:
        return []
    pair = relationship_key(*act.codes[:2])
    first = min(fact.event.date.earliest for fact in act.facts)
    last = max(fact.event.date.latest for fact in act.facts)
    chosen = Chosen(act.kind)
    rows = reader.timeline(pair, position, first, last, None, _MOST_ROUND, chosen)
    return sorted({row.act_id for row in rows} - {act.act_id})


def are_twins(one: Act, other: Act) -> bool:
    """Whether two acts have their kind, parties and roles in common, and an event that meets."""
    return (
        one.kind == other.kind
        and {*one.parties} == {*other.parties}
        and next(_meeting(one, other), None) is not None
    )


def _meeting(one: Act, other: Act) -> Iterator[tuple[Fact, Fact]]:
    """The events of two acts that are of one type, on days that meet."""
    for fact in one.life:
        for met in other.life:
            ours, theirs = fact.event.date, met.event.date
            if (
                fact.event.type == met.event.type
                and fact.event.by == met.event.by
                and ours.earliest <= theirs.latest
                and theirs.earliest <= ours.latest
            ):
                yield fact, met


def _sources(act: Act, stream: list[Record]) -> set[str]:
    in_force = {fact.position for fact in act.facts}
    return set().union(*(source_of(r) for r in stream if r.position in in_force))


def _line(act: Act, stream: list[Record], registry: Registry, basis: Basis) -> Json:
    return {
        **act_line(act, registry, basis),
        "date": act.life[0].event.date.text,
        "sources": sorted(_sources(act, stream)),
        "records": [fact.position for fact in act.life],
    }


def _differ(one: Act, other: Act) -> Json:
    """By field what the first two events that meet say otherwise: of the earlier and the later."""
    fact, met = next(_meeting(one, other))
    ours, theirs = fact.event.body, met.event.body
    return {
        name: [ours.get(name), theirs.get(name)]
        for name in sorted({*ours, *theirs} - _OWN)
        if ours.get(name) != theirs.get(name)
    }
