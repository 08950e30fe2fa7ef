"""The network round a party: its strongest relationships, and those among whom it has them with."""

from __future__ import annotations

from typing import Any

from domain.parties import Registry
from events.projection.rows import RelationshipRow
from events.query import answer_types as types
from events.query.acts_view import relationship_line
from events.query.answers import sealed
from events.query.basis import Basis
from events.store.protocol import Reader

Json = dict[str, Any]

#: More relationships than any party has; they are counted before the strongest are told.
_ALL = 100_000
#: Relationships among the others, for each that the party has: more is a thicket.
_AMONG_EACH = 2


def network(
    reader: Reader, registry: Registry, code: str, basis: Basis, least: int, limit: int
) -> types.Network:
    """At most `limit` relationships of a party with `least` acts or more, the strongest first.

    `among` are the relationships between those parties, by the same threshold and order, at
    most two for each; `count` says how many relationships of the party reach the threshold.
    """
    own = reader.relationships(basis.position, basis.as_of, code, "", _ALL)
    strong = _strongest(own, least)
    shown = strong[:limit]
    others = [other for row in shown for other in row.relationship.split("-") if other != code]
    between = reader.relationships_among(basis.position, basis.as_of, others) if others else []
    among = _strongest(between, least)[: _AMONG_EACH * len(shown)]
    given = {
        "party": {"code": code, "name": registry.name(code, basis.as_of)},
        "least": least,
        "count": len(strong),
        "relationships": [relationship_line(row, registry, basis) for row in shown],
        "among": [relationship_line(row, registry, basis) for row in among],
    }
    return sealed(types.Network, given, basis, registry)


def _strongest(rows: list[RelationshipRow], least: int) -> list[RelationshipRow]:
    # Who is tied by agreements of many alone is counted apart, and comes after the others.
    enough = [row for row in rows if row.acts >= least or row.shared >= least]
    return sorted(enough, key=lambda row: (-row.acts, -row.shared, row.relationship))
