"""The log: checkpoint, tiles and entries as any tlog client reads them, and proofs."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.http.answering import JSON, answer
from api.http.routes.asking import LARGEST, gives, known_parameters
from api.http.schemas.words import given
from api.problems import Refused
from events.notary.notary import Notary
from events.tlog.errors import ProofError
from events.tlog.tiles import Bundle, parse_path

router = APIRouter(prefix="/v1/log", tags=["log"], dependencies=[Depends(known_parameters)])
_TEXT = "text/plain"
_BYTES = "application/octet-stream"
#: What has been given of a log's past is given for ever (c2sp.org/tlog-tiles).
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_GROUPS = r"(?:x[0-9]{3}/){0,5}[0-9]{3}(?:\.p/[1-9][0-9]{0,2})?"


async def notary_of(request: Request) -> Notary:
    """The one notary of this process."""
    notary: Notary = request.app.state.notary
    return notary


Vouching = Annotated[Notary, Depends(notary_of)]
Size = Annotated[int, Query(ge=0, le=LARGEST, description="A number of records.")]
_EXAMPLE: Any = {"a planned visit": {"value": 3}}
Position = Annotated[
    int,
    Path(ge=1, le=LARGEST, description="Position of a record.", openapi_examples=_EXAMPLE),
]


def _text(description: str, media_type: str = _TEXT) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"type": "string"}}}
    return {200: {"description": description, "content": content}}


def _plain(request: Request, body: bytes) -> Response:
    etag = f'"{sha256(body).hexdigest()}"'
    shown = {"ETag": etag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=shown)
    return Response(body, headers={"Content-Type": f"{_TEXT}; charset=utf-8", **shown})


@router.get(
    "/checkpoint",
    summary="The newest checkpoint, a signed note",
    dependencies=[Depends(gives(_TEXT))],
    responses=_text("Origin, size and root, and who signed them (c2sp.org/tlog-checkpoint)."),
)
def read_checkpoint(request: Request, notary: Vouching) -> Response:
    """Made now where the log has grown; 404 where no key of the log is set and none was made."""
    return _plain(request, notary.latest())


@router.get(
    "/keys",
    summary="The keys whose signatures checkpoints bear",
    dependencies=[Depends(gives(_TEXT))],
    responses=_text("A verifier key a line (c2sp.org/signed-note); none where no key is set."),
)
def read_keys(request: Request, notary: Vouching) -> Response:
    """A key that is read where the log is read proves little: compare it with one told apart."""
    lines = (f"{key.encode()}\n" for key in notary.verifier_keys)
    return _plain(request, "".join(lines).encode())


@router.get(
    "/tile/{path:path}",
    summary="A tile of the tree, or a bundle of entries",
    dependencies=[Depends(gives(_BYTES))],
    response_class=Response,
    responses={
        200: {
            "description": "Hashes of 32 bytes one behind the other; of entries, each behind its"
            " length as a big-endian 16-bit integer (c2sp.org/tlog-tiles).",
            "content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def read_tile(
    notary: Vouching,
    path: Annotated[
        str,
        Path(
            description="`<level>/<index>[.p/<width>]` or `entries/<index>[.p/<width>]`.",
            json_schema_extra={"pattern": f"^(?:entries|[0-9]|[1-5][0-9]|6[0-3])/{_GROUPS}$"},
            openapi_examples={"entries": {"value": "entries/000.p/1"}},
        ),
    ],
) -> Response:
    """404 for one that the log is too short for, and for a path spelt in another way."""
    try:
        place = parse_path(f"tile/{path}")
    except ProofError as error:
        raise Refused("not-found", str(error)) from None
    found = notary.entries(place) if isinstance(place, Bundle) else notary.tile(place)
    return Response(found, media_type=_BYTES, headers=_FOR_EVER)


@router.get(
    "/proof/{position}",
    summary="A proof of a record that can be verified offline",
    dependencies=[Depends(gives(_TEXT))],
    responses=_text("The record's index, the hashes, and the checkpoint (c2sp.org/tlog-proof)."),
)
def read_proof(request: Request, notary: Vouching, position: Position) -> Response:
    """Against the newest checkpoint; 404 where there is none and no key to make one."""
    return _plain(request, notary.offline_proof(position))


@router.get(
    "/inclusion",
    summary="That a record is in the log",
    dependencies=[Depends(gives(JSON))],
    responses={200: given("Inclusion", "The record's header and the hashes up to the root.")},
)
def read_inclusion(
    request: Request,
    notary: Vouching,
    position: Annotated[
        int,
        Query(
            ge=1,
            le=LARGEST,
            description="Position of a record.",
            openapi_examples=_EXAMPLE,
        ),
    ],
    size: Size | None = None,
) -> Response:
    """In the tree of the first `size` records; without it, of all."""
    return answer(request, notary.inclusion(position, size).to_json())


@router.get(
    "/consistency",
    summary="That the log has only grown",
    dependencies=[Depends(gives(JSON))],
    responses={200: given("Consistency", "Both roots, and the hashes between them.")},
)
def read_consistency(
    request: Request,
    notary: Vouching,
    earlier: Annotated[
        int,
        Query(
            alias="from",
            ge=0,
            le=LARGEST,
            description="A number of records.",
            openapi_examples={"the first half of the seed": {"value": 10}},
        ),
    ],
    later: Annotated[
        int | None, Query(alias="to", ge=0, le=LARGEST, description="A later one. Default: all.")
    ] = None,
) -> Response:
    """From the first `from` records to the first `to`."""
    return answer(request, notary.consistency(earlier, later).to_json())
