"""What a search looks in: the words of an act."""

from __future__ import annotations

from domain.acts import Act
from domain.parties import Registry

_FIELDS = (
    "title",
    "place",
    "note",
    "statement",
    "topics",
    "participants",
    "projects",
    "verbatim",
    "codes",
)


def search_text(act: Act, registry: Registry) -> str:
    """Every word of an act a reader may look for, casefolded, each piece once, a line a piece.

    Parties stand in it by code and by the name they bore when the act began.
    """
    pieces = [act.act_id]
    for fact in act.life:
        for field in _FIELDS:
            _gather(fact.event.body.get(field), pieces)
    day = act.life[0].event.date.latest
    for code in act.codes:
        pieces.extend((code, registry.name(code, day)))
    return "\n".join(dict.fromkeys(pieces)).casefold()


def _gather(value: object, pieces: list[str]) -> None:
    """Every text in a JSON value, in its order."""
    if isinstance(value, str):
        pieces.append(value)
    elif isinstance(value, dict):
        for entry in value.values():
            _gather(entry, pieces)
    elif isinstance(value, list):
        for entry in value:
            _gather(entry, pieces)
