"""Error pages: the same problem documents, told to a person."""

from __future__ import annotations

from fastapi import Request, Response

from api.problems import Document
from api.web.rendering import page

_MACHINE = ("/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json")


def wants_page(request: Request) -> bool:
    """Whether a person's browser asked for a page."""
    asked = request.headers.get("accept", "")
    return "text/html" in asked and not request.url.path.startswith(_MACHINE)


def error_page(request: Request, document: Document) -> Response:
    """The problem as a page."""
    answer = page("problem.html", document.kind.status, problem=document)
    answer.headers.update(document.headers)
    return answer
