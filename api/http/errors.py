"""Errors as answers: a problem document, or a page for a person who asked for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.logs import log_of
from api.problems import KINDS, MAPPING, MEDIA_TYPE, Document, Refused, document_of
from domain.shapes import Problem, shown

log = log_of("http")

_STATUSES = {404: "not-found", 405: "method-not-allowed"}
#: What the framework's complaints about parameters come to, by its names for them.
_EXPECTED = {
    "missing": "a value",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "greater_than_equal": "a number from {ge}",
    "less_than_equal": "a number up to {le}",
    "literal_error": "one of {expected}",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "at least {min_length} character",
}


def problem_answer(request: Request, document: Document) -> Response:
    """The answer that tells a problem: a document, or a page to a person who asked for one."""
    request.state.problem = document.kind.name
    page: Response | None = request.app.state.error_page(request, document)
    if page is not None:
        return page
    body = orjson.dumps(document.to_json(request.url.path))
    headers = {"Cache-Control": "no-store", **document.headers}
    return Response(body, document.kind.status, headers, MEDIA_TYPE)


def unforeseen(request: Request, error: Exception) -> Document:
    """What a caller is told of an error nobody foresaw: the request's id, and nothing of it."""
    document = document_of(error)
    request_id = getattr(request.state, "request_id", None)
    if document.kind.name != "internal-error" or request_id is None:
        return document
    detail = f"{document.detail} The log tells more of request {request_id}."
    return replace(document, detail=detail, more={**document.more, "request_id": request_id})


def on_error(request: Request, error: Exception) -> Response:
    """Any error of the rooms below, or of this one; what is the service's own fault is logged."""
    document = document_of(error)
    # A refusal is no fault: the line of its request names it.
    if document.kind.status >= 500 and not isinstance(error, Refused):
        log.error("failed", problem=document.kind.name, reason=str(error))
    return problem_answer(request, document)


def on_framework_error(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: an unknown path, another method."""
    if not isinstance(error, HTTPException):
        return on_error(request, error)
    kind = KINDS[_STATUSES.get(error.status_code, "internal-error")]
    details = {
        "not-found": "There is nothing at this path.",
        "method-not-allowed": f"{shown(request.method)} is no method of this resource.",
    }
    detail = details.get(kind.name, str(error.detail))
    headers = {}
    if kind.name == "method-not-allowed":
        # The framework names the methods of one route; a path may have a route for each.
        path = getattr(request.scope.get("route"), "path", "")
        headers["Allow"] = request.app.state.methods.get(path, "GET, HEAD")
    return problem_answer(request, Document(kind, detail, headers=headers))


def on_invalid_request(request: Request, error: Exception) -> Response:
    """Parameters that are not what the operation declares."""
    if not isinstance(error, RequestValidationError):
        return on_error(request, error)
    problems = [_problem(entry) for entry in error.errors()]
    return problem_answer(
        request,
        Document(KINDS["invalid-question"], "The question is not one that can be asked.", problems),
    )


def _problem(entry: dict[str, object]) -> Problem:
    place = entry["loc"]
    where = str(place[-1]) if isinstance(place, Sequence) and place else ""
    kind = str(entry.get("type"))
    context = entry.get("ctx")
    limits = context if isinstance(context, dict) else {}
    expected = _EXPECTED.get(kind, str(entry.get("msg", "another value"))).format(**limits)
    return Problem(where, expected, "none" if kind == "missing" else shown(entry.get("input")))


def install(app: FastAPI) -> None:
    """Map every class of error, each once."""
    for cls in MAPPING:
        app.add_exception_handler(cls, on_error)
    app.add_exception_handler(HTTPException, on_framework_error)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
