"""Reading: who answers a question, the leader or a replica that follows its log."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock

from events.application import Chancery, system_clock
from events.errors import ReplicaBehind, StoreUnavailable, UnreachedPosition
from events.registry import load_registry
from events.store.postgres.store import open_postgres, refuse_unreadable
from events.store.protocol import Head

#: How long a replica that failed is not asked again, so that only few questions wait for it.
REST_SECONDS = 5.0
#: How long one waits for a connection to it: there is somebody else to ask.
PATIENCE_SECONDS = 1.0
_LOOK_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Demand:
    """How much of the log must be there for a question, whoever answers it."""

    least: int = 0
    """The least position that the answer may rest on."""
    position: int = 0
    """A position the question is about, which the leader may have and a replica not yet."""
    instant: int | None = None
    """A time it is about, in microseconds since 1970 (UTC).

    What was known then is whole on a replica only once it has a record of later: else one of
    before may still be on its way, and the same question would get another answer afterwards.
    """

    def met_by(self, head: Head) -> bool:
        """Whether a log with this end has all that is needed."""
        later = self.instant is None or head.recorded_at > self.instant
        return later and head.position >= max(self.least, self.position)


def open_replica(url: str) -> Chancery:
    """The application on a PostgreSQL that follows another, which takes questions alone.

    Raises `StoreUnavailable`, also where it has not followed as far as an index that this program
    can read, and `ValueError` for another url.
    """
    store = open_postgres(url, system_clock, patience_seconds=PATIENCE_SECONDS)
    chancery = Chancery(store, load_registry(), system_clock)
    if chancery.admin.needs_rebuild() or chancery.admin.unfinished():
        chancery.close()
        raise StoreUnavailable(url, "its index is not the one this program makes")
    return chancery


def replica_at(url: str) -> Callable[[], Chancery]:
    """How to open the replica at a URL when it is needed; raises `ValueError` for another URL."""
    refuse_unreadable(url)
    return partial(open_replica, url)


class Reading:
    """The leader, and a replica that answers in its place whatever it has the records for.

    A replica that is behind has `wait_seconds` to catch up with a position; where it does not,
    or fails, the leader answers. `opened` opens the replica, when it is first needed.
    """

    def __init__(
        self,
        leader: Chancery,
        opened: Callable[[], Chancery] | None = None,
        wait_seconds: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.leader = leader
        self._opened = opened
        self._wait_seconds = wait_seconds
        self._clock = clock
        self._replica: Chancery | None = None
        self._opening = Lock()
        self._rests_until = 0.0

    @property
    def alone(self) -> bool:
        """Whether there is no replica."""
        return self._opened is None

    def answering(self, demand: Demand, *, leader_alone: bool = False) -> Chancery:
        """Who is to answer.

        Raises `UnreachedPosition` where the log itself does not reach the least position, and
        `ReplicaBehind` where the leader, who may have it, cannot be asked.
        """
        reached = 0
        replica = None if leader_alone else self._in_reach()
        if replica is not None:
            try:
                head = self._caught_up(replica, demand)
                if demand.met_by(head):
                    return replica
                reached = head.position
            except StoreUnavailable:
                self.failed()
                replica = None
        if demand.least:
            try:
                last = self.leader.query.head().position
            except StoreUnavailable:
                if replica is None:
                    raise
                raise ReplicaBehind(demand.least, reached) from None
            if last < demand.least:
                raise UnreachedPosition(demand.least, last)
        return self.leader

    def failed(self) -> None:
        """The replica could not be used: it is left alone for a while."""
        self._rests_until = self._clock() + REST_SECONDS

    def replica_head(self) -> Head | None:
        """The end of the log as the replica has it; None where there is none, or none to reach."""
        replica = self._in_reach()
        try:
            return None if replica is None else replica.query.head()
        except StoreUnavailable:
            self.failed()
            return None

    def close(self) -> None:
        """Let go of the replica."""
        with self._opening:
            self._opened = None
            if self._replica is not None:
                self._replica.close()

    def _in_reach(self) -> Chancery | None:
        if self._opened is None or self._clock() < self._rests_until:
            return None
        if self._replica is None:
            self._open()
        return self._replica

    def _open(self) -> None:
        # Others ask the leader meanwhile.
        if self._opening.acquire(blocking=False):
            try:
                if self._replica is None and self._opened is not None:
                    self._replica = self._opened()
            except StoreUnavailable:
                self.failed()
            finally:
                self._opening.release()

    def _caught_up(self, replica: Chancery, demand: Demand) -> Head:
        deadline = self._clock() + self._wait_seconds
        wanted = max(demand.least, demand.position)
        while True:
            head = replica.query.head()
            if head.position >= wanted or self._clock() >= deadline:
                return head
            time.sleep(_LOOK_SECONDS)
