"""The application over HTTP: `create_app` puts routes, pages, problems and numbers together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute

from api.access.authentication import Access, Authentication
from api.access.opening import tokens_of
from api.access.scopes import admit
from api.connections.door import Door
from api.feed import Feed
from api.http.errors import install, on_error
from api.http.guards import Guards
from api.http.loop_bridge import LoopBridge
from api.http.openapi import document, methods, operations, parameters
from api.http.routes import (
    acts,
    audit,
    erasing,
    events,
    exports,
    health,
    log,
    parties,
    preview,
    relationships,
    timeline,
)
from api.http.routes.fast_path import FastPath
from api.metrics import Metrics
from api.ops.metrics_sum import MetricsSum
from api.ops.purging import Purging
from api.ops.readiness import Readiness
from api.ops.request_log import RequestLog
from api.ops.store_metrics import StoreMetrics
from api.settings import Settings
from api.signing.checkpointing import Checkpointing
from api.signing.heads import heads_beside
from api.signing.key_files import read_log_keys
from api.web import pages
from api.web.errors import error_page
from api.webhooks.delivering import Delivering
from api.work.bounds import Bounds
from api.work.way import Way
from api.work.working import Work
from api.workers import Place
from events.application import Chancery, open_chancery
from events.routing import Reading, replica_at

VERSION = version("chancery")
_TITLE = "Chancery"


def create_app(
    settings: Settings | None = None,
    chancery: Chancery | None = None,
    place: Place | None = None,
) -> FastAPI:
    """The service on one store.

    The store is opened when the service starts, unless an open one is given, and closed with it.
    `place` says which of several workers it is, where it is one; its metrics are then those of all.
    """
    chosen = settings or Settings()
    keys = read_log_keys(chosen.log_key)
    heads = heads_beside(chosen.log_key, chosen.log_heads)
    way = Way()
    replica = None if chosen.replica is None else replica_at(chosen.replica)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.work = work = Work(chosen, way)
        opened = chancery
        if opened is None:
            opened = await run_in_threadpool(open_chancery, chosen.store)
        app.state.chancery = opened
        app.state.returning = LoopBridge(asyncio.get_running_loop())
        app.state.reading = Reading(opened, replica, chosen.replica_wait_seconds)
        trusted = tokens_of(chosen)
        app.state.access = Access(chosen, opened, trusted[1] if trusted else None, work.keys)
        app.state.feed = Feed(opened)
        app.state.notary = opened.admin.notary(keys, heads)
        app.state.readiness = Readiness(lambda: app.state.reading, app.state.notary)
        await work.apart.run(app.state.readiness.begin)
        app.state.numbers.watch(
            StoreMetrics(opened, app.state.notary, app.state.feed, work, app.state.door)
        )
        together = None
        if place is not None:
            together = MetricsSum(place.folder, place.number, app.state.numbers.text)
            together.start()
            app.state.exposition = together.exposition
        purging = Purging(opened, work.long)
        purging.start()
        checkpointing = Checkpointing(app.state.notary, chosen.checkpoint_seconds)
        if keys and chosen.checkpoint_seconds:
            checkpointing.start()
        delivering = Delivering(opened, chosen)
        if chosen.webhooks:
            delivering.start()
        try:
            yield
        finally:
            if trusted:
                await trusted[0].close()
            if together is not None:
                await run_in_threadpool(together.stop)
            await purging.stop()
            await run_in_threadpool(checkpointing.stop)
            await run_in_threadpool(delivering.stop)
            app.state.feed.close()
            await run_in_threadpool(app.state.feed.join)
            await run_in_threadpool(app.state.readiness.stop)
            await run_in_threadpool(app.state.reading.close)
            await run_in_threadpool(opened.close)

    app = FastAPI(
        title=_TITLE,
        version=VERSION,
        lifespan=lifespan,
        # What the service tells about itself goes by its own logs and numbers, to nobody else.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        # The page that comes with the framework loads its script from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings = chosen
    app.state.numbers = Metrics()
    app.state.exposition = app.state.numbers.exposition
    app.state.door = Door(chosen, way)
    app.state.error_page = error_page
    app.state.stopping = False
    app.state.leaving = False
    app.router.routes.extend(_routes())
    install(app)
    bare = _operations()
    app.openapi = partial(document, app, bare)  # type: ignore[method-assign]
    app.state.parameters = {**parameters(bare), **pages.PARAMETERS}
    app.state.methods = methods(bare)
    app.add_middleware(FastPath, routes=acts.recording)
    app.add_middleware(Bounds, seconds=chosen.short_seconds, way=way)
    app.add_middleware(Authentication, refused=on_error)
    app.add_middleware(Guards, settings=chosen)
    # The last one added is the outermost.
    app.add_middleware(RequestLog, numbers=app.state.numbers)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """The routes of every application: what they take is worked out once in a process."""
    router = APIRouter(dependencies=[Depends(admit)])
    for module in (
        acts,
        erasing,
        preview,
        relationships,
        timeline,
        audit,
        events,
        exports,
        log,
        parties,
        health,
    ):
        router.include_router(module.router)
    pages.install(router)
    return tuple(router.routes)


@cache
def _operations() -> dict[str, Any]:
    return operations(_TITLE, VERSION, _routes())
