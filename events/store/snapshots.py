"""Snapshots: those of a store that this process has open, so that an erasure can end them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Condition
from typing import Any

from events.errors import TookTooLong
from events.store.effort import Effort, effort

#: How long a snapshot of a bounded question may be open. Nothing that was overwritten since can
#: be let go of meanwhile, neither a page of SQLite's log nor a dead row of PostgreSQL.
OLDEST_SECONDS = 60.0


class SnapshotEnded(Exception):
    """An erasure ended this snapshot."""


class Snapshot:
    """One that is open."""

    __slots__ = ("begun", "effort", "ended", "until")

    def __init__(self, bounded_by: Effort | None) -> None:
        self.effort = bounded_by
        self.begun = time.monotonic()
        self.until = self.begun + OLDEST_SECONDS
        self.ended = False

    @property
    def over(self) -> bool:
        """Whether what is being read through it must stop."""
        bounded = self.effort
        return self.ended or (
            bounded is not None and (bounded.over or time.monotonic() > self.until)
        )

    @property
    def left_seconds(self) -> float | None:
        """How long it may still be open; None for ever."""
        if self.effort is None:
            return None
        return max(0.0, min(self.until, self.effort.until) - time.monotonic())

    def asks(self) -> None:
        """Tell of a statement; raises as `Effort.check` does, and `SnapshotEnded`."""
        if self.ended:
            raise SnapshotEnded
        if self.effort is not None:
            self.effort.asks()
            if time.monotonic() > self.until:
                raise TookTooLong(OLDEST_SECONDS)

    @property
    def most_rows(self) -> int | None:
        """How many rows an answer may have, with one more to tell that there are more."""
        bounded = self.effort
        return None if bounded is None else max(0, bounded.most_rows - bounded.rows) + 1

    def read(self, rows: Sequence[Sequence[Any]]) -> None:
        """Tell of rows that were read; raises `TooCostly`."""
        if self.effort is not None:
            self.effort.read(rows)


class Snapshots:
    """All that are open of one store, in this process."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._open: set[Snapshot] = set()

    @contextmanager
    def opened(self) -> Iterator[Snapshot]:
        """A snapshot that is known here as long as the context lasts."""
        snapshot = Snapshot(effort.get())
        with self._changed:
            self._open.add(snapshot)
        try:
            yield snapshot
        finally:
            with self._changed:
                self._open.discard(snapshot)
                self._changed.notify_all()

    def end(self, patience_seconds: float) -> set[Snapshot]:
        """Wait for all that are open now, end those that take longer, and give what is left then.

        Who is told stops at the next statement, or in the midst of a long one; who asks nothing
        more is not reached.
        """
        with self._changed:
            older = set(self._open)
            if not self._changed.wait_for(lambda: self._open.isdisjoint(older), patience_seconds):
                for snapshot in older & self._open:
                    snapshot.ended = True
                self._changed.wait_for(lambda: self._open.isdisjoint(older), patience_seconds)
            return older & self._open

    def open_now(self) -> tuple[int, float]:
        """How many are open, and for how many seconds the oldest of them."""
        with self._changed:
            begun = [snapshot.begun for snapshot in self._open]
        return len(begun), time.monotonic() - min(begun) if begun else 0.0

    def any_open(self, some: set[Snapshot]) -> bool:
        """Whether one of some is open still."""
        with self._changed:
            return not self._open.isdisjoint(some)
