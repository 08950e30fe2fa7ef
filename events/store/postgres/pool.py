"""The pool: the library's, which remembers why it could not connect and soon tries again."""

from __future__ import annotations

import time
from typing import Any

import psycopg
from eventsourcing.postgres import ConnectionPool, PostgresDatastore

from events.store.sql.store import NotAStore

#: How long after one that failed the next attempt to connect is made.
_AGAIN_SECONDS = 0.2


class Pool(ConnectionPool[psycopg.Connection[Any]]):
    """The library's pool, remembering why it could not connect.

    It tries again soon: the library waits twice as long each time, and would still be waiting for
    seconds when another server has taken over.
    """

    failure: str | None = None

    def _connect(self, timeout: float | None = None) -> psycopg.Connection[Any]:
        deadline = time.monotonic() + self.reconnect_timeout
        while True:
            try:
                connection = super()._connect(timeout)
            except (psycopg.Error, NotAStore) as error:
                self.failure = f"{error}"
                if self.closed or time.monotonic() > deadline:
                    raise
                time.sleep(_AGAIN_SECONDS)
            else:
                self.failure = None
                return connection


class Datastore(PostgresDatastore):
    """The library's datastore on a pool of ours; act ids are text."""

    def __init__(self, pool: Pool, schema: str) -> None:
        super().__init__("", "", "", "", "", schema=schema, originator_id_type="text")
        self.pool = pool
