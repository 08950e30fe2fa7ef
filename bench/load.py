"""Load over HTTP: so many connections, each asking again as soon as it is answered.

    python -m bench.load SECONDS CONNECTIONS PATHS_FILE PORT [PORT…]

Connections are spread over the ports. Prints answers a second and the waits.
"""

from __future__ import annotations

import argparse
import itertools
import json
from pathlib import Path

from bench.asking import asked, request


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float)
    parser.add_argument("connections", type=int)
    parser.add_argument("paths", type=Path)
    parser.add_argument("ports", type=int, nargs="+")
    given = parser.parse_args()
    paths = given.paths.read_text().splitlines()
    requests = itertools.cycle([request(f"GET {path}") for path in paths])
    print(json.dumps(asked(given.ports, [requests] * given.connections, given.seconds, b"200")))


if __name__ == "__main__":
    main()
