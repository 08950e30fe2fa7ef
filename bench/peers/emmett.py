"""emmett on PostgreSQL, by the Node program beside: a stream a relationship, folded when asked."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import orjson

import bench
from bench.history import Entry
from bench.peers.peer import Asking, CannotDo, Peer
from bench.peers.server import PostgresServer
from bench.plan import row_of
from bench.reduced import Reduced, laid_out

PROGRAM = Path(bench.__file__).parent / "emmett"


class Emmett(Peer):
    """`aggregateStream` folds a relationship's stream for each answer."""

    title = "emmett (PostgreSQL 18)"
    how: ClassVar[dict[str, str]] = {
        "index": "the library's own: stream and position",
        "bulk": "`appendToStream` of a batch's events by stream, eight streams at a time",
        "durable": "fsync and synchronous_commit on",
    }

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        node, modules = shutil.which("node"), PROGRAM / "node_modules"
        if node is None or not modules.exists():
            raise CannotDo("its packages are not installed: `npm ci` in bench/emmett, with Node 20")
        self.server = PostgresServer(folder)
        self.server.connected().close()
        url = f"postgresql://bench@127.0.0.1:{self.server.port}/postgres"
        self._node = subprocess.Popen(
            [node, PROGRAM / "main.mjs", url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROGRAM,
        )

    def load(self, entries: Sequence[Entry]) -> None:
        self._ask("load", told=[row_of(one) for one in entries])

    def timed_appends(self, entries: Sequence[Entry], budget: float) -> list[float]:
        limit = None if budget == float("inf") else budget
        waits: list[float] = self._ask(
            "append", told=[row_of(one) for one in entries], budget=limit
        )["waits"]
        return waits

    def append(self, entry: Entry) -> None:
        self.timed_appends([entry], float("inf"))

    def state(self, relationship: str, as_of: int, position: int | None) -> Reduced:
        _, (answer,) = self.timed_states([(relationship, as_of, position)], float("inf"))
        return answer

    def timed_states(
        self, asked: Sequence[Asking], budget: float
    ) -> tuple[list[float], list[Reduced]]:
        limit = None if budget == float("inf") else budget
        found = self._ask("states", asked=asked, budget=limit)
        answers = [laid_out(a["counts"], a["last"], a["standing"]) for a in found["answers"]]
        return found["waits"], answers

    def rebuild(self) -> None:
        self._ask("rebuild")

    def servers(self) -> list[int]:
        return [self.server.process.pid, self._node.pid]

    def close(self) -> None:
        if self._node.stdin is not None:
            self._node.stdin.close()
        self._node.wait(30)
        self.server.end()

    def _ask(self, command: str, **given: Any) -> Any:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(orjson.dumps({"command": command, **given}) + b"\n")
        self._node.stdin.flush()
        answer = self._node.stdout.readline()
        if not answer:
            raise RuntimeError("the Node program ended")
        return orjson.loads(answer)
