"""Grouping: plans that wait for a store share one transaction, and so one wait for the disk.

Whoever comes while nobody leads becomes the leader, and leads once: when the turn to write has
come it carries out the plans that wait by then, its own the first of them, and the first of those
who have come meanwhile leads the next group. Nobody waits for a group to fill: one writer alone
is a group of one.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Event, Lock
from typing import Any, Generic, TypeVar

T = TypeVar("T")
W = TypeVar("W")

#: A group is closed when its plans have taken so long, or are so many, since the first of them
#: waits for the last; those left over are the first of the next group.
_LONGEST_SECONDS = 0.1
_MOST = 256


class Waiting(ABC, Generic[W]):
    """A plan that waits, and what becomes of it."""

    alone = False
    """Whether it is a group of its own."""

    def __init__(self, plan: Callable[[W], Any], patience_seconds: float) -> None:
        self.plan = plan
        self.future: Future[Any] = Future()
        self._until = time.monotonic() + patience_seconds

    @property
    def left_seconds(self) -> float:
        """How long it will still wait to be begun."""
        return max(0.0, self._until - time.monotonic())

    def succeed(self, result: Any) -> None:
        """Give its result to the one who waits."""
        self.future.set_result(result)

    def fail(self, error: BaseException) -> None:
        """Raise an error where it is waited for."""
        self.future.set_exception(error)

    @abstractmethod
    def call(self) -> None:
        """Have it lead."""


class _Standing(Waiting[W]):
    """A plan that waits in a thread."""

    def __init__(self, plan: Callable[[W], Any], patience_seconds: float) -> None:
        super().__init__(plan, patience_seconds)
        self._called = Event()

    def succeed(self, result: Any) -> None:
        super().succeed(result)
        self._called.set()

    def fail(self, error: BaseException) -> None:
        super().fail(error)
        self._called.set()

    def call(self) -> None:
        self._called.set()

    def heard(self, timeout_seconds: float | None = None) -> bool:
        """Whether it has been answered or is to lead, waiting at most so long for one of them."""
        return self._called.wait(timeout_seconds)


class _Handed(Waiting[W]):
    """A plan that waits in no thread; one is found for it where it is to lead."""

    def __init__(
        self,
        plan: Callable[[W], Any],
        patience_seconds: float,
        find_thread: Callable[[Waiting[W]], None],
        alone: bool,
    ) -> None:
        super().__init__(plan, patience_seconds)
        self._find_thread = find_thread
        self.alone = alone

    def call(self) -> None:
        self._find_thread(self)


class Grouping(Generic[W]):
    """The queue of plans for one store."""

    def __init__(self, carry_out: Callable[[float], None], patience_seconds: float) -> None:
        """A plan waits so many seconds to be begun.

        `carry_out` waits for the turn to write, at most as long as it is told, then carries out
        and answers each of `taken`, whatever happens. What it raises is told to all who wait.
        """
        self._carry_out = carry_out
        self._patience_seconds = patience_seconds
        self._mutex = Lock()
        self._queue: deque[Waiting[W]] = deque()
        self._led = False
        self._threads: ThreadPoolExecutor | None = None
        self.groups = 0
        """How many groups were begun."""
        self.plans = 0
        """How many plans were in them."""

    def write(self, plan: Callable[[W], T]) -> T:
        """Have a plan carried out; raises what it raises, and `TimeoutError`."""
        mine: _Standing[W] = _Standing(plan, self._patience_seconds)
        if not self._joined(mine):
            self._wait(mine)
        if not mine.future.done():
            self._lead(mine)
        result: T = mine.future.result()
        return result

    def submit(self, plan: Callable[[W], T], *, alone: bool = False) -> Future[T]:
        """Have a plan carried out, and wait for it in no thread.

        A future that is cancelled before its plan is begun has done nothing.
        """
        mine: Waiting[W] = _Handed(plan, self._patience_seconds, self._lead_elsewhere, alone)
        if self._joined(mine):
            mine.call()
        return mine.future

    @property
    def alone(self) -> bool:
        """Whether the plan that waits longest, which leads, is a group of its own."""
        with self._mutex:
            return bool(self._queue) and self._queue[0].alone

    def taken(self) -> Iterator[Waiting[W]]:
        """The plans of a group: those that wait as it begins, in the order they came.

        Up to one that is a group of its own.
        """
        begun = time.monotonic()
        self.groups += 1
        for number in range(min(len(self._queue), _MOST)):
            with self._mutex:
                if not self._queue or (number and self._queue[0].alone):
                    return
                one = self._queue.popleft()
            if one.future.set_running_or_notify_cancel():
                self.plans += 1
                yield one
            if one.alone or time.monotonic() - begun > _LONGEST_SECONDS:
                return

    def close(self) -> None:
        """Let go of the thread that leads where nobody waits in one."""
        with self._mutex:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False)

    def _joined(self, mine: Waiting[W]) -> bool:
        """Whether one that has joined the queue now is to lead."""
        with self._mutex:
            self._queue.append(mine)
            leads, self._led = not self._led, True
        return leads

    def _wait(self, mine: _Standing[W]) -> None:
        if mine.heard(mine.left_seconds):
            return
        with self._mutex:
            # The first in the queue may be about to lead.
            late = mine in self._queue and self._queue[0] is not mine
            if late:
                self._queue.remove(mine)
        if late:
            mine.fail(TimeoutError())
        mine.heard()

    def _lead(self, mine: Waiting[W]) -> None:
        try:
            self._carry_out(mine.left_seconds)
        except Exception as error:  # noqa: BLE001 - it is raised where they wait
            for one in self._emptied():
                one.fail(error)
        except BaseException:  # this thread is told to end; the others wait on
            with self._mutex, suppress(ValueError):
                self._queue.remove(mine)
            raise
        finally:
            with self._mutex:
                following = self._queue[0] if self._queue else None
                self._led = following is not None
            if following is not None:
                following.call()

    def _lead_elsewhere(self, mine: Waiting[W]) -> None:
        with self._mutex:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(1, "writing")
            threads = self._threads
        try:
            threads.submit(self._lead, mine)
        except RuntimeError:  # let go of just now; the store is closed, and that takes no time
            self._lead(mine)

    def _emptied(self) -> list[Waiting[W]]:
        with self._mutex:
            waiting = [*self._queue]
            self._queue.clear()
        return [one for one in waiting if one.future.set_running_or_notify_cancel()]
