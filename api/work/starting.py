"""Starting: requests that come together are begun a few at a time, so that the loop goes round.

Between two rounds the event loop hears what has come meanwhile, such as a question about health.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

#: So many are begun in one round of the loop; each takes a thousandth of a second or two.
_AT_ONCE = 8


class Starting:
    """The requests of one process that have been read and are not begun."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._begun = 0

    def begin(self, request: Callable[[], None]) -> None:
        """Begin one now, or in a round to come."""
        if self._begun == _AT_ONCE:
            self._waiting.append(request)
            return
        if not self._begun:
            asyncio.get_running_loop().call_soon(self._go_round)
        self._begun += 1
        request()

    def _go_round(self) -> None:
        self._begun = 0
        for _ in range(min(_AT_ONCE, len(self._waiting))):
            self.begin(self._waiting.popleft())
