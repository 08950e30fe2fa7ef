"""Likely twins of an import: acts of other sources, there before, that may be the same."""

from __future__ import annotations

from typing import Any

from events.application import Chancery

Json = dict[str, Any]


def likely_twins(chancery: Chancery, after: int) -> list[Json]:
    """The pairs whose later act was first recorded beyond a position, by both ids.

    Into an empty store nothing can be a twin, and nothing is looked at.
    """
    found: list[Json] = []
    known_at, cursor = chancery.query.head().position, after or None
    while cursor is not None:
        page = chancery.inspection.twins(known_at=known_at, after=cursor, limit=500)
        for pair in page["twins"]:
            first, second = (act["act_id"] for act in pair["acts"])
            found.append({"first": first, "second": second})
        cursor = page["cursor"]
    return found
