"""Listening: a thread that hears of what other processes record, as long as it can.

What it misses, while its connection is broken or on a server that does not let it listen, is
looked for: whoever waits looks by himself from time to time.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from threading import Lock, Thread
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

#: How long it waits before it connects again, at first and at most.
_PAUSE_SECONDS, _LONGEST_SECONDS = 1.0, 30.0


class Listener:
    """Calls `heard` for every word on a channel, from the first `start` until `stop`."""

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection[Any]],
        channel: str,
        heard: Callable[[], None],
    ) -> None:
        self._connect = connect
        self._channel = channel
        self._heard = heard
        self._lock = Lock()
        self._thread: Thread | None = None
        self._stopped = False

    def start(self) -> None:
        """Listen from now on; once is enough."""
        with self._lock:
            if self._thread is None and not self._stopped:
                self._ending, self._end = socket.socketpair()
                self._thread = Thread(target=self._listen, name="listening", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Listen no longer."""
        with self._lock:
            self._stopped = True
        if self._thread is not None:
            self._end.close()
            self._thread.join()
            self._ending.close()

    def _listen(self) -> None:
        pause = _PAUSE_SECONDS
        while not self._ended(0):
            try:
                with self._connect() as connection:
                    connection.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
                    # What was recorded before it listened was told to nobody.
                    self._heard()
                    pause = _PAUSE_SECONDS
                    while not self._ended_or_heard(connection):
                        if list(connection.notifies(timeout=0)):
                            self._heard()
                    return
            except psycopg.Error:
                if self._ended(pause):
                    return
                pause = min(2 * pause, _LONGEST_SECONDS)

    def _ended_or_heard(self, connection: psycopg.Connection[Any]) -> bool:
        ready, _, _ = select.select([self._ending.fileno(), connection.fileno()], [], [])
        return self._ending.fileno() in ready

    def _ended(self, seconds: float) -> bool:
        return bool(select.select([self._ending], [], [], seconds)[0])
