"""The service on a store: begun, awaited, asked, killed, begun again."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from pathlib import Path

from tests.crash.loss import Loss
from tests.crash.wire import Wire
from tests.process import Launcher, Running

_PATIENCE_SECONDS = 90


class Service:
    """`chancery serve`, of which at most one process runs."""

    def __init__(
        self,
        store: str,
        folder: Path,
        settings: Mapping[str, str] | None = None,
        *,
        name: str = "serve",
    ) -> None:
        self.store = store
        self.out = folder / f"{name}.out"
        self.settings = {"NO_COLOR": "1", **(settings or {})}
        self.running: Running | None = None
        self.address = ("", 0)
        self._begun_at = 0

    def begin(self, launcher: Launcher) -> None:
        """Begin a process, and wait for nothing."""
        assert self.running is None
        self.out.touch()
        self._begun_at = self.out.stat().st_size
        arguments = ["serve", "--port", "0", "--store", self.store]
        self.running = launcher.run(arguments, self.out, self.settings)

    def ready(self) -> None:
        """Wait until it listens; raises `Loss`."""
        assert self.running is not None
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            ended = self.running.ended(0.005)
            for line in self.output().splitlines():
                if line.startswith("serving "):
                    host, _, port = line.rpartition("http://")[2].partition(":")
                    if port.isdigit():
                        self.address = (host, int(port))
                        return
            if ended:
                break
        raise Loss("silent", f"the service did not come up: {self.output()}")

    def start(self, launcher: Launcher) -> None:
        """Begin a process, and wait until it listens."""
        self.begin(launcher)
        self.ready()

    def output(self) -> str:
        """What the running process, or the last one, has printed."""
        with self.out.open("rb") as out:
            out.seek(self._begun_at)
            return out.read().decode(errors="replace")

    def wire(self) -> Wire:
        """A connection to it."""
        return Wire(*self.address)

    def kill(self) -> None:
        """End it as a failing machine does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator does; raises `Loss` where it does not end by that."""
        code = self._end(signal.SIGTERM)
        if code not in (0, -signal.SIGTERM, None):
            raise Loss("silent", f"the service ended with {code}: {self.output()}")

    def _end(self, how: signal.Signals) -> int | None:
        running, self.running = self.running, None
        return None if running is None else running.end(how)
