"""Asking over HTTP: connections that each ask again as soon as they are answered.

A small client on the kernel's own polling: what it works is taken from the servers it measures
on the same machine, and the well-known clients in Python work longer than the answers take.
"""

from __future__ import annotations

import json
import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.report import percentile


@dataclass(slots=True)
class Connection:
    """One connection: what it asks, and what has come of the answer it waits for."""

    plug: socket.socket
    requests: Iterator[bytes]
    begun: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    #: Bytes of the answer with its head and of its body alone, once the head is there.
    length: int = 0
    body: int = 0

    def ask(self) -> None:
        """Send the next request, which fits into the socket's own buffer."""
        self.received.clear()
        self.length = 0
        self.begun = time.perf_counter()
        self.plug.sendall(next(self.requests))

    def heard(self, status: bytes) -> bool:
        """Take what has come; whether the answer is whole now.

        Raises `RuntimeError` with an answer of another status.
        """
        piece = self.plug.recv(1 << 18)
        self.received += piece
        if not self.length and (head := self.received.find(b"\r\n\r\n")) >= 0:
            headers = bytes(self.received[:head]).lower()
            following = headers.partition(b"content-length:")[2].partition(b"\r\n")[0]
            self.body = int(following)
            self.length = head + 4 + self.body
        whole = 0 < self.length <= len(self.received)
        if not piece or (whole and not self.received.startswith(b"HTTP/1.1 " + status)):
            raise RuntimeError(f"expected {status.decode()}, got {bytes(self.received).decode()}")
        return whole


def asked(
    ports: list[int], requests: list[Iterator[bytes]], seconds: float, status: bytes
) -> dict[str, float]:
    """The figures of a load: a connection for each iterator, spread over the ports.

    Answers a second, their median and p99 wait in seconds, their number, and the mean bytes of a
    body. Raises `RuntimeError` with the first answer of another status.
    """
    waits: list[float] = []
    received = 0
    with selectors.DefaultSelector() as poll:
        for number, own in enumerate(requests):
            plug = socket.create_connection(("127.0.0.1", ports[number % len(ports)]))
            plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            poll.register(plug, selectors.EVENT_READ, Connection(plug, own))
        begun = time.perf_counter()
        for key in [*poll.get_map().values()]:
            key.data.ask()
        while poll.get_map():
            for key, _ in poll.select():
                one: Connection = key.data
                if not one.heard(status):
                    continue
                now = time.perf_counter()
                waits.append(now - one.begun)
                received += one.body
                if now < begun + seconds:
                    one.ask()
                else:
                    poll.unregister(one.plug)
                    one.plug.close()
        taken = time.perf_counter() - begun
    return {
        "per_second": len(waits) / taken,
        "median": statistics.median(waits),
        "p99": percentile(waits, 0.99),
        "answers": len(waits),
        "bytes": received / len(waits),
    }


def request(head: str, body: object = None) -> bytes:
    """A request's bytes, such as `GET /healthz`, with a JSON body if one is given."""
    sent = b"" if body is None else json.dumps(body).encode()
    head_bytes = f"{head} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    if sent:
        head_bytes += f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n"
    return f"{head_bytes}\r\n".encode() + sent
