"""The server: uvicorn with its streams ended in time, and the samples loaded beside it."""

from __future__ import annotations

import asyncio
import math
import signal
import socket
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from threading import Event, Thread

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.access.opening import NOTICE, is_required
from api.app import create_app
from api.connections.listening import Listener
from api.exchange.loading import DEFAULT_SAMPLES, load, sample
from api.logs import log_of
from api.ops.gc_tuning import keep_loaded
from api.settings import Settings
from api.workers import Place
from events.address import without_password
from events.application import Chancery, open_chancery
from events.errors import ChanceryError

log = log_of("server")

#: Loaded before the port opens, since it takes no time and is what a visitor is shown first.
_FIRST_SAMPLE = "eurasian-2024"
#: How long a client that keeps a connection open has for the request it may be sending just now.
_LAST_WORD_SECONDS = 1.0
_LOOK_SECONDS = 0.05


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
                _say(f"sample loaded: {self._chancery.query.head().position} records")

    def _load(self, name: str) -> None:
        source, paths = sample(name)
        load(
            self._chancery,
            source,
            paths,
            lambda _row: None,
            progress=lambda _read: not self._stopped.is_set(),
        )


class Server(Listener):
    """The HTTP server: says where it listens, and ends event streams before it waits for them."""

    def __init__(
        self,
        app: FastAPI,
        settings: Settings,
        loader: Loader | None = None,
        ready: Callable[[], None] | None = None,
    ) -> None:
        """`ready` is called once it listens, where others serve beside it; else it says so."""
        super().__init__(
            app,
            app.state.door,
            shared=ready is not None,
            # Whoever may say where a request came from is named; nobody is by default.
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=list(settings.proxies),
            timeout_graceful_shutdown=math.ceil(settings.stop_seconds),
        )
        self._app = app
        self._settings = settings
        self._loader = loader
        self._ready = ready

    def run_until_told(self, listening: socket.socket) -> None:
        """Serve until SIGTERM or SIGINT, and return: stopping as told is no failure."""
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            # The server puts its own handlers before these, and raises the signal again for
            # these when it has ended; the default ones would end the process by the signal.
            signal.signal(signal_number, self.handle_exit)
        self.run(sockets=[listening])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so, and load what is to be loaded."""
        await super().startup(sockets)
        if self._loader is not None:
            self._loader.start()

    def listens(self, host: str, port: int, address: str) -> None:
        """Say where it listens, on which store, and whether it asks who comes."""
        store = without_password(self._settings.store)
        log.info("started", version=version("chancery"), store=store, host=host, port=port)
        if self._ready is not None:
            self._ready()
            return
        say_serving(self._settings, address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams and the loading, answer what is in flight, and then close.

        Nobody new is let in, after a while in which only `/readyz` tells; then who has a
        connection is told with each answer that it is the last. What is still unanswered in
        the end was acknowledged to nobody.
        """
        log.info("stopping", in_flight=len(self.server_state.tasks))
        self._app.state.stopping = True
        self._app.state.feed.close()
        if self._loader is not None:
            await run_in_threadpool(self._loader.stop)
        await asyncio.sleep(self._settings.drain_seconds)
        self.take_nobody_more()
        # Not before: a client that is sent away must not find the door still open, and then
        # closed before anyone looked who was there.
        self._app.state.leaving = True
        until = time.monotonic() + _LAST_WORD_SECONDS
        # The server tells nobody when its last connection has gone.
        while self.server_state.connections and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_SECONDS)
        await super().shutdown(sockets)
        log.info("stopped", unanswered=len(self.server_state.tasks))


def say_serving(settings: Settings, address: str) -> None:
    """Say on standard output where a service listens, and warn where it asks nobody who comes."""
    beside = f" by {settings.workers} workers" if settings.workers > 1 else ""
    _say(f"serving {without_password(settings.store)}{beside} on {address}")
    if not is_required(settings):
        log.warning("open", notice=NOTICE)


def serve_worker(
    settings: Settings,
    listening: socket.socket,
    place: Place,
    ready: Callable[[], None],
    *,
    with_sample: bool = False,
) -> int:
    """Serve as one of several workers; gives the exit code."""
    chancery = open_chancery(settings.store)
    loader = Loader(chancery) if with_sample and place.number == 0 else None
    app = create_app(settings, chancery, place)
    return run(app, settings, listening, loader, ready)


def run(
    app: FastAPI,
    settings: Settings,
    listening: socket.socket,
    loader: Loader | None = None,
    ready: Callable[[], None] | None = None,
) -> int:
    """Serve an application until it is told to stop; gives the exit code."""
    server = Server(app, settings, loader, ready)
    keep_loaded()
    server.run_until_told(listening)
    return 0 if server.started else 3


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
