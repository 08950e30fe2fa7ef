"""A follower: reads the live feed, and goes on where it was when the service is back."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from tests.crash.ledger import Ledger
from tests.crash.loss import Loss
from tests.crash.wire import Unanswered, Wire


class Follower:
    """Sees each record once, in order, across restarts."""

    def __init__(self, *, patient: bool = False) -> None:
        """A `patient` one comes back by itself until it is told to end."""
        self.reached = 0
        self._ended = Event()
        if not patient:
            self._ended.set()
        self._seen: list[dict[str, Any]] = []
        self._thread: Thread | None = None
        self._error: BaseException | None = None

    def start(self, wire: Callable[[], Wire]) -> None:
        """Follow from where it was."""
        self._thread = Thread(target=self._follow, args=(wire,))
        self._thread.start()

    def _follow(self, wire: Callable[[], Wire]) -> None:
        self._once(wire())
        while not self._ended.wait(0.1) and self._error is None:
            self._once(wire())

    def end(self) -> None:
        """Come back no more."""
        self._ended.set()

    def _once(self, wire: Wire) -> None:
        try:
            for record in wire.stream(self.reached):
                if record["position"] != self.reached + 1:
                    raise Loss("gap", f"the feed gave {record['position']} after {self.reached}")
                self.reached += 1
                self._seen.append(record)
        except Unanswered:
            return
        except BaseException as error:  # noqa: BLE001 - it is raised again by who waits for it
            self._error = error
        finally:
            wire.close()

    def join(self) -> None:
        """Wait until it has seen that the service has ended."""
        if self._thread is not None:
            self._thread.join()

    def compare(self, ledger: Ledger) -> None:
        """After the service has ended and come back: what was seen is there; raises `Loss`."""
        self.join()
        if self._error is not None:
            raise self._error
        if self.reached > len(ledger.entries):
            raise Loss("lost", f"the feed gave {self.reached}, the log has {len(ledger.entries)}")
        for record in self._seen:
            entry = ledger.entries[record["position"] - 1]
            if record["body"] is not None and record["digest"] != entry.header:
                raise Loss("altered", f"the feed gave {record}, the log has {entry}")
        self._seen.clear()
