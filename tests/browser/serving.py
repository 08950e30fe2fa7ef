"""A service for the browser: the application on a free port of this machine, in a thread."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType

import uvicorn

from api.app import create_app
from api.settings import Settings
from events.application import Chancery


class Served:
    """The pages of an application, served for as long as the context lasts; closes it after."""

    def __init__(self, chancery: Chancery, settings: Settings | None = None) -> None:
        self.chancery = chancery
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = create_app(settings or Settings(heartbeat_seconds=1), chancery)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="served", daemon=True)
        self._app = app

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def __enter__(self) -> Served:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._app.state.feed.close()
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive(), "the service did not end"
