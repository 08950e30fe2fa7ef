"""Exports: every view at its basis, as a file that other programs read."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.export import FORMS, VIEWS, Taken, ask, written
from api.export.asked import LONGEST_FEED, Asked
from api.export.taken import SPOOL_BYTES, taking
from api.http.answering import POSITION, held
from api.http.routes.asking import (
    DAY,
    LARGEST,
    AsOf,
    KnownAt,
    PartyFilter,
    Set,
    check_accepted,
    known_parameters,
)
from api.http.routes.reading import Near, NearRoute
from api.http.schemas.words import ref
from api.problems import KINDS, MEDIA_TYPE
from api.settings import Settings
from api.work.bounds import hold
from api.work.working import work_of
from domain.acts import KINDS as ACT_KINDS
from domain.kinds.shapes import LEVELS
from domain.kinds.visit import RANKS
from events.application import Chancery
from events.query.filters import ONLY

router = APIRouter(
    prefix="/v1/exports",
    tags=["exports"],
    dependencies=[Depends(known_parameters)],
    route_class=NearRoute,
)
_PIECE_BYTES = 64 * 2**10
_ARRAYS = {"cloudevents"}
_OBJECTS = {"jsonld"}


def _content() -> dict[str, Any]:
    """The formats as the OpenAPI document tells them; CSV first, whose example is shown."""
    found: dict[str, Any] = {}
    for form in FORMS.values():
        kind = "array" if form.name in _ARRAYS else "object" if form.name in _OBJECTS else "string"
        schema: dict[str, Any] = {"type": kind}
        if form.name == "parquet":
            schema = {"type": "string", "format": "binary"}
        found[form.media_type.partition(";")[0]] = {"schema": schema}
    return found


@router.get(
    "/{view}.{form}",
    summary="A view as a file",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The view in the format named.", "content": _content()},
        501: {
            "description": f"Problem: {KINDS['not-installed'].name}.",
            "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
        },
    },
)
async def export_view(
    request: Request,
    chancery: Near,
    settings: Set,
    view: Annotated[
        str,
        Path(
            description="Which view.",
            json_schema_extra={"enum": list(VIEWS)},
            openapi_examples={"real": {"value": "relationships"}},
        ),
    ],
    form: Annotated[
        str,
        Path(
            description="In which format; not every view has each.",
            json_schema_extra={"enum": list(FORMS)},
            openapi_examples={"real": {"value": "csv"}},
        ),
    ],
    relationship: Annotated[
        str | None,
        Query(
            description="Two codes: acts both parties have a part in.",
            openapi_examples={"real": {"value": "KAZ-KGZ"}},
        ),
    ] = None,
    party: PartyFilter = None,
    act: Annotated[str | None, Query(description="Id of one act.")] = None,
    kind: Annotated[
        str | None,
        Query(description="Acts of one kind.", json_schema_extra={"enum": list(ACT_KINDS)}),
    ] = None,
    only: Annotated[
        str | None,
        Query(
            description="Of records: those that open an act, correct or take back, or came late.",
            json_schema_extra={"enum": list(ONLY)},
        ),
    ] = None,
    rank: Annotated[
        str | None,
        Query(description="Events that tell this rank.", json_schema_extra={"enum": list(RANKS)}),
    ] = None,
    level: Annotated[
        str | None,
        Query(description="Events that tell this level.", json_schema_extra={"enum": list(LEVELS)}),
    ] = None,
    day_from: Annotated[
        str | None,
        Query(alias="from", description="What touches this day or later.", json_schema_extra=DAY),
    ] = None,
    day_to: Annotated[
        str | None,
        Query(alias="to", description="What touches this day or earlier.", json_schema_extra=DAY),
    ] = None,
    q: Annotated[
        str | None,
        Query(description="Found in titles, places, names and notes.", max_length=200),
    ] = None,
    least_acts: Annotated[
        int | None,
        Query(ge=1, le=LARGEST, description="Relationships with so many acts or more."),
    ] = None,
    after: Annotated[
        int | None,
        Query(ge=0, le=LARGEST, description="Position beyond which records are given."),
    ] = None,
    limit: Annotated[
        int | None,
        Query(
            ge=1,
            le=LONGEST_FEED,
            description="Entries of a feed, or relationships of a network, at most.",
        ),
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """What each view takes, and the formats it has, is told in docs/exports.md.

    The answer bears its basis: in the file where the format has a place for it, and in the
    headers `Chancery-As-Of`, `Chancery-Known-At`, `Chancery-Position` and `Chancery-Digest`.
    """
    asked = ask(
        view,
        form,
        relationship=relationship,
        party=party,
        act=act,
        kind=kind,
        only=only,
        rank=rank,
        level=level,
        q=q,
        least_acts=least_acts,
        after=after,
        limit=limit,
        as_of=as_of,
        known_at=known_at,
        **{"from": day_from, "to": day_to},
    )
    check_accepted(request, asked.form.media_type.partition(";")[0])
    if request.state.head:
        asked.filter(chancery)
        # Its length and its tag are known only once it has been written (RFC 9110, section 9.3.2).
        return Response(media_type=asked.form.media_type, headers={"Cache-Control": "no-cache"})
    work = work_of(request)
    records = 0 if asked.is_narrow else request.app.state.readiness.position
    with work.admitted(request, records):
        file = await work.finished(_filed(chancery, asked, link_base(request, settings)))
    hold(request, closing(file.stream))
    headers = _headers(file)
    if held(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(file.size)
    pieces = work.file(_pieces(file.stream))
    return StreamingResponse(pieces, media_type=asked.form.media_type, headers=headers)


def link_base(request: Request, settings: Settings) -> str:
    """What links begin with: the address others know the service by, or else the one asked."""
    return (settings.public_url or str(request.base_url)).rstrip("/")


@dataclass(frozen=True, slots=True)
class _File:
    """An export as it was written."""

    taken: Taken
    stream: IO[bytes]
    size: int
    digest: str


def _filed(chancery: Chancery, asked: Asked, link_base: str) -> Generator[None, None, _File]:
    """The file, written whole before its first byte is sent; told piece by piece."""
    with (yield from taking(chancery, asked, link_base)) as taken:
        stream: IO[bytes] = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115
        digest = sha256()
        try:
            for piece in written(taken):
                digest.update(piece)
                stream.write(piece)
                yield
        except BaseException:
            stream.close()
            raise
        return _File(taken, stream, stream.tell(), digest.hexdigest())


def _headers(file: _File) -> dict[str, str]:
    basis = file.taken.basis
    way = "inline" if file.taken.asked.form.name == "atom" else "attachment"
    headers = {
        "ETag": f'"{file.digest}"',
        "Cache-Control": "no-cache",
        "Content-Disposition": f'{way}; filename="{file.taken.file_name}"',
        POSITION: str(basis["position"]),
        "Chancery-Digest": basis["digest"],
    }
    for name, header in (("as_of", "Chancery-As-Of"), ("known_at", "Chancery-Known-At")):
        if basis[name] is not None:
            headers[header] = basis[name]
    return headers


def _pieces(stream: IO[bytes]) -> Generator[bytes, None, None]:
    stream.seek(0)
    while piece := stream.read(_PIECE_BYTES):
        yield piece
