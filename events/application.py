"""The application: the one path by which HTTP, the command line, importers and pages come in."""

from __future__ import annotations

import time

from domain.parties import Registry
from events.admin import Admin
from events.errors import StoreUnavailable
from events.inspection import Inspection
from events.query.basis import Clock
from events.query.exports import Exports
from events.query.questions import Query
from events.registry import load_registry
from events.store.opening import open_store
from events.store.protocol import Store
from events.write.execution import Commands


def system_clock() -> int:
    """Microseconds since 1970 in UTC, by the machine's clock."""
    return time.time_ns() // 1_000


def open_chancery(url: str, clock: Clock = system_clock, *, as_it_lies: bool = False) -> Chancery:
    """The application on the store at `url`; see `events.store.opening`.

    An index made by another edition of the fold or the registry is rebuilt from the log first,
    unless the store is to be looked at `as_it_lies`. Raises `StoreUnavailable`, also for a store
    that has not taken over holdings to their end, and `ValueError` for a url of no known store.
    """
    chancery = Chancery(open_store(url, clock), load_registry(), clock)
    if not as_it_lies:
        if chancery.admin.unfinished():
            chancery.close()
            raise StoreUnavailable(url, "taking over another store was not finished: do it again")
        if chancery.admin.needs_rebuild():
            chancery.admin.rebuild(again=False)
    return chancery


class Chancery:
    """One record of diplomatic acts: what may be done with it, by whom it concerns."""

    def __init__(self, store: Store, registry: Registry, clock: Clock) -> None:
        self._store = store
        self.registry = registry
        """The parties there are."""
        self.commands = Commands(store, registry, clock)
        """Record, correct, retract, erase, or preview it."""
        self.query = Query(store, registry, clock)
        """Ask what stood between two parties on both axes."""
        self.inspection = Inspection(store, registry, clock)
        """Ask about the record itself, and for evidence."""
        self.exports = Exports(store, registry)
        """Take views whole."""
        self.admin = Admin(store, registry, clock)
        """Look after the store."""

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()
