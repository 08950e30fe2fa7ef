"""The wire: HTTP/1.1 as it is read, its head bounded, and what is none told as a problem."""

from __future__ import annotations

from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.problems import KINDS, MEDIA_TYPE, Document

#: Of a request's line and headers together. The parser has no bound of its own.
MOST_HEAD_BYTES = 64 * 2**10


class Wire(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._in_head = True
        self._head_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Read on, unless a head never ends."""
        if self.transport.is_closing():
            return
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MOST_HEAD_BYTES:
            self._refuse("headers-too-large", f"A head here has at most {MOST_HEAD_BYTES} bytes.")

    def on_headers_complete(self) -> None:
        """A body may follow, which has bounds of its own."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next head begins."""
        self._in_head, self._head_bytes = True, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Tell that this is not HTTP, and hear nothing more."""
        self._refuse("malformed-request", "What came is no request of HTTP/1.1.")

    def _refuse(self, kind: str, detail: str) -> None:
        if self.transport.is_closing():
            return
        document = Document(KINDS[kind], detail)
        body = orjson.dumps(document.to_json("/"))
        head = (
            f"HTTP/1.1 {document.kind.status} Refused\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        )
        # An answer that is under way is not torn by this one.
        cycle: Any = self.cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            self.transport.write(head.encode() + body)
        self.transport.close()
