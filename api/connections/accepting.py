"""Accepting: connections are taken as they come, many in one round of the event loop.

The loop's own way takes one in each round; behind a crowd a question about health would wait for
as many rounds as there are others before it. And it drops whom it has no file handle for unsaid.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable

from api.connections.door import Door

#: Taken in one round at most; what else is to be done has its turn between.
_AT_ONCE = 64
#: How long nobody is taken after the handles have run out.
_REST_SECONDS = 0.2
#: What the system holds of an answer that is not taken; by itself it would hold megabytes of each.
_HELD_BYTES = 2**18
_NO_HANDLES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Accepting:
    """Takes connections from one listening socket, in an event loop."""

    def __init__(
        self,
        listening: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        door: Door,
        at_once: int = _AT_ONCE,
    ) -> None:
        """`at_once` are taken in a round at most: of a socket that others take from, few."""
        self._at_once = at_once
        self._listening = listening
        self._protocol = protocol
        self._door = door
        self._loop = asyncio.get_running_loop()
        self._begun: set[asyncio.Task[object]] = set()

    def start(self, backlog: int) -> None:
        """Listen; at most so many wait to be taken."""
        self._listening.setblocking(False)
        self._listening.listen(backlog)
        self._watch()

    def stop(self) -> None:
        """Take who has come, nobody more, and listen no longer."""
        if self._listening.fileno() >= 0:
            self._loop.remove_reader(self._listening)
            # Who waits to be taken would else be cut off unheard.
            self._at_once = _AT_ONCE
            self._take()
            self._listening.close()

    def _watch(self) -> None:
        if self._listening.fileno() >= 0:
            self._loop.add_reader(self._listening, self._take)

    def _take(self) -> None:
        for _ in range(self._at_once):
            try:
                taken, _address = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _NO_HANDLES:
                    raise
                self._door.without_handles()
                self._loop.remove_reader(self._listening)
                self._loop.call_later(_REST_SECONDS, self._watch)
                return
            task = self._loop.create_task(self._connected(taken))
            self._begun.add(task)
            task.add_done_callback(self._begun.discard)

    async def _connected(self, taken: socket.socket) -> None:
        try:
            taken.setblocking(False)
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _HELD_BYTES)
            await self._loop.connect_accepted_socket(self._protocol, taken)
        except OSError:
            # It has gone already.
            taken.close()
