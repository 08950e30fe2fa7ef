"""What a search looks in: the words of an act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from domain.acts import Act
from domain.parties import Registry


def search_text(act: Act, registry: Registry) -> str:
    """Every word of an act a reader may look for, casefolded, each piece once, a line a piece.

    Parties stand in it by code and by the name they bore when the act began.
    """
    pieces = [act.act_id]
    for fact in act.life:
        pieces.extend(_words(fact.event.body))
    day = act.life[0].event.date.latest
    for code in act.codes:
        pieces.extend((code, registry.name(code, day)))
    return "\n".join(dict.fromkeys(piece.casefold() for piece in pieces))


def _words(body: Mapping[str, object]) -> Iterator[str]:
    for field in ("title", "place", "note", "statement"):
        value = body.get(field)
        if isinstance(value, str):
            yield value
    for field in ("topics", "participants", "projects", "verbatim", "codes"):
        yield from _texts(body.get(field))


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _texts(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
