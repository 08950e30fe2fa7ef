"""Guards: what holds for every request, whatever it asks for."""

from __future__ import annotations

import asyncio
import re

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.opening import is_required
from api.access.session import is_secure
from api.http.errors import problem_answer, unforeseen
from api.logs import log_of
from api.problems import (
    KNOWN_ERRORS,
    Refused,
    document_of,
)
from api.settings import LOOPBACK, Settings
from api.work.bounds import presence_of
from domain.shapes import Problem, shown
from events.store.effort import Abandoned

log = log_of("http")

_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    # Pages say what they need; nothing else is anything a browser should run or load for.
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
_STRICT = (b"strict-transport-security", b"max-age=31536000")
#: An address of IPv6 in brackets, or a name or an address of IPv4 (RFC 3986, section 3.2.2).
_HOST = re.compile(
    r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9_][A-Za-z0-9._-]{0,252}))(?::[0-9]{0,5})?"
)
_OURS = frozenset(name for name, _ in (*_SAFE, _STRICT))
#: More than any client of this service has use for.
MOST_HEADERS, MOST_HEADER_BYTES, LONGEST_ADDRESS = 100, 32 * 2**10, 8 * 2**10


class Guards:
    """Middleware: bounds, the host that was meant, HEAD, and headers that keep browsers careful.

    Without the check of the host any page could point a name of its own at this machine and
    read what is served here for this machine only.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = frozenset(LOOPBACK | set(settings.hosts))
        # A foreign name gains nothing where callers must show who they are.
        self._any_host = is_required(settings) and not settings.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head, started = scope["method"] == "HEAD", False
        scope.setdefault("state", {})["head"] = head
        request = Request(scope)
        ours = (*_SAFE, _STRICT) if is_secure(request) else _SAFE

        async def guarded(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start":
                given = _OURS.intersection(name for name, _ in message["headers"])
                safe = [pair for pair in ours if pair[0] not in given] if given else ours
                message = {**message, "headers": [*message["headers"], *safe]}
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            _check_size(scope)
            self._check_host(scope)
        except Refused as error:
            await problem_answer(request, error.document)(scope, receive, guarded)
            return
        # RFC 9110, section 9.3.2: HEAD is GET without the content.
        asked = {**scope, "method": "GET"} if head else scope
        try:
            await self._app(asked, receive, guarded)
        except (ClientDisconnect, Abandoned):
            raise
        except Exception as error:
            # The framework's word for what is told too late to be an answer of its own.
            late = error.__cause__ if started else None
            if isinstance(late, KNOWN_ERRORS):
                request.state.problem = document_of(late).kind.name
                log.warning("broken off", problem=request.state.problem, reason=str(late))
                presence = presence_of(scope)
                if presence is None:
                    raise
                presence.cut()
                # The connection hears of it in the next round of the loop.
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                return
            # The log has the whole of it, under the request's id; the caller gets the id alone.
            log.exception("unforeseen error")
            if started:
                raise
            await problem_answer(request, unforeseen(request, error))(scope, receive, guarded)
        finally:
            if head and "route" in asked:
                scope["route"] = asked["route"]

    def _check_host(self, scope: Scope) -> None:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            # RFC 9112, section 3.2: a proxy before this service may have gone by another of them.
            problem = Problem("Host", "one, and no other", f"{len(hosts)}")
            raise Refused("invalid-header", "A request names its host once.", [problem])
        host = _host_name(hosts[0])
        if host is None:
            # RFC 9110, section 7.2: a name or an address, and a port.
            problem = Problem("Host", "a name or an address, and perhaps a port", shown(hosts[0]))
            raise Refused("invalid-header", "The Host is malformed.", [problem])
        if not self._any_host and host not in self._hosts:
            detail = f"This service does not answer to {shown(host)}."
            problem = Problem("Host", "a name from CHANCERY_HOSTS or this machine's", shown(host))
            raise Refused("misdirected", detail, [problem])


def _check_size(scope: Scope) -> None:
    headers = scope["headers"]
    size = 0
    for name, value in headers:
        size += len(name) + len(value)
    if len(headers) > MOST_HEADERS or size > MOST_HEADER_BYTES:
        expected = f"at most {MOST_HEADERS} headers and {MOST_HEADER_BYTES} bytes"
        problem = Problem("", expected, f"{len(headers)} and {size}")
        raise Refused("headers-too-large", "The headers are more than is read here.", [problem])
    length = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    if length > LONGEST_ADDRESS:
        problem = Problem("", f"at most {LONGEST_ADDRESS} bytes", f"{length}")
        raise Refused("address-too-long", "The address is longer than is read here.", [problem])


def _host_name(header: str) -> str | None:
    """The name or address of a Host header, without brackets and port; None for what is none."""
    found = _HOST.fullmatch(header)
    return (found[1] or found[2]).lower() if found else None
