"""What the tests of the ways in and out stand on: the seed history, known at the article's time."""

from __future__ import annotations

import os
import signal
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import orjson
import pytest

from api.app import create_app
from api.exchange.loading import load, sample
from api.settings import Settings
from events.application import Chancery, open_chancery
from tests.process import ROOT, warm

with warnings.catch_warnings():
    # Starlette's client would rather have another httpx; this one serves.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

BASE = "http://127.0.0.1"
#: The day the article appeared, in microseconds.
PUBLISHED = int(datetime(2024, 3, 9, 12, tzinfo=UTC).timestamp()) * 1_000_000


def seeded() -> Chancery:
    """The application on 9 March 2024: the acts of the article, and what it claims to cover."""
    chancery = open_chancery("sqlite:///:memory:", lambda: PUBLISHED)
    source, paths = sample("eurasian-2024")
    load(chancery, source, paths, lambda row: None)
    return chancery


@pytest.fixture
def house() -> Iterator[Chancery]:
    chancery = seeded()
    yield chancery
    chancery.close()


@pytest.fixture(scope="module")
def reader() -> Iterator[TestClient]:
    """A client for questions alone: what it asks changes nothing, so many tests share it."""
    app = create_app(Settings(), seeded())
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(house: Chancery) -> Iterator[TestClient]:
    app = create_app(Settings(body_limit_bytes=64_000), house)
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        yield client


@dataclass(frozen=True)
class Done:
    """A command that has ended, and what it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run(*arguments: str, store: str = "", stdin: bytes = b"", cwd: Path | None = None) -> Done:
    """A command as a user runs it, in a process that has loaded the program already."""
    environment = {**os.environ, "NO_COLOR": "1"}
    if store:
        environment["CHANCERY_STORE"] = store
    with TemporaryDirectory() as name:
        given, out, err = (Path(name, part) for part in ("in", "out", "err"))
        given.write_bytes(stdin)
        running = warm().start(
            arguments, stdin=given, out=out, err=err, cwd=cwd or ROOT, environment=environment
        )
        try:
            code = running.code(120)
        except TimeoutError:
            running.end()
            raise
        return Done(code, out.read_bytes(), err.read_bytes())


@pytest.fixture
def store(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'acts.db'}"


@pytest.fixture(scope="module")
def seeded_store(tmp_path_factory) -> str:
    """A store with the seed history; commands that only ask share it."""
    store = f"sqlite:///{tmp_path_factory.mktemp('seed') / 'acts.db'}"
    assert run("sample", "eurasian-2024", store=store).returncode == 0
    return store


def answer_of(store: str, *arguments: str):
    """The JSON a command prints."""
    done = run(*arguments, "--json", store=store)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr
    return orjson.loads(done.stdout)


def one_line(done) -> str:
    """What was complained of: one line, and nothing of the inside."""
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("chancery: ")
    return line


class Service:
    """`chancery serve` in a process of its own, on a free port of this machine."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.store = f"sqlite:///{folder / 'acts.db'}"
        self._out = folder / "serve.out"
        self._out.write_bytes(b"")
        self.process = warm().start(
            ["serve", "--port", "0", "--store", self.store, *arguments],
            out=self._out,
            err=self._out,
            cwd=folder,
            environment={**os.environ, **environment},
        )
        self.address = self._address()

    def _address(self) -> str:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not self.process.ended(0.02):
            for line in self.output().splitlines():
                if line.startswith("serving "):
                    return line.rpartition(" on ")[2]
        raise AssertionError(f"the service did not come up: {self.output()}")

    def output(self) -> str:
        """What it has printed so far."""
        return self._out.read_text()

    def client(self) -> httpx.Client:
        """A client for it."""
        return httpx.Client(base_url=self.address, timeout=30)

    def stop(self) -> float:
        """End it as an operator does; gives the seconds it took."""
        started = time.monotonic()
        if not self.process.ended():
            self.process.send(signal.SIGTERM)
        self.process.code(20)
        return time.monotonic() - started


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    yield service
    service.stop()
