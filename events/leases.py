"""Leases: of several processes on one store, which one does what only one is to do.

A lease is a remark of the store, beside the log: who has it, and a beat that its holder counts up.
Who would like it looks whether the beat moves, by a clock of its own that only ever goes on, so
that machines need not agree on the time. A holder that dies loses it after `seconds`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import orjson

from events.store.beside import LEASE
from events.store.protocol import Reader, Store, Writer


class Lease:
    """One process's part in a lease; used by one thread, and `held` by any."""

    def __init__(
        self,
        store: Store,
        work: str,
        seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`work` names what is to be done by one; a holder that is silent for `seconds` lost it."""
        self._store = store
        self._name = f"{LEASE}{work}"
        self._seconds = seconds
        self._monotonic = monotonic
        self._me = secrets.token_hex(8)
        self._until = float("-inf")
        self._seen: tuple[str, int] | None = None
        self._seen_at = 0.0

    @property
    def held(self) -> bool:
        """Whether nobody else can have it now."""
        return self._monotonic() < self._until

    def take(self) -> bool:
        """Whether it is held now: taken where it is free, kept up where it is due.

        To be called several times within `seconds`. Raises `StoreUnavailable`.
        """
        now = self._monotonic()
        if now < self._until - self._seconds / 2:
            return True
        with self._store.read() as reader:
            holder, beat = found = self._found(reader)
        if holder not in ("", self._me):
            if found != self._seen:
                self._seen, self._seen_at = found, now
            if now - self._seen_at < self._seconds:
                return False

        def plan(writer: Writer) -> bool:
            if self._found(writer) != found:
                return False
            self._keep(writer, self._me, beat + 1)
            return True

        if self._store.write(plan):
            # From when it was asked for: whoever looks on saw the beat at the earliest then.
            self._until = now + self._seconds
        return self.held

    def give_up(self) -> None:
        """Let another have it at once; harmless where it is not held. Raises `StoreUnavailable`."""
        self._until = float("-inf")

        def plan(writer: Writer) -> None:
            holder, beat = self._found(writer)
            if holder == self._me:
                self._keep(writer, "", beat + 1)

        self._store.write(plan)

    def _found(self, reader: Reader) -> tuple[str, int]:
        kept = orjson.loads(reader.meta(self._name) or b'["", 0]')
        return kept[0], kept[1]

    def _keep(self, writer: Writer, holder: str, beat: int) -> None:
        writer.set_meta(self._name, orjson.dumps([holder, beat]).decode())
