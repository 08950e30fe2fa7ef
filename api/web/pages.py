"""The pages: relationships, one relationship, one act, and what each problem means."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response

from api.problems import KINDS, KNOWN_ERRORS, document_of
from api.routes.asking import Act, App, Pair, gives, known_parameters
from api.web import assets, reference
from api.web.rendering import Names, page
from api.web.search import SORTS, meant, ordered
from domain.dates import day_of, parse
from events.errors import InvalidBasis

_HTML = "text/html"
_PER_PAGE = 50
_MOST_RELATIONSHIPS = 100_000
#: Query parameters by path, as the OpenAPI document tells them of the other routes.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "/": ("q", "sort", "page", "as_of", "known_at"),
    "/relationships/{a}-{b}": ("as_of", "known_at", "cursor"),
}
router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives(_HTML))]
)


def install(app: FastAPI) -> None:
    """Add the pages and what they load."""
    app.include_router(router)
    app.include_router(reference.router)
    app.include_router(assets.router)


def _asked(request: Request) -> dict[str, str]:
    """What a form asked; a field left empty was not asked."""
    return {name: value.strip() for name, value in request.query_params.items() if value.strip()}


@router.get("/")
def list_page(request: Request, chancery: App) -> Response:
    """Relationships by number of acts, and a search among them."""
    asked = _asked(request)
    q, sort = asked.get("q", ""), asked.get("sort", "acts")
    basis = {"as_of": asked.get("as_of"), "known_at": asked.get("known_at")}
    told: dict[str, Any] = {"q": q, "sort": sort, "sorts": SORTS, "asked": basis}
    try:
        number = _page_number(asked.get("page", "1"))
        if sort not in SORTS:
            raise InvalidBasis("sort", "one of " + ", ".join(SORTS), repr(sort))
        found = chancery.relationships(
            as_of=basis["as_of"], known_at=basis["known_at"], limit=_MOST_RELATIONSHIPS
        )
    except KNOWN_ERRORS as error:
        problem = document_of(error)
        return page("relationships.html", problem.kind.status, problem=problem, rows=[], **told)
    rows = found["relationships"]
    for row in rows:
        row["last_day"] = parse(row["last"]).latest if row["last"] else 0
    chosen = ordered(meant(rows, q, chancery.registry), sort)
    first = (number - 1) * _PER_PAGE
    return page(
        "relationships.html",
        problem=None,
        rows=chosen[first : first + _PER_PAGE],
        count=len(chosen),
        number=number,
        pages=max(1, -(-len(chosen) // _PER_PAGE)),
        basis=found["basis"],
        **told,
    )


def _page_number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,7}", text):
        raise InvalidBasis("page", "a page number from 1", repr(text))
    return int(text)


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


@router.get("/acts/{act_id}")
def act_page(request: Request, chancery: App, act_id: Act) -> Response:
    """An act: each event, what became of it, who recorded it and why it was corrected."""
    history = chancery.history(act_id)
    records = {record["position"]: record for record in history["records"]}
    return page(
        "act.html",
        act=chancery.act(act_id),
        history=history,
        records=records,
        name=Names(chancery.registry, None),
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
