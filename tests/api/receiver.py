"""A receiver of webhooks on this machine: it takes, refuses, hangs or is away, as it is told."""

from __future__ import annotations

import base64
import hmac
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

#: What a receiver does with a message: the status it answers, or None to say nothing at all.
Answer = Callable[[int], int | None]


def signed(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """The signature as a receiver that knows Standard Webhooks computes it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, message_id.encode() + b"." + timestamp.encode() + b"." + body, sha256)
    return "v1," + base64.b64encode(digest).decode()


@dataclass
class Message:
    headers: dict[str, str]
    body: bytes
    taken: bool

    @property
    def event(self) -> dict[str, Any]:
        return orjson.loads(self.body)

    @property
    def position(self) -> int:
        return int(self.event["id"])


@dataclass
class Receiver:
    """Listens on a port of 127.0.0.1; `answers` is given the number of the message, from 1."""

    answers: Answer = lambda number: 204
    headers: dict[str, str] = field(default_factory=dict)
    port: int = 0
    messages: list[Message] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Receiver:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?from=chancery"

    @property
    def taken(self) -> list[int]:
        return [message.position for message in self.messages if message.taken]

    def start(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:  # its sender was killed
                    self.close_connection = True
                    return
                status = receiver.answers(len(receiver.messages) + 1)
                taken = status is not None and 200 <= status < 300
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.messages.append(Message(headers, body, taken))
                if status is None:
                    receiver.released.wait(20)
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        class Listening(ThreadingHTTPServer):
            daemon_threads = True
            # A restart takes the port it had.
            allow_reuse_address = True

        self._server = Listening(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def until(true: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Wait for something to be true; gives what it came to."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.02)
    return found


def in_order(positions: list[int]) -> Iterator[int]:
    """Positions without those told again; none may be told before one that comes first."""
    highest = 0
    for position in positions:
        if position > highest:
            highest = position
            yield position
