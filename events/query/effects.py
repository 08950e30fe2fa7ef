"""Effects: which relationships some records of an act changed, and how their states differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from domain.parties import Registry
from events.projection.rows import ChangeRow
from events.query import answer_types as types
from events.query.basis import Basis
from events.query.differences import difference, whole_difference
from events.store.act_writer import ActReader
from events.store.protocol import Reader

Json = dict[str, Any]

#: Relationships whose change is told in full; a treaty of 190 has 17,955.
MOST_TOLD = 12


def effects(
    reader: Reader,
    registry: Registry,
    act_id: str,
    earlier: Basis,
    later: Basis,
    only: str | None = None,
) -> Json:
    """What the records of an act beyond `earlier` and up to `later` changed of a valid day.

    `relationships`, by key, each with its `changes`: at most `MOST_TOLD`, or `only` the one;
    `count` says how many were changed.
    A relationship is among them if the index of it changed on a day up to the one asked about,
    even where its state says the same as before.
    """
    keys = sorted(touched(reader, act_id, earlier.position, later))
    chosen = keys[:MOST_TOLD] if only is None else [key for key in keys if key == only]
    told = [difference(reader, registry, key, earlier, later) for key in chosen]
    return _named(told, len(keys))


def supposed_effects(
    before: Reader, after: ActReader, registry: Registry, act_id: str, earlier: Basis, later: Basis
) -> Json:
    """As `effects`, of what is supposed in `after` beyond the snapshot `before`.

    What an erasure changes is no row of a later position: rows there were are gone.
    """
    rows = _rows(before, act_id, earlier), _rows(after, act_id, later)
    keys = sorted(
        key for key in rows[0].keys() | rows[1].keys() if rows[0].get(key) != rows[1].get(key)
    )
    told = [
        whole_difference(before, registry, key, earlier, later, after) for key in keys[:MOST_TOLD]
    ]
    return _named(told, len(keys))


def _rows(reader: ActReader, act_id: str, basis: Basis) -> dict[str, set[bytes]]:
    """What an act was known to do to each relationship on days up to a basis's."""
    found: dict[str, set[bytes]] = {}
    for known in reader.index_of(act_id):
        row = known.row
        if (
            isinstance(row, ChangeRow)
            and row.change.day <= basis.as_of
            and known.known_from <= basis.position < known.known_to
        ):
            told = orjson.dumps((*row.change,), option=orjson.OPT_SORT_KEYS)
            found.setdefault(row.change.relationship, set()).add(told)
    return found


def _named(told: Sequence[types.Difference], count: int) -> Json:
    changed: list[types.PreviewedRelationship] = [
        {
            "relationship": one["relationship"],
            "parties": one["parties"],
            "changes": one["changes"],
        }
        for one in told
    ]
    return {"relationships": changed, "count": count}


def touched(reader: Reader, act_id: str, after: int, later: Basis) -> set[str]:
    """The relationships of which records of an act beyond a position changed what is known."""
    return {
        known.row.change.relationship
        for known in reader.index_of(act_id)
        if isinstance(known.row, ChangeRow)
        and known.row.change.day <= later.as_of
        and any(after < turn <= later.position for turn in (known.known_from, known.known_to))
    }
