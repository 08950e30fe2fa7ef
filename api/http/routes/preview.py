"""Preview and dates: what a person is shown before anything is recorded."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from api.access.actor import Who
from api.bodies import read_json
from api.http.answering import JSON, answer
from api.http.commands import read_preview
from api.http.examples import PREVIEWS
from api.http.routes.asking import App, AsOf, gives, known_parameters
from api.http.routes.posting import Raw
from api.http.schemas.requests import PREVIEW, request_body
from api.http.schemas.words import given
from domain.dates import FIRST_DAY, LAST_DAY, DateError, EdtfDate, describe, format_day, parse
from events.errors import InvalidBasis

router = APIRouter(
    prefix="/v1", tags=["before recording"], dependencies=[Depends(known_parameters)]
)
_JSON = [Depends(gives(JSON))]


@router.post(
    "/preview",
    summary="What recording something would change",
    dependencies=_JSON,
    responses={200: given("Preview", "What would change; nothing was recorded.")},
    openapi_extra=request_body(PREVIEW, PREVIEWS),
)
def preview(chancery: App, who: Who, data: Raw, as_of: AsOf = None) -> Response:
    """Refused as it would be refused. The states compared are those on `as_of`."""
    command = read_preview(read_json(data), who.name)
    found = chancery.commands.preview(command, as_of)
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(found), media_type=JSON, headers=headers)


@router.get(
    "/dates",
    summary="What a date says",
    dependencies=_JSON,
    responses={200: given("Date", "Its words and its bounds.")},
)
def show_date(
    request: Request,
    text: Annotated[
        str,
        Query(
            alias="date",
            min_length=1,
            max_length=200,
            description="A date as sources give it (EDTF).",
            openapi_examples={"a month": {"value": "2024-04"}},
        ),
    ],
) -> Response:
    """A date that does not exist, or cannot be read, is a 422 that says what was expected."""
    return answer(request, date_json(read_date(text, "date")))


def read_date(text: str, where: str) -> EdtfDate:
    """The date a person wrote; raises `InvalidBasis`."""
    try:
        return parse(text)
    except DateError as error:
        raise InvalidBasis(where, error.expected, f"{text!r} ({error.reason})") from None


def date_json(when: EdtfDate) -> dict[str, Any]:
    """A date in words, with its bounds in whole days; None where it has no bound."""
    return {
        "date": when.text,
        "says": describe(when),
        "earliest": format_day(when.earliest) if when.earliest > FIRST_DAY else None,
        "latest": format_day(when.latest) if when.latest < LAST_DAY else None,
        "approximate": when.approximate,
        "uncertain": when.uncertain,
    }
