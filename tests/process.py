"""Processes of the program, each ended by its own id: exec'ed, or forked from a warm parent."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Protocol

#: The command, as the console script runs it.
CHANCERY = (sys.executable, "-c", "from api.cli import main; main()")
ROOT = Path(__file__).parent.parent
_PATIENCE_SECONDS = 60


class Running:
    """A process of the program."""

    def __init__(self, pid: int, reap: Callable[[], int]) -> None:
        self.pid = pid
        self._reap = reap
        self._handle = os.pidfd_open(pid)
        self._code: int | None = None

    def ended(self, patience_seconds: float = 0) -> bool:
        """Whether it has ended, or does so in time."""
        if self._code is not None:
            return True
        waiting = select.poll()
        waiting.register(self._handle, select.POLLIN)
        return bool(waiting.poll(patience_seconds * 1_000))

    def send(self, how: signal.Signals) -> None:
        """Send it a signal, unless it is known to have ended."""
        if self._code is None:
            signal.pidfd_send_signal(self._handle, how)

    def end(self, how: signal.Signals = signal.SIGKILL) -> int:
        """End it; gives its exit code, or less than nothing for a signal."""
        self.send(how)
        return self.code()

    def code(self, patience_seconds: float = _PATIENCE_SECONDS) -> int:
        """The exit code, when it has ended by itself."""
        if self._code is None:
            if not self.ended(patience_seconds):
                # It then tells on standard error what each of its threads is at.
                self.end(signal.SIGABRT)
                raise TimeoutError(f"process {self.pid} did not end")
            self._code = self._reap()
            os.close(self._handle)
        return self._code


def environment_of(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Of a process that loads the program from here."""
    return {**os.environ, "PYTHONFAULTHANDLER": "1", **(more or {}), "PYTHONPATH": str(ROOT)}


class Launcher(Protocol):
    """How a command of the program is run."""

    def run(
        self, arguments: list[str], out: Path, environment: Mapping[str, str] | None = None
    ) -> Running: ...


class Exec:
    """As a user runs it."""

    def run(
        self, arguments: list[str], out: Path, environment: Mapping[str, str] | None = None
    ) -> Running:
        with out.open("ab") as output:
            process = subprocess.Popen(
                [*CHANCERY, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment_of(environment),
                cwd=out.parent,
            )
        return Running(process.pid, process.wait)


class Warm:
    """By a fork of a process that has loaded the program already; see `tests.warm`."""

    def __init__(self, fault: str = "none") -> None:
        self.fault = fault
        self._turn = Lock()
        self._parent = subprocess.Popen(
            [sys.executable, "-c", "from tests.warm import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment_of(),
            cwd="/",
        )

    def run(
        self, arguments: list[str], out: Path, environment: Mapping[str, str] | None = None
    ) -> Running:
        whole = environment_of(environment)
        return self.start(arguments, out=out, err=out, cwd=out.parent, environment=whole)

    def start(
        self,
        arguments: Sequence[str],
        *,
        stdin: Path = Path(os.devnull),
        out: Path,
        err: Path,
        cwd: Path,
        environment: Mapping[str, str],
    ) -> Running:
        """Run a command on files of its own; `environment` is all it has."""
        pid = self._ask(
            run=list(arguments),
            **{"in": str(stdin)},
            out=str(out),
            err=str(err),
            cwd=str(cwd),
            environment=dict(environment),
            fault=self.fault,
        )
        return Running(pid, lambda: self._ask(reap=pid))

    def _ask(self, **order: object) -> int:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        with self._turn:
            self._parent.stdin.write(json.dumps(order).encode() + b"\n")
            self._parent.stdin.flush()
            return int(self._parent.stdout.readline())

    def close(self) -> None:
        """End the parent; whoever it has forked goes on."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait(_PATIENCE_SECONDS)
        self._parent.stdout.close()

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


@cache
def warm() -> Warm:
    """The one that all tests of this process share."""
    shared = Warm()
    atexit.register(shared.close)
    return shared
