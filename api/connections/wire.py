"""The wire: HTTP/1.1 as it is read, within bounds, and what is none told as a problem."""

from __future__ import annotations

import asyncio
import re
import select
from collections.abc import Callable
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.connections.door import Door
from api.problems import KINDS, MEDIA_TYPE, Document

#: Of a request's line and headers together, and of its trailers. The parser has no bound.
MOST_HEAD_BYTES = 64 * 2**10
#: A body that comes slower than this, on the whole, is not waited for.
LEAST_BYTES_A_SECOND = 500
#: How long a client may go on sending what nobody reads any more.
_LINGER_SECONDS = 5.0
#: What is answered also where there is no room.
_ALWAYS = frozenset({b"/healthz", b"/readyz", b"/metrics"})
#: Of the system's poll; not every system tells that the other end sends no more.
_HUNG_UP = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)
_QUESTIONS = frozenset({"GET", "HEAD"})


class Presence:
    """Whether a client is still there, and how to end its connection in the midst of an answer."""

    __slots__ = ("_cut", "left")

    def __init__(self, cut: Callable[[], None]) -> None:
        self.left = False
        self._cut = cut

    def cut(self) -> None:
        """End it, so that nobody takes for whole what is none."""
        self.left = True
        self._cut()


class Wire(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *given: Any, door: Door, **more: Any) -> None:
        super().__init__(*given, **more)
        self._door = door
        self._presence = Presence(lambda: self.transport.abort())
        self._in_head = True
        self._head_bytes = self._body_bytes = self._trailer_bytes = 0
        self._in_trailers = False
        #: Whether what begins was sent before the answer to another: it has no right to go first.
        self._pipelined = False
        #: What is being answered; of a pipeline not what was read last.
        self._answering: Any = None
        self._refusal: tuple[str, str] | None = None
        #: Since when a head comes in, and for how long a body has been waited for.
        self._since = door.now()
        self._seconds = 0.0
        self._looked_at = self._since
        #: Since when nothing can be sent, and since when it is to be closed.
        self._stuck_since: float | None = None
        self._closing_since: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Come in."""
        super().connection_made(transport)
        self._door.way.take()
        self._door.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Go, and let whoever works for this client know."""
        self._presence.left = True
        self._door.leave(self)
        if self._answering is not None and not self._answering.response_complete:
            # The server itself tells only what was read last.
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless a head or trailers never end."""
        self._door.way.take()
        if self.transport.is_closing():
            return
        if self._in_head:
            if not self._head_bytes:
                self._since = self._door.now()
            self._head_bytes += len(data)
        body_bytes = self._body_bytes
        super().data_received(data)
        if self._in_trailers:
            self._trailer_bytes += len(data) - (self._body_bytes - body_bytes)
        if self._in_head and self._head_bytes > MOST_HEAD_BYTES:
            self._refuse("headers-too-large", f"A head here has at most {MOST_HEAD_BYTES} bytes.")
        elif self._trailer_bytes > MOST_HEAD_BYTES:
            detail = f"Trailers here have at most {MOST_HEAD_BYTES} bytes."
            self._refuse("headers-too-large", detail)

    def on_message_begin(self) -> None:
        """Another request begins."""
        super().on_message_begin()
        self.scope["state"]["presence"] = self._presence

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; a trailer is none, and is dropped (RFC 9110, section 6.5.1)."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """A body may follow, which has bounds of its own."""
        self._in_head = False
        self._body_bytes, self._seconds = 0, 0.0
        self._looked_at = self._door.now()
        self._door.asks(self)
        self._check_coding()
        self._heed_target()
        if self._door.crowded and self._path() not in _ALWAYS:
            self._refusal = "busy", "There are as many connections as there may be."
            raise ValueError("no room")
        super().on_headers_complete()

    def _heed_target(self) -> None:
        """Where a target names its host, that counts and `Host` does not (RFC 9112, 3.2.2)."""
        scheme, mark, rest = self.url.partition(b"://")
        if not mark or b"/" in scheme:
            return
        if scheme.lower() not in (b"http", b"https"):
            raise ValueError("a target of another scheme")
        named = re.split(rb"[/?]", rest, maxsplit=1)[0]
        asked = rest[len(named) :]
        self.url = asked if asked.startswith(b"/") else b"/" + asked
        # In place: the request's scope has this list already.
        self.headers[:] = [
            (name, named if name == b"host" else value) for name, value in self.headers
        ]

    def _path(self) -> bytes:
        return self.url.partition(b"?")[0]

    def _check_coding(self) -> None:
        codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        if not codings:
            return
        if self.parser.get_http_version() != "1.1" or len(codings) > 1:
            raise ValueError("a transfer coding that two may read in two ways")
        if codings[0].strip() != b"chunked":
            # RFC 9112, section 6.1: of what is not understood.
            self._refusal = "unknown-coding", "The only transfer coding that is taken is chunked."
            raise ValueError("an unknown transfer coding")

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        start = super()._start_asgi_task

        def begin() -> bool:
            if self._presence.left:
                return False
            self._answering = cycle
            start(cycle, app)
            return True

        if cycle.scope["raw_path"] in _ALWAYS and not self._pipelined:
            begin()
        else:
            order = cycle.scope["method"] not in _QUESTIONS
            self._door.starting.begin(begin, order=order)

    def on_chunk_header(self) -> None:
        """A chunk begins: the last one where no body follows, and then there may be trailers."""
        self._in_trailers = True

    def on_body(self, body: bytes) -> None:
        """Some of the body has come."""
        self._in_trailers, self._trailer_bytes = False, 0
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; the next head may begin."""
        self._in_head, self._head_bytes = True, 0
        self._in_trailers, self._trailer_bytes = False, 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._since = self._looked_at = self._door.now()
        self._seconds = 0.0
        self._door.waits(self)
        self._pipelined = True
        super().on_response_complete()
        self._pipelined = False

    def pause_writing(self) -> None:
        """The client does not read what it is sent."""
        self._stuck_since = self._door.now()
        super().pause_writing()

    def resume_writing(self) -> None:
        """It does."""
        self._stuck_since = None
        super().resume_writing()

    def overdue(self, now: float) -> str | None:
        """See `api.connections.door.Guest`; asked once a second."""
        if self.flow.read_paused and _hung_up(self.transport):
            # Nobody reads what comes next in a pipeline, nor that there is nobody any more.
            self.transport.abort()
        if self.transport.is_closing():
            # What was written before may never be taken.
            self._closing_since = now if self._closing_since is None else self._closing_since
        begun = min(t for t in (self._stuck_since, self._closing_since, now) if t is not None)
        if now - begun > self._door.write_seconds:
            return "write"
        cycle: Any = self.cycle
        answered = cycle is None or cycle.response_complete
        if self._in_head:
            begins = cycle is None or self._head_bytes > 0
            late = answered and begins and now - self._since > self._door.head_seconds
            return "head" if late else None
        if not self.flow.read_paused:
            self._seconds += now - self._looked_at
        self._looked_at = now
        allowed = self._door.body_seconds + self._body_bytes / LEAST_BYTES_A_SECOND
        return "body" if self._seconds > (_LINGER_SECONDS if answered else allowed) else None

    def send_away(self, why: str) -> None:
        """See `api.connections.door.Guest`."""
        if why == "write" or (why == "crowd" and self.cycle is not None):
            self.transport.abort()
        elif why == "crowd":
            self._refuse("busy", "There are as many connections as there may be.")
        else:
            self._refuse("too-slow", f"The {why} of this request came too slowly.")

    def send_400_response(self, msg: str) -> None:
        """Tell what is wrong with a request, and hear nothing more."""
        if self._refusal is None:
            self._door.sent_away["malformed"] += 1
        kind, detail = self._refusal or (
            "malformed-request",
            "What came is no request of HTTP/1.1.",
        )
        self._refuse(kind, detail)

    def _refuse(self, kind: str, detail: str) -> None:
        if self.transport.is_closing():
            return
        document = Document(KINDS[kind], detail)
        body = orjson.dumps(document.to_json("/"))
        more = "Retry-After: 5\r\n" if kind == "busy" else ""
        head = (
            f"HTTP/1.1 {document.kind.status} Refused\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\n{more}"
            "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        )
        # An answer that is under way is not torn by this one.
        cycle: Any = self.cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            self.transport.write(head.encode() + body)
        self.transport.close()


def _hung_up(transport: asyncio.Transport) -> bool:
    """Whether the other end of a connection has closed it, also while nothing of it is read."""
    looking = select.poll()
    looking.register(transport.get_extra_info("socket").fileno(), _HUNG_UP)
    return bool(looking.poll(0))
