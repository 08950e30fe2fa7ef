"""One fault against the tests of its room, in a copy of the project of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import NamedTuple

from tests.mutants.operators import Mutant

ROOT = Path(__file__).resolve().parents[2]
#: What each room is held to, what is quickest and nearest first: the first test to fail is enough.
TESTS = {
    "domain": (
        "tests/domain",
        "tests/oracle/test_cases.py",
        "tests/oracle/test_rules.py",
        "tests/law",
        "tests/oracle/test_product.py",
    ),
    "events/segments": (
        "tests/events/test_runs.py",
        "tests/events/test_answers.py",
        "tests/events/test_sqlite_store.py",
    ),
}
_COPIED = ("api", "bench", "chancery.py", "deploy", "docs", "domain", "events", "pyproject.toml")
_OPTIONS = ("-x", "-q", "--no-header", "-p", "no:cacheprovider", "--benchmark-disable")
#: A property that fails is enough; its smallest example is not looked for.
_PROPERTIES = ("--hypothesis-profile=unshrunk", "--hypothesis-seed=0")
#: How much longer than without a fault the tests may take before it counts as found.
_PATIENCE = 4


class Found(NamedTuple):
    """How a trial ended: whether a test found the fault, by what, and after how long."""

    found: bool
    by: str
    seconds: float


def room_of(path: str) -> str:
    """The room of a module that has tests of its own here."""
    return next(room for room in TESTS if path.startswith(f"{room}/"))


class Workshop:
    """A copy of the project in which one fault at a time is put in and taken out again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seconds: dict[str, float] = {}
        self._changes = count(1)
        for name in (*_COPIED, "tests"):
            kept = shutil.ignore_patterns("__pycache__", "node_modules")
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=kept)
            else:
                shutil.copy(ROOT / name, folder / name)

    def sound(self, room: str) -> None:
        """Raise unless the tests of a room pass without a fault; the time they take is kept."""
        ended = self._run(room, None)
        if ended.found:
            raise RuntimeError(f"expected the tests of {room} to pass, got {ended.by}")
        self._seconds[room] = ended.seconds

    def tried(self, mutant: Mutant) -> Found:
        """Whether a test finds a fault."""
        path = self.folder / mutant.path
        source = path.read_text("utf-8")
        room = room_of(mutant.path)
        self._write(path, mutant.put_into(source))
        try:
            return self._run(room, 10 + _PATIENCE * self._seconds[room])
        finally:
            self._write(path, source)

    def _write(self, path: Path, source: str) -> None:
        path.write_text(source, "utf-8")
        # Compiled code is told apart by the second: each change has one of its own.
        second = next(self._changes)
        os.utime(path, (second, second))

    def _run(self, room: str, patience: float | None) -> Found:
        began = time.monotonic()
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONHASHSEED": "0"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", *_OPTIONS, *_PROPERTIES, *TESTS[room]],
                cwd=self.folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Found(True, "no end", time.monotonic() - began)
        return Found(done.returncode != 0, _by(done.stdout), time.monotonic() - began)


def _by(said: str) -> str:
    """The test that failed, or else the last line that was said."""
    failed = [line for line in said.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return (failed or said.splitlines() or ["nothing"])[-1 if not failed else 0][:160]
