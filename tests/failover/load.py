"""A load of writers who each send one thing after another, again and again until it is taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count, pairwise
from threading import Event, Thread

import httpx
import psycopg

_BETWEEN_SECONDS = 0.1


class Unanswered(Exception):
    """A sending was answered by something else than that it was taken."""


class Load:
    """Writers that go on through failures; used as a context, which ends them.

    `record` is given a writer's number and a key, and returns once what bears the key is
    acknowledged. It raises where it is not known to be: then the same key is sent again. Each
    writer pauses so long between two.
    """

    def __init__(
        self, record: Callable[[int, str], object], writers: int, pause_seconds: float = 0.0
    ) -> None:
        self.acknowledged: dict[str, float] = {}
        """Keys in the order they were acknowledged, with when (`time.monotonic`)."""
        self.sent: set[str] = set()
        """Every key that was ever sent."""
        self.faults: list[tuple[float, str]] = []
        """When a sending failed, and how."""
        self._record = record
        self._pause_seconds = pause_seconds
        self._stopped = Event()
        self._threads = [
            Thread(target=self._write, args=(number,), daemon=True) for number in range(writers)
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let each writer end what it is at."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive(), f"a writer hangs: {self.faults[-3:]}"

    def acknowledged_beyond(self, instant: float) -> float | None:
        """When the first key after an instant was acknowledged."""
        later = (when for when in list(self.acknowledged.values()) if when > instant)
        return next(later, None)

    def silence(self, since: float) -> tuple[float, float]:
        """From when to when nothing was acknowledged, the longest time that ended after `since`."""
        times = list(self.acknowledged.values())
        gaps = [(a, b) for a, b in pairwise(times) if b > since]
        return max(gaps, key=lambda gap: gap[1] - gap[0], default=(since, since))

    def _write(self, writer: int) -> None:
        for number in count(1):
            if self._stopped.wait(self._pause_seconds):
                return
            key = f"{writer}-{number}"
            self.sent.add(key)
            while not self._taken(writer, key):
                if self._stopped.wait(_BETWEEN_SECONDS):
                    return

    def _taken(self, writer: int, key: str) -> bool:
        try:
            self._record(writer, key)
        except (OSError, httpx.HTTPError, psycopg.Error, Unanswered) as error:
            self.faults.append((time.monotonic(), f"{type(error).__name__}: {error}"))
            return False
        self.acknowledged[key] = time.monotonic()
        return True
