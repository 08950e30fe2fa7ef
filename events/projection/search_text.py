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
        body = fact.event.body
        for field in _FIELDS:
            value = body.get(field)
            if value is not None:
                _gather(value, pieces)
    day = act.life[0].event.date.latest
    for code in act.codes:
        pieces.append(code)
        pieces.append(registry.name(code, day))
    return "\n".join(dict.fromkeys(pieces)).casefold()


def _gather(value: object, pieces: list[str]) -> None:
    """Every text in a JSON value, in its order."""
    kind = type(value)
    if kind is str:
        pieces.append(value)  # type: ignore[arg-type]
        return
    if kind is dict:
        entries = value.values()  # type: ignore[attr-defined]
    elif kind is list:
        entries = value
    else:
        return
    for entry in entries:
        if type(entry) is str:
            pieces.append(entry)
        else:
            _gather(entry, pieces)
