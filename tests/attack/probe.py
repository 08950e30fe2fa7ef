"""A probe: asks one path again and again over connections of its own, and tells how long it took.

A process of its own, and no more than sockets: what is measured is the service.
"""

from __future__ import annotations

import json
import socket
import sys
import time

_PAUSE_SECONDS = 0.05
_PATIENCE_SECONDS = 60


def ask(port: int, path: str) -> int:
    """The status of a question; 0 where there was no answer."""
    sent = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    try:
        with socket.create_connection(("127.0.0.1", port), _PATIENCE_SECONDS) as connection:
            connection.sendall(sent)
            head = connection.recv(65_536)
            while piece := connection.recv(65_536):
                head = head or piece
    except OSError:
        return 0
    return int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.1 ") else 0


def main() -> None:
    port, path = int(sys.argv[1]), sys.argv[2]
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    found = []
    # Told to stop by the end of its input.
    import select

    while not select.select([sys.stdin], [], [], _PAUSE_SECONDS)[0]:
        begun = time.monotonic()
        status = ask(port, path)
        found.append((status, time.monotonic() - begun))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
