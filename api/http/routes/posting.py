"""Posting: how a request that records something is read, bounded and made repeatable."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from functools import partial
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.access.actor import Actor, actor_of
from api.bodies import read_json
from api.http.answering import JSON, receipt_answer
from api.http.commands import read_body
from api.http.loop_bridge import LoopBridge
from api.problems import Refused
from domain.shapes import Problem, shown
from events.application import Chancery
from events.write.commands import Command, CommandType
from events.write.receipt import Receipt
from events.write.receipt import Request as Idempotent

#: Bodies up to so many bytes are read where they come in; a longer one would keep others waiting.
_SHORT_BYTES = 16_384

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="1 to 255 visible ASCII characters. The same key and body: the same answer.",
        json_schema_extra={"pattern": "^[!-~]{1,255}$"},
        openapi_examples={"none": {"value": None}},
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The act's version in quotes: refused with 412 once the act has moved on.",
        json_schema_extra={"pattern": '^("[1-9][0-9]{0,15}"|\\*)$'},
        openapi_examples={"none": {"value": None}},
    ),
]


def check_type(request: Request, media_type: str) -> None:
    """Refuse a body of another type (415).

    The type is required: it is what keeps a foreign page in a browser from writing here, which
    may send plain text unasked but not JSON.
    """
    header = request.headers.get("content-type", "")
    if header == media_type and "content-encoding" not in request.headers:
        return
    given, *parameters = (piece.strip().lower() for piece in header.split(";"))
    encoded = request.headers.get("content-encoding", "identity").lower()
    foreign = any(
        p.startswith("charset") and p.partition("=")[2].strip('"') != "utf-8" for p in parameters
    )
    if given != media_type or foreign or encoded != "identity":
        got = shown(header) if encoded == "identity" else f"{shown(header)} as {shown(encoded)}"
        raise Refused(
            "unsupported-media-type",
            f"This resource takes {media_type} in UTF-8, uncompressed.",
            [Problem("Content-Type", media_type, got if header else "none")],
            {"Accept-Post": media_type},
        )


async def pieces(request: Request, limit_bytes: int) -> AsyncIterator[bytes]:
    """The body as it comes in; raises `Refused` as soon as it is known to be too large."""
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > limit_bytes:
        raise too_large(limit_bytes, f"{length} bytes")
    total, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        total += len(piece)
        if total > limit_bytes:
            raise too_large(limit_bytes, "more")
        yield piece


def too_large(limit_bytes: int, got: str) -> Refused:
    """The refusal of a body beyond a limit."""
    problem = Problem("", f"at most {limit_bytes} bytes", got)
    return Refused("body-too-large", f"A body here has at most {limit_bytes} bytes.", [problem])


async def raw_body(request: Request) -> bytes:
    """The whole body of a request other than a bulk one."""
    check_type(request, JSON)
    limit_bytes = request.app.state.settings.body_limit_bytes
    return b"".join([piece async for piece in pieces(request, limit_bytes)])


Raw = Annotated[bytes, Depends(raw_body)]


def command_sent(
    request: Request,
    kind: CommandType,
    data: bytes,
    key: str | None,
    if_match: str | None = None,
    **place: Any,
) -> Command:
    """The command of a request with these headers and this body; its path says the `place`.

    Raises `Refused` for a header and `InvalidEvent` for a body of another form.
    """
    who = actor_of(request)
    once = idempotent(request, who, key, data)
    if if_match is not None:
        place["expected_version"] = matched_version(if_match)
    return read_body(kind, read_json(data), who.name, once, **place)


async def recorded(
    request: Request,
    kind: CommandType,
    key: str | None,
    if_match: str | None = None,
    **place: Any,
) -> Response:
    """The answer to a request, once what it asks is recorded and durable."""
    data = await raw_body(request)
    command = partial(command_sent, request, kind, data, key, if_match, **place)
    return receipt_answer(request, await carried_out(request, command, len(data)))


async def carried_out(request: Request, command: Callable[[], Command], size_bytes: int) -> Receipt:
    """The receipt of a command that was sent, once it is durable.

    It is waited for in no thread: those who ask questions find theirs free.
    """
    chancery: Chancery = request.app.state.chancery

    def submitted() -> Future[Receipt]:
        return chancery.commands.submit(command())

    short = size_bytes <= _SHORT_BYTES
    future = submitted() if short else await run_in_threadpool(submitted)
    returning: LoopBridge = request.app.state.returning
    return await returning.result(future)


def idempotent(request: Request, who: Actor, key: IdempotencyKey, data: bytes) -> Idempotent | None:
    """The identity of a repeatable request: whose key it is, and the digest of what it asks."""
    if key is None:
        return None
    check_key(key)
    asked = f"{request.method} {request.url.path}\n".encode() + data
    return Idempotent(who.own(key), f"sha256:{sha256(asked).hexdigest()}")


def check_key(key: str) -> None:
    """Refuse an Idempotency-Key that is none (400)."""
    if not re.fullmatch(r"[!-~]{1,255}", key):
        expected = "1 to 255 visible ASCII characters"
        problem = Problem("Idempotency-Key", expected, shown(key))
        raise Refused("invalid-header", "The Idempotency-Key is malformed.", [problem])


def matched_version(header: str | None) -> int | None:
    """The version that If-Match names; None for any. Raises `Refused` (400) for another form."""
    if header is None or header.strip() == "*":
        return None
    found = re.fullmatch(r'\s*"([1-9][0-9]{0,15})"\s*', header)
    if found is None:
        problem = Problem("If-Match", 'one version in quotes, such as "3"', shown(header))
        raise Refused("invalid-header", "The If-Match header is malformed.", [problem])
    return int(found[1])
