"""A party's pages: who it is and was, with whom it deals, and the network round it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from api.http.party import party_json
from api.http.routes.asking import App, gives, known_parameters
from api.problems import KNOWN_ERRORS, document_of
from api.web.asked import asked, basis_of, whole_number
from api.web.rendering import Names, page
from api.web.search import ordered
from domain.dates import day_of
from events.query.answer_types import Relationship

_PER_PAGE = 50
_MOST_RELATIONSHIPS = 100_000
_MOST_NODES = 100
PARAMETERS: dict[str, tuple[str, ...]] = {
    "/parties/{code}": ("as_of", "known_at", "page"),
    "/parties/{code}/network": ("as_of", "known_at", "least", "limit"),
}
router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives("text/html"))]
)


@router.get("/parties/{code}")
def party_page(request: Request, chancery: App, code: str) -> Response:
    """Its names and codes by date, its succession, its relationships by last contact."""
    given = asked(request)
    basis = basis_of(given)
    party = chancery.registry.get(code)
    told: dict[str, Any] = {"party": party_json(party), "asked": basis}
    try:
        number = whole_number(given, "page", 1)
        found = chancery.query.relationships(
            party.code, basis["as_of"], basis["known_at"], limit=_MOST_RELATIONSHIPS
        )
    except KNOWN_ERRORS as error:
        problem = document_of(error)
        names = Names(chancery.registry, None)
        return page("party.html", problem.kind.status, problem=problem, name=names, **told)
    day = day_of(found["basis"]["as_of"])
    rows = ordered(found["relationships"], "last")
    first = (number - 1) * _PER_PAGE
    return page(
        "party.html",
        problem=None,
        basis=found["basis"],
        existed=party.existed(day, day),
        rows=[_other(row, party.code) for row in rows[first : first + _PER_PAGE]],
        count=len(rows),
        number=number,
        pages=max(1, -(-len(rows) // _PER_PAGE)),
        name=Names(chancery.registry, day),
        **told,
    )


@router.get("/parties/{code}/network")
def network_page(request: Request, chancery: App, code: str) -> Response:
    """The network round a party, drawn where scripts run and as a table for everyone."""
    given = asked(request)
    basis = basis_of(given)
    party = chancery.registry.get(code)
    told: dict[str, Any] = {
        "party": party_json(party),
        "asked": basis,
        "least": given.get("least", ""),
        "limit": given.get("limit", ""),
    }
    try:
        found = chancery.query.network(
            party.code,
            basis["as_of"],
            basis["known_at"],
            least=whole_number(given, "least", 1),
            limit=whole_number(given, "limit", 40, _MOST_NODES),
        )
    except KNOWN_ERRORS as error:
        problem = document_of(error)
        names = Names(chancery.registry, None)
        return page("network.html", problem.kind.status, problem=problem, name=names, **told)
    return page(
        "network.html",
        problem=None,
        network=found,
        rows=[_other(row, party.code) for row in found["relationships"]],
        name=Names(chancery.registry, day_of(found["basis"]["as_of"])),
        **told,
    )


def _other(row: Relationship, code: str) -> dict[str, Any]:
    """A relationship's line as it looks from one of its parties."""
    (other,) = [party for party in row["parties"] if party["code"] != code]
    return {**row, "other": other}
