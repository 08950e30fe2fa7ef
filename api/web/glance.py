"""At a glance: how many of each sort of thing a state holds, and the newest of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.kinds import GLANCES, SECTIONS
from events.query.answer_types import State


def _places(word: str) -> tuple[str, ...]:
    """The lists of all kinds that are counted under a word."""
    return tuple(
        section.place(listed.name)
        for section in SECTIONS.values()
        for listed in section.lists
        if listed.glance == word
    )


#: What a person asks first of a state: a word, and the lists that hold it.
_ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((word, _places(word)) for word in GLANCES),
    ("Possible", ("possible",)),
    ("Does not fit", ("anomalies",)),
)
_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Glance:
    """One word for a sort of thing, with its number and the newest of it."""

    word: str
    section: str
    """Where on the page it is told."""
    count: int
    newest: tuple[str, ...]
    """Titles, at most two."""


def glance(state: State) -> list[Glance]:
    """What a state holds, in the order a person asks."""
    return [_glance(state, *row) for row in _ROWS]


def _glance(state: Mapping[str, Any], word: str, places: tuple[str, ...]) -> Glance:
    count = 0
    titles: list[str] = []
    told = places[0].partition(".")[0]
    for place in places:
        lines = _list(state, place)
        if lines and not titles:
            told = place.partition(".")[0]
        count += state["more"].get(place, {}).get("count", len(lines))
        titles += [line.get("title") or line["act_id"] for line in lines]
    return Glance(word, told, count, tuple(dict.fromkeys(titles))[:_SHOWN])


def _list(state: Mapping[str, Any], place: str) -> list[dict[str, Any]]:
    room, _, name = place.partition(".")
    found: list[dict[str, Any]] = state[room][name] if name else state[room]
    return found
