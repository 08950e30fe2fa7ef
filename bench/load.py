"""Load over HTTP: so many connections, each asking again as soon as it is answered.

    python -m bench.load SECONDS CONNECTIONS PATHS_FILE PORT [PORT…]

A small client of its own, since the well-known ones in Python take longer than the answers.
Connections are spread over the ports. Prints answers a second and the waits.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import uvloop

from bench.report import percentile


async def asking(port: int, paths: Iterator[str], end: float, waits: list[float]) -> int:
    """One connection, until the end; gives the bytes of all bodies."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = 0
    while time.perf_counter() < end:
        begun = time.perf_counter()
        writer.write(f"GET {next(paths)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(head.decode())
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        received += length
        waits.append(time.perf_counter() - begun)
    writer.close()
    return received


async def loaded(
    seconds: float, connections: int, paths: list[str], ports: list[int]
) -> dict[str, float]:
    """The figures of one load."""
    turns = itertools.cycle(paths)
    waits: list[float] = []
    begun = time.perf_counter()
    received = await asyncio.gather(
        *(
            asking(ports[number % len(ports)], turns, begun + seconds, waits)
            for number in range(connections)
        )
    )
    taken = time.perf_counter() - begun
    return {
        "per_second": len(waits) / taken,
        "median": statistics.median(waits),
        "p99": percentile(waits, 0.99),
        "bytes": sum(received) / len(waits),
    }


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float)
    parser.add_argument("connections", type=int)
    parser.add_argument("paths", type=Path)
    parser.add_argument("ports", type=int, nargs="+")
    given = parser.parse_args()
    paths = given.paths.read_text().splitlines()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(loaded(given.seconds, given.connections, paths, given.ports))))


if __name__ == "__main__":
    main()
