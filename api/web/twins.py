"""The page of likely twins: acts of two sources that may be one, side by side."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from api.http.routes.asking import App, gives, known_parameters, position_cursor
from api.problems import KNOWN_ERRORS, document_of
from api.web.asked import asked, pair_of
from api.web.rendering import page

PARAMETERS: dict[str, tuple[str, ...]] = {"/twins": ("relationship", "known_at", "cursor")}
router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives("text/html"))]
)
_ON_A_PAGE = 50


@router.get("/twins")
def twins_page(request: Request, chancery: App) -> Response:
    """Pairs of the whole store, or of a relationship, by the act recorded later."""
    given = asked(request)
    told: dict[str, Any] = {"asked": {name: given.get(name) for name in PARAMETERS["/twins"][:2]}}
    try:
        found = chancery.inspection.twins(
            pair_of(given.get("relationship")),
            given.get("known_at"),
            position_cursor(given.get("cursor")),
            _ON_A_PAGE,
        )
    except KNOWN_ERRORS as error:
        problem = document_of(error)
        return page("twins.html", problem.kind.status, problem=problem, **told)
    return page("twins.html", problem=None, found=found, **told)
