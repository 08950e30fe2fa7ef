"""Working: the pools of a process, and long work done in them slice by slice."""

from __future__ import annotations

import time
from asyncio import Lock
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import closing, contextmanager
from typing import TypeVar

from fastapi import Request

from api.problems import Refused
from api.settings import Settings
from api.work.bounds import LONG_BYTES, LONG_ROWS, hold, left_of, stays
from api.work.places import Places, busy
from api.work.pool import Pool, pool_of, usual_pool
from api.work.way import Way
from events.store.effort import Effort, effort, give_way

T = TypeVar("T")

#: Threads for what must always be answered: one may be waiting for a store that is away.
_APART = _KEYS = 2
#: A thread does so much of a long work before the next in the queue has it.
_SLICE_SECONDS = 0.05


class Work:
    """What is being done in this process, by kind; made in its event loop."""

    def __init__(self, settings: Settings, way: Way) -> None:
        self.apart = pool_of("apart", _APART)
        self.keys = pool_of("keys", _KEYS)
        """Where it is asked who may come in; whoever does not may ask for numbers all the time."""
        self.short = usual_pool("short", settings.short_threads)
        self.long = pool_of("long", settings.long_threads)
        self._way = way
        self.places = Places(settings.long_places)
        """Of what reads at length: exports, replays, evidence."""
        self.bulk_places = Places(settings.long_places)
        """Of bulk bodies, which may come slowly."""
        self.erasure_places = Places(settings.long_places)
        """Of erasures, which neither readers nor other writers may keep waiting."""
        self.proving = Lock()
        """Held while a bundle of evidence is made: it is whole in memory, with every proof."""
        self.refused = 0
        """How often there was no place."""
        self.abandoned = 0
        """How often the one who asked had gone before there was an answer."""
        self.streams = 0
        """How many event streams are open."""
        self._most_streams = settings.streams
        self._long_seconds = settings.long_seconds

    @property
    def pools(self) -> tuple[Pool, ...]:
        """All of them."""
        return self.apart, self.keys, self.short, self.long

    @property
    def places_of(self) -> dict[str, Places]:
        """The places by what takes them."""
        return {"read": self.places, "bulk": self.bulk_places, "erase": self.erasure_places}

    @contextmanager
    def admitted(
        self, request: Request, records: int = 0, places: Places | None = None
    ) -> Iterator[None]:
        """Let a request do long work on so many records, as long as the context lasts.

        It takes `places`, by default those of readers. Raises `Refused` (503) where there is none.
        """
        actor = getattr(request.state, "actor", None)
        named = None if actor is None or actor.way == "open" else actor.name
        held = (places or self.places).held(records, named)
        with self._counting(), held, self.unhurried(request):
            yield

    @contextmanager
    def unhurried(self, request: Request | None = None) -> Iterator[None]:
        """Give what is done within the context as much as long work may take."""
        left = stays if request is None else left_of(request.scope)
        token = effort.set(Effort(self._long_seconds, LONG_ROWS, LONG_BYTES, left, self._way.give))
        try:
            yield
        finally:
            effort.reset(token)

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Let an event stream be open; raises `Refused` (503) where there are too many."""
        with self._counting():
            if self.streams >= self._most_streams:
                raise busy(f"{self.streams} event streams are open, and there is room for no more.")
            self.streams += 1
            try:
                yield
            finally:
                self.streams -= 1

    @contextmanager
    def _counting(self) -> Iterator[None]:
        try:
            yield
        except Refused as error:
            self.refused += error.document.kind.name == "busy"
            raise

    async def finished(self, steps: Generator[object, None, T]) -> T:
        """What long work comes to that is told as a generator, done slice by slice.

        Between slices others have their turn, and it ends where nobody waits for it any more.
        """
        try:
            done: tuple[T] | None = None
            while done is None:
                done = await self.long.run(_slice, steps)
                check_effort()
            return done[0]
        finally:
            steps.close()

    async def pieces(
        self, request: Request, body: Generator[bytes, None, None]
    ) -> AsyncIterator[bytes]:
        """The pieces of an answer, each made in a thread for long work when it is asked for.

        The first is made at once, so that an error in it is still told by its status.
        """
        hold(request, closing(body))
        first = await self.long.run(next, body, None)
        return self._going_on(first, body)

    async def file(self, body: Generator[bytes, None, None]) -> AsyncIterator[bytes]:
        """The pieces of an answer that has been made and waits on the disk.

        It may take as long as its client takes something of it.
        """
        with closing(body):
            while (piece := await self.long.run(next, body, None)) is not None:
                yield piece

    async def _going_on(self, piece: bytes | None, body: Iterator[bytes]) -> AsyncIterator[bytes]:
        while piece is not None:
            yield piece
            check_effort()
            piece = await self.long.run(next, body, None)


def check_effort() -> None:
    """Raise where what is being done must not go on; see `events.store.effort`."""
    bounds = effort.get()
    if bounds is not None:
        bounds.check()


def _slice(steps: Generator[object, None, T]) -> tuple[T] | None:
    """Go on for a while; what it came to where it has come to its end."""
    until = time.monotonic() + _SLICE_SECONDS
    try:
        while time.monotonic() < until:
            next(steps)
            give_way()
    except StopIteration as end:
        return (end.value,)
    return None


def work_of(request: Request) -> Work:
    """The work of this process."""
    work: Work = request.app.state.work
    return work
