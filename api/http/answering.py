"""Answering: bytes, strong ETags from the basis, and 304 for those who have them already."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Mapping
from hashlib import sha256
from typing import Any

import orjson
from fastapi import Request, Response

from api.metrics import recorded
from events.write.receipt import Receipt

#: The header that names the position an answer rests on: all up to it counts.
POSITION = "Chancery-Position"
JSON = "application/json"
NDJSON = "application/x-ndjson"
#: Lines are sent together, as many as come to this or take so long to be made.
_PIECE_BYTES, _PIECE_SECONDS = 32_768, 0.05


def answer(
    request: Request, given: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer with its strong ETag; 304 without a body where `If-None-Match` holds it.

    An answer with a basis takes the basis's digest: the same basis is the same bytes for ever.
    """
    basis = given.get("basis", {})
    position = {POSITION: str(basis["position"])} if "position" in basis else {}
    shown = {**position, **(headers or {})}
    return answer_bytes(request, orjson.dumps(given), shown, basis.get("digest"))


def answer_bytes(
    request: Request,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    digest: str | None = None,
    media_type: str = JSON,
) -> Response:
    """JSON that is written already, as `answer` gives it; the digest is its own where none is."""
    digest = digest or sha256(body).hexdigest()
    etag = f'"{digest.removeprefix("sha256:")}"'
    shown = {"ETag": etag, "Cache-Control": "no-cache", **(headers or {})}
    if held(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=shown)
    return Response(body, media_type=media_type, headers=shown)


def held(header: str | None, etag: str) -> bool:
    """Whether an `If-None-Match` has the tag already."""
    # RFC 9110, section 13.1.2: `*` or a list, compared weakly.
    if header is None:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in tags or etag in tags


def receipt_answer(request: Request, receipt: Receipt) -> Response:
    """201 with what was recorded; a replayed one says so in its header and is else the same."""
    headers = {
        "Location": f"/v1/acts/{receipt.act_id}",
        "ETag": f'"{receipt.version}"',
        POSITION: str(receipt.positions[-1]),
    }
    if receipt.replayed:
        headers["Idempotency-Replayed"] = "true"
    else:
        recorded(request, receipt.types, receipt.positions[-1])
    body = orjson.dumps(receipt.to_json())
    return Response(body, status_code=201, media_type=JSON, headers=headers)


def lines(values: Iterable[Mapping[str, Any]]) -> Generator[bytes, None, None]:
    """NDJSON, a line a value, gathered into pieces worth sending, or worth waiting for."""
    piece = bytearray()
    until = 0.0
    for value in values:
        piece += orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
        if len(piece) > _PIECE_BYTES or time.monotonic() > until:
            yield bytes(piece)
            piece.clear()
            until = time.monotonic() + _PIECE_SECONDS
    if piece:
        yield bytes(piece)
