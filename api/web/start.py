"""The start page: a search by name and day, what is new, and the relationships there are."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from api.http.routes.asking import App, gives, known_parameters
from api.problems import KNOWN_ERRORS, document_of
from api.web.asked import asked, basis_of, whole_number
from api.web.rendering import Names, page
from api.web.search import MOST_OFFERED, SORTS, among, meant, ordered
from domain.dates import day_of
from domain.parties import relationship_key
from events.errors import InvalidBasis

PER_PAGE = 50
_MOST_RELATIONSHIPS = 100_000
PARAMETERS: dict[str, tuple[str, ...]] = {"/": ("q", "sort", "page", "as_of", "known_at")}
router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives("text/html"))]
)


@router.get("/")
def start_page(request: Request, chancery: App) -> Response:
    """Who is meant by what was searched for, and the relationships that fit."""
    given = asked(request)
    q, sort = given.get("q", ""), given.get("sort", "acts")
    basis = basis_of(given)
    shown: dict[str, Any] = {"q": q, "sort": sort, "sorts": SORTS, "asked": basis, "meant": []}
    try:
        number = whole_number(given, "page", 1)
        if sort not in SORTS:
            raise InvalidBasis("sort", "one of " + ", ".join(SORTS), repr(sort))
        found = chancery.query.relationships(
            as_of=basis["as_of"], known_at=basis["known_at"], limit=_MOST_RELATIONSHIPS
        )
    except KNOWN_ERRORS as error:
        problem = document_of(error)
        return page("start.html", problem.kind.status, problem=problem, rows=[], **shown)
    day = day_of(found["basis"]["as_of"])
    shown["meant"] = meant(q, chancery.registry, day)
    rows = ordered(among(found["relationships"], shown["meant"]), sort)
    first = (number - 1) * PER_PAGE
    return page(
        "start.html",
        problem=None,
        rows=rows[first : first + PER_PAGE],
        count=len(rows),
        number=number,
        pages=max(1, -(-len(rows) // PER_PAGE)),
        basis=found["basis"],
        pair=_pair(shown["meant"]),
        offered=MOST_OFFERED,
        recent=None if given else chancery.inspection.recent(),
        name=Names(chancery.registry, day),
        **shown,
    )


def _pair(pieces: list[Any]) -> str | None:
    """The relationship that two pieces name, though it may have no act."""
    codes = {piece.party.code for piece in pieces if piece.party is not None}
    return relationship_key(*codes) if len(codes) == 2 else None
