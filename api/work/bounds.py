"""Bounds: what a request may take, and what it lets go of at its end, however that comes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol, TypeVar

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.work.way import Way
from events.store.effort import Abandoned, Effort, effort

T = TypeVar("T")
#: Rows a question may read of the store; several times what the largest of them needs.
SHORT_ROWS, LONG_ROWS = 250_000, 50_000_000
#: Bytes of records it may read. A record is of some hundred, and may be of a million.
SHORT_BYTES, LONG_BYTES = 64 * 2**20, 64 * 2**30


class Presence(Protocol):
    """Whether a client is still there, as its connection knows."""

    left: bool

    def cut(self) -> None:
        """End its connection in the midst of an answer."""
        ...


class Bounds:
    """Middleware: gives each request its effort, and ends what it began."""

    def __init__(self, app: ASGIApp, seconds: float, way: Way) -> None:
        self._app = app
        self._seconds = seconds
        self._way = way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = effort.set(
            Effort(self._seconds, SHORT_ROWS, SHORT_BYTES, left_of(scope), self._way.give)
        )
        try:
            with ExitStack() as held:
                scope.setdefault("state", {})["held"] = held
                await self._app(scope, receive, send)
        except Abandoned:
            scope["app"].state.work.abandoned += 1
            raise
        finally:
            effort.reset(token)


def hold(request: Request, what: AbstractContextManager[T]) -> T:
    """Enter a context that ends when the request does: answered, broken off or left."""
    held: ExitStack = request.state.held
    return held.enter_context(what)


def presence_of(scope: Scope) -> Presence | None:
    """What is known of the client of a request; None where no connection stands behind it."""
    found: Presence | None = scope.get("state", {}).get("presence")
    return found


def left_of(scope: Scope) -> Callable[[], bool]:
    """What tells whether the client of a request has left."""
    presence = presence_of(scope)
    return stays if presence is None else lambda: presence.left


def stays() -> bool:
    """That nobody can leave."""
    return False
