"""What a peer is asked to do, and how each part of it is timed."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from bench.history import Entry
from bench.reduced import Reduced

#: Of an answer: its relationship, its day, and the position it is known at (None: everything).
Asking = tuple[str, int, int | None]


class CannotDo(Exception):
    """A peer has no way to do a task; the message says why and stands in its column."""


class Peer(ABC):
    """A store with records, and answers about one relationship; made in an empty folder."""

    #: How it stands in the report.
    title = ""
    #: Its natural index, its bulk path and what makes an append durable, in a few words each.
    how: ClassVar[dict[str, str]] = {}
    #: Records a bulk batch, by its own documented best.
    batch = 10_000

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def load(self, entries: Sequence[Entry]) -> None:
        """Take a batch in bulk."""

    def loaded(self) -> None:  # noqa: B027 - most have nothing to settle
        """Settle what the bulk path leaves to be done before questions, such as statistics."""

    @abstractmethod
    def append(self, entry: Entry) -> None:
        """Take one record; it is durable on return."""

    @abstractmethod
    def state(self, relationship: str, as_of: int, position: int | None) -> Any:
        """The peer's own answer."""

    def reduce(self, answer: Any) -> Reduced:
        """The reduced state of an answer of its own; not timed."""
        return answer  # type: ignore[no-any-return]

    @abstractmethod
    def rebuild(self) -> None:
        """Derive all that is derived anew; raises `CannotDo`."""

    def servers(self) -> list[int]:
        """Process ids of its servers, whose memory counts too."""
        return []

    def close(self) -> None:  # noqa: B027 - some hold nothing
        """Let go of everything; end what it started."""

    # Timed here unless the work goes on in another process that keeps the time itself.

    def timed_appends(self, entries: Sequence[Entry], budget: float) -> list[float]:
        """Seconds of each append, for at most about `budget` seconds."""
        waits: list[float] = []
        end = time.perf_counter() + budget
        for one in entries:
            begun = time.perf_counter()
            self.append(one)
            done = time.perf_counter()
            waits.append(done - begun)
            if done > end:
                break
        return waits

    def timed_states(
        self, asked: Sequence[Asking], budget: float
    ) -> tuple[list[float], list[Reduced]]:
        """Seconds of each answer and the answers reduced, for at most about `budget` seconds."""
        waits: list[float] = []
        answers: list[Reduced] = []
        end = time.perf_counter() + budget
        for asking in asked:
            begun = time.perf_counter()
            answer = self.state(*asking)
            done = time.perf_counter()
            waits.append(done - begun)
            answers.append(self.reduce(answer))
            if done > end:
                break
        return waits, answers

    def timed_late(
        self, entries: Sequence[Entry], asked: Sequence[Asking], budget: float
    ) -> list[float]:
        """Append a late act and ask at once, in turns; seconds of each answer alone.

        All are appended, since positions rest on it; after about `budget` seconds none is asked.
        """
        waits: list[float] = []
        end = time.perf_counter() + budget
        for late, asking in zip(entries, asked, strict=True):
            self.append(late)
            if not waits or time.perf_counter() < end:
                waits += self.timed_states([asking], budget)[0]
        return waits
