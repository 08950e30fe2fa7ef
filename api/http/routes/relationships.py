"""Relationships: the state of a pair, its lists, comparisons and replay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.http.answering import JSON, NDJSON, answer, lines
from api.http.routes.asking import (
    DAY,
    AccordingTo,
    AsOf,
    Cursor,
    KnownAt,
    Limit,
    Pair,
    PartyFilter,
    at_home,
    gives,
    known_parameters,
)
from api.http.routes.reading import Near, NearRoute, at_head, can_be_asked
from api.http.schemas.words import given
from api.work.bounds import hold
from api.work.working import work_of
from domain.relationship import LISTS
from events.errors import InvalidBasis

router = APIRouter(
    prefix="/v1/relationships",
    tags=["relationships"],
    dependencies=[Depends(known_parameters)],
    route_class=NearRoute,
)
_JSON = [Depends(gives(JSON))]


@router.get(
    "",
    summary="List relationships",
    dependencies=_JSON,
    responses={200: given("Relationships", "A page of relationships.")},
)
def list_relationships(
    request: Request,
    chancery: Near,
    party: PartyFilter = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Those with acts of their own begun by `as_of`, by key."""
    return answer(
        request, chancery.query.relationships(party, as_of, known_at, cursor or "", limit)
    )


@router.get(
    "/{a}-{b}",
    summary="The state of a relationship",
    dependencies=_JSON,
    responses={200: given("State", "What stood between the two.")},
)
async def show_state(
    request: Request,
    chancery: Near,
    pair: Pair,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    according_to: AccordingTo = None,
) -> Response:
    """Either order of the codes names the one relationship."""
    if according_to is None:
        asked = partial(chancery.query.state, pair, as_of, known_at)
        return await run_in_threadpool(_counted, request, "state", asked, pair, "")
    if request.state.head:
        return await can_be_asked(chancery, pair, as_of, known_at)
    work = work_of(request)
    with work.admitted(request):
        found = await work.long.run(chancery.query.state, pair, as_of, known_at, according_to)
    return answer(request, found, at_home(request, pair))


def _counted(
    request: Request, what: str, asked: Callable[[], Mapping[str, Any]], pair: str, rest: str
) -> Response:
    with request.app.state.numbers.asked(what):
        found = asked()
    return answer(request, found, at_home(request, pair, rest))


@router.get(
    "/{a}-{b}/chain",
    summary="The state along the chains of both parties, as one",
    dependencies=_JSON,
    responses={200: given("State", "What stood between the two and whom they continue.")},
)
async def show_state_along(
    request: Request, chancery: Near, pair: Pair, as_of: AsOf = None, known_at: KnownAt = None
) -> Response:
    """Germany since 1871 is five parties: what stood under one goes on under the next."""
    if request.state.head:
        return await can_be_asked(chancery, pair, as_of, known_at)
    work = work_of(request)
    with work.admitted(request):
        found = await work.long.run(chancery.query.state_along, pair, as_of, known_at)
    return answer(request, found, at_home(request, pair, "/chain"))


@router.get(
    "/{a}-{b}/items",
    summary="One list of a state, page by page",
    dependencies=_JSON,
    responses={200: given("Items", "A page of the list, newest first.")},
)
async def show_items(
    request: Request,
    chancery: Near,
    pair: Pair,
    place: Annotated[
        str,
        Query(
            alias="list",
            description="Which list.",
            json_schema_extra={"enum": list(LISTS)},
            openapi_examples={"real": {"value": "visits.planned"}},
        ),
    ],
    cursor: Cursor = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: Limit = 50,
    according_to: AccordingTo = None,
) -> Response:
    """What `more` of a state points to: its cursor goes on where the state stopped."""
    asked = partial(chancery.query.state_items, pair, place, cursor, as_of, known_at, limit)
    if according_to is None:
        return await run_in_threadpool(_counted, request, "items", asked, pair, "/items")
    if request.state.head:
        return await can_be_asked(chancery, pair, as_of, known_at)
    work = work_of(request)
    with work.admitted(request):
        found = await work.long.run(asked, according_to)
    return answer(request, found, at_home(request, pair, "/items"))


@router.get(
    "/{a}-{b}/diff",
    summary="What changed between two days, or what was learnt between two times",
    dependencies=_JSON,
    responses={200: given("Difference", "The differences, in the order of the state.")},
)
def show_difference(
    request: Request,
    chancery: Near,
    pair: Pair,
    day_from: Annotated[
        str | None,
        Query(
            alias="from",
            description="The earlier day.",
            json_schema_extra=DAY,
            openapi_examples={"real": {"value": "2024-01-31"}},
        ),
    ] = None,
    day_to: Annotated[
        str | None,
        Query(
            alias="to",
            description="The later day.",
            json_schema_extra=DAY,
            openapi_examples={"real": {"value": "2024-02-02"}},
        ),
    ] = None,
    known_at: KnownAt = None,
    as_of: AsOf = None,
    known_from: KnownAt = None,
    known_to: KnownAt = None,
) -> Response:
    """Either `from` and `to` (and `known_at`), or `known_from` (and `known_to`, `as_of`)."""
    by_day = {"from": day_from, "to": day_to, "known_at": known_at}
    by_time = {"as_of": as_of, "known_from": known_from, "known_to": known_to}
    if day_from is not None and day_to is not None:
        _without(by_time, "from")
        found = chancery.query.diff_dates(pair, day_from, day_to, known_at)
    elif known_from is not None:
        _without(by_day, "known_from")
        found = chancery.query.diff_knowledge(pair, as_of, known_from, known_to)
    else:
        missing = "to" if day_from is not None else "from"
        raise InvalidBasis(missing, "from and to, or known_from", "neither pair")
    return answer(request, found, at_home(request, pair, "/diff"))


def _without(others: dict[str, str | None], chosen: str) -> None:
    for name, value in others.items():
        if value is not None:
            raise InvalidBasis(name, f"none beside {chosen}", value)


@router.get(
    "/{a}-{b}/replay",
    summary="A relationship step by step",
    dependencies=[Depends(gives(NDJSON, JSON))],
    response_class=StreamingResponse,
    responses={200: given("Step", "A step a line.", NDJSON)},
)
async def replay_relationship(
    request: Request,
    chancery: Near,
    pair: Pair,
    order: Annotated[
        Literal["recorded", "valid"], Query(description="As it was learnt, or as it went.")
    ] = "recorded",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """In recorded order each record that changed the state; in valid order each day that did."""
    reached = await run_in_threadpool(at_head, chancery)
    headers = {"Cache-Control": "no-cache", **reached, **at_home(request, pair, "/replay")}
    # Until its first step is asked for this reads no more than the basis.
    steps = await run_in_threadpool(chancery.query.replay, pair, order, as_of, known_at)
    if request.state.head:
        return Response(media_type=NDJSON, headers=headers)
    work = work_of(request)
    hold(request, work.admitted(request))
    told = await work.pieces(request, lines(steps))
    return StreamingResponse(told, media_type=NDJSON, headers=headers)
