"""Signed heads: the last tree that each key has signed, kept apart from the store.

A store can be put back to an earlier day, and a log that then goes on another way has two roots of
one size. A signer that remembers what it has signed signs no second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Protocol

from events.tlog.checkpoint import TreeHead
from events.tlog.keys import VerifierKey


class SignedHeads(Protocol):
    """Where the heads are kept. Each method may raise `NotSigned`."""

    def all(self) -> Mapping[VerifierKey, TreeHead]:
        """The last head that each key has signed, of keys that have signed any."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Keep all others waiting who would sign with these keys, in whatever process."""
        ...

    def keep(self, keys: Iterable[VerifierKey], head: TreeHead) -> None:
        """Keep a head as the last of some keys; it is durable when this returns."""
        ...


class HeadsInMemory:
    """Signed heads that are gone with the process; see `SignedHeads`."""

    def __init__(self) -> None:
        self._heads: dict[VerifierKey, TreeHead] = {}
        self._lock = Lock()

    def all(self) -> Mapping[VerifierKey, TreeHead]:
        """The last head of each key."""
        return self._heads

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other threads waiting."""
        with self._lock:
            yield

    def keep(self, keys: Iterable[VerifierKey], head: TreeHead) -> None:
        """Keep a head."""
        self._heads = {**self._heads, **dict.fromkeys(keys, head)}
