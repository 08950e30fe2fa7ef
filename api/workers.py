"""Workers: several processes that serve one store on one listening socket.

The first of them does what only one is to do: it signs checkpoints on an interval, delivers
webhooks and loads samples. Each keeps to a core of its own: the threads of a worker hand the
interpreter to each other, which costs twice as much from core to core. A worker that ends by itself
is begun again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import NamedTuple

from api.logs import log_of, set_up
from api.settings import Settings

log = log_of("workers")

#: A worker that ends is begun again after so long, so that one that cannot serve takes no core.
_REST_SECONDS = 1.0
#: Beyond what a stop may take by the settings: to close the store, and for the process to end.
_CLOSING_SECONDS = 10.0


class Place(NamedTuple):
    """Which worker a process is."""

    number: int
    """From 0; the first does what only one is to do."""
    folder: Path
    """Where the workers give each other their metrics."""


#: Serves until it is told to stop; gives the exit code. Calls its last argument once it listens.
Serve = Callable[[Settings, socket.socket, Place, Callable[[], None]], int]


class Workers:
    """The processes of one service, begun and ended together."""

    def __init__(self, settings: Settings, listening: socket.socket, serve: Serve) -> None:
        """`serve` is a function of a module, since each process looks it up anew."""
        self._settings = settings
        self._listening = listening
        self._serve = serve
        self._context = multiprocessing.get_context("spawn")
        self._running: dict[int, SpawnProcess] = {}
        self._stopping = False

    def run(self, ready: Callable[[], None]) -> int:
        """Serve until SIGTERM or SIGINT; gives the exit code.

        `ready` is called once every worker listens. 3 where one could not begin at all.
        """
        with tempfile.TemporaryDirectory(prefix="chancery-") as folder:
            places = [Place(number, Path(folder)) for number in range(self._settings.workers)]
            listens = [self._begin(place) for place in places]
            for how in (signal.SIGTERM, signal.SIGINT):
                signal.signal(how, self._told)
            if not all(_comes(one) for one in listens):
                return self._stop(3)
            if not self._stopping:
                ready()
            while not self._stopping:
                self._look_after(places)
            return self._stop(0)

    def _begin(self, place: Place) -> Connection:
        """Begin a worker; the connection hears from it once it listens."""
        hears, tells = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_work,
            args=(self._settings, self._listening, place, self._serve, tells),
            name=f"chancery-{place.number}",
        )
        process.start()
        tells.close()
        self._running[place.number] = process
        return hears

    def _look_after(self, places: list[Place]) -> None:
        """Wait until a worker ends or a signal comes, and begin again those that ended."""
        wait([process.sentinel for process in self._running.values()], timeout=_REST_SECONDS)
        for number, process in list(self._running.items()):
            if not self._stopping and not process.is_alive():
                log.error("worker ended", worker=number, pid=process.pid, code=process.exitcode)
                time.sleep(_REST_SECONDS)
                self._begin(places[number]).close()

    def _told(self, _signal: int, _frame: object) -> None:
        self._stopping = True

    def _stop(self, code: int) -> int:
        """End all: each finishes what is in flight, as one service does."""
        # Held open here it would let clients in whom no worker takes any more.
        self._listening.close()
        for process in self._running.values():
            process.terminate()
        settings = self._settings
        until = time.monotonic() + settings.drain_seconds + settings.stop_seconds + _CLOSING_SECONDS
        for number, process in self._running.items():
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                log.error("worker killed", worker=number, pid=process.pid)
                process.kill()
                process.join()
            code = code or abs(process.exitcode or 0)
        return code


def _comes(hears: Connection) -> bool:
    """Whether a worker says that it listens, before it ends."""
    with hears:
        try:
            return bool(hears.recv())
        except EOFError:
            return False


def _work(
    settings: Settings, listening: socket.socket, place: Place, serve: Serve, tells: Connection
) -> None:
    set_up(settings.log_format, settings.log_level)
    keep_to_core(place.number)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    alone = settings if place.number == 0 else _without_duties(settings)
    raise SystemExit(serve(alone, listening, place, lambda: tells.send(True)))


def _end_with_parent() -> None:
    """Stop in order when the process that began this one is gone: nobody else would end it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


def _without_duties(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhooks": False, "checkpoint_seconds": 0.0})


def keep_to_core(number: int) -> None:
    """Keep this process to one of the cores it may have, where the system lets it choose."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})
