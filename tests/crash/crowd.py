"""A crowd: writers at work at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread

from tests.crash.load import Writer
from tests.crash.wire import Wire


class Crowd:
    """Writers at work at once, each in a thread, until the service is killed or they are told."""

    def __init__(self, writers: list[Writer], most: int | None = None) -> None:
        """Each sends at most so many requests, if a number is given."""
        self.writers = writers
        self._most = most
        self._stopped = Event()
        self._losses: list[BaseException] = []
        self._threads: list[Thread] = []

    def start(self, wire: Callable[[], Wire]) -> None:
        """Let them begin."""
        for writer in self.writers:
            thread = Thread(target=self._work, args=(writer, wire()))
            self._threads.append(thread)
            thread.start()

    def _work(self, writer: Writer, wire: Wire) -> None:
        try:
            writer.work(wire, self._stopped, self._most)
        except BaseException as error:  # noqa: BLE001 - it is raised again by who waits for it
            self._losses.append(error)

    def wait_for(self, answers: int) -> None:
        """Wait until so many more answers have come, or nobody is at work any more."""
        beginning = self._answers()
        while self._answers() < beginning + answers and any(t.is_alive() for t in self._threads):
            time.sleep(0.002)

    def _answers(self) -> int:
        return sum(writer.answered for writer in self.writers)

    def stop(self) -> None:
        """Let them finish what they are at, or find nobody there; raises what they found."""
        self._stopped.set()
        self.join()

    def join(self) -> None:
        """Let them send all they are to send; raises what they found."""
        for thread in self._threads:
            thread.join()
        for loss in self._losses:
            raise loss
