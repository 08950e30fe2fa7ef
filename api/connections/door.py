"""The door: how many connections there may be, and how long each may take to say what it wants.

What holds here holds without a proxy before the service. Bounds are looked after once a second, by
whoever runs the event loop, and cost a connection nothing in between.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from api.connections.handles import most_handles, used_handles
from api.logs import log_of
from api.settings import Settings
from api.work.starting import Starting
from api.work.way import Way

log = log_of("door")

#: Beyond the bound so many are let in to ask how the service does, and for nothing else.
_RESERVED = 32
#: Handles of files that are kept for the store, for what waits on the disk, and for logs.
_OTHER_HANDLES = 256
#: So few left are as good as none: a store of SQLite takes three to be opened.
_FEW_HANDLES = 8
#: What goes on again and again is told so often.
_TOLD_SECONDS = 60.0


class Guest(Protocol):
    """A connection."""

    def overdue(self, now: float) -> str | None:
        """Which of its bounds it has passed: `head`, `body` or `write`."""
        ...

    def send_away(self, why: str) -> None:
        """End it; `why` is one of those, or `crowd`."""
        ...


class Door:
    """All connections of a process."""

    def __init__(
        self, settings: Settings, way: Way, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.now = now
        self.way = way
        self.head_seconds = settings.head_seconds
        self.body_seconds = settings.body_seconds
        self.write_seconds = settings.write_seconds
        self.most = settings.connections
        self.starting = Starting()
        self.sent_away: Counter[str] = Counter()
        """How many were ended, by why."""
        self._inside: set[Guest] = set()
        #: Those that have no request, the one that waits longest first.
        self._waiting: dict[Guest, None] = {}
        self._handles: int | None = None
        self._told: dict[str, float] = {}
        self._before: Counter[str] = Counter()

    def heed_handles(self) -> None:
        """Have as many handles as the system gives this process, and no more connections."""
        self._handles = most = most_handles()
        if most is None:
            return
        fitting = max(most // 2, most - _OTHER_HANDLES - _RESERVED)
        if fitting < self.most:
            log.warning("fewer connections", connections=fitting, handles=most, set_to=self.most)
            self.most = fitting

    @property
    def inside(self) -> int:
        """How many there are."""
        return len(self._inside)

    @property
    def crowded(self) -> bool:
        """Whether there are more than there may be."""
        return len(self._inside) > self.most

    def enter(self, guest: Guest) -> None:
        """Let one in. Where there is no room, who has waited longest for a request goes."""
        self._inside.add(guest)
        if self.crowded and (longest := next(iter(self._waiting), None)) is not None:
            self._send_away(longest, "crowd")
        elif len(self._inside) > self.most + _RESERVED:
            self._send_away(guest, "crowd")
            return
        self._waiting[guest] = None

    def asks(self, guest: Guest) -> None:
        """One has a request."""
        self._waiting.pop(guest, None)

    def waits(self, guest: Guest) -> None:
        """One has none any more."""
        if guest in self._inside:
            self._waiting[guest] = None

    def leave(self, guest: Guest) -> None:
        """One has gone."""
        self._inside.discard(guest)
        self._waiting.pop(guest, None)

    def look(self) -> None:
        """Send away who is overdue, and tell of what is wrong."""
        now = self.now()
        for guest in list(self._inside):
            why = guest.overdue(now)
            if why is not None:
                self._send_away(guest, why)
        self._tell_of_guests(now)
        self._look_at_handles()

    def _send_away(self, guest: Guest, why: str) -> None:
        self.leave(guest)
        self.sent_away[why] += 1
        guest.send_away(why)

    def _tell_of_guests(self, now: float) -> None:
        new = self.sent_away - self._before
        if new and self._due("guests", now):
            self._before = Counter(self.sent_away)
            log.warning("connections ended", **new, connections=self.inside)

    def without_handles(self) -> None:
        """Somebody could not be let in, since there is no handle left."""
        if self._due("handles", self.now()):
            log.error("file handles have run out", handles=self._handles, connections=self.inside)

    def _look_at_handles(self) -> None:
        if self._handles is not None:
            used = used_handles()
            if used is None or used >= self._handles - _FEW_HANDLES:
                self.without_handles()

    def _due(self, what: str, now: float) -> bool:
        if now - self._told.get(what, -_TOLD_SECONDS) < _TOLD_SECONDS:
            return False
        self._told[what] = now
        return True
