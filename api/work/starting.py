"""Starting: requests that come together are begun one by one, so that the loop goes round.

Between two rounds the event loop hears what has come meanwhile, such as a question about health.
Orders and questions wait in a queue each and take turns: however many ask, who records waits for
few of them, and the other way round.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Starting:
    """The requests of one process that have been read and are not begun."""

    def __init__(self) -> None:
        self._turn: deque[Callable[[], None]] = deque()
        self._next: deque[Callable[[], None]] = deque()
        self._orders, self._questions = self._turn, self._next
        self._going = False

    def begin(self, request: Callable[[], None], *, order: bool) -> None:
        """Begin one now, or in a round to come; an `order` records something."""
        if self._going:
            (self._orders if order else self._questions).append(request)
        else:
            self._begin(request)

    def _begin(self, request: Callable[[], None]) -> None:
        self._going = True
        asyncio.get_running_loop().call_soon(self._go_round)
        request()

    def _go_round(self) -> None:
        self._going = False
        waiting = self._turn or self._next
        self._turn, self._next = self._next, self._turn
        if waiting:
            self._begin(waiting.popleft())
