"""The control: answers each request with a word, and does nothing else.

Asked beside the service, it tells how much of a delay is the machine's own.
"""

from __future__ import annotations

import socket
import sys

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(ANSWER)


if __name__ == "__main__":
    sys.exit(main())
