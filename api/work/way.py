"""The way: the event loop goes first, and threads that answer questions let it through.

The interpreter is one thread's at a time, and it is given up and taken again thousands of times a
second. Without this the loop, which has to take it for each event, waits for all others each time.
"""

from __future__ import annotations

import asyncio
from threading import Event

#: The loop counts as busy until it has gone round so often without an event.
_ROUNDS = 3
#: How long a thread lets it go first. Threads must come on while it is always busy.
_LONGEST_SECONDS = 0.004


class Way:
    """Who goes first in one process."""

    def __init__(self) -> None:
        self._free = Event()
        self._free.set()
        self._left = 0

    def take(self) -> None:
        """An event has come, in the loop."""
        if not self._left:
            self._free.clear()
            asyncio.get_running_loop().call_soon(self._go_round)
        self._left = _ROUNDS

    def give(self) -> None:
        """Let the loop go first, in a thread."""
        self._free.wait(_LONGEST_SECONDS)

    def _go_round(self) -> None:
        self._left -= 1
        if self._left:
            asyncio.get_running_loop().call_soon(self._go_round)
        else:
            self._free.set()
