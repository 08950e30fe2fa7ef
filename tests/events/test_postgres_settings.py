"""A server, a database or a role may set things otherwise: a store is written and read the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from events.application import Chancery
from events.errors import StoreUnavailable
from events.registry import load_registry
from events.store.postgres import connections
from events.store.postgres.store import PostgresStore, open_postgres
from events.write.commands import CorrectEvent, RecordAct
from tests.events.recording import event, tell
from tests.events.store_case import RETURN, VISIT, Clock
from tests.postgres import Server, database, drop

CONGRESS = event("talk.held", "1955-07-18", "SUN", "USA", title="Женева \\x0a \\'1955\\'")

SETTINGS = {
    "standard_conforming_strings": "off",
    "client_encoding": "LATIN1",
    "bytea_output": "escape",
    "DateStyle": "German",
    "IntervalStyle": "sql_standard",
    "TimeZone": "'Asia/Kolkata'",
    "extra_float_digits": "-15",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "quote_all_identifiers": "on",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "lock_timeout": "1",
    "statement_timeout": "'500ms'",
    "transaction_timeout": "'500ms'",
    "idle_in_transaction_session_timeout": "'500ms'",
    "idle_session_timeout": "'500ms'",
    "synchronous_commit": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "on",
}


@pytest.fixture
def url() -> Iterator[str]:
    url = database()
    yield url
    drop(url)


def asked(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


def name_of(url: str) -> str:
    return urlsplit(url).path[1:]


def set_all(url: str) -> None:
    for name, value in SETTINGS.items():
        asked(url, f"ALTER DATABASE {name_of(url)} SET {name} TO {value}")


def written(url: str) -> list[bytes]:
    """What a store holds after a short history, by a clock and salts that repeat."""
    salts = count()
    clock = Clock()
    store = open_postgres(url, clock, lambda: next(salts).to_bytes(16, "big"))
    chancery = Chancery(store, load_registry(), clock)
    chancery.admin.rebuild(cores=1)
    for number, body in enumerate((VISIT, RETURN, CONGRESS)):
        chancery.commands.execute(RecordAct(f"act:{number}", [body], recorded_by="clerk"))
    chancery.commands.execute(
        CorrectEvent("act:2", 1, {**CONGRESS, "title": "Geneva"}, "as told", recorded_by="clerk")
    )
    assert list(chancery.admin.verify()) == []
    with store.read() as reader:
        found = [row.state for row in reader.log(0, 9)]
        assert [row.title for row in reader.acts(3)][-1] == CONGRESS["title"]
    chancery.close()
    return found


def test_the_same_bytes_are_stored_whatever_the_database_has_set(url: str):
    plain = written(url)
    assert [line.count(b"\n") for line in plain] == [2] * 4
    other = database()
    set_all(other)
    assert written(other) == plain
    drop(other)


def test_every_session_shows_what_it_relies_on(url: str):
    set_all(url)
    store = open_postgres(url, Clock())
    expected = {
        "standard_conforming_strings": "on",
        "client_encoding": "UTF8",
        "bytea_output": "hex",
        "DateStyle": "ISO, MDY",
        "IntervalStyle": "postgres",
        "TimeZone": "UTC",
        "default_transaction_isolation": "read committed",
        "synchronous_commit": "on",
        "lock_timeout": "30s",
        "idle_in_transaction_session_timeout": "10min",
        "search_path": "public, pg_temp",
    }
    with store._connections.writing() as writing, store._connections.reading() as reading:
        for name, value in expected.items():
            assert writing.one(f"SELECT current_setting('{name}')") == (value,), name
            assert reading.one(f"SELECT current_setting('{name}')") == (value,), name
    # An index that is made takes as long as it must; anything else gives up at last.
    asked_of = "SELECT current_setting('statement_timeout')"
    with store._connections.writing(unhurried=True) as writing:
        assert writing.one(asked_of) == ("0",)
    with store._connections.writing() as writing, store._connections.reading() as reading:
        assert writing.one(asked_of) == reading.one(asked_of) == ("5min",)
    store.close()


def discard(store: PostgresStore) -> None:
    """Reset the sessions of a store, as if each had been used before."""
    pool = store._place.pool
    held = [pool.getconn() for _ in range(pool.get_stats()["pool_size"])]
    store._place._fresh.clear()
    for connection in held:
        connection.execute("DISCARD ALL")
        pool.putconn(connection)


def test_a_session_that_was_reset_is_replaced_before_anything_is_done_in_it(url: str):
    store = open_postgres(url, Clock())
    asked(url, f"ALTER DATABASE {name_of(url)} SET standard_conforming_strings TO off")
    for number in range(1, 4):
        discard(store)
        assert [record.position for record in tell(store, f"visit:{number}", VISIT)] == [number]
        discard(store)
        assert store.ping() == number
    store.close()


def test_sessions_that_keep_no_settings_are_refused_with_what_is_to_be_done(url: str, monkeypatch):
    store = open_postgres(url, Clock())
    monkeypatch.setattr(connections, "is_kept", lambda mark: False)
    for use in (store.ping, lambda: tell(store, "visit:1", VISIT)):
        with pytest.raises(StoreUnavailable, match="in session mode only"):
            use()
    store.close()


def test_a_server_that_does_not_take_a_setting_is_refused(url: str):
    asked(
        url,
        "CREATE FUNCTION set_config(text, text, boolean) RETURNS text LANGUAGE sql"
        " AS $$ SELECT 'another' $$",
    )
    asked(url, f"ALTER DATABASE {name_of(url)} SET search_path TO public, pg_catalog")
    with pytest.raises(StoreUnavailable, match=r"expected the setting [a-z_]+ to be 'on', got"):
        open_postgres(url, Clock())


def test_a_search_path_that_is_set_otherwise_meanwhile_leads_nowhere_else(url: str):
    store = open_postgres(url, Clock())
    tell(store, "visit:1", VISIT)
    asked(url, f"CREATE SCHEMA other; ALTER DATABASE {name_of(url)} SET search_path TO other")
    with ThreadPoolExecutor(8) as pool:
        heads = list(pool.map(lambda _: store.ping(), range(40)))
    assert set(heads) == {1}
    with store._place.connected() as fresh:
        assert fresh.execute("SELECT current_schema()").fetchone() == ("public",)
    store.close()


@pytest.mark.parametrize("table", ["meta", "stored_events", "tile", "checkpoint"])
def test_a_table_that_is_locked_does_not_keep_a_ping_waiting(url: str, table: str):
    store = open_postgres(url, Clock())
    chancery = Chancery(store, load_registry(), Clock())
    tell(store, "visit:1", VISIT)
    with psycopg.connect(url) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")  # type: ignore[call-overload]
        begun = time.monotonic()
        reasons = []
        for glance in (store.ping, chancery.admin.figures):
            try:
                glance()
            except StoreUnavailable as refused:
                reasons.append(refused.reason)
        assert time.monotonic() - begun < 5
        assert set(reasons) <= {"another holds a lock on its tables"}
    assert store.ping() == 1
    store.close()


def test_a_commit_whose_wait_for_the_standby_is_cancelled_is_not_acknowledged(tmp_path: Path):
    server = Server(tmp_path / "own")
    server.start()
    try:
        store = open_postgres(server.url(), Clock())
        tell(store, "visit:1", VISIT)
        asked(server.url(), "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        asked(server.url(), "SELECT pg_reload_conf()")
        cancel = """
            SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'
        """
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(tell, store, "visit:2", RETURN)
            while not any(done for (done,) in asked(server.url(), cancel)):
                time.sleep(0.02)
            with pytest.raises(StoreUnavailable, match="may not last"):
                waiting.result(timeout=30)
        asked(server.url(), "ALTER SYSTEM RESET synchronous_standby_names")
        asked(server.url(), "SELECT pg_reload_conf()")
        store.close()
    finally:
        server.stop()
