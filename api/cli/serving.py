"""`chancery serve`: the service over HTTP, with the bundled histories if asked."""

from __future__ import annotations

import ipaddress
import socket
import sys
from threading import Event, Thread
from typing import Annotated, Any

import typer
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.cli.terms import StoreOption, complain
from api.loading import DEFAULT_SAMPLES, load, sample
from api.settings import LOOPBACK, Settings
from events.application import Chancery, open_chancery
from events.errors import ChanceryError

#: Loaded before the port opens, since it takes no time and is what a visitor is shown first.
_FIRST_SAMPLE = "eurasian-2024"
_GRACE_SECONDS = 5


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    store: StoreOption = None,
    host: Annotated[
        str | None, typer.Option(help="Else CHANCERY_HOST, or 127.0.0.1.", show_default=False)
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65_535, help="Else CHANCERY_PORT, or 8000.", show_default=False),
    ] = None,
    with_sample: Annotated[
        bool, typer.Option("--sample", help="Load the bundled histories that are not there yet.")
    ] = False,
) -> int:
    """Serve over HTTP until interrupted; prints the address once it listens."""
    given: dict[str, Any] = {"store": store, "host": host, "port": port}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    refuse_open(settings)
    listening = _listen(settings.host, settings.port)
    with listening:
        chancery = open_chancery(settings.store)
        loader = Loader(chancery) if with_sample else None
        if loader is not None:
            loader.first()
        server = Server(create_app(settings, chancery), settings, loader)
        server.run(sockets=[listening])
    return 0 if server.started else 3


def refuse_open(settings: Settings) -> None:
    """Refuse to listen beyond this machine unless that is allowed: anyone could write then."""
    host = settings.host.strip("[]")
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = host in LOOPBACK
    if not inside and not settings.allow_open:
        raise ValueError(
            f"--host {host}: expected an address of this machine alone, since nobody is asked who "
            "they are; CHANCERY_ALLOW_OPEN=1 allows it"
        )


def _listen(host: str, port: int) -> socket.socket:
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because the plain asyncio loop sets TCP_NODELAY only where it is.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ValueError(f"cannot listen on {host} port {port}: {error.strerror}") from None
    return listening


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
            complain(f"sample: {error}")
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
                log_level="warning",
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
            _say(f"serving {self._settings.store} on http://{shown}:{port}")
        if self._loader is not None:
            self._loader.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, the loading, and then the rest."""
        self._app.state.feed.close()
        if self._loader is not None:
            self._loader.stop()
        await super().shutdown(sockets)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
