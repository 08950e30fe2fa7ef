"""Health and numbers: for the one who keeps the service running."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from api.http.answering import JSON
from api.http.routes.asking import gives, known_parameters
from api.http.schemas.words import given
from api.ops.readiness import Readiness
from api.problems import Refused
from api.work.working import work_of

router = APIRouter(tags=["service"], dependencies=[Depends(known_parameters)])
_FRESH = {"Cache-Control": "no-store"}
_TEXT = "text/plain"


@router.get(
    "/healthz",
    summary="Whether the process answers",
    dependencies=[Depends(gives(JSON))],
    responses={200: given("Health", "It does.")},
)
async def healthz() -> Response:
    """Asks nothing of the store."""
    return Response(b'{"status":"ok"}', media_type=JSON, headers=_FRESH)


@router.get(
    "/readyz",
    summary="Whether requests are to be sent here",
    dependencies=[Depends(gives(JSON))],
    responses={200: given("Health", "The store can be used; with the last position.")},
)
async def readyz(request: Request) -> Response:
    """503 while no question can be answered, and from when the service was told to stop.

    Also where the store is behind what its keys have signed: an older one was put in its place.
    `read-only` while a replica alone can be reached.
    """
    if request.app.state.stopping:
        raise Refused("stopping", "This service was told to stop.", headers={"Retry-After": "5"})
    readiness: Readiness = request.app.state.readiness
    standing = await readiness.standing()
    if standing.read_only:
        status, position = b"read-only", standing.position
    else:
        # What this process has acknowledged is there, also where the store was asked before.
        status = b"ready"
        position = max(standing.position, request.app.state.numbers.position)
    body = b'{"status":"%s","position":%d}' % (status, position)
    return Response(body, media_type=JSON, headers=_FRESH)


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    dependencies=[Depends(gives(_TEXT, "application/openmetrics-text"))],
    responses={
        200: {
            "description": "Text exposition format.",
            "content": {_TEXT: {"schema": {"type": "string"}}},
        }
    },
)
async def metrics(request: Request) -> Response:
    """What was asked, appended and refused, how long it took, and how the store fares.

    Where the store is away they say so, and are given all the same. Of several workers whichever
    is asked adds up those of all.
    """
    body, media_type = await work_of(request).apart.run(request.app.state.exposition)
    return Response(body, headers={"Content-Type": media_type, **_FRESH})
