"""The changes of an act among its index rows, those that are joined from its parts with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from events.projection.parts import KnownPart, PartRow, joined_of_act
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


def known_part(known: KnownRow, row: PartRow) -> KnownPart:
    """A row of a part, with the time it is known."""
    return KnownPart(row.act_id, row.party, row.part, known.known_from, known.known_to)
