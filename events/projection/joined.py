"""The changes of an act among its index rows, those that are joined from its parts with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from domain.relationship import Change
from events.projection.parts import ALL, KnownPart, PartRow, Reading, joined_of_act
from events.projection.rows import OPEN, ChangeRow, KnownChange, KnownRow


def changes_in(rows: Iterable[KnownRow]) -> Iterator[KnownChange]:
    """Every change to any relationship that the rows of one act are, or make together."""
    parts: list[KnownPart] = []
    for known in rows:
        row = known.row
        if isinstance(row, ChangeRow):
            yield KnownChange(row.change, row.act_id, known.known_from, known.known_to)
        elif isinstance(row, PartRow):
            parts.append(known_part(known, row))
    if parts:
        for joined in joined_of_act(parts, OPEN):
            yield KnownChange(joined.change, joined.act_id, joined.known_from, joined.known_to)


def changes_known(rows: Sequence[KnownRow], position: int) -> Iterator[Change]:
    """Those of them that were known at a position."""
    known = [one for one in rows if one.known_from <= position < one.known_to]
    yield from (one.row.change for one in known if isinstance(one.row, ChangeRow))
    parts = {one.row.party: one.row.part for one in known if isinstance(one.row, PartRow)}
    if parts:
        reading, act_id = Reading(), known[0].row.act_id
        for a, b in combinations(sorted(parts.keys() - {ALL}), 2):
            yield from reading.joined(act_id, parts, a, b)


def changed_at(rows: Sequence[KnownRow], position: int) -> Iterator[Change]:
    """Those of them that came to be known at a position, or ceased to be.

    Only the pairs of parties whose parts turned there are joined.
    """
    turned: set[str] = set()
    now: dict[str, bytes] = {}
    before: dict[str, bytes] = {}
    for known in rows:
        row, turns = known.row, position in (known.known_from, known.known_to)
        if isinstance(row, ChangeRow):
            if turns:
                yield row.change
        elif isinstance(row, PartRow):
            if turns:
                turned.add(row.party)
            if known.known_from <= position < known.known_to:
                now[row.party] = row.part
            if known.known_from < position <= known.known_to:
                before[row.party] = row.part
    if not turned:
        return
    reading, act_id = Reading(), rows[0].row.act_id
    for a, b in combinations(sorted((now.keys() | before.keys()) - {ALL}), 2):
        if turned & {ALL, a, b}:
            one, other = (reading.joined(act_id, parts, a, b) for parts in (before, now))
            yield from (change for change in one if change not in other)
            yield from (change for change in other if change not in one)


def known_part(known: KnownRow, row: PartRow) -> KnownPart:
    """A row of a part, with the time it is known."""
    return KnownPart(row.act_id, row.party, row.part, known.known_from, known.known_to)
