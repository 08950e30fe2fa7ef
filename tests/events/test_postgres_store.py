"""The PostgreSQL store: the contract, and what is PostgreSQL's own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.rows import tuple_row

from domain.dates import LAST_DAY
from events.application import open_chancery
from events.errors import StoreUnavailable
from events.store.opening import open_store
from events.store.postgres.connections import PostgresConnections
from events.store.postgres.recorder import LogRecorder
from events.store.postgres.store import PostgresStore, open_postgres
from events.store.protocol import Store, Writer
from events.store.sql import (
    change_cursor,
    changed_acts,
    queries,
    segment_reader,
    window_queries,
)
from events.store.sql.tables import SCHEMA_VERSION
from events.write.commands import EraseEvent, RecordAct
from tests.events.lasting_store_contract import SCRIPT, LastingStoreContract
from tests.events.recording import draft, tell
from tests.events.store_case import RETURN, VISIT, Clock
from tests.events.test_erasure import crowded, words
from tests.events.test_recorder import persistence
from tests.postgres import Server, database, drop

TRIGGER = """
    CREATE TRIGGER hides BEFORE UPDATE ON g0_act_known
    FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()
"""
OTHER_INDEX = """
    DROP INDEX g0_change_unlearnt;
    CREATE INDEX g0_change_unlearnt ON g0_change_known (relationship, known_to) WHERE known_to < 7
"""
OPENER = "events.store.postgres.store:open_postgres"


@pytest.fixture
def url() -> Iterator[str]:
    url = database()
    yield url
    drop(url)


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    store = open_postgres(url, Clock())
    yield store
    store.close()


class TestInPostgres(LastingStoreContract):
    opener = OPENER


class TestTheLibrarysContract(persistence.ApplicationRecorderTestCase[LogRecorder]):
    test_performance = None
    test_concurrent_throughput = None

    def setUp(self):
        self.url = database()
        self.connections = PostgresConnections(self.url)
        self.numbers = count(1)

    def tearDown(self):
        self.connections.close()
        drop(self.url)

    def create_recorder(self) -> LogRecorder:
        self.connections.recorder.create_table()
        return self.connections.recorder

    def new_originator_id(self) -> str:
        return f"hsg-visits:{next(self.numbers)}"


def asked(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


def head(store: Store) -> int:
    with store.read() as reader:
        return reader.head().position


def test_a_position_is_used_again_when_the_transaction_it_was_given_in_failed(
    store: PostgresStore,
):
    def fails(writer: Writer) -> None:
        writer.append([draft("visit:1", VISIT)], "historian")
        assert writer.stream("visit:1") != []
        raise LookupError

    for _ in range(3):
        with pytest.raises(LookupError):
            store.write(fails)
    assert [record.position for record in tell(store, "visit:1", VISIT)] == [1]


def test_events_of_many_megabytes_are_stored_in_one_transaction(store: PostgresStore):
    drafts = [draft(f"visit:{n}", {**VISIT, "note": "x" * 20_000}) for n in range(600)]
    records = store.write(lambda writer: writer.append(drafts, "historian"))
    assert [record.position for record in records] == list(range(1, 601))
    assert head(store) == 600


@pytest.mark.parametrize("bits", [15, 31, 62])
def test_positions_are_not_bounded_by_the_type_that_versions_would_fit_in(
    store: PostgresStore, bits: int
):
    """Of a statement's lists of numbers each must be as wide as what it holds."""
    bound = 2**bits
    entries = [(f"visit:{number}", 1, "visit.held", b"x") for number in range(4)]
    with store._connections.writing() as session:
        session.store(entries[:1], 0)
        session.all("UPDATE stored_events SET notification_id = ?", (bound - 2,))
        session.store(entries[1:], bound - 2)
        found = session.all("SELECT notification_id FROM stored_events ORDER BY 1")
    assert [position for (position,) in found] == [bound - 2, bound - 1, bound, bound + 1]


def test_a_reader_who_follows_the_log_sees_every_record_once_in_order_while_many_write(url: str):
    """The classic fault: a reader passes over a position that is filled later."""
    store = open_postgres(url, Clock())
    seen: list[int] = []
    with ExitStack() as writers:
        for number in range(3):
            command = [sys.executable, str(SCRIPT), OPENER, url, f"writer {number}", "25"]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            writers.enter_context(process)
        while len(seen) < 75:
            assert store.wait(seen[-1] if seen else 0, 60)
            with store.read() as reader:
                records = reader.records(seen[-1] if seen else 0, 10)
            seen += [record.position for record in records]
    store.close()
    assert seen == list(range(1, 76))


def test_services_that_start_at_once_on_an_empty_database_make_one_store(url: str):
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: open_postgres(url, Clock()), range(6)))
        positions = [tell(s, f"visit:{n}", VISIT)[0].position for n, s in enumerate(stores)]
    for store in stores:
        assert head(store) == 6
        store.close()
    assert sorted(positions) == list(range(1, 7))


def test_a_reader_asks_the_index_it_began_with_until_it_ends_and_then_that_is_dropped(
    url: str, store: PostgresStore
):
    tell(store, "visit:1", VISIT)

    def generations() -> set[object]:
        question = "SELECT split_part(relname, '_', 1) FROM pg_class WHERE relname ~ '^g[0-9]+_'"
        return {name for (name,) in asked(url, question)}

    with store.read() as reader:
        assert reader.head().position == 1
        with store.succession() as successor:
            successor.settle()
            assert successor.write(lambda writer: True)
        # The index that took over is empty; this one, not looked at before, is not.
        assert [row.act_id for row in reader.acts(1)] == ["visit:1"]
        assert reader.changes("FRA-SUN", LAST_DAY, 1) != []
        assert generations() == {"g0", "g1"}
    with store.read() as reader:
        assert reader.acts(1) == []
    with store.succession():
        pass
    assert generations() == {"g1"}


def awaited(store: PostgresStore, position: int) -> bool:
    """As `wait`, by one who asks again where the server goes while it is being asked."""
    until = time.monotonic() + 60
    while True:
        try:
            return store.wait(position, until - time.monotonic())
        except StoreUnavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def test_a_server_that_is_started_again_is_used_again(tmp_path: Path):
    server = Server(tmp_path / "own", durable=True)
    server.start()
    store = open_postgres(server.url(), Clock())
    try:
        tell(store, "visit:1", VISIT)
        server.kill()
        with pytest.raises(StoreUnavailable, match=r"Connection refused|closed the connection"):
            tell(store, "visit:2", RETURN)
        server.start()
        assert [record.position for record in tell(store, "visit:2", RETURN)] == [2]
        server.restart()
        assert head(store) == 2
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(awaited, store, 2)
            server.restart()
            other = open_postgres(server.url(), Clock())
            tell(other, "visit:3", VISIT)
            assert waiting.result(timeout=60) is True
            other.close()
    finally:
        store.close()
        server.stop()


def test_a_writer_whose_connection_is_cut_leaves_nothing_and_the_next_one_goes_on(
    url: str, store: PostgresStore
):
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
    name = urlsplit(url).path[1:]

    def plan(writer: Writer) -> None:
        writer.append([draft("visit:1", VISIT)], "historian")
        writer.records(0, 9)
        asked(url, f"{cut} '{name}' AND pid <> pg_backend_pid()")

    with pytest.raises(StoreUnavailable):
        store.write(plan)
    assert [record.position for record in tell(store, "visit:1", VISIT)] == [1]


@pytest.mark.parametrize(
    ("statement", "flaw"),
    [
        ("DROP INDEX g0_change_day", "g0_change_known g0_change_day is missing"),
        ("ALTER TABLE meta ADD COLUMN mine text", "meta mine is foreign"),
        (
            TRIGGER,
            "g0_act_known trigger hides is foreign",
        ),
        (
            OTHER_INDEX,
            "g0_change_known g0_change_unlearnt is altered",
        ),
        ("ALTER TABLE tile ALTER hashes DROP NOT NULL", "tile hashes is altered"),
        ("CREATE RULE r AS ON INSERT TO tile DO NOTHING", "tile rule r is foreign"),
        ("ALTER TABLE shape RENAME TO form; CREATE VIEW shape AS TABLE form", "shape"),
    ],
    ids=lambda value: value[:28],
)
def test_tables_that_were_altered_are_named(
    url: str, store: PostgresStore, statement: str, flaw: str
):
    asked(url, statement)
    with store.read() as reader:
        found = reader.bare().flaws()
    assert found
    assert all(one.startswith(flaw) for one in found)


def test_tables_of_another_program_are_left_alone(url: str):
    asked(url, "CREATE TABLE meta (told text)")
    with pytest.raises(StoreUnavailable, match="another program's table meta"):
        open_postgres(url, Clock())
    assert asked(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(1,)]


def test_a_store_may_have_a_schema_of_its_own(url: str):
    asked(url, "CREATE SCHEMA acts; CREATE TABLE meta (told text)")
    store = open_postgres(f"{url}?options=-csearch_path%3Dacts", Clock())
    tell(store, "visit:1", VISIT)
    with store.read() as reader:
        assert reader.bare().flaws() == []
    store.close()
    assert asked(url, "SELECT * FROM public.meta") == []


def test_a_store_of_a_newer_schema_is_refused_by_its_number(url: str):
    open_postgres(url, Clock()).close()
    asked(url, "UPDATE meta SET value = '99' WHERE name = 'schema'")
    with pytest.raises(StoreUnavailable, match=f"schema {SCHEMA_VERSION}, got 99"):
        open_postgres(url, Clock())


@pytest.mark.parametrize(
    ("url", "error", "said"),
    [
        ("mysql://clerk:hush@host/acts", ValueError, "expected a url such as"),
        ("postgresql://clerk:hu/sh@host/acts", ValueError, "percent-encoded"),
        ("postgresql://clerk:hush@host/acts?of=old", ValueError, "percent-encoded"),
        ("postgresql://clerk:hush@127.0.0.1:1/acts", StoreUnavailable, "Connection refused"),
    ],
)
def test_a_url_that_leads_nowhere_is_refused_in_words_that_hold_no_password(
    url: str, error: type[Exception], said: str
):
    with pytest.raises(error, match=said) as refused:
        open_store(url, Clock())
    assert "hush" not in f"{refused.value}"
    assert "sh@" not in f"{refused.value}"


def test_the_index_of_an_older_schema_is_derived_anew_and_the_log_stays(url: str):
    chancery = open_chancery(url)
    chancery.commands.execute(RecordAct("v", [VISIT], recorded_by="clerk"))
    before = chancery.query.state("FRA-SUN", "1961-01-01")
    chancery.close()
    log = asked(url, "SELECT * FROM stored_events")
    asked(url, "UPDATE meta SET value = '4' WHERE name = 'schema'; DROP TABLE g0_segment")

    chancery = open_chancery(url)
    assert chancery.query.state("FRA-SUN", "1961-01-01") == before
    assert list(chancery.admin.verify()) == []
    chancery.close()
    assert asked(url, "SELECT * FROM stored_events") == log


def test_questions_are_answered_from_an_index(store: PostgresStore):
    tell(store, "visit:1", VISIT)
    for sql, index in (
        (queries.CHANGES, "change_day"),
        (window_queries.timeline([]), "version_between"),
        (queries.STREAM, "stored_events_pkey"),
        (queries.acts(["party"]), "party_acts"),
        (queries.acts(["kind"]), "act_kind"),
        (queries.acts([]), "act_opened"),
        (queries.RELATIONSHIPS, "change_contact"),
        (queries.RECORDED, "stored_events_pkey"),
        (change_cursor._LEARNT_BEFORE, "change_learnt"),
        (changed_acts._ACTS, "change_unlearnt"),
        (segment_reader._SEGMENTS, "segment_pkey"),
        (segment_reader._RESTED, "segment_pkey"),
        (segment_reader._TOLD, "change_known_pkey"),
        (segment_reader._DELTAS, "change_learnt"),
    ):
        with store._connections.reading() as session:
            # A table of a few rows is quicker read whole; it is asked what else could be done.
            session.all("SET LOCAL enable_seqscan = off")
            text, _ = session._told(sql)
            cursor = session.connection.cursor(row_factory=tuple_row)
            cursor.execute(f"EXPLAIN (GENERIC_PLAN) {text}")
            plan = " ".join(line for (line,) in cursor)
        assert index in plan, sql
        assert "Seq Scan" not in plan, sql


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "UPDATE stored_events SET state = state || '\\x20' WHERE notification_id = 2",
            "position 2",
        ),
        ("UPDATE stored_events SET notification_id = 9 WHERE notification_id = 2", "position"),
        ("DELETE FROM g0_change_known WHERE act_id = 'v:1'", "index"),
        ("UPDATE g0_act_known SET title = 'Another' WHERE act_id = 'v:2'", "index"),
        ("UPDATE tile SET hashes = substr(hashes, 1, 32)", "tile"),
        ("UPDATE g0_relationship SET unsealed = 7", "deltas in no run"),
        ("DROP INDEX g0_change_day", "g0_change_day"),
    ],
    ids=lambda value: value[:32],
)
def test_whatever_is_altered_is_found(url: str, statement: str, what: str):
    chancery = open_chancery(url)
    for number in range(1, 4):
        chancery.commands.execute(RecordAct(f"v:{number}", [VISIT], recorded_by="clerk"))
    assert list(chancery.admin.verify()) == []
    asked(url, statement)
    found = list(chancery.admin.verify())
    chancery.close()
    assert found
    assert what in f"{found[0]}"


def test_the_bytes_of_what_is_erased_are_gone_from_the_files_of_the_tables(tmp_path: Path):
    server = Server(tmp_path / "own")
    server.start()
    try:
        chancery = crowded(server.url())
        folder = server.data / "base"
        with chancery._store.read() as reader:
            rows = [row.state for row in reader.log(0, 1_000) if b"Unbekannt" in row.state]
        salts = [state.split(b"\n")[1] for state in rows]
        asked(server.url(), "ANALYZE; CHECKPOINT")
        assert len(words(folder, *salts)) > 3
        chancery.commands.execute(
            EraseEvent("s:5", 1, "by order of the court", recorded_by="registrar")
        )
        with chancery._store.read() as reader:
            assert reader.acts(1) != []
            chancery.commands.execute(
                EraseEvent("s:25", 1, "by order of the court", recorded_by="registrar")
            )
            assert not chancery.admin.purged()
            assert [finding.what for finding in chancery.admin.verify()] == ["erased content"]
        assert chancery.admin.purged()
        # What another program's snapshot shows would be copied into the new files.
        with psycopg.connect(server.url()) as other:
            other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            other.execute("SELECT 1")
            chancery.commands.execute(
                EraseEvent("s:45", 1, "by order of the court", recorded_by="registrar")
            )
            assert not chancery.admin.purged()
        assert chancery.admin.purged()
        asked(server.url(), "CHECKPOINT")
        assert words(folder, *salts) == []
        assert list(chancery.admin.verify()) == []
        chancery.close()
    finally:
        server.stop()
