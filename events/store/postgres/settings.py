"""Settings: what every session relies on is pinned when it begins, and checked ever after.

A server, a database or a role may set each of them otherwise. With strings that are read otherwise
the first record would be acknowledged and never be readable again.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import psycopg

from events.store.sql.store import BUSY_SECONDS, NotAStore

#: As the server shows each when it is set so.
_PINNED = {
    # How text, bytes, instants and numbers are written and read.
    "standard_conforming_strings": "on",
    "client_encoding": "UTF8",
    "bytea_output": "hex",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "array_nulls": "on",
    "transform_null_equals": "off",
    "quote_all_identifiers": "off",
    # What a transaction sees. Rows that a policy would hide are an error instead.
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "row_security": "off",
    # Who waits for another's lock gives up, and so does a statement that takes too long, unless it
    # is one of those that must (see `connections`).
    "lock_timeout": f"{BUSY_SECONDS}s",
    "statement_timeout": "5min",
    "transaction_timeout": "0",
    "idle_session_timeout": "0",
    # A process that hangs in a transaction holds its snapshot and its locks so long at most.
    "idle_in_transaction_session_timeout": "10min",
    # One plan for all values takes the wrong index for a range, and for a few rows neither
    # compiling nor a second process pays.
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}
#: What is acknowledged is on the disk, and on the synchronous standby.
_DURABLE = ("on", "remote_apply")
#: A setting of no other program, called `chancery.pinned`: where it is there, so are the others.
_MARKED = sha256(f"{_PINNED}".encode()).hexdigest()[:16]
#: An older server lacks some of them.
_PIN = """
    SELECT wanted.name, wanted.value, set_config(wanted.name, wanted.value, false)
    FROM unnest(%s::text[], %s::text[]) AS wanted (name, value)
    JOIN pg_settings AS known ON known.name = wanted.name
"""
_PIN_DURABLE = """
    SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit')
        WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)
"""
#: Temporary tables come last: unnamed they would come first, before the store's.
_PIN_PLACE = "SELECT set_config('search_path', quote_ident(%s) || ', pg_temp', false)"


class LostSettings(NotAStore):
    """A session that does not keep what is set in it."""

    def __init__(self) -> None:
        super().__init__(
            "its sessions lose their settings: put a pool between in session mode only"
        )


def pin(connection: psycopg.Connection[Any], schema: str | None = None) -> None:
    """Pin all settings of a session, and its schema where one is given; raises `NotAStore`."""
    with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
        cursor.execute(_PIN, (list(_PINNED), list(_PINNED.values())))
        for name, wanted, got in cursor.fetchall():
            _check(name, wanted, got)
        (durable,) = cursor.execute(_PIN_DURABLE).fetchone() or (None,)
        if durable not in _DURABLE:
            _check("synchronous_commit", "on", durable)
        if schema is not None:
            cursor.execute(_PIN_PLACE, (schema,))
        cursor.execute("SELECT set_config('chancery.pinned', %s, false)", (_MARKED,))


def is_kept(mark: object) -> bool:
    """Whether a session has kept its settings, by its `chancery.pinned`."""
    return mark == _MARKED


def _check(name: str, wanted: str, got: object) -> None:
    if got != wanted:
        raise NotAStore(f"expected the setting {name} to be {wanted!r}, got {got!r}")
