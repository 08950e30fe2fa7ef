"""Where a request comes from: a browser says which page sent it."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from api.problems import Refused
from domain.shapes import Problem, shown


def check_not_foreign(request: Request) -> None:
    """Refuse what a browser says that a page of another origin sends (403); programs say nothing.

    A form that posts is held to `check_same_origin`, which asks for more.
    """
    if {"sec-fetch-site", "origin"}.isdisjoint(request.headers):
        return
    if request.headers.get("sec-fetch-site") != "none":
        check_same_origin(request)


def check_same_origin(request: Request) -> None:
    """Refuse what a page of another origin sends (403).

    A form may be sent unasked from any page to any address: an open service asks nobody, and a
    browser sends a session by itself. Browsers say where it comes from: Fetch Metadata, or the
    Origin header (RFC 6454).
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        named, good = site, site == "same-origin"
    else:
        named = origin or "none"
        good = urlsplit(named).netloc == request.headers.get("host")
    if not good:
        problem = Problem("Origin", "a page of this service", shown(named))
        raise Refused("foreign-page", "Another page sent this. Nothing was stored.", [problem])
