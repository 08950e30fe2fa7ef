"""The sign-in page: takes an access key once, and lets the browser keep a session of it."""

from __future__ import annotations

import re

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.access.authentication import Access
from api.access.session import forget, keep
from api.http.routes.asking import gives, known_parameters
from api.problems import Document, Refused
from api.web.posted import Posted
from api.web.rendering import page

PARAMETERS: dict[str, tuple[str, ...]] = {"/sign-in": ("next",), "/sign-out": ()}
router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives("text/html"))]
)
#: A path of this service: two slashes, or a backslash, lead to another host.
_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


@router.get("/sign-in")
def sign_in_page(next: str | None = None) -> Response:
    """The form."""
    return sign_in_form(200, next or "/")


@router.post("/sign-in")
async def sign_in(request: Request, posted: Posted) -> Response:
    """Begin a session, and go on to where the visitor wanted to be."""
    key = posted.get("key", [""])[-1].strip()
    place = here(posted.get("next", ["/"])[-1])
    access: Access = request.app.state.access
    try:
        await access.by_key_of(request, key)
    except Refused as error:
        answer = sign_in_form(error.document.kind.status, place, error.document)
        answer.headers.update(error.document.headers)
        request.state.problem = error.document.kind.name
        return answer
    sessions = await access.sessions()
    answer = RedirectResponse(place, 303)
    keep(request, answer, sessions.made(key), sessions.seconds)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, posted: Posted) -> Response:
    """End the session in this browser."""
    answer = RedirectResponse("/sign-in", 303)
    forget(request, answer)
    return answer


def sign_in_form(status: int, place: str, problem: Document | None = None) -> Response:
    """The form, with what was wrong with the last key, and where it leads."""
    answer = page("sign_in.html", status, place=here(place), problem=problem)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def here(place: str) -> str:
    """A path of this service, or else the start page."""
    return place if _PATH.fullmatch(place) else "/"
