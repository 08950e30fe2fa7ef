"""Search: which parties a person means by some words or codes, and which relationships."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.dates import parse
from domain.parties import Party, Registry, Unresolved, folded
from events.query.answer_types import Relationship

#: How a list of relationships may be ordered, and by what.
SORTS = {"acts": "number of acts", "last": "last contact", "name": "name"}
#: Parties that are offered where a name was nobody's on the day.
MOST_OFFERED = 12

_BETWEEN = re.compile(r"\s*[-–—,;]\s*|\s+and\s+")


@dataclass(frozen=True, slots=True)
class Meant:
    """One piece of a search, and whom it means on the day asked about."""

    piece: str
    party: Party | None
    """The one party that bore the name or code that day."""
    others: tuple[Party, ...]
    """Who bore it on other days, or has the piece in a name of any time."""

    def codes(self) -> set[str]:
        """The parties whose relationships are looked for."""
        return {self.party.code} if self.party else {other.code for other in self.others}


def meant(q: str, registry: Registry, on: int) -> list[Meant]:
    """Whom the pieces of `q` mean on a day: at most two, for a relationship has two parties.

    Pieces are parted by dashes, commas or "and"; where the whole of `q` is a name, or two names
    with such a sign between them, it is taken so: "Guinea-Bissau", "Trinidad and Tobago, Cuba".
    """
    return [_meant(piece, registry, on) for piece in _pieces(q, registry, on)]


def _pieces(q: str, registry: Registry, on: int) -> list[str]:
    if not q.strip():
        return []
    if _named(q, registry, on):
        return [q.strip()]
    for sign in _BETWEEN.finditer(q):
        pair = [q[: sign.start()].strip(), q[sign.end() :].strip()]
        if all(piece and _named(piece, registry, on) for piece in pair):
            return pair
    return [piece for piece in _BETWEEN.split(q) if piece.strip()][:2]


def _named(piece: str, registry: Registry, on: int) -> bool:
    """Whether some party bore the name or code on any day."""
    try:
        registry.resolve(_as_code(piece, registry), on)
    except Unresolved as error:
        return bool(error.candidates)
    return True


def _as_code(piece: str, registry: Registry) -> str:
    """A code in capitals, however it was typed."""
    return piece.upper() if piece.upper() in registry else piece.strip()


def _meant(piece: str, registry: Registry, on: int) -> Meant:
    try:
        return Meant(piece, registry.resolve(_as_code(piece, registry), on), ())
    except Unresolved as error:
        wanted = folded(piece)
        alike = [
            party
            for party in registry
            if wanted and any(wanted in folded(name.text) for name in party.names)
        ]
        return Meant(piece, None, tuple(dict.fromkeys((*error.candidates, *alike))))


def among(rows: list[Relationship], pieces: list[Meant]) -> list[Relationship]:
    """The relationships whose parties the pieces mean; all of them where there is no piece."""
    wanted = [piece.codes() for piece in pieces]

    def fits(row: Mapping[str, Any]) -> bool:
        a, b = row["relationship"].split("-")
        if len(wanted) == 1:
            return a in wanted[0] or b in wanted[0]
        first, second = wanted
        return (a in first and b in second) or (b in first and a in second)

    return [row for row in rows if fits(row)] if wanted else rows


def ordered(rows: list[Relationship], sort: str) -> list[Relationship]:
    """The rows by number of acts or by last contact, most first, or by name."""
    if sort == "name":
        return sorted(rows, key=lambda row: [party["name"] for party in row["parties"]])
    if sort == "last":
        return sorted(rows, key=lambda row: (last_day(row), row["acts"]), reverse=True)
    return sorted(rows, key=lambda row: (-row["acts"], row["relationship"]))


def last_day(row: Mapping[str, Any]) -> int:
    """The day of the last contact, as late as its date may mean; 0 without one."""
    return parse(row["last"]).latest if row["last"] else 0
