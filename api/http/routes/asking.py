"""Asking: what every question may say, and how a request that says more is refused."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request

from api.problems import Refused
from api.settings import Settings
from domain.kinds.shapes import ACT_ID_PATTERN, PARTY_PATTERN
from domain.parties import UnknownParty, relationship_key
from domain.shapes import Problem, shown
from events.application import Chancery
from events.errors import InvalidBasis, UnknownAct

#: Beyond every position and day there will be, and within what a store can hold.
LARGEST = 2**53 - 1


async def chancery_of(request: Request) -> Chancery:
    """The one application of this process."""
    chancery: Chancery = request.app.state.chancery
    return chancery


async def settings_of(request: Request) -> Settings:
    """The settings this process was started with."""
    settings: Settings = request.app.state.settings
    return settings


App = Annotated[Chancery, Depends(chancery_of)]
Set = Annotated[Settings, Depends(settings_of)]


def _query(description: str, example: str, **schema: Any) -> Any:
    return Query(
        description=description,
        openapi_examples={"real": {"value": example}},
        json_schema_extra=schema or None,
    )


#: A day, as the OpenAPI document shows it: `format` says that it exists, the pattern when.
DAY: dict[str, Any] = {
    "format": "date",
    "pattern": r"^(1[0-9]{3}|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}$",
}
AsOf = Annotated[
    str | None,
    _query("Valid day asked about; the whole of it counts. Default: today.", "2024-02-02", **DAY),
]
KnownAt = Annotated[
    str | None,
    _query("What was known when: an instant, a UTC day, or a position. Default: now.", "20"),
]
AccordingTo = Annotated[
    str | None,
    _query(
        "What one source alone tells: the word of its import, or a title or publisher cited.",
        "eurasian-2024",
        minLength=1,
    ),
]
Limit = Annotated[int, Query(ge=1, le=500, description="How many at most.")]
Cursor = Annotated[str | None, Query(description="`cursor` of the page before.", max_length=400)]
Number = Annotated[int, Query(ge=0, le=LARGEST)]
PartyFilter = Annotated[str | None, _query("Code of a party.", "KAZ")]
ActId = Annotated[
    str,
    Path(
        description="Id of an act.",
        json_schema_extra={"pattern": f"^{ACT_ID_PATTERN}$"},
        openapi_examples={"real": {"value": "eurasian-2024:a03"}},
    ),
]
Version = Annotated[
    int,
    Path(
        ge=1,
        le=LARGEST,
        description="Version of an event in its act, counted from 1.",
        openapi_examples={"first": {"value": 1}},
    ),
]


def _code(description: str, example: str) -> Any:
    return Path(
        description=description,
        json_schema_extra={"pattern": f"^{PARTY_PATTERN}$"},
        openapi_examples={"real": {"value": example}},
    )


_A = Annotated[str, _code("Code of one party.", "KAZ")]
_B = Annotated[str, _code("Code of the other party.", "KGZ")]


async def pair_of(a: _A, b: _B) -> str:
    """The key of the relationship a path names, in either order.

    Raises `UnknownParty` for what cannot be a code, `SameParty` for one party twice.
    """
    for code in (a, b):
        if not re.fullmatch(PARTY_PATTERN, code):
            raise UnknownParty(code)
    return relationship_key(a, b)


Pair = Annotated[str, Depends(pair_of)]


async def known_act_id(act_id: ActId) -> str:
    """An act_id as a path names it; what cannot be one names no act."""
    if not re.fullmatch(ACT_ID_PATTERN, act_id):
        raise UnknownAct(act_id)
    return act_id


Act = Annotated[str, Depends(known_act_id)]


def at_home(request: Request, pair: str, rest: str = "") -> dict[str, str]:
    """`Content-Location`: the same answer under the key in its own order."""
    query = f"?{request.url.query}" if request.url.query else ""
    return {"Content-Location": f"/v1/relationships/{pair}{rest}{query}"}


async def known_parameters(request: Request) -> None:
    """Refuse a query parameter the operation does not have, or one that is given twice.

    A misspelt `asof` would else be answered as if nothing had been asked.
    """
    allowed = request.app.state.parameters.get(request.scope["route"].path, ())
    problems = []
    for name in dict.fromkeys(name for name, _ in request.query_params.multi_items()):
        if name not in allowed:
            expected = f"one of {', '.join(allowed)}" if allowed else "no parameters"
            problems.append(Problem(shown(name)[1:-1], expected, shown(name)))
        elif len(request.query_params.getlist(name)) > 1:
            problems.append(Problem(name, "one value", "several"))
    if problems:
        raise Refused("invalid-question", "The question has parameters it cannot have.", problems)


def gives(*media_types: str) -> Callable[[Request], Awaitable[None]]:
    """A dependency that refuses a request whose `Accept` takes none of these types (406)."""

    async def check(request: Request) -> None:
        check_accepted(request, *media_types)

    return check


def asked_for(*media_types: str) -> Callable[[Request], Awaitable[None]]:
    """A dependency that is `known_parameters` and `gives` in one, and so costs half."""

    async def check(request: Request) -> None:
        await known_parameters(request)
        check_accepted(request, *media_types)

    return check


def check_accepted(request: Request, *media_types: str) -> None:
    """Refuse a request whose `Accept` takes none of these types (406)."""
    header = ",".join(request.headers.getlist("accept")) or "*/*"
    if not any(_quality(header, media_type) > 0 for media_type in media_types):
        expected = " or ".join(media_types)
        raise Refused(
            "not-acceptable",
            f"This resource is given as {expected}.",
            [Problem("Accept", expected, shown(header))],
        )


def _quality(header: str, media_type: str) -> float:
    """What the most specific range of an Accept header says of a type (RFC 9110, 12.5.1)."""
    room = media_type.partition("/")[0]
    found: tuple[int, float] = (-1, 0.0)
    for part in header.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if media_range in (media_type, f"{room}/*", "*/*"):
            rank = (media_range != "*/*") + (media_range == media_type)
            found = max(found, (rank, _weight(parameters)), key=lambda entry: entry[0])
    return found[1]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def position_cursor(cursor: str | None) -> int:
    """A cursor that is a position; raises `InvalidBasis` for other text."""
    if cursor is None:
        return 0
    if not re.fullmatch(r"[0-9]{1,15}", cursor):
        raise InvalidBasis("cursor", "the cursor of the page before", shown(cursor))
    return int(cursor)
