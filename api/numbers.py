"""Numbers: what the service counts about itself, for Prometheus."""

from __future__ import annotations

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Numbers:
    """The counters of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "chancery_http_requests",
            "Requests by method, route template and status.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "chancery_http_request_seconds",
            "Seconds until the answer was complete, by route template.",
            ("route",),
            registry=self._registry,
        )
        self.appended = Counter(
            "chancery_events_appended",
            "Records this process appended through HTTP.",
            registry=self._registry,
        )
        self._head = Gauge(
            "chancery_head_position", "Position of the last record.", registry=self._registry
        )

    def exposition(self, head: int) -> tuple[bytes, str]:
        """All numbers as text, with their media type."""
        self._head.set(head)
        return generate_latest(self._registry), CONTENT_TYPE_PLAIN_0_0_4


class Counting:
    """Middleware that counts each request once it is answered.

    The label is the route's template, never the path: paths are without end.
    """

    def __init__(self, app: ASGIApp, numbers: Numbers) -> None:
        self._app = app
        self._numbers = numbers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        started = perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", None) or "none"
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._numbers.requests.labels(method, route, str(status)).inc()
            self._numbers.seconds.labels(route).observe(perf_counter() - started)
