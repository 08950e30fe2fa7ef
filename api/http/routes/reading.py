"""Reading: each question is answered by the replica where it has what is needed, else the leader.

A question demands a least position by a header and not by a parameter: it is no part of what is
asked, so one URL stays one question, and a client may send it with all it asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.http.answering import JSON, POSITION
from api.logs import log_of
from api.problems import LEAST_POSITION, Refused
from domain.shapes import Problem, shown
from events.application import Chancery
from events.errors import InvalidBasis, StoreUnavailable
from events.query.basis import instants
from events.routing import Demand, Reading

log = log_of("reading")

_LeastPosition = Annotated[
    str | None,
    Header(
        alias=LEAST_POSITION,
        description="A position the answer must rest on at least, such as a receipt's last one.",
        json_schema_extra={"pattern": "^[0-9]{1,15}$"},
        openapi_examples={"none": {"value": None}},
    ),
]
#: What of a question is a position, or may be one: nothing less can answer it.
_POSITIONS = ("known_at", "known_from", "known_to", "after", "cursor")
_TIMES = ("known_at", "known_from", "known_to")


def _demand(request: Request, least: str | None) -> Demand:
    if least is not None and not _is_position(least):
        problem = Problem(LEAST_POSITION, "a position such as 4117", shown(least))
        raise Refused("invalid-header", f"The {LEAST_POSITION} header is malformed.", [problem])
    asked = request.query_params
    positions = [int(asked[name]) for name in _POSITIONS if _is_position(asked.get(name, ""))]
    times = [asked[name] for name in _TIMES if name in asked and not _is_position(asked[name])]
    try:
        later = [instants(time, "")[1] for time in times]
    except InvalidBasis:
        # Whoever answers will say what is wrong with it.
        later = []
    return Demand(int(least or 0), max(positions, default=0), max(later, default=None))


def _is_position(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,15}", text) is not None


async def near(request: Request, least: _LeastPosition = None) -> Chancery:
    """Who answers this question; raises as `Reading.answering` does."""
    reading: Reading = request.app.state.reading
    demand = _demand(request, least)
    alone = reading.alone or getattr(request.state, "leader_alone", False)
    if alone and not demand.least:
        return reading.leader
    # It may take a while, and others must not wait with it.
    chosen = await run_in_threadpool(reading.answering, demand, leader_alone=alone)
    request.state.replica = chosen is not reading.leader
    return chosen


Near = Annotated[Chancery, Depends(near)]


def at_head(chancery: Chancery) -> dict[str, str]:
    """The header of an answer without a basis: it has all up to this position."""
    return {POSITION: str(chancery.query.head().position)}


class NearRoute(APIRoute):
    """A question that a replica could not answer after all is put to the leader."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        answered = super().get_route_handler()

        async def answered_by_either(request: Request) -> Response:
            try:
                return await answered(request)
            except StoreUnavailable as error:
                if not getattr(request.state, "replica", False):
                    raise
                log.warning("the replica failed", reason=str(error))
                request.app.state.reading.failed()
                request.state.leader_alone = True
                return await answered(request)

        return answered_by_either


async def can_be_asked(
    chancery: Chancery, pair: str, as_of: str | None, known_at: str | None
) -> Response:
    """The answer to a HEAD: it can be had, and what its tag is is known only when it is made."""
    for code in pair.split("-"):
        chancery.registry.get(code)
    await run_in_threadpool(chancery.query.basis, as_of, known_at)
    return Response(media_type=JSON, headers={"Cache-Control": "no-cache"})
