"""The feed: who waits for new records is woken, without a thread for each who waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from threading import Event, Thread
from typing import Any

import orjson
from fastapi.sse import format_sse_event

from api.work.working import Work
from events.application import Chancery
from events.errors import ChanceryError
from events.store.effort import give_way

_LOOK_SECONDS = 0.5
#: Records read and sent together; while they are read others of the pool wait.
_PAGE = 200
_COMMENT = b": still here\n\n"
#: Milliseconds after which a browser that lost its stream comes back.
_RETRY = 2_000


class Feed:
    """One watching thread for all event streams of this process, started with the first.

    The thread asks the store; streams only await. So a thousand silent streams hold no thread
    of the pool, and all of them end at once when the service does.
    """

    def __init__(self, chancery: Chancery) -> None:
        self._chancery = chancery
        self._head = 0
        self._stopped = Event()
        self._woken = asyncio.Event()
        self._thread: Thread | None = None
        self._reached: dict[int, int] = {}

    def follow(self, stream: object, position: int | None) -> None:
        """Keep how far a stream has been sent, or with None that it has ended."""
        if position is None:
            self._reached.pop(id(stream), None)
        else:
            self._reached[id(stream)] = position

    def reached(self) -> list[int]:
        """How far each open stream has been sent."""
        return list(self._reached.values())

    @property
    def closed(self) -> bool:
        """Whether every stream is to end."""
        return self._stopped.is_set()

    def close(self) -> None:
        """End every stream; called in the event loop, before connections are waited for."""
        self._stopped.set()
        self._woken.set()

    def join(self) -> None:
        """Wait for the watching thread to end."""
        if self._thread is not None:
            self._thread.join(timeout=5)

    async def beyond(self, position: int, timeout_seconds: float) -> bool:
        """Whether a record beyond a position is there, or comes in time; False once closed."""
        self._start()
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        while self._head <= position and not self.closed:
            remaining = deadline - asyncio.get_running_loop().time()
            if remaining <= 0:
                return False
            try:
                await asyncio.wait_for(self._woken.wait(), remaining)
            except TimeoutError:
                return False
        return not self.closed

    def _start(self) -> None:
        if self._thread is None:
            loop = asyncio.get_running_loop()
            self._thread = Thread(target=self._watch, args=(loop,), name="feed", daemon=True)
            self._thread.start()

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        seen = 0
        while not self.closed:
            try:
                if self._chancery.query.wait(seen, _LOOK_SECONDS):
                    seen = self._chancery.query.head().position
                    loop.call_soon_threadsafe(self._announce, seen)
            except ChanceryError:
                # The store is away for now: streams stay silent and go on once it is back.
                self._stopped.wait(_LOOK_SECONDS)
            except RuntimeError:  # the loop is gone, and with it everyone who waited
                return

    def _announce(self, head: int) -> None:
        self._head = max(self._head, head)
        woken, self._woken = self._woken, asyncio.Event()
        woken.set()
        if self.closed:
            self._woken.set()


async def stream(
    feed: Feed,
    chancery: Chancery,
    work: Work,
    after: int,
    heartbeat_seconds: float,
    shape: Callable[[Mapping[str, Any]], Any] = dict,
) -> AsyncIterator[bytes]:
    """Server-sent events: each record beyond `after` once, in order, its position as the id.

    `shape` makes of a record what is sent as data. Records are read and shaped in the threads for
    long work: who is far behind keeps others of that waiting, and nobody else.
    """
    stream = object()
    feed.follow(stream, after)
    try:
        yield format_sse_event(retry=_RETRY, comment="records in the order of their positions")
        while not feed.closed:
            with work.unhurried():
                frames, after = await work.long.run(_page, chancery, after, shape)
            if frames:
                yield frames
                feed.follow(stream, after)
            elif not await feed.beyond(after, heartbeat_seconds) and not feed.closed:
                yield _COMMENT
    finally:
        feed.follow(stream, None)


def _page(
    chancery: Chancery, after: int, shape: Callable[[Mapping[str, Any]], Any]
) -> tuple[bytes, int]:
    """The next records as they are sent, none where there are none yet, and where to go on."""
    page = chancery.query.records(after, _PAGE)
    frames = bytearray()
    for record in page["events"]:
        data = orjson.dumps(shape(record)).decode()
        frames += format_sse_event(id=str(record["position"]), data_str=data)
        give_way()
    return bytes(frames), page["next"]
