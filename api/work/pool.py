"""Pools: the threads of one kind of work, and who waits for one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

T = TypeVar("T")


class Pool:
    """At most so many threads at once; whoever comes meanwhile waits in the order they came."""

    def __init__(self, name: str, limiter: CapacityLimiter) -> None:
        self.name = name
        self._limiter = limiter

    async def run(self, work: Callable[..., T], *given: object) -> T:
        """What a function comes to, in a thread of this pool and in the caller's context."""
        return await anyio.to_thread.run_sync(partial(work, *given), limiter=self._limiter)

    @property
    def threads(self) -> int:
        """How many there are at most."""
        return int(self._limiter.total_tokens)

    @property
    def running(self) -> int:
        """How many are at work."""
        return self._limiter.borrowed_tokens

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return self._limiter.statistics().tasks_waiting


def pool_of(name: str, threads: int) -> Pool:
    """A pool of threads of its own."""
    return Pool(name, CapacityLimiter(threads))


def usual_pool(name: str, threads: int) -> Pool:
    """The pool in which the framework calls what is no coroutine; set in an event loop."""
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = threads
    return Pool(name, limiter)
