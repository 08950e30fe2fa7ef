"""The timeline of a relationship: its events by day, and how dense they lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.http.answering import JSON, answer
from api.http.routes.asking import (
    DAY,
    AccordingTo,
    Cursor,
    KnownAt,
    Limit,
    Pair,
    at_home,
    gives,
    known_parameters,
)
from api.http.routes.reading import Near, NearRoute, can_be_asked
from api.http.schemas.words import given
from api.work.working import work_of
from domain.kinds import ACT_KINDS
from domain.kinds.shapes import LEVELS
from domain.kinds.visit import RANKS
from domain.shapes import shown
from events.errors import InvalidBasis
from events.store.window import Chosen

#: The kinds that stand between two parties; a claim of coverage does not.
router = APIRouter(
    prefix="/v1/relationships",
    tags=["relationships"],
    dependencies=[Depends(known_parameters), Depends(gives(JSON))],
    route_class=NearRoute,
)


def _one_of(description: str, values: tuple[str, ...]) -> object:
    return Query(description=description, json_schema_extra={"enum": list(values)})


def chosen(
    kind: Annotated[str | None, _one_of("Events of acts of this kind.", ACT_KINDS)] = None,
    rank: Annotated[str | None, _one_of("Events that tell this rank of a visit.", RANKS)] = None,
    level: Annotated[
        str | None, _one_of("Events that tell this level among theirs.", LEVELS)
    ] = None,
) -> Chosen:
    """Which events a question means; raises `InvalidBasis` for a word that is none of them."""
    asked = {"kind": (kind, ACT_KINDS), "rank": (rank, RANKS), "level": (level, LEVELS)}
    for name, (value, values) in asked.items():
        if value is not None and value not in values:
            raise InvalidBasis(name, "one of " + ", ".join(values), shown(value))
    return Chosen(kind, rank, level)


ChosenEvents = Annotated[Chosen, Depends(chosen)]
From = Annotated[
    str | None,
    Query(
        alias="from",
        description="Events that may touch this day or a later one.",
        json_schema_extra=DAY,
    ),
]
To = Annotated[
    str | None,
    Query(
        alias="to",
        description="Events that may touch this day or an earlier one.",
        json_schema_extra=DAY,
    ),
]


@router.get(
    "/{a}-{b}/timeline",
    summary="The events of a relationship",
    responses={200: given("Timeline", "A page of events.")},
)
async def show_timeline(
    request: Request,
    chancery: Near,
    pair: Pair,
    events: ChosenEvents,
    day_from: From = None,
    day_to: To = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = 100,
    according_to: AccordingTo = None,
) -> Response:
    """By earliest day, with many-party acts in which both took part."""
    asked = partial(
        chancery.query.timeline,
        pair,
        day_from=day_from,
        day_to=day_to,
        known_at=known_at,
        cursor=cursor,
        limit=limit,
        chosen=events,
        according_to=according_to,
    )
    if according_to is None:
        return await run_in_threadpool(_timeline, request, pair, asked)
    if request.state.head:
        return await can_be_asked(chancery, pair, None, known_at)
    work = work_of(request)
    with work.admitted(request):
        found = await work.long.run(asked)
    return answer(request, found, at_home(request, pair, "/timeline"))


def _timeline(request: Request, pair: str, asked: Callable[[], Mapping[str, Any]]) -> Response:
    with request.app.state.numbers.asked("timeline"):
        found = asked()
    return answer(request, found, at_home(request, pair, "/timeline"))


@router.get(
    "/{a}-{b}/density",
    summary="How many events of a relationship begin when",
    responses={200: given("Density", "Counts by stretch of days and kind.")},
)
def show_density(
    request: Request,
    chancery: Near,
    pair: Pair,
    events: ChosenEvents,
    day_from: From = None,
    day_to: To = None,
    known_at: KnownAt = None,
    stretches: Annotated[
        int, Query(ge=1, le=500, description="Into how many equal stretches, at most.")
    ] = 60,
) -> Response:
    """What a picture of a long timeline is drawn of; the answer is bounded however many there are.

    An event counts in the stretch of the earliest day it may be of.
    """
    found = chancery.query.density(
        pair,
        day_from=day_from,
        day_to=day_to,
        known_at=known_at,
        stretches=stretches,
        chosen=events,
    )
    return answer(request, found, at_home(request, pair, "/density"))
