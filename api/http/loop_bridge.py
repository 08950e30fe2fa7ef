"""The loop bridge: what another thread has ready for the event loop comes in together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class LoopBridge:
    """Futures of other threads, waited for in one event loop.

    Those that are done together wake the loop once: to wake it costs the thread that does it a
    turn of the interpreter, and the receipts of a group are ready at one moment.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._mutex = Lock()
        self._done: deque[Callable[[], None]] = deque()

    async def result(self, future: Future[T]) -> T:
        """What a future comes to; it is cancelled with the one who waits."""
        waiting: asyncio.Future[Any] = self._loop.create_future()

        def tell() -> None:
            if not waiting.done():
                waiting.set_result(None)

        future.add_done_callback(lambda _: self._tell(tell))
        try:
            await waiting
        except asyncio.CancelledError:
            future.cancel()
            raise
        return future.result()

    def _tell(self, tell: Callable[[], None]) -> None:
        with self._mutex:
            self._done.append(tell)
            first = len(self._done) == 1
        if first and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell_all)

    def _tell_all(self) -> None:
        with self._mutex:
            done, self._done = self._done, deque()
        for tell in done:
            tell()
