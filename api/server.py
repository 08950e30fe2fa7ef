"""The server: uvicorn with its streams ended in time, and the samples loaded beside it."""

from __future__ import annotations

import socket
import sys
from importlib.metadata import version
from threading import Event, Thread

import uvicorn
from fastapi import FastAPI

from api.loading import DEFAULT_SAMPLES, load, sample
from api.logs import log_of
from api.settings import Settings
from events.address import without_password
from events.application import Chancery
from events.errors import ChanceryError

log = log_of("server")

#: Loaded before the port opens, since it takes no time and is what a visitor is shown first.
_FIRST_SAMPLE = "eurasian-2024"
_GRACE_SECONDS = 5


class Loader:
    """Loads the bundled histories beside the service, and stops with it."""

    def __init__(self, chancery: Chancery) -> None:
        self._chancery = chancery
        self._stopped = Event()
        self._thread = Thread(target=self._rest, name="sample")

    def first(self) -> None:
        """Load the smallest history at once."""
        self._load(_FIRST_SAMPLE)

    def start(self) -> None:
        """Load the rest in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop between two batches."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _rest(self) -> None:
        try:
            for name in DEFAULT_SAMPLES:
                if name != _FIRST_SAMPLE and not self._stopped.is_set():
                    self._load(name)
        except ChanceryError as error:
            log.error("sample not loaded", reason=str(error))
        else:
            if not self._stopped.is_set():
                _say(f"sample loaded: {self._chancery.head().position} records")

    def _load(self, name: str) -> None:
        source, paths = sample(name)
        load(
            self._chancery,
            source,
            paths,
            lambda _row: None,
            progress=lambda _read: not self._stopped.is_set(),
        )


class Server(uvicorn.Server):
    """The HTTP server: says where it listens, and ends event streams before it waits for them."""

    def __init__(self, app: FastAPI, settings: Settings, loader: Loader | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                # All logs go the way that api.logs gives them.
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._app = app
        self._settings = settings
        self._loader = loader

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            store = without_password(self._settings.store)
            _say(f"serving {store} on http://{shown}:{port}")
            log.info("started", version=version("chancery"), store=store, host=host, port=port)
        if self._loader is not None:
            self._loader.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, the loading, and then the rest."""
        log.info("stopping")
        self._app.state.feed.close()
        if self._loader is not None:
            self._loader.stop()
        await super().shutdown(sockets)
        log.info("stopped")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
