"""Readiness: whether the store can be used, asked beside all requests and again and again.

So that who asks has an answer at once, however much is being done and however long the store is
silent. What is told is seconds old at most.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from threading import Event, Thread

from api.logs import log_of
from api.problems import Refused
from events.errors import ChanceryError, LogBehind, StoreUnavailable
from events.notary.notary import Notary
from events.routing import Reading

log = log_of("store")

#: How often the store is asked where nobody wants to know.
_LOOK_SECONDS = 1.0
#: How long who wants to know waits for the newest answer before the last one is given.
_PATIENCE_SECONDS = 0.075
#: How long the store may be silent before it counts as away.
SILENT_SECONDS = 2.5
#: How long a stop waits for a store that is silent.
_STOP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What the store last answered: the last position, and whether only a replica could."""

    position: int
    read_only: bool = False


class Readiness:
    """A thread that asks the store, what it was told, and the log lines of what changed.

    A store in a file notices when it is asked that its files have gone, and then saves what it can.
    So an idle service loses nothing that a busy one would not.
    """

    def __init__(self, reading: Callable[[], Reading], notary: Notary) -> None:
        """`reading` gives who answers; made in the event loop that will want to know.

        `notary` knows what has been signed, and so whether the store is the one it was.
        """
        self._reading = reading
        self._notary = notary
        self._found: Standing | ChanceryError = Standing(0)
        self._wrong: tuple[str, str] | None = None
        self._begun_at: float | None = None
        self._begun = self._ended = 0
        self._asked = Event()
        self._stopped = Event()
        self._loop = asyncio.get_running_loop()
        self._told = asyncio.Event()
        self._thread = Thread(target=self._watch, name="readiness", daemon=True)

    def begin(self) -> None:
        """Ask once, then go on in a thread."""
        if self._notary.verifier_keys and not self._have_signed():
            log.warning("no signed head is known yet", keys=len(self._notary.verifier_keys))
        self._found = self._answer()
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stopped.set()
        self._asked.set()
        if self._thread.is_alive():
            self._thread.join(timeout=_STOP_SECONDS)

    @property
    def position(self) -> int:
        """The last position, as it was a moment ago; 0 while it is not known."""
        return self._found.position if isinstance(self._found, Standing) else 0

    async def standing(self) -> Standing:
        """How the store stands; raises `ChanceryError` where it cannot be used."""
        # One that is being asked now may have been so before what the caller has in mind.
        wanted = self._begun + 1
        self._asked.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while self._ended < wanted:
                    await self._told.wait()
        begun_at = self._begun_at
        if begun_at is not None and time.monotonic() - begun_at > SILENT_SECONDS:
            detail = "The store does not answer."
            raise Refused("store-unavailable", detail, headers={"Retry-After": "5"})
        if isinstance(self._found, Standing):
            return self._found
        raise copy(self._found)

    def _watch(self) -> None:
        while not self._stopped.is_set():
            self._asked.clear()
            self._begun += 1
            self._begun_at = time.monotonic()
            self._found = self._answer()
            self._begun_at = None
            self._ended = self._begun
            try:
                self._loop.call_soon_threadsafe(self._tell)
            except RuntimeError:  # the loop is gone, and with it everyone who waited
                return
            self._asked.wait(_LOOK_SECONDS)

    def _tell(self) -> None:
        waited_for, self._told = self._told, asyncio.Event()
        waited_for.set()

    def _answer(self) -> Standing | ChanceryError:
        reading = self._reading()
        try:
            standing = Standing(reading.leader.admin.ping())
            # A replica is no way out of this: it follows the same log.
            self._notary.check()
        except StoreUnavailable as error:
            self._note("store cannot be used", error.reason)
            head = reading.replica_head()
            return error if head is None else Standing(head.position, read_only=True)
        except LogBehind as error:
            self._note("store is behind what was signed", f"{error}")
            return error
        except ChanceryError as error:
            self._note("signed heads not compared", f"{error}")
            return error
        if self._wrong is not None:
            log.warning("store can be used again")
        self._wrong = None
        return standing

    def _note(self, event: str, reason: str) -> None:
        """Log what is wrong when it becomes so, or another thing does; a stop ends all use."""
        wrong = (event, reason)
        if wrong != self._wrong and not self._stopped.is_set():
            log.error(event, reason=reason)
        self._wrong = wrong

    def _have_signed(self) -> bool:
        try:
            return self._notary.signed() > 0
        except ChanceryError:
            # Why they cannot be read is told when they are compared.
            return True
