"""A probe: asks or records again and again over connections of its own, and tells how long it took.

A process of its own that needs no more than sockets, so that what is measured is the service. It
ends with its input, and then prints beginning, status and seconds of each request.

    probe.py PORT PATH PAUSE_SECONDS           GET PATH
    probe.py PORT /v1/acts PAUSE_SECONDS NAME KEY
                                              POST acts NAME.0, NAME.1, ... with a key, or none: ""
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time

_PATIENCE_SECONDS = 60


def question(path: str) -> bytes:
    """A question as it is sent."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()


def order(path: str, act_id: str, key: str) -> bytes:
    """An order to record a small act, as it is sent."""
    event = {"type": "talk.held", "date": "2020-01-01", "title": "A talk"}
    parties = [{"party": "DEU"}, {"party": "NOR"}]
    body = json.dumps({"act_id": act_id, "events": [{**event, "parties": parties}]})
    shown = f"Authorization: Bearer {key}\r\n" if key else ""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{shown}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def ask(port: int, sent: bytes) -> int:
    """The status of a request; 0 where there was no answer."""
    try:
        with socket.create_connection(("127.0.0.1", port), _PATIENCE_SECONDS) as connection:
            connection.sendall(sent)
            head = connection.recv(65_536)
            while connection.recv(65_536):
                pass
    except OSError:
        return 0
    return int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.1 ") else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    port, path, pause = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    say("begun")
    found = []
    while not select.select([sys.stdin], [], [], pause)[0]:
        sent = (
            order(path, f"{sys.argv[4]}.{len(found)}", sys.argv[5])
            if sys.argv[4:]
            else question(path)
        )
        begun = time.monotonic()
        status = ask(port, sent)
        found.append((begun, status, time.monotonic() - begun))
    say(json.dumps(found))


if __name__ == "__main__":
    main()
