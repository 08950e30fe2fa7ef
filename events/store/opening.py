"""Opening a store: which one it is, its URL's scheme tells."""

from __future__ import annotations

from collections.abc import Callable

from events.address import without_password
from events.store.postgres.store import SCHEMES, open_postgres
from events.store.protocol import Store
from events.store.sqlite.store import open_sqlite


def open_store(url: str, clock: Callable[[], int]) -> Store:
    """The store at `sqlite:///PATH`, `sqlite:///:memory:` or `postgresql://…`, made if need be.

    Raises `StoreUnavailable`, and `ValueError` for a url of no known store.
    """
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        return open_sqlite(url, clock)
    if scheme in SCHEMES:
        return open_postgres(url, clock)
    expected = "expected a url such as sqlite:///chancery.db or postgresql://user@host/database"
    raise ValueError(f"{expected}, got {without_password(url)!r}")
