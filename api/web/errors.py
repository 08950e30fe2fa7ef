"""Error pages: the same problem documents, told to a person."""

from __future__ import annotations

from fastapi import Request, Response

from api.problems import Document
from api.web.rendering import page
from api.web.sign_in import sign_in_form

_MACHINE = ("/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json")


def wants_page(request: Request) -> bool:
    """Whether a person's browser asked for a page."""
    asked = request.headers.get("accept", "")
    return "text/html" in asked and not request.url.path.startswith(_MACHINE)


def error_page(request: Request, document: Document) -> Response | None:
    """The problem as a page; None where a document is wanted."""
    if not wants_page(request):
        return None
    if document.kind.name == "unauthenticated" and request.method in ("GET", "HEAD"):
        query = f"?{request.url.query}" if request.url.query else ""
        answer = sign_in_form(401, request.url.path + query)
    else:
        answer = page("problem.html", document.kind.status, problem=document)
    answer.headers.update(document.headers)
    return answer
