"""The request log: each request gets an id, and once answered is counted and logged in one line.

The line tells what was asked by the route's template, never by the path or the query, and nothing
of a body, a key or a token.
"""

from __future__ import annotations

import re
import secrets
from itertools import count
from time import perf_counter

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.logs import answering, log_of
from api.metrics import Metrics
from events.store.effort import Abandoned

_HEADER = b"x-request-id"
_WELL_FORMED = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: Asked every few seconds by whoever keeps the service running: logged for debugging alone.
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
#: In the log and the numbers alone: the client was gone before it had an answer.
_GONE = 499

#: Of ids that this process gives: random once and then counted. To ask for randomness each time
#: costs a turn of the interpreter, which a busy writer does not give back at once.
_PROCESS = secrets.token_hex(8)
_COUNT = count(1)

log = log_of("http")


class RequestLog:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp, numbers: Metrics) -> None:
        self._app = app
        self._numbers = numbers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = _GONE
        request_id = _id_of(scope)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        answering.set(request_id)

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                more = [(_HEADER, request_id.encode())]
                if scope["app"].state.leaving:
                    # The client is told to take its next request elsewhere, before the
                    # connection is closed under it.
                    more.append((b"connection", b"close"))
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except (ClientDisconnect, Abandoned):
            status = _GONE
        except Exception:
            status = 500
            raise
        finally:
            self._tell(scope, status, perf_counter() - started)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        state = scope["state"]
        route = getattr(scope.get("route"), "path", None) or "none"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        problem = state.get("problem")
        self._numbers.answered(method, route, status, seconds, problem)
        more = {name: state[name] for name in ("position", "recorded") if name in state}
        if problem is not None:
            more["problem"] = problem
        actor = getattr(state.get("actor"), "name", None)
        if actor is not None:
            more["actor"] = actor
        tell = log.debug if route in _PROBES and status == 200 else log.info
        tell(
            "request",
            method=method,
            route=route,
            status=status,
            seconds=round(seconds, 6),
            client=(scope.get("client") or ("none",))[0],
            **more,
        )


def _id_of(scope: Scope) -> str:
    """The id a client or a proxy gave, where it is well-formed and the only one; else a new one."""
    given: list[bytes] = [value for name, value in scope["headers"] if name == _HEADER]
    if len(given) == 1 and _WELL_FORMED.fullmatch(given[0]):
        return given[0].decode()
    return f"{_PROCESS}{next(_COUNT):016x}"
