"""Turns: the threads of a process that write to one store do so one after another."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event, Lock, get_ident
from weakref import WeakValueDictionary


class Turns:
    """One store's turn to write, first come, first served, and word of what was written.

    SQLite lets waiting connections in by chance, and a busy writer can shut the others out;
    so within a process the queue is kept here, and SQLite's lock only stands between processes.
    """

    def __init__(self) -> None:
        self._mutex = Lock()
        self._queue: deque[Event] = deque()
        self._owner: int | None = None
        self._written = Condition()
        self._count = 0

    @contextmanager
    def turn(self, timeout_seconds: float) -> Iterator[None]:
        """The turn to write, for as long as the context lasts.

        Raises `TimeoutError` when it does not come in time, and `RuntimeError` for a thread
        whose turn it is already: it would wait for itself.
        """
        self.refuse_owner()
        mine = Event()
        with self._mutex:
            self._queue.append(mine)
            self._queue[0].set()
        try:
            if not mine.wait(timeout_seconds) and not mine.is_set():
                raise TimeoutError
            self._owner = get_ident()
            try:
                yield
            finally:
                self._owner = None
        finally:
            with self._mutex:
                self._queue.remove(mine)
                if self._queue:
                    self._queue[0].set()

    def refuse_owner(self) -> None:
        """Raise `RuntimeError` for the thread whose turn it is: it would wait for itself."""
        if self._owner == get_ident():
            raise RuntimeError("a plan cannot write through the store while it is being written")

    @property
    def count(self) -> int:
        """How often something was written, or the store closed, in this process."""
        return self._count

    def announce(self) -> None:
        """Wake all who wait for something to be written."""
        with self._written:
            self._count += 1
            self._written.notify_all()

    def wait_beyond(self, count: int, timeout_seconds: float) -> None:
        """Wait until something is written that `count` does not count yet, at most so long."""
        with self._written:
            self._written.wait_for(lambda: self._count != count, timeout_seconds)


_of_files: WeakValueDictionary[str, Turns] = WeakValueDictionary()
_of_files_lock = Lock()


def turns_of(path: str) -> Turns:
    """The turns of a file, shared by every store this process has opened on it."""
    with _of_files_lock:
        turns = _of_files.get(path)
        if turns is None:
            turns = _of_files[path] = Turns()
        return turns
