"""`chancery serve`: the service over HTTP, with the bundled histories if asked."""

from __future__ import annotations

import socket
from functools import partial
from typing import Annotated, Any

import typer

from api.cli.common import StoreOption
from api.connections.listening import address_of
from api.settings import Settings
from events.application import open_chancery


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    store: StoreOption = None,
    replica: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Else CHANCERY_REPLICA, or none.", show_default=False),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Else CHANCERY_HOST, or 127.0.0.1.", show_default=False)
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65_535, help="Else CHANCERY_PORT, or 8000.", show_default=False),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Else CHANCERY_WORKERS, or 1.", show_default=False),
    ] = None,
    with_sample: Annotated[
        bool, typer.Option("--sample", help="Load the bundled histories that are not there yet.")
    ] = False,
) -> int:
    """Serve over HTTP until interrupted; prints the address once it listens."""
    given: dict[str, Any] = {"store": store, "replica": replica, "host": host, "port": port}
    given["workers"] = workers
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    # The web framework takes longer to load than most commands take to run.
    from api.access.opening import check_keys, check_settings
    from api.app import create_app
    from api.logs import set_up
    from api.server import Loader, run, say_serving, serve_worker
    from api.signing.key_files import read_log_keys
    from api.workers import Workers

    check_settings(settings)
    set_up(settings.log_format, settings.log_level)
    chancery = open_chancery(settings.store)
    check_keys(settings, chancery.admin.access_keys())
    with listen(settings.host, settings.port) as listening:
        loader = Loader(chancery) if with_sample else None
        if loader is not None:
            loader.first()
        if settings.workers == 1:
            return run(create_app(settings, chancery), settings, listening, loader)
        # Each worker opens the store for itself. What is wrong with a key is said here, once.
        chancery.close()
        read_log_keys(settings.log_key)
        work = partial(serve_worker, with_sample=with_sample)
        address = address_of(listening)
        return Workers(settings, listening, work).run(lambda: say_serving(settings, address))


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to an address; raises `ValueError` where that cannot be."""
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
