"""The pages: one relationship, what each problem means; the others have modules of their own."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response

from api.problems import KINDS, KNOWN_ERRORS, document_of
from api.routes.asking import App, Pair, gives, known_parameters
from api.web import act, assets, audit, party, record, reference, start
from api.web.rendering import Names, page
from domain.dates import day_of

_HTML = "text/html"
#: Query parameters by path, as the OpenAPI document tells them of the other routes.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "/relationships/{a}-{b}": ("as_of", "known_at", "cursor"),
    **start.PARAMETERS,
    **party.PARAMETERS,
    **act.PARAMETERS,
    **audit.PARAMETERS,
    **record.PARAMETERS,
}
router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives(_HTML))]
)


def install(app: FastAPI) -> None:
    """Add the pages and what they load."""
    for module in (start, party, act, audit, record):
        app.include_router(module.router)
    app.include_router(router)
    app.include_router(reference.router)
    app.include_router(assets.router)


def _asked(request: Request) -> dict[str, str]:
    """What a form asked; a field left empty was not asked."""
    return {name: value.strip() for name, value in request.query_params.items() if value.strip()}


@router.get("/relationships/{a}-{b}")
def relationship_page(request: Request, chancery: App, pair: Pair) -> Response:
    """The state of a relationship and its timeline, true on a day and known at a time."""
    asked = _asked(request)
    basis = {"as_of": asked.get("as_of"), "known_at": asked.get("known_at")}
    parties = [chancery.registry.get(code) for code in pair.split("-")]
    told: dict[str, Any] = {"relationship": pair, "asked": basis}
    try:
        state = chancery.state(pair, **basis)
        timeline = chancery.timeline(
            pair, day_to=basis["as_of"], known_at=basis["known_at"], cursor=asked.get("cursor")
        )
    except KNOWN_ERRORS as error:
        problem = document_of(error)
        named = [{"code": party.code, "name": party.name()} for party in parties]
        return page(
            "relationship.html", problem.kind.status, problem=problem, parties=named, **told
        )
    names = Names(chancery.registry, day_of(state["basis"]["as_of"]))
    return page(
        "relationship.html",
        problem=None,
        state=state,
        parties=state["parties"],
        timeline=timeline,
        name=names,
        **told,
    )


@router.get("/problems")
def problems_page() -> Response:
    """What each kind of problem means."""
    return page("problems.html", kinds=list(KINDS.values()))


@router.get("/problems/{problem}")
def problem_page(problem: str) -> Response:
    """One kind of problem: where the `type` of a problem document leads."""
    kinds = [KINDS[problem]] if problem in KINDS else list(KINDS.values())
    return page("problems.html", 200 if problem in KINDS else 404, kinds=kinds)
