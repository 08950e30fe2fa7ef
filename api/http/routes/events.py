"""Events: the feed of records as they were recorded, the live stream, and recording in bulk."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.access.actor import Who
from api.export.cloud import BATCH, batch, cloud_event
from api.feed import Feed, stream
from api.http.answering import JSON, NDJSON, answer, answer_bytes
from api.http.bulk import BulkWriter
from api.http.examples import BULK
from api.http.routes.asking import LARGEST, App, Limit, Set, gives, known_parameters
from api.http.routes.exports import link_base
from api.http.routes.posting import IdempotencyKey, check_key, check_type, pieces
from api.http.routes.reading import Near, NearRoute, at_head
from api.http.schemas.words import given, ref
from api.metrics import recorded
from api.problems import Refused
from api.work.bounds import hold
from api.work.working import work_of
from domain.shapes import Problem, shown
from events.errors import InvalidBasis

router = APIRouter(
    prefix="/v1/events",
    tags=["events"],
    dependencies=[Depends(known_parameters)],
    route_class=NearRoute,
)
_SSE = "text/event-stream"
After = Annotated[
    int, Query(ge=0, le=LARGEST, description="Position beyond which records are given.")
]
Envelope = Annotated[
    Literal["record", "cloudevent"],
    Query(description="Whether a record comes as it is, or as the data of a CloudEvent 1.0."),
]


@router.get(
    "",
    summary="Records in the order they were recorded",
    dependencies=[Depends(gives(JSON, BATCH))],
    responses={
        200: {
            "description": "A page; `next` is the `after` of the next one.",
            "content": {
                JSON: {"schema": ref("Records")},
                BATCH: {"schema": {"type": "array", "items": {"type": "object"}}},
            },
        }
    },
)
def list_records(
    request: Request,
    chancery: Near,
    settings: Set,
    after: After = 0,
    limit: Limit = 100,
    envelope: Envelope = "record",
) -> Response:
    """Whoever has seen a position never later sees a new record below it.

    As CloudEvents the page is a batch, and its `Link` header leads to the next one.
    """
    reached = at_head(chancery)
    page = chancery.query.records(after, limit)
    if envelope == "record":
        return answer(request, page, reached)
    base = link_base(request, settings)
    body = b"".join(batch(cloud_event(record, base) for record in page["events"]))
    following = f"/v1/events?envelope=cloudevent&after={page['next']}&limit={limit}"
    more = {"Link": f'<{following}>; rel="next"'} if page["events"] else {}
    return answer_bytes(request, body, {**reached, **more}, media_type=BATCH)


@router.get(
    "/stream",
    summary="Records as they are recorded (server-sent events)",
    dependencies=[Depends(gives(_SSE))],
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Each record as the data of an event, its position as the id.",
            "content": {_SSE: {"schema": {"type": "string"}}},
        }
    },
)
async def stream_records(
    request: Request,
    chancery: App,
    settings: Set,
    after: After = 0,
    envelope: Envelope = "record",
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            description="The last position received; goes before `after`.",
            json_schema_extra={"pattern": "^[0-9]{1,15}$"},
        ),
    ] = None,
) -> Response:
    """First what is beyond `after`, then what comes, with comments in between as a heartbeat."""
    if last_event_id is not None:
        after = _position(last_event_id)
    last = (await run_in_threadpool(chancery.query.head)).position
    if after > last:
        # Another log, or one put back from a copy: to wait here would skip what comes below.
        raise InvalidBasis("after", f"a position from 0 to {last}", str(after))
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    if request.state.head:
        return Response(media_type=_SSE, headers=headers)
    work = work_of(request)
    hold(request, work.stream())
    feed: Feed = request.app.state.feed
    base = link_base(request, settings)
    shape = partial(cloud_event, link_base=base) if envelope == "cloudevent" else dict
    told = stream(feed, chancery, work, after, settings.heartbeat_seconds, shape)
    return StreamingResponse(told, media_type=_SSE, headers=headers)


def _position(header: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", header):
        problem = Problem("Last-Event-ID", "a position", shown(header))
        raise Refused("invalid-header", "The Last-Event-ID is malformed.", [problem])
    return int(header)


@router.post(
    "/bulk",
    summary="Record many acts, a line each",
    dependencies=[Depends(gives(NDJSON, JSON))],
    response_class=StreamingResponse,
    responses={200: given("BulkResult", "What became of each line, in order.", NDJSON)},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                NDJSON: {
                    "schema": {"type": "string", "description": "A `BulkLine` in each line."},
                    "examples": BULK,
                }
            },
        }
    },
)
async def record_bulk(
    request: Request,
    chancery: App,
    settings: Set,
    who: Who,
    idempotency_key: IdempotencyKey = None,
) -> StreamingResponse:
    """Each line by itself: a bad one is told of and stops no other.

    A line opens an act; one with a `version` adds events to the act at that version. With an
    Idempotency-Key the same body sent again goes on where it was broken off.
    """
    check_type(request, NDJSON)
    if idempotency_key is not None:
        check_key(idempotency_key)
    work = work_of(request)
    writer = hold(
        request, BulkWriter(chancery, who, idempotency_key, settings.body_limit_bytes, work.long)
    )
    with work.admitted(request, places=work.bulk_places):
        try:
            await writer.take(pieces(request, settings.bulk_limit_bytes))
        finally:
            recorded(request, writer.types.elements(), writer.position)
            request.app.state.numbers.refused(writer.problems)
    return StreamingResponse(work.file(writer.results()), media_type=NDJSON)
