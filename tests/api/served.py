"""A service over real sockets, in a thread of the test: as `chancery serve` runs it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from api.app import create_app
from api.server import Server
from api.settings import Settings
from events.application import Chancery


@dataclass(frozen=True)
class Served:
    """A service that runs."""

    app: FastAPI
    address: tuple[str, int]

    def connected(self, patience_seconds: float = 30) -> socket.socket:
        """A connection to it."""
        return socket.create_connection(self.address, patience_seconds)

    def told(self, sent: bytes) -> bytes:
        """All that comes back for what is sent, until the service ends the connection."""
        with self.connected() as connection:
            connection.sendall(sent)
            return until_end(connection)

    def get(self, target: str) -> bytes:
        """The answer to a plain question, as it comes over the wire."""
        return self.told(request("GET", target))


def request(method: str, target: str, headers: str = "", body: bytes = b"") -> bytes:
    """A request as it goes over the wire, after whose answer the connection ends."""
    head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}\r\n"
    return head.encode() + body


def until_end(connection: socket.socket) -> bytes:
    """What still comes through a connection."""
    found = b""
    try:
        while piece := connection.recv(65_536):
            found += piece
    except ConnectionResetError:
        pass
    return found


@contextmanager
def served(house: Chancery, **settings: Any) -> Iterator[Served]:
    """A service on an open store, which it closes."""
    chosen = Settings(stop_seconds=1, **settings)
    listening = socket.create_server(("127.0.0.1", 0))
    address = listening.getsockname()[:2]
    app = create_app(chosen, house)
    server = Server(app, chosen)
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True
    )
    thread.start()
    try:
        yield Served(app, address)
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()
