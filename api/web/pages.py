"""The pages put together, and what each problem means; the others have modules of their own."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from api.http.routes.asking import gives, known_parameters
from api.problems import KINDS
from api.web import (
    act,
    assets,
    audit,
    party,
    record,
    reference,
    relationship,
    sign_in,
    start,
    twins,
)
from api.web.rendering import page

_HTML = "text/html"
#: Query parameters by path, as the OpenAPI document tells them of the other routes.
PARAMETERS: dict[str, tuple[str, ...]] = {
    **relationship.PARAMETERS,
    **start.PARAMETERS,
    **party.PARAMETERS,
    **act.PARAMETERS,
    **audit.PARAMETERS,
    **record.PARAMETERS,
    **twins.PARAMETERS,
    **sign_in.PARAMETERS,
}
router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives(_HTML))]
)


def install(all_routes: APIRouter) -> None:
    """Add the pages and what they load."""
    for module in (start, party, relationship, act, audit, record, twins, sign_in):
        all_routes.include_router(module.router)
    all_routes.include_router(relationship.data)
    all_routes.include_router(router)
    all_routes.include_router(reference.router)
    all_routes.include_router(assets.router)


@router.get("/problems")
def problems_page() -> Response:
    """What each kind of problem means."""
    return page("problems.html", kinds=list(KINDS.values()))


@router.get("/problems/{problem}")
def problem_page(problem: str) -> Response:
    """One kind of problem: where the `type` of a problem document leads."""
    kinds = [KINDS[problem]] if problem in KINDS else list(KINDS.values())
    return page("problems.html", 200 if problem in KINDS else 404, kinds=kinds)
