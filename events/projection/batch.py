"""A portion: the streams of some acts as they are stored, and the index rows they give.

Both are plain values, so that a portion may be derived in another process or on another machine:
that needs the program with its registry, and no store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from domain.parties import Registry
from events.log.record import decode
from events.projection.derived import derived
from events.projection.edition import edition_of
from events.projection.rows import ActRow, ChangeRow, PartyRow, Row, VersionRow
from events.registry import load_registry
from events.segments import signature_of

#: The stored bytes of one act's records in version order.
Stream = tuple[bytes, ...]
PlainRow = tuple[Any, ...]

#: Beyond so many rows no further stream of a portion is begun: a great treaty has thousands.
_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Index rows as tuples: a row's fields in their order, then `known_from` and `known_to`.

    A change stands as act_id, relationship, day, until, position, effect as JSON, acts, shared,
    contact, and the signature of its effect as bytes.
    """

    acts: list[PlainRow] = field(default_factory=list)
    versions: list[PlainRow] = field(default_factory=list)
    parties: list[PlainRow] = field(default_factory=list)
    changes: list[PlainRow] = field(default_factory=list)

    def __iter__(self) -> Iterator[list[PlainRow]]:
        """The four tables; every row begins with its act_id."""
        yield from (self.acts, self.versions, self.parties, self.changes)

    def __len__(self) -> int:
        return sum(map(len, self))

    def extend(self, other: PlainRows) -> None:
        """Add the rows of others at the end."""
        for mine, theirs in zip(self, other, strict=True):
            mine.extend(theirs)

    def without(self, act_ids: set[str]) -> PlainRows:
        """The rows of all other acts."""
        return PlainRows(*([row for row in table if row[0] not in act_ids] for table in self))


def derive(streams: Sequence[Stream], upto: int, registry: Registry) -> tuple[int, PlainRows]:
    """How many of the first streams were derived, at least one, and their rows in that order.

    They are as the index had them when the log ended at `upto`, but for what was erased later.
    Raises `UnreadableRecord`.
    """
    rows = PlainRows()
    for done, stream in enumerate(streams):
        if len(rows) > _MOST_ROWS:
            return done, rows
        for known in derived([decode(state) for state in stream], registry, upto):
            table, told = _plain(rows, known.row)
            table.append((*told, known.known_from, known.known_to))
    return len(streams), rows


def derive_as(streams: Sequence[Stream], upto: int, edition: str) -> tuple[int, PlainRows]:
    """The same with the registry this process has.

    Raises `ValueError` where that, or the fold, is of another edition than is asked for.
    """
    registry = load_registry()
    if (own := edition_of(registry)) != edition:
        raise ValueError(f"expected a worker of edition {edition}, got one of {own}")
    return derive(streams, upto, registry)


def _plain(rows: PlainRows, row: Row) -> tuple[list[PlainRow], PlainRow]:
    """The table a row belongs to, and its fields."""
    match row:
        case ActRow():
            days = row.first_day, row.last_day
            told = row.act_id, row.kind, row.opened, row.title, *days, row.text
            return rows.acts, told
        case VersionRow():
            days = row.earliest, row.latest
            version = row.act_id, row.version, row.type, *days, row.relationship, row.position
            return rows.versions, version
        case PartyRow():
            return rows.parties, (row.act_id, row.party, row.opened, row.many)
        case ChangeRow():
            c = row.change
            change = row.act_id, c.relationship, c.day, c.until, c.position
            shown = orjson.dumps(c.effect), row.acts, row.shared, row.contact
            return rows.changes, (*change, *shown, signature_of(c.effect))
