"""Erasing: the content of an event, for ever."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from api.http.answering import JSON, receipt_answer
from api.http.examples import ERASURES
from api.http.routes.asking import Act, App, Version, gives, known_parameters
from api.http.routes.posting import IdempotencyKey, IfMatch, Raw, carried_out, command_sent
from api.http.schemas.requests import ERASURE, request_body
from api.http.schemas.words import given
from api.logs import log_of
from api.work.working import work_of
from events.write.commands import EraseEvent

log = log_of("erasing")

#: The header that says whether nothing erased is left in the store's files.
PURGED = "Chancery-Purged"
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
async def erase_event(
    request: Request,
    chancery: App,
    act_id: Act,
    version: Version,
    data: Raw,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """With that of its corrections. Past answers change and say so; every proof still holds.

    `Chancery-Purged` says whether its bytes are gone from the files too: a reader in another
    process may hold them for a while.
    """
    command = command_sent(
        request, EraseEvent, data, idempotency_key, if_match, act_id=act_id, version=version
    )
    work = work_of(request)
    with work.admitted(request, places=work.erasure_places):
        receipt = await carried_out(request, lambda: command, len(data))
        purged = await work.long.run(chancery.admin.purged)
    if not purged:
        log.warning("not purged", reason="a reader still holds what was erased", act_id=act_id)
    response = receipt_answer(request, receipt)
    response.headers[PURGED] = "true" if purged else "false"
    return response
