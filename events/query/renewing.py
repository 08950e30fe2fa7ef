"""Renewing: a reader for as long as somebody takes to listen, without one snapshot for all of it.

What is known at a position is the same in every later snapshot. Only an erasure changes it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

from events.errors import StoreUnavailable
from events.log.record import ERASED
from events.store.protocol import Reader, Store

T = TypeVar("T")
#: What is read ahead with one snapshot, and for how long.
_MOST, _LONGEST_SECONDS = 200, 0.1
#: Records looked through at a time for an erasure.
_PAGE = 1_000


class Renewing:
    """Reads through a snapshot until it lets that go, and then through a new one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: AbstractContextManager[Reader] | None = None
        self._reader: Reader | None = None
        self._seen: int | None = None

    @property
    def reader(self) -> Reader:
        """Reads as any reader does.

        Raises `StoreUnavailable` where something was erased since it read first: what had been
        read of it before does not fit what is left.
        """
        return cast(Reader, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._renewed(), name)

    def let_go(self) -> None:
        """Hold no snapshot until more is read."""
        held, self._held, self._reader = self._held, None, None
        if held is not None:
            held.__exit__(None, None, None)

    def _renewed(self) -> Reader:
        if self._reader is None:
            self._held = self._store.read()
            self._reader = self._held.__enter__()
            self._check(self._reader)
        return self._reader

    def _check(self, reader: Reader) -> None:
        head = reader.head().position
        after = head if self._seen is None else self._seen
        while after < head:
            for row in reader.log(after, _PAGE):
                if row.type == ERASED:
                    reason = "what was being read has been erased in part: ask again"
                    raise StoreUnavailable(self._store.url, reason)
                after = row.position
        self._seen = head


def in_stretches(renewing: Renewing, items: Iterable[T]) -> Iterator[T]:
    """What is told by reading, so that no snapshot is held while somebody else goes on with it."""
    stretch: list[T] = []
    until = time.monotonic() + _LONGEST_SECONDS
    try:
        for one in items:
            stretch.append(one)
            if len(stretch) == _MOST or time.monotonic() > until:
                renewing.let_go()
                yield from stretch
                stretch = []
                until = time.monotonic() + _LONGEST_SECONDS
        renewing.let_go()
        yield from stretch
    finally:
        renewing.let_go()
