"""Erasing: the content of an event, for ever."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from api.access.actor import Who
from api.answering import JSON, receipt_answer
from api.examples import ERASURES
from api.routes.asking import Act, App, Version, gives, known_parameters
from api.routes.posting import IdempotencyKey, IfMatch, Raw, order_of
from api.schemas import ERASURE, request_body
from api.schemas_words import given

router = APIRouter(
    prefix="/v1/acts", tags=["acts"], dependencies=[Depends(known_parameters), Depends(gives(JSON))]
)


@router.post(
    "/{act_id}/events/{version}/erasure",
    status_code=201,
    summary="Erase an event's content for ever, where a law or a court orders it",
    responses={201: given("Receipt", "Erased, durably.")},
    openapi_extra=request_body(ERASURE, ERASURES),
)
def erase_event(
    request: Request,
    chancery: App,
    who: Who,
    act_id: Act,
    version: Version,
    data: Raw,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """With that of its corrections. Past answers change and say so; every proof still holds."""
    order = order_of(request, who, data, ERASURE, idempotency_key, if_match)
    receipt = chancery.erase(
        act_id,
        version,
        order.told["reason"],
        recorded_by=order.by,
        expected_version=order.expected_version,
        request=order.once,
    )
    return receipt_answer(request, receipt)
