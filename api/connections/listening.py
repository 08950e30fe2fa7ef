"""Listening: an HTTP server whose connections come in through a door."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import uvicorn

from api.connections.accepting import Accepting
from api.connections.door import Door
from api.connections.wire import Wire

#: How often the server looks round by itself.
_TICKS_A_SECOND = 10


class Listener(uvicorn.Server):
    """Serves an application, and looks after its connections."""

    def __init__(self, app: Any, door: Door, *, shared: bool = False, **more: Any) -> None:
        """`shared`: other processes take from its socket; `more` are the server's own settings."""
        super().__init__(
            uvicorn.Config(
                app,
                # All logs go the way that api.logs gives them.
                log_config=None,
                access_log=False,
                server_header=False,
                http=Wire,
                ws="none",
                **more,
            )
        )
        self._door = door
        self._shared = shared
        logging.getLogger("uvicorn.error").addFilter(_is_worth_a_line)
        self._accepting: list[Accepting] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        self._door.heed_handles()
        # The server itself listens nowhere.
        await super().startup([])
        for listening in sockets or ():
            # Who takes one at a time leaves the next to a process that has less to do.
            few = {"at_once": 1} if self._shared else {}
            accepting = Accepting(listening, self._connection, self._door, **few)
            accepting.start(self.config.backlog)
            self._accepting.append(accepting)
            host, port = listening.getsockname()[:2]
            self.listens(host, port, address_of(listening))

    def listens(self, host: str, port: int, address: str) -> None:
        """Say where it listens."""

    async def on_tick(self, counter: int) -> bool:
        """Look after the connections, once a second."""
        if counter % _TICKS_A_SECOND == 0:
            self._door.look()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let nobody more in, answer what is in flight, and then close."""
        self.take_nobody_more()
        await super().shutdown([])

    def take_nobody_more(self) -> None:
        """Listen no longer."""
        for accepting in self._accepting:
            accepting.stop()

    def _connection(self) -> asyncio.Protocol:
        return Wire(
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            door=self._door,
        )


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Not each malformed request, of which a client sends any number: the door counts them."""
    return record.msg != "Invalid HTTP request received."


def address_of(listening: socket.socket) -> str:
    """The URL of what listens on a socket."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
