"""The crew: who derives portions. This process alone, several of them, or those of a dask cluster.

One way for all: a portion is submitted, and its rows come back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import current_process, get_context, parent_process
from threading import Thread
from typing import Any

from domain.parties import Registry
from events.projection.batch import PlainRows, Stream, derive, derive_as
from events.projection.edition import edition_of

Derived = tuple[int, PlainRows]

#: Portions given to each hand beforehand, so that none waits while rows are written.
_AHEAD = 2
_CONNECT_SECONDS = 30
#: As dask writes one; it takes a minute to say that it cannot read another.
_ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://[^/@?#]+:[0-9]{1,5}")
_GUARDED = "of a script that opens a store, all is expected under `if __name__ == '__main__':`"
#: Records for which one more process is worth its start.
_WORTH = 5_000


@dataclass(frozen=True, slots=True)
class Crew:
    """Hands that derive portions."""

    submit: Callable[[Sequence[Stream], int], Future[Derived]]
    """See `events.projection.batch.derive`; what it raises, the future raises."""
    at_once: int
    """How many portions may be out at a time."""


def cores() -> int:
    """How many of the machine's cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def crew(
    registry: Registry, records: int, count: int | None = None, address: str | None = None
) -> Iterator[Crew]:
    """The crew for a log of so many records: of a dask cluster at an address, or on `count` cores.

    Without a count on all cores, but on no more than the records are worth starting.
    Raises `ValueError`.
    """
    if count is not None and count < 1:
        raise ValueError(f"cores: expected one or more, got {count}")
    if count is not None and address is not None:
        raise ValueError("cores: expected none beside dask, whose workers have their own")
    if address is not None:
        chosen = dask(address, registry)
    else:
        worth = count or min(cores(), 1 + records // _WORTH)
        chosen = alone(registry) if worth == 1 else processes(worth, registry)
    with chosen as hands:
        yield hands


@contextmanager
def alone(registry: Registry) -> Iterator[Crew]:
    """This process alone."""

    def submit(streams: Sequence[Stream], upto: int) -> Future[Derived]:
        future: Future[Derived] = Future()
        future.set_result(derive(streams, upto, registry))
        return future

    yield Crew(submit, 1)


@contextmanager
def processes(count: int, registry: Registry) -> Iterator[Crew]:
    """So many processes of this machine, which end with the context.

    Raises `RuntimeError` where one of them ends before, and in one that is only about to begin:
    it runs the script that it was started from again, which would start others in its turn.
    """
    if getattr(current_process(), "_inheriting", False):  # the sign the standard library goes by
        raise RuntimeError(f"a rebuild: {_GUARDED}, got one without")
    pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=_end_with_parent)
    try:
        yield _crew_of(pool, count, registry)
    except BrokenProcessPool:
        message = "a rebuild: expected the processes that help to go on, got one that ended"
        raise RuntimeError(f"{message}; {_GUARDED}") from None
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def dask(address: str, registry: Registry) -> Iterator[Crew]:
    """The workers of the dask cluster whose scheduler is at `address`, such as tcp://host:8786.

    They need this program in the same edition. A portion whose worker is lost is given to
    another. Raises `ValueError` where there is no such cluster, or no `distributed` to ask it.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise ValueError("dask: expected chancery[distributed] installed, got none") from None
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"dask: expected an address such as tcp://host:8786, got {address!r}")
    try:
        client = distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except OSError as error:
        message = f"expected the address of a scheduler that answers, got {address!r} ({error})"
        raise ValueError(f"dask: {message}") from None
    with client:
        hands = sum(client.nthreads().values())
        if not hands:
            raise ValueError(f"dask: expected a cluster with workers, got none at {address!r}")
        executor = client.get_executor(pure=False)
        try:
            yield _crew_of(executor, hands, registry)
        finally:
            executor.shutdown(wait=False)


def _end_with_parent() -> None:
    """See to it that this process outlives no parent: a pool's would wait for work for ever."""
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _crew_of(executor: Executor, hands: int, registry: Registry) -> Crew:
    edition = edition_of(registry)

    def submit(streams: Sequence[Stream], upto: int) -> Future[Derived]:
        return executor.submit(derive_as, streams, upto, edition)

    return Crew(submit, hands * _AHEAD)
