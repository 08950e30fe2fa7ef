"""Authentication: who asks, found out before anything is answered; what goes on too long ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.actor import Actor, anyone
from api.access.keyring import STALE_SECONDS, Keyring, unknown
from api.access.opening import is_required
from api.access.origin import check_not_foreign, check_same_origin
from api.access.rate import Rate, neighbourhood
from api.access.session import Sessions, cookie_of
from api.access.token import Tokens
from api.access.visitor import Visitor, shown_to
from api.problems import KNOWN_ERRORS, Refused
from api.settings import Settings
from api.work.pool import Pool
from domain.shapes import Problem
from events.access_keys import PREFIX
from events.application import Chancery

#: What proxies add: in an open service it says that the caller is not of this machine.
_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via")
#: What a caller shows who it is by.
_SHOWING = (b"authorization", b"cookie")
_SAFE = frozenset({"GET", "HEAD"})
#: What a caller may get wrong before it is told to wait, and how often after that.
_FAILURES, _FAILURES_PER_SECOND = 20, 0.5
#: So many seconds' worth may come at once.
_BURST_SECONDS = 4


class Access:
    """All that this process knows of who may come in."""

    def __init__(
        self, settings: Settings, chancery: Chancery, tokens: Tokens | None, pool: Pool
    ) -> None:
        """`pool` has the threads in which the store is asked who may come in."""
        self.required = is_required(settings)
        self._anyone = anyone(settings.actor)
        self._keys = chancery.admin.access_keys()
        self._hours = settings.session_hours
        self._pool = pool
        self._keyring = Keyring(self._keys, pool)
        self._tokens = tokens
        self._sessions: Sessions | None = None
        per_second = settings.rate_per_second if self.required else 0
        self._rate = Rate(per_second, max(1, per_second * _BURST_SECONDS))
        self._failures = Rate(_FAILURES_PER_SECOND, _FAILURES)

    async def actor(self, request: Request) -> Actor | None:
        """Who asks; None where it was not shown. Raises `Refused` for what is not good."""
        given = {name for name, _ in request.scope["headers"]}
        found = None
        if not given.isdisjoint(_SHOWING):
            try:
                found = await self._shown(request)
            except Refused as error:
                if error.document.kind.status == 401:
                    self._failures.take(_address(request))
                raise
        if found is None and not self.required:
            _check_direct(given)
            if request.method not in _SAFE:
                # Whoever reaches an open service may record: so could any page in its browser.
                check_not_foreign(request)
            return self._anyone
        return found

    def count(self, request: Request, actor: Actor | None) -> None:
        """Count a request of an actor, or of an address; raises `Refused` (429)."""
        self._rate.take(f"{actor.way} {actor.name}" if actor else _address(request))

    async def sessions(self) -> Sessions:
        """What makes and opens the sessions of browsers."""
        if self._sessions is None:
            secret = await self._pool.run(self._keys.session_secret)
            self._sessions = Sessions(secret, self._hours, self._keys.now)
        return self._sessions

    async def by_key_of(self, request: Request, key: str) -> Actor:
        """Whose key it is that a request signs in with; raises `Refused` (401, 429)."""
        try:
            return await self._keyring.by_key(key)
        except Refused:
            self._failures.take(_address(request))
            raise

    async def _shown(self, request: Request) -> Actor | None:
        headers = request.headers.getlist("authorization")
        if headers:
            return await self._by_header(headers)
        cookie = cookie_of(request)
        session = (await self.sessions()).opened(cookie) if cookie else None
        if session is None:
            return None
        if request.method not in _SAFE:
            # A browser sends the cookie by itself: what is done must come from a page here.
            check_same_origin(request)
        try:
            return await self._keyring.by_half(*session, "session")
        except Refused:
            return None  # it has ended, as if it had not been shown

    async def _by_header(self, headers: list[str]) -> Actor:
        scheme, _, credential = headers[0].partition(" ")
        if len(headers) > 1 or scheme.lower() != "bearer" or not credential:
            raise Refused(
                "unauthenticated",
                "What was sent in Authorization is not of the form that is taken here.",
                [Problem("Authorization", "one header, Bearer with a key or a token", "another")],
                {"WWW-Authenticate": 'Bearer realm="chancery"'},
            )
        credential = credential.strip()
        if credential.startswith(PREFIX):
            return await self._keyring.by_key(credential)
        if self._tokens is None:
            raise unknown()
        return await self._tokens.actor(credential)


class Authentication:
    """Middleware: puts the actor into the request's state; looks again while an answer lasts."""

    def __init__(self, app: ASGIApp, refused: Callable[[Request, Exception], Response]) -> None:
        """`refused` makes the answer to whoever is not let in."""
        self._app = app
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its actor, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        access: Access = scope["app"].state.access
        request = Request(scope)
        try:
            actor = await access.actor(request)
            access.count(request, actor)
        except KNOWN_ERRORS as error:
            await self._refused(request, error)(scope, receive, send)
            return
        scope.setdefault("state", {})["actor"] = actor
        shown_to.set(Visitor(access.required, actor))
        lasting = _Lasting(access, request, send)
        try:
            await self._app(scope, receive, lasting.send)
        except Exception:
            if not lasting.ended:
                raise


class _Lasting:
    """Sends an answer, and ends one without a known length once its actor is let in no more."""

    def __init__(self, access: Access, request: Request, send: Send) -> None:
        self._access = access
        self._request = request
        self._send = send
        self._looked_at = time.monotonic()
        self._open_ended = False
        self.ended = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._open_ended = all(name != b"content-length" for name, _ in message["headers"])
            if self._access.required:
                message = {**message, "headers": _private(message["headers"])}
        elif self._open_ended and message.get("more_body") and not await self._still_good():
            self.ended = True
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            raise ConnectionError("the actor is let in no more")
        await self._send(message)

    async def _still_good(self) -> bool:
        if time.monotonic() - self._looked_at < STALE_SECONDS or not self._access.required:
            return True
        self._looked_at = time.monotonic()
        before: Actor | None = self._request.state.actor
        try:
            return await self._access.actor(self._request) == before
        except Refused as error:
            # Where it cannot be told, what has begun goes on.
            return error.document.kind.status != 401


def _private(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers by which no cache keeps for others what one actor was given."""
    return [
        (name, value.replace(b"public", b"private") if name == b"cache-control" else value)
        for name, value in headers
    ]


def _check_direct(given: Collection[bytes]) -> None:
    found = next((name for name in _FORWARDED if name in given), None)
    if found is not None:
        raise Refused(
            "forwarded",
            "This service is open to its own machine alone, and this came through a proxy.",
            [Problem(found.decode(), "none, or CHANCERY_ACCESS=required", "a proxy's")],
        )


def _address(request: Request) -> str:
    return neighbourhood(request.client.host) if request.client else "unknown"
