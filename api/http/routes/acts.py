"""Acts: recorded, added to, corrected, retracted; asked for one by one and in lists."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.routing import APIRoute

from api.http.answering import JSON, answer
from api.http.examples import CORRECTIONS, NEW_ACTS, NEXT, RETRACTIONS
from api.http.routes.asking import (
    DAY,
    Act,
    AsOf,
    Cursor,
    KnownAt,
    Limit,
    PartyFilter,
    Version,
    asked_for,
    position_cursor,
)
from api.http.routes.posting import IdempotencyKey, IfMatch, recorded
from api.http.routes.reading import Near, NearRoute, at_head
from api.http.schemas.requests import CORRECTION, NEW_ACT, NEXT_EVENTS, RETRACTION, request_body
from api.http.schemas.words import given
from domain.acts import KINDS
from domain.shapes import shown
from events.errors import InvalidBasis
from events.write.commands import AddEvents, CorrectEvent, RecordAct, RetractEvent

router = APIRouter(
    prefix="/v1/acts",
    tags=["acts"],
    dependencies=[Depends(asked_for(JSON))],
    route_class=NearRoute,
)
_RECORDED: dict[int | str, dict[str, Any]] = {201: given("Receipt", "Recorded, durably.")}


@router.post(
    "",
    status_code=201,
    summary="Record a new act with its first events",
    responses=_RECORDED,
    openapi_extra=request_body(NEW_ACT, NEW_ACTS),
)
async def record_act(
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """All events are recorded or none; without an `act_id` one is made."""
    return await recorded(request, RecordAct, idempotency_key)


@router.post(
    "/{act_id}/events",
    status_code=201,
    summary="Record the next events of an act",
    responses=_RECORDED,
    openapi_extra=request_body(NEXT_EVENTS, NEXT),
)
async def record_events(
    request: Request,
    act_id: Act,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """In whatever order they happened in the world: none comes too early."""
    return await recorded(request, AddEvents, idempotency_key, if_match, act_id=act_id)


@router.post(
    "/{act_id}/events/{version}/correction",
    status_code=201,
    summary="Replace an event's whole body, with a reason",
    responses=_RECORDED,
    openapi_extra=request_body(CORRECTION, CORRECTIONS),
)
async def correct_event(
    request: Request,
    act_id: Act,
    version: Version,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """The earlier body stays readable for ever. Of a retracted event: reinstates it."""
    return await recorded(
        request, CorrectEvent, idempotency_key, if_match, act_id=act_id, version=version
    )


@router.post(
    "/{act_id}/events/{version}/retraction",
    status_code=201,
    summary="Say that an event should not have been recorded, with a reason",
    responses=_RECORDED,
    openapi_extra=request_body(RETRACTION, RETRACTIONS),
)
async def retract_event(
    request: Request,
    act_id: Act,
    version: Version,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """What was recorded stays readable; the answers no longer count it."""
    return await recorded(
        request, RetractEvent, idempotency_key, if_match, act_id=act_id, version=version
    )


recording = [route for route in router.routes if isinstance(route, APIRoute)]
"""The routes so far: each records something, and takes no parameters but in path and headers."""


@router.get("", summary="List acts", responses={200: given("Acts", "A page of acts.")})
def list_acts(
    request: Request,
    chancery: Near,
    kind: Annotated[
        str | None,
        Query(description="Acts of one kind.", json_schema_extra={"enum": list(KINDS)}),
    ] = None,
    party: PartyFilter = None,
    day_from: Annotated[
        str | None,
        Query(
            alias="from",
            description="Acts that touch this day or a later one.",
            json_schema_extra=DAY,
        ),
    ] = None,
    day_to: Annotated[
        str | None,
        Query(
            alias="to",
            description="Acts that touch this day or an earlier one.",
            json_schema_extra=DAY,
        ),
    ] = None,
    q: Annotated[
        str | None,
        Query(
            description="Found in titles, places, names and notes.",
            max_length=200,
            openapi_examples={"real": {"value": "Kuznetsov"}},
        ),
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """In the order they were first recorded, which no later append changes."""
    if kind is not None and kind not in KINDS:
        raise InvalidBasis("kind", "one of " + ", ".join(KINDS), shown(kind))
    found = chancery.query.acts(
        kind=kind,
        party=party,
        day_from=day_from,
        day_to=day_to,
        q=q,
        as_of=as_of,
        known_at=known_at,
        cursor=position_cursor(cursor),
        limit=limit,
    )
    return answer(request, found)


@router.get("/{act_id}", summary="An act as it stood", responses={200: given("Act", "The act.")})
def show_act(
    request: Request, chancery: Near, act_id: Act, as_of: AsOf = None, known_at: KnownAt = None
) -> Response:
    """Its status, its parties, and the events that had or may have happened."""
    return answer(request, chancery.query.act(act_id, as_of, known_at))


@router.get(
    "/{act_id}/sources",
    summary="What each source says of an act",
    responses={200: given("ActSources", "The claims, by event and source.")},
)
def show_act_sources(
    request: Request, chancery: Near, act_id: Act, known_at: KnownAt = None
) -> Response:
    """All claims are kept, each with its source; `sources_differ` where they are not the same."""
    return answer(request, chancery.query.act_sources(act_id, known_at))


@router.get(
    "/{act_id}/history",
    summary="Every record of an act",
    responses={200: given("History", "The records, oldest first.")},
)
def show_history(request: Request, chancery: Near, act_id: Act) -> Response:
    """Who recorded, corrected or retracted what, when and why."""
    reached = at_head(chancery)
    return answer(request, chancery.query.history(act_id), reached)
