"""A siege: where a stage is done, how much of it, and what it found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.attack.besieged import Besieged, Watched

#: Within which health and readiness are answered, whatever else is done.
AT_ONCE_SECONDS = 0.1
#: What a service holds at most, whatever is done to it.
MOST_MEGABYTES = 512


@dataclass
class Report:
    """What a stage found."""

    stage: str
    lines: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def holds(self, holds: bool, what: str) -> None:
        self.lines.append(what)
        if not holds:
            self.broken.append(what)


@dataclass(frozen=True)
class Siege:
    """Where and how much."""

    store: str
    folder: Path
    share: float
    """Of the full numbers."""
    seconds: float
    """How long what has no end of its own goes on."""
    unreleased: list[str] = field(default_factory=list)
    """What a service still held `RELEASED_SECONDS` after its last client, or had lost."""

    def number(self, full: int) -> int:
        """Of the full number, the share that is asked for."""
        return max(1, round(full * self.share))

    @contextmanager
    def service(self, handles: int = 0, key: str = "", **settings: str) -> Iterator[Besieged]:
        """A service for one stage, which must have let go of all that clients left it with."""
        besieged = Besieged(self.store, self.folder, settings, handles, key)
        try:
            yield besieged
            self.unreleased.extend(besieged.unreleased())
            self.unreleased.extend(besieged.lost())
        finally:
            besieged.end()


def together(number: int, work: Callable[[], object]) -> None:
    """Do something in so many threads at once."""
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def at_once(seen: Watched) -> list[str]:
    """What was not answered as it must be, whatever was done meanwhile."""
    return seen.broken(AT_ONCE_SECONDS, MOST_MEGABYTES)
