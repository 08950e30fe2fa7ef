"""UmaDB through its own client: one event a record, tagged with its relationships."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import orjson
import umadb

from bench.history import Entry
from bench.peers.peer import Peer
from bench.plan import read_entry, row_of
from bench.reduced import Known, line_of


class Uma(Peer):
    """A query by tag finds a relationship's events; the client folds them."""

    title = "UmaDB"
    how: ClassVar[dict[str, str]] = {
        "index": "a tag a relationship",
        "bulk": "`append` of batches",
        "durable": "its server's default: synced before it answers",
    }
    batch = 2_000

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        program = Path(sys.executable).parent / "umadb"
        self._server = subprocess.Popen(
            [program, "--listen", address, "--db-path", str(folder / "uma.db")],
            stdout=subprocess.DEVNULL,
            env={**os.environ},
        )
        self._client = _connected(f"http://{address}")

    def load(self, entries: Sequence[Entry]) -> None:
        self._client.append([_event(one) for one in entries])

    def append(self, entry: Entry) -> None:
        self._client.append([_event(entry)])

    def state(self, relationship: str, as_of: int, position: int | None) -> Any:
        known = Known()
        query = umadb.Query([umadb.QueryItem(tags=[f"pair:{relationship}"])])
        for entry in self._read(query, position):
            known.take(entry.op, line_of(entry))
        return known.state(as_of)

    def rebuild(self) -> None:
        """Fold the log once into what every relationship knows."""
        known: dict[str, Known] = {}
        for entry in self._read(None, None):
            line = line_of(entry)
            for pair in entry.pairs:
                known.setdefault(pair, Known()).take(entry.op, line)

    def servers(self) -> list[int]:
        return [self._server.pid]

    def close(self) -> None:
        self._client.close()
        self._server.terminate()
        self._server.wait(30)

    def _read(self, query: Any, position: int | None) -> Iterator[Entry]:
        response = self._client.read(query)
        while batch := response.next_batch():
            for found in batch:
                if position is not None and found.position > position:
                    response.cancel()
                    return
                yield read_entry(orjson.loads(found.event.data))


def _event(entry: Entry) -> Any:
    tags = [f"act:{entry.act_id}", *(f"pair:{pair}" for pair in entry.pairs)]
    return umadb.Event(f"{entry.kind}.{entry.op}", orjson.dumps(row_of(entry)), tags)


def _connected(url: str) -> Any:
    for _ in range(100):
        try:
            client = umadb.Client(url)
            client.head()
            return client
        except Exception:  # noqa: BLE001 - whatever it raises while the server starts
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
