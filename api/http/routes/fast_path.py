"""The fast path: requests that record acts are put to their endpoints without the framework's help.

It finds a route twice over and reads each parameter through a model of its own: for an append,
which has few of them and comes often, nearly half of all that HTTP costs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.scopes import admit
from api.http.answering import JSON
from api.http.errors import on_error
from api.problems import MAPPING
from domain.kinds.shapes import ACT_ID_PATTERN

#: Parameters of a path: how they look where nothing is wrong with them, and what reads them.
_PLAIN: dict[str, tuple[str, Callable[[str], Any]]] = {
    "act_id": (ACT_ID_PATTERN, str),
    "version": (r"[1-9][0-9]{0,14}", int),
}
#: What a client says that takes JSON, and weighs nothing.
_ACCEPTED = (b"*/*", JSON.encode())
_KNOWN = tuple(MAPPING)


class FastPath:
    """Middleware: calls the endpoints of some routes itself.

    What is not plain goes on to the framework, and is answered or refused there: a query, an
    `Accept` to be weighed, a path whose parameters are not what they should be.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[APIRoute]) -> None:
        """Of the routes, each takes parameters of its path and headers, and no others."""
        self._app = app
        self._ways = [_Way(route) for route in routes]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        found = self._found(scope) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        way, given = found
        scope["route"] = way.route
        request = Request(scope, receive, send)
        try:
            await admit(request)
            response = await way.endpoint(request, **given)
        except _KNOWN as error:
            response = on_error(request, error)
        await response(scope, receive, send)

    def _found(self, scope: Scope) -> tuple[_Way, dict[str, Any]] | None:
        if scope["method"] != "POST" or scope["query_string"]:
            return None
        path = scope["path"]
        for way in self._ways:
            match = way.path.fullmatch(path)
            if match is not None:
                return (way, way.read(scope, match)) if _is_accepted(scope) else None
        return None


class _Way:
    """A route, and how what its endpoint takes is read."""

    def __init__(self, route: APIRoute) -> None:
        self.route = route
        self.endpoint = route.endpoint
        self._read = {name: read for name, (_, read) in _PLAIN.items() if name in route.path}
        named = {name: f"(?P<{name}>{pattern})" for name, (pattern, _) in _PLAIN.items()}
        self.path = re.compile(route.path_format.format_map(named))
        self._headers = {f.alias.lower().encode(): f.name for f in route.dependant.header_params}

    def read(self, scope: Scope, match: re.Match[str]) -> dict[str, Any]:
        """The arguments that a request gives the endpoint."""
        given = {name: read(match[name]) for name, read in self._read.items()}
        for name, value in scope["headers"]:
            if name in self._headers:
                given.setdefault(self._headers[name], value.decode("latin-1"))
        return given


def _is_accepted(scope: Scope) -> bool:
    """Whether JSON is what a request takes, as far as that is plain."""
    return all(value in _ACCEPTED for name, value in scope["headers"] if name == b"accept")
