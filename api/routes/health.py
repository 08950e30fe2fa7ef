"""Health and numbers: for the one who keeps the service running."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from api.answering import JSON
from api.routes.asking import App, gives, known_parameters
from api.schemas_words import given

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
    summary="Whether the store can be read",
    dependencies=[Depends(gives(JSON))],
    responses={200: given("Health", "It can; with the last position.")},
)
def readyz(chancery: App) -> Response:
    """503 where it cannot."""
    body = b'{"status":"ready","position":%d}' % chancery.head().position
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
def metrics(request: Request, chancery: App) -> Response:
    """Requests by route and status, their duration, events appended, the head position."""
    body, media_type = request.app.state.numbers.exposition(chancery.head().position)
    return Response(body, headers={"Content-Type": media_type, **_FRESH})
