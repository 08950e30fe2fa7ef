"""Effort: what one question may take of a store, and whether anybody still waits for its answer.

Whoever asks sets it for all that is read on the way; where nobody did, nothing is bounded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

from events.errors import TooCostly, TookTooLong

#: After so long at work a thread sleeps for a moment. SQLite lets go of the interpreter and takes
#: it back so often that others of the process would seldom come to it between.
_AT_WORK_SECONDS = 0.003
_ASLEEP_SECONDS = 0.0002


class Abandoned(Exception):
    """Nobody waits for the answer any more."""


def _stays() -> bool:
    return False


def _goes_on() -> None:
    pass


class Effort:
    """The bounds of a question, and what it has taken so far."""

    __slots__ = (
        "_at_work",
        "_give_way",
        "_left",
        "_now",
        "_until",
        "bytes",
        "most_bytes",
        "most_rows",
        "rows",
        "seconds",
        "statements",
    )

    def __init__(
        self,
        seconds: float,
        most_rows: int,
        most_bytes: int,
        left: Callable[[], bool] = _stays,
        give_way: Callable[[], None] = _goes_on,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`left` tells whether the one who asked has gone; `give_way` lets others go first.

        Its time begins with the first thing that is done, not while a body still comes in.
        """
        self.seconds = seconds
        self._until: float | None = None
        self.most_rows = most_rows
        self.most_bytes = most_bytes
        self.rows = 0
        self.bytes = 0
        self.statements = 0
        self._left = left
        self._give_way = give_way
        self._now = now
        self._at_work = now()

    @property
    def until(self) -> float:
        """When its time is up; it begins where it has not."""
        if self._until is None:
            self._until = self._now() + self.seconds
        return self._until

    @property
    def over(self) -> bool:
        """Whether it must not go on; asked in the midst of a statement too."""
        return self._left() or self._now() > self.until

    def check(self) -> None:
        """Raise where it must not go on: `Abandoned`, `TookTooLong`, `TooCostly`."""
        if self._left():
            raise Abandoned
        if self._now() > self.until:
            raise TookTooLong(self.seconds)
        if self.rows > self.most_rows:
            raise TooCostly("", f"at most {self.most_rows} rows to be read", "more")
        if self.bytes > self.most_bytes:
            raise TooCostly("", f"at most {self.most_bytes} bytes to be read", "more")

    def asks(self) -> None:
        """Count a statement that begins; raises as `check` does."""
        self.check()
        self.statements += 1
        self.give_way()

    def read(self, rows: Sequence[Sequence[Any]]) -> None:
        """Count rows that were read, and what is stored as bytes in them; raises as `check`."""
        self.rows += len(rows)
        self.bytes += sum([len(value) for row in rows for value in row if type(value) is bytes])
        self.check()

    def give_way(self) -> None:
        """Let others of the process come between; called again and again while at work."""
        self._give_way()
        now = self._now()
        if now - self._at_work > _AT_WORK_SECONDS:
            time.sleep(_ASLEEP_SECONDS)
            self._at_work = self._now()


#: Of the question that is being answered.
effort: ContextVar[Effort | None] = ContextVar("effort", default=None)


def give_way() -> None:
    """Let others of the process come between; for work that asks the store seldom."""
    bounds = effort.get()
    if bounds is not None:
        bounds.give_way()
