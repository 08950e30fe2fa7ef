"""Rows: what stands in each view, one JSON object a line, whatever format it is written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.exchange.jsonl_line import line_of
from api.export.asked import FEED_LENGTH, NETWORK_SIZE, Asked
from domain.kinds import ACT_KINDS
from domain.kinds.shapes import LEVELS
from domain.kinds.visit import RANKS
from domain.shapes import shown
from events.application import Chancery
from events.errors import InvalidBasis
from events.query.acts_view import record_json
from events.query.answer_types import Relationship, State, Timeline
from events.store.window import Chosen

Json = dict[str, Any]
_PAGE = 500
#: Parts of a state that say what was asked, and hold no lines.
_FRAME = ("relationship", "parties", "pairs_of_the_day", "basis", "more")
#: What narrows a timeline, in the order of `Chosen`.
_CHOICES = {
    "kind": ACT_KINDS,
    "rank": RANKS,
    "level": LEVELS,
}


@dataclass(frozen=True, slots=True)
class Found:
    """A view at its basis, about to be read."""

    basis: Mapping[str, Any]
    """`as_of` (None where the view has none), `known_at`, `position`, `parties`; of a state and a
    network also the `digest` of the answer that the rows are a part of."""
    rows: Iterator[Mapping[str, Any]]
    following: int = 0
    """Of a feed, the position it goes on from; 0 at the end of the log."""


def find(chancery: Chancery, asked: Asked) -> Found:
    """The rows of what was asked. Raises as the questions of `Chancery` do."""
    return _FINDERS[asked.view.name](chancery, asked)


def _state(chancery: Chancery, asked: Asked) -> Found:
    pair, as_of = asked.get("relationship"), asked.get("as_of")
    state = chancery.query.state(pair, as_of, asked.get("known_at"))
    return Found(state["basis"], _state_rows(chancery, state))


def _state_rows(chancery: Chancery, state: State) -> Iterator[Json]:
    basis = state["basis"]
    for section, value in state.items():
        if section not in _FRAME:
            yield from _flat(section, value)
    for place, more in state["more"].items():
        cursor: str | None = more["cursor"]
        while cursor is not None:
            page = chancery.query.state_items(
                state["relationship"], place, cursor, basis["as_of"], basis["position"], _PAGE
            )
            yield from ({"list": place, **line} for line in page["items"])
            cursor = page["cursor"]


def _flat(place: str, value: Any) -> Iterator[Json]:
    """What stands at a place of a state, a row for each line, date and count."""
    if isinstance(value, list):
        yield from ({"list": place, **line} for line in value)
    elif isinstance(value, dict) and "records" in value:
        yield {"list": place, **value}
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{place}.{name}", inner)
    elif isinstance(value, str):
        yield {"list": place, "date": value}
    elif value is not None:
        yield {"list": place, "count": value}


def _timeline(chancery: Chancery, asked: Asked) -> Found:
    basis = {**chancery.query.basis(None, asked.get("known_at")), "as_of": None}
    chosen = Chosen(*(_word(asked, name) for name in _CHOICES))
    pages = _timeline_pages(chancery, asked, basis["position"], chosen)
    return Found(basis, (row for page in pages for row in page["events"]))


def _word(asked: Asked, name: str) -> str | None:
    word: str | None = asked.get(name)
    if word is not None and word not in _CHOICES[name]:
        raise InvalidBasis(name, "one of " + ", ".join(_CHOICES[name]), shown(word))
    return word


def _timeline_pages(
    chancery: Chancery, asked: Asked, position: int, chosen: Chosen
) -> Iterator[Timeline]:
    cursor = None
    while True:
        page = chancery.query.timeline(
            asked.get("relationship"),
            day_from=asked.get("from"),
            day_to=asked.get("to"),
            known_at=position,
            cursor=cursor,
            limit=_PAGE,
            chosen=chosen,
        )
        yield page
        cursor = page["cursor"]
        if cursor is None:
            return


def _acts(chancery: Chancery, asked: Asked) -> Found:
    basis = chancery.query.basis(asked.get("as_of"), asked.get("known_at"))
    rows = chancery.exports.known_acts(
        asked.filter(chancery),
        basis["position"],
        basis["as_of"],
        begun=asked.get("as_of") is not None,
        day_from=asked.get("from"),
        day_to=asked.get("to"),
        q=asked.get("q"),
    )
    return Found(basis, rows)


def _relationships(chancery: Chancery, asked: Asked) -> Found:
    basis = chancery.query.basis(asked.get("as_of"), asked.get("known_at"))
    least = asked.get("least_acts") or 1
    pages = _relationship_pages(chancery, asked.get("party"), basis)
    rows = (row for page in pages for row in page if row["acts"] >= least)
    return Found(basis, rows)


def _relationship_pages(
    chancery: Chancery, party: str | None, basis: Json
) -> Iterator[list[Relationship]]:
    cursor: str | None = ""
    while cursor is not None:
        page = chancery.query.relationships(party, basis["as_of"], basis["position"], cursor, _PAGE)
        yield page["relationships"]
        cursor = page["cursor"]


def _network(chancery: Chancery, asked: Asked) -> Found:
    found = chancery.query.network(
        asked.get("party"),
        asked.get("as_of"),
        asked.get("known_at"),
        asked.get("least_acts") or 1,
        asked.get("limit") or NETWORK_SIZE,
    )
    return Found(found["basis"], iter((*found["relationships"], *found["among"])))


def _events(chancery: Chancery, asked: Asked) -> Found:
    basis = {**chancery.query.basis(None, asked.get("known_at")), "as_of": None}
    position, after = basis["position"], asked.get("after") or 0
    wanted = asked.filter(chancery)
    if after > position:
        raise InvalidBasis("after", f"a position from 0 to {position}", str(after))
    if wanted.act_id is not None:
        chancery.query.history(wanted.act_id)  # that there is such an act
    if asked.form.name == "atom":
        limit = asked.get("limit") or FEED_LENGTH
        lines, following = chancery.exports.newest_records(wanted, position, limit)
        return Found(basis, iter(lines), following)
    if asked.form.name in ("jsonl", "cloudevents"):
        shape = line_of if asked.form.name == "jsonl" else record_json
        return Found(basis, map(shape, chancery.exports.wanted_records(wanted, after, position)))
    return Found(basis, chancery.exports.record_lines(wanted, after, position))


_FINDERS = {
    "state": _state,
    "timeline": _timeline,
    "acts": _acts,
    "relationships": _relationships,
    "network": _network,
    "events": _events,
}
