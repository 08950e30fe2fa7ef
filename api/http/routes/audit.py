"""Audit: who recorded what, how belief grew, which answers changed, and evidence of an answer."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.export.evidence_page import page
from api.http.answering import JSON, answer, answer_bytes
from api.http.routes.asking import (
    AccordingTo,
    App,
    AsOf,
    Cursor,
    KnownAt,
    Limit,
    Number,
    Pair,
    at_home,
    gives,
    known_parameters,
    position_cursor,
)
from api.http.routes.log import Vouching
from api.http.routes.reading import Near, NearRoute, at_head, can_be_asked
from api.http.schemas.words import given
from api.work.working import work_of
from events.errors import NoLogKey

router = APIRouter(
    prefix="/v1",
    tags=["audit"],
    dependencies=[Depends(known_parameters)],
    route_class=NearRoute,
)
_JSON = [Depends(gives(JSON))]


def _time(name: str, description: str, example: str) -> object:
    return Query(alias=name, description=description, openapi_examples={"real": {"value": example}})


@router.get(
    "/audit/records",
    summary="Who recorded, corrected, retracted or erased what, when and why",
    dependencies=_JSON,
    responses={200: given("AuditRecords", "A page of records, in the order of the log.")},
)
def list_audit_records(
    request: Request,
    chancery: Near,
    act: Annotated[str | None, Query(description="Id of an act.")] = None,
    relationship: Annotated[
        str | None,
        Query(
            description="A pair such as KAZ-KGZ: records of acts that ever had a part in it.",
            openapi_examples={"real": {"value": "KAZ-KGZ"}},
        ),
    ] = None,
    actor: Annotated[str | None, Query(description="`recorded_by`, in full.")] = None,
    recorded_from: Annotated[
        str | None, _time("from", "Recorded at or after this instant or UTC day.", "2024-03-09")
    ] = None,
    recorded_to: Annotated[
        str | None, _time("to", "Recorded at or before this instant or UTC day.", "2024-03-09")
    ] = None,
    after: Number = 0,
    limit: Limit = 100,
) -> Response:
    """Each parameter narrows. A page may hold fewer than `limit`: go on while there is a cursor."""
    reached = at_head(chancery)
    found = chancery.inspection.audit_records(
        act_id=act,
        relationship=relationship,
        actor=actor,
        recorded_from=recorded_from,
        recorded_to=recorded_to,
        after=after,
        limit=limit,
    )
    return answer(request, found, reached)


@router.get(
    "/audit/late-changes",
    summary="Records that changed answers about days already past",
    dependencies=_JSON,
    responses={200: given("LateChanges", "A page of records, in the order of the log.")},
)
def list_late_changes(
    request: Request,
    chancery: Near,
    did: Annotated[
        Literal["recorded", "corrected", "retracted", "erased"] | None,
        Query(description="Only what did this."),
    ] = None,
    after: Number = 0,
    limit: Limit = 100,
) -> Response:
    """Those of relationships of which something had been told before; docs/audit.md says it."""
    reached = at_head(chancery)
    return answer(request, chancery.inspection.late_changes(did, after, limit), reached)


@router.get(
    "/twins",
    summary="Acts of two sources that are likely one",
    dependencies=_JSON,
    responses={200: given("Twins", "A page of pairs, by the act recorded later.")},
)
def list_twins(
    request: Request,
    chancery: Near,
    relationship: Annotated[
        str | None,
        Query(
            description="A pair such as KAZ-KGZ: acts in which both take part.",
            openapi_examples={"real": {"value": "KAZ-KGZ"}},
        ),
    ] = None,
    known_at: KnownAt = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Of one kind, between the same parties in the same roles, on days that meet.

    A page may hold fewer than `limit`: go on while there is a cursor.
    """
    after = position_cursor(cursor)
    return answer(request, chancery.inspection.twins(relationship, known_at, after, limit))


@router.get(
    "/relationships/{a}-{b}/belief",
    summary="What was held about one day, as it was learnt",
    dependencies=_JSON,
    responses={200: given("Belief", "The recorded days on which something was learnt.")},
)
async def show_belief(
    request: Request,
    chancery: Near,
    pair: Pair,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    according_to: AccordingTo = None,
) -> Response:
    """By recorded day, each with its records and what changed by its end."""
    if request.state.head:
        return await can_be_asked(chancery, pair, as_of, known_at)
    work = work_of(request)
    with work.admitted(request):
        found = await work.long.run(chancery.inspection.belief, pair, as_of, known_at, according_to)
    return answer(request, found, at_home(request, pair, "/belief"))


@router.get(
    "/relationships/{a}-{b}/evidence",
    summary="The state in a file that proves it",
    dependencies=_JSON,
    responses={200: given("Evidence", "A bundle that `chancery verify` checks offline.")},
)
async def show_evidence(
    request: Request,
    chancery: App,
    notary: Vouching,
    pair: Pair,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """Its bytes are canonical: keep them as they are. 404 where the log has no key."""
    if request.state.head:
        if not notary.verifier_keys:
            raise NoLogKey
        return await can_be_asked(chancery, pair, as_of, known_at)
    work = work_of(request)
    made = partial(chancery.inspection.evidence, pair, as_of, known_at, notary=notary, page=page)
    with work.admitted(request):
        async with work.proving:
            body = await work.long.run(made)
    headers = {
        "Content-Disposition": f'attachment; filename="evidence-{pair}.json"',
        **at_home(request, pair, "/evidence"),
    }
    return answer_bytes(request, body, headers)
