"""The besieged: a service in a process of its own, and what is seen of it from outside."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from threading import Event, Thread

from tests.process import ROOT, environment_of

_COMMAND = """
import resource, sys
handles = int(sys.argv.pop(1))
if handles:
    resource.setrlimit(resource.RLIMIT_NOFILE, (handles, handles))
pages = sys.argv.pop(1)
if pages:
    from tests.attack import pages as told
    told.begin(pages)
from api.cli import main
main()
"""
_SERVE = ("serve", "--port", "0")
_PATIENCE_SECONDS = 90
#: How long a service may hold what clients left it with.
RELEASED_SECONDS = 10
_MORE_HANDLES = 24
#: How long the writer beside is at work before anything is done to the service.
CALM_SECONDS = 3.0
#: The share of its rate that the writer beside keeps at least.
KEPT_SHARE = 0.5
#: Between two of its appends: one client of many, who leaves the service time for others.
WRITER_PAUSE_SECONDS = 0.02


class Besieged:
    """`chancery serve` on a store, ended by its own pid."""

    def __init__(
        self,
        store: str,
        folder: Path,
        settings: Mapping[str, str] | None = None,
        handles: int = 0,
        key: str = "",
        *,
        pages: bool = False,
    ) -> None:
        """`key` is what those who watch it show, where it asks who comes.

        With `pages` it is told apart what SQLite holds of its memory.
        """
        self.store = store
        self._pages = folder / "pages" if pages else None
        self.key = key
        self._log = folder / "serve.err"
        with self._log.open("wb") as told:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _COMMAND, str(handles), str(self._pages or ""), *_SERVE],
                stdout=subprocess.PIPE,
                stderr=told,
                text=True,
                env=environment_of({"CHANCERY_STORE": store, **(settings or {})}),
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("serving "), self.logged()
        self.port = int(line.rpartition(":")[2])
        self.acknowledged: list[str] = []
        """The acts that the writer beside was told are recorded."""
        self._handles = self.held()["handles"]

    def logged(self) -> str:
        """What it has logged."""
        return self._log.read_text("utf-8", "replace")

    def memory_megabytes(self) -> int:
        """What it holds in memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) // 1_024

    def connected(self, receive_bytes: int | None = None) -> socket.socket:
        """A connection; with so small a buffer that what is not read is soon not sent."""
        connection = socket.socket()
        if receive_bytes is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        connection.settimeout(_PATIENCE_SECONDS)
        connection.connect(("127.0.0.1", self.port))
        return connection

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """A question or an order over a connection of its own; status 0 without an answer."""
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_SECONDS)
        sent = {} if body is None else {"Content-Type": "application/json"}
        if self.key:
            sent["Authorization"] = f"Bearer {self.key}"
        try:
            data = None if body is None else json.dumps(body)
            asking.request(method, path, data, {**sent, **(headers or {})})
            answer = asking.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, told, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, {}, b""
        finally:
            asking.close()

    def number(self, name: str) -> float:
        """A number of its metrics, over all labels; 0 where it has none of that name."""
        text = self.ask("GET", "/metrics")[2].decode()
        found = re.findall(rf"^{re.escape(name)}(?:{{.*}})? (\S+)$", text, re.MULTILINE)
        return sum(map(float, found))

    def held(self) -> dict[str, float]:
        """What it holds of the machine now."""
        process = Path(f"/proc/{self.process.pid}")
        status = (process / "status").read_text("ascii")
        threads = next(line for line in status.splitlines() if line.startswith("Threads:"))
        found = {
            "memory MB": float(self.memory_megabytes()),
            "handles": float(sum(1 for _ in (process / "fd").iterdir())),
            "threads": float(threads.split()[1]),
        }
        if self._pages is not None and self._pages.exists():
            found["pages MB"] = int(self._pages.read_bytes()) / 2**20
            found["beside pages MB"] = found["memory MB"] - found["pages MB"]
        log = Path(self.store.removeprefix("sqlite:///") + "-wal")
        if log.exists():
            found["wal MB"] = log.stat().st_size / 2**20
        return found

    def unreleased(self) -> list[str]:
        """What clients that have gone left it with, `RELEASED_SECONDS` later."""
        until = time.monotonic() + RELEASED_SECONDS
        while (left := self._left()) and time.monotonic() < until:
            time.sleep(0.1)
        return [f"{what} when all had gone" for what in left]

    def _left(self) -> list[str]:
        left = {
            "connections": self.number("chancery_open_connections") - 1,  # the one that asks
            "places": self.number("chancery_long_work_taken_places"),
            "streams": self.number("chancery_feed_streams"),
            "threads at work": self.number('chancery_pool_busy_threads{pool="short"}')
            + self.number('chancery_pool_busy_threads{pool="long"}'),
            # What it began with, and connections to a database.
            "handles": max(0, self.held()["handles"] - self._handles - _MORE_HANDLES),
        }
        return [f"{number:.0f} {name}" for name, number in left.items() if number > 0]

    def lost(self) -> list[str]:
        """Of the acts that were acknowledged, those that are not there, once."""
        found = []
        for act_id in self.acknowledged:
            status, _, body = self.ask("GET", f"/v1/acts/{act_id}")
            if status != 200 or json.loads(body)["version"] != 1:
                found.append(f"{act_id}: {status}")
        return [f"{len(found)} acknowledged acts, as {found[:3]}"] if found else []

    def end(self) -> None:
        """End it, whatever it is at."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(_PATIENCE_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()


@dataclass(frozen=True)
class Seen:
    """How one path was answered."""

    path: str
    statuses: Counter[int]
    seconds: list[float]
    """Rising."""
    begun: list[float]
    """When each was asked, rising, by the clock that only goes on."""
    answers: list[int]
    """The status of each, as they were asked."""
    took: list[float]
    """The seconds of each, as they were asked."""

    def numbers(self, status: int) -> list[int]:
        """Which of them had a status, the first being 0."""
        return [number for number, one in enumerate(self.answers) if one == status]

    def means(self, moment: float) -> tuple[float, float]:
        """The seconds that one took on average, asked before a moment and from then on."""
        before = [took for begun, took in zip(self.begun, self.took, strict=True) if begun < moment]
        during = self.took[len(before) :]
        return mean(before or during), mean(during or before)

    @property
    def typical_seconds(self) -> float:
        return self.seconds[len(self.seconds) // 2]

    @property
    def worst_but_few_seconds(self) -> float:
        """What one in a hundred takes longer than."""
        return self.seconds[int(len(self.seconds) * 0.99)]

    def __str__(self) -> str:
        told = (self.typical_seconds, self.worst_but_few_seconds, self.seconds[-1])
        shown = ", ".join(f"{seconds * 1_000:.0f}" for seconds in told)
        return f"{self.path}: {len(self.seconds)} asked; half, 99 in 100 and all within {shown} ms"


class Probe:
    """A process that asks one path, or records acts, until it is told to end."""

    def __init__(self, port: int, path: str, pause_seconds: float = 0.05, *named: str) -> None:
        """With a name and a key it records acts of that name instead of asking."""
        self._path = path
        told = (str(port), path, str(pause_seconds), *named)
        self._process = subprocess.Popen(
            [sys.executable, "-S", str(ROOT / "tests/attack/probe.py"), *told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def end(self) -> Seen:
        """End it, and give what it saw."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        found = json.loads(self._process.stdout.readline())
        self._process.wait(_PATIENCE_SECONDS)
        self._process.stdout.close()
        return Seen(
            self._path,
            Counter(status for _, status, _ in found),
            sorted(seconds for _, _, seconds in found),
            [begun for begun, _, _ in found],
            [status for _, status, _ in found],
            [seconds for _, _, seconds in found],
        )


class Watched:
    """What was seen while something was done: health, readiness, a writer, the machine itself."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.appends: Seen | None = None
        self.control: Seen | None = None
        self.seconds = 0.0
        self.begun = 0.0
        """When it was begun to be done; the writer and the control were at work before."""
        self.most_megabytes = 0
        """The most memory that the service held meanwhile."""

    def lines(self) -> list[str]:
        assert self.control is not None
        machine = f"the machine by itself: {str(self.control).partition(': ')[2]}"
        before, during = self._rates()
        appends = (
            f"another client's appends: {before:.0f} a second before, {during:.0f} meanwhile"
            f", when the machine was {self._slowdown():.1f} times as slow"
        )
        memory = f"at most {self.most_megabytes} MB in memory meanwhile"
        return [*(str(one) for one in self.seen), machine, appends, memory]

    def _rates(self) -> tuple[float, float]:
        """Appends a second before and while it was done."""
        assert self.appends is not None
        before = [begun for begun in self.appends.begun if begun < self.begun]
        during = len(self.appends.begun) - len(before)
        return len(before) / CALM_SECONDS, during / self.seconds

    def _slowdown(self) -> float:
        """How much longer the control took meanwhile than before, on average; at least 1."""
        assert self.control is not None
        before, during = self.control.means(self.begun)
        return max(1.0, during / before)

    def _expected_rate(self) -> float:
        """What the writer would record a second, were it kept waiting by the machine alone."""
        assert self.appends is not None
        took, _ = self.appends.means(self.begun)
        return 1 / (WRITER_PAUSE_SECONDS + took * self._slowdown())

    def broken(self, most_seconds: float, most_megabytes: int) -> list[str]:
        """What was not answered, or later than the machine accounts for; a writer kept waiting."""
        assert self.control is not None
        assert self.appends is not None
        allowed = most_seconds + self.control.worst_but_few_seconds
        found = [
            f"{one.path}: {dict(one.statuses)}, {one.worst_but_few_seconds * 1_000:.0f} ms"
            for one in self.seen
            if set(one.statuses) != {200} or one.worst_but_few_seconds > allowed
        ]
        before, during = self._rates()
        if set(self.appends.statuses) != {201} or during < KEPT_SHARE * self._expected_rate():
            found.append(
                f"appends: {dict(self.appends.statuses)}, {before:.0f} and {during:.0f} a second"
            )
        if self.most_megabytes >= most_megabytes:
            found.append(f"{self.most_megabytes} MB in memory")
        return found


@contextmanager
def watched(besieged: Besieged) -> Iterator[Watched]:
    """Health and readiness asked for as long as the context lasts, a writer and a control beside.

    The writer is at work for `CALM_SECONDS` before, so that its rates can be compared.
    """
    control = subprocess.Popen(
        [sys.executable, "-S", str(ROOT / "tests/attack/control.py")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert control.stdout is not None
    probes = [Probe(besieged.port, path) for path in ("/healthz", "/readyz")]
    beside = Probe(int(control.stdout.readline()), "/")
    name = f"beside:{time.time_ns()}"
    writer = Probe(besieged.port, "/v1/acts", WRITER_PAUSE_SECONDS, name, besieged.key)
    told, over = Watched(), Event()

    def weigh() -> None:
        while not over.wait(0.2):
            told.most_megabytes = max(told.most_megabytes, besieged.memory_megabytes())

    weighing = Thread(target=weigh)
    weighing.start()
    time.sleep(CALM_SECONDS)
    told.begun = time.monotonic()
    try:
        yield told
    finally:
        told.seconds = time.monotonic() - told.begun
        told.appends = writer.end()
        besieged.acknowledged += [f"{name}.{n}" for n in told.appends.numbers(201)]
        told.seen = [probe.end() for probe in probes]
        told.control = beside.end()
        over.set()
        weighing.join()
        control.kill()
        control.wait(_PATIENCE_SECONDS)
        control.stdout.close()


def fill(store: str) -> None:
    """Put the bundled histories into a store."""
    chancery(store, "sample")


def key_of(store: str) -> str:
    """A key to read and to record with."""
    lines = chancery(store, "key", "create", "beside", "--scope", "read", "--scope", "append")
    (key,) = re.findall(r"\bchancery_[\w-]+", lines)
    return str(key)


def chancery(store: str, *arguments: str) -> str:
    """What a command on the store says; it must succeed."""
    command = [sys.executable, "-c", "from api.cli import main; main()", *arguments]
    environment = environment_of({"CHANCERY_STORE": store, "NO_COLOR": "1", "COLUMNS": "400"})
    done = subprocess.run(
        command, check=True, env=environment, cwd=os.sep, capture_output=True, text=True
    )
    return done.stdout
