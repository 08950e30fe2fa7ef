"""Effects: which relationships some records of an act changed, and how their states differ."""

from __future__ import annotations

from typing import Any

from domain.parties import Registry
from events.projection.rows import ChangeRow
from events.query.basis import Basis
from events.query.differences import Differ, difference
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
    differ: Differ = difference,
) -> Json:
    """What the records of an act beyond `earlier` and up to `later` changed of a valid day.

    `relationships`, by key, each with its `changes`: at most `MOST_TOLD`, or `only` the one;
    `count` says how many were changed.
    A relationship is among them if the index of it changed on a day up to the one asked about,
    even where its state says the same as before.
    """
    keys = sorted(touched(reader, act_id, earlier.position, later))
    chosen = keys[:MOST_TOLD] if only is None else [key for key in keys if key == only]
    told = [differ(reader, registry, key, earlier, later) for key in chosen]
    named = ("relationship", "parties", "changes")
    return {
        "relationships": [{name: one[name] for name in named} for one in told],
        "count": len(keys),
    }


def touched(reader: Reader, act_id: str, after: int, later: Basis) -> set[str]:
    """The relationships of which records of an act beyond a position changed what is known."""
    return {
        known.row.change.relationship
        for known in reader.index_of(act_id)
        if isinstance(known.row, ChangeRow)
        and known.row.change.day <= later.as_of
        and any(after < turn <= later.position for turn in (known.known_from, known.known_to))
    }
