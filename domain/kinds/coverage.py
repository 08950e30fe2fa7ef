"""Coverage: a source's claim of what it covers.

It is kept as an act, so that it is known from a position on, corrected and proved like the rest.
Before a source's coverage begins or after it ends, absence is unknown, not zero.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.kinds.event_type import EventType
from domain.kinds.kind import Kind, Life
from domain.shapes import Choice, Many


def coverage_of(kinds: Iterable[Kind]) -> Kind:
    """The kind of claims about acts of some kinds."""
    names = tuple(kind.name for kind in kinds)
    return Kind(
        name="coverage",
        life=Life.CLAIM,
        events=(
            EventType("coverage.claimed", "claimed", 1, ("title",), durative=True, whole=True),
        ),
        fields={"kinds": Many(Choice(names), distinct=True)},
        schema_org="Dataset",
    )
