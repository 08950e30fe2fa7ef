"""A probe: asks one path again and again over connections of its own, and tells how long it took.

A process of its own that needs no more than sockets, so that what is measured is the service. It
ends with its input, and then prints status and seconds of each question.
"""

from __future__ import annotations

import json
import select
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
            told = connection.recv(65_536)
            while connection.recv(65_536):
                pass
    except OSError:
        return 0
    return int(told.split(b" ", 2)[1]) if told.startswith(b"HTTP/1.1 ") else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    port, path = int(sys.argv[1]), sys.argv[2]
    say("begun")
    found = []
    while not select.select([sys.stdin], [], [], _PAUSE_SECONDS)[0]:
        begun = time.monotonic()
        status = ask(port, path)
        found.append((status, time.monotonic() - begun))
    say(json.dumps(found))


if __name__ == "__main__":
    main()
