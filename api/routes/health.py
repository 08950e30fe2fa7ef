"""Health and numbers: for the one who keeps the service running."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from api.answering import JSON
from api.problems import Refused
from api.routes.asking import App, gives, known_parameters
from api.schemas_words import given
from events.errors import StoreUnavailable

router = APIRouter(tags=["service"], dependencies=[Depends(known_parameters)])
_FRESH = {"Cache-Control": "no-store"}
_TEXT = "text/plain"


@router.get(
    "/healthz",
    summary="Whether the process answers",
    dependencies=[Depends(gives(JSON))],
    responses={200: given("Health", "It does.")},
)
def healthz() -> Response:
    """Asks nothing of the store."""
    return Response(b'{"status":"ok"}', media_type=JSON, headers=_FRESH)


@router.get(
    "/readyz",
    summary="Whether requests are to be sent here",
    dependencies=[Depends(gives(JSON))],
    responses={200: given("Health", "The store can be used; with the last position.")},
)
def readyz(request: Request, chancery: App) -> Response:
    """503 while no question can be answered, and from when the service was told to stop.

    Also where the store is behind what its keys have signed: an older one was put in its place.
    `read-only` while a replica alone can be reached.
    """
    if request.app.state.stopping:
        raise Refused("stopping", "This service was told to stop.", headers={"Retry-After": "5"})
    status = b"ready"
    try:
        position = chancery.ping()
        request.app.state.notary.check()
    except StoreUnavailable:
        head = request.app.state.reading.replica_head()
        if head is None:
            raise
        status, position = b"read-only", head.position
    body = b'{"status":"%s","position":%d}' % (status, position)
    return Response(body, media_type=JSON, headers=_FRESH)


@router.get(
    "/metrics",
    summary="Numbers for Prometheus",
    dependencies=[Depends(gives(_TEXT, "application/openmetrics-text"))],
    responses={
        200: {
            "description": "Text exposition format.",
            "content": {_TEXT: {"schema": {"type": "string"}}},
        }
    },
)
def metrics(request: Request) -> Response:
    """What was asked, appended and refused, how long it took, and how the store fares.

    Where the store is away they say so, and are given all the same.
    """
    body, media_type = request.app.state.numbers.exposition()
    return Response(body, headers={"Content-Type": media_type, **_FRESH})
