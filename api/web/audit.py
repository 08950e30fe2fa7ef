"""The audit page: the record one step at a time, forwards and back, with what each changed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from api.http.routes.asking import App, gives, known_parameters
from api.problems import KNOWN_ERRORS, document_of
from api.web.asked import asked, pair_of
from api.web.rendering import Names, page
from domain.dates import day_of

PARAMETERS: dict[str, tuple[str, ...]] = {"/audit": ("position", "relationship", "as_of")}
router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives("text/html"))]
)


@router.get("/audit")
def audit_page(request: Request, chancery: App) -> Response:
    """One record of the whole log, or of a relationship, and what it changed of a day."""
    given = asked(request)
    told: dict[str, Any] = {
        "asked": {name: given.get(name) for name in PARAMETERS["/audit"]},
        "name": Names(chancery.registry, None),
    }
    try:
        found = chancery.inspection.step(
            given.get("position"), pair_of(given.get("relationship")), given.get("as_of")
        )
    except KNOWN_ERRORS as error:
        problem = document_of(error)
        return page("audit.html", problem.kind.status, problem=problem, **told)
    told["name"] = Names(chancery.registry, day_of(found["basis"]["as_of"]))
    return page("audit.html", problem=None, step=found, head=chancery.query.head().position, **told)
