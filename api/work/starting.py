"""Starting: requests that come together are begun one by one, so that the loop goes round.

Between two rounds the event loop hears what has come meanwhile, such as a question about health.
Orders and questions wait in a queue each and take turns: however many ask, who records waits for
few of them, and the other way round. Of who has left meanwhile nothing is begun.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Starting:
    """The requests of one process that have been read and are not begun."""

    def __init__(self) -> None:
        self._turn: deque[Callable[[], bool]] = deque()
        self._next: deque[Callable[[], bool]] = deque()
        self._orders, self._questions = self._turn, self._next
        self._going = False

    def begin(self, request: Callable[[], bool], *, order: bool) -> None:
        """Begin one now, or in a round to come; an `order` records something.

        `request` begins it, and gives whether it did.
        """
        if self._going:
            (self._orders if order else self._questions).append(request)
        else:
            self._begin(request)

    def _begin(self, request: Callable[[], bool]) -> bool:
        if not request():
            return False
        self._going = True
        asyncio.get_running_loop().call_soon(self._go_round)
        return True

    def _go_round(self) -> None:
        self._going = False
        self._turn, self._next = self._next, self._turn
        while (waiting := self._next or self._turn) and not self._begin(waiting.popleft()):
            pass
