"""The SQLite store: the contract in a file and in memory, and what is SQLite's own."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from events.application import open_chancery
from events.errors import StoreUnavailable
from events.store.sql import queries, window_queries
from events.store.sql.tables import SCHEMA_VERSION
from events.store.sqlite import files
from events.store.sqlite.datastore import Datastore
from events.store.sqlite.recorder import LogRecorder
from events.store.sqlite.store import SqliteStore, open_sqlite
from events.write.commands import RecordAct
from tests.events.lasting_store_contract import LastingStoreContract
from tests.events.recording import tell
from tests.events.store_case import RETURN, VISIT, Clock
from tests.events.store_contract import StoreContract


class TestInAFile(LastingStoreContract):
    opener = "events.store.sqlite.store:open_sqlite"

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'chancery.db'}"


class TestInMemory(StoreContract):
    opener = "events.store.sqlite.store:open_sqlite"

    @pytest.fixture
    def url(self) -> str:
        return "sqlite:///:memory:"


def opened(path: Path) -> SqliteStore:
    return open_sqlite(f"sqlite:///{path}", Clock())


@pytest.mark.parametrize(
    "url", ["", "sqlite:", "sqlite://", "sqlite:///", "chancery.db", "postgresql://host/db"]
)
def test_a_url_of_no_sqlite_store_is_refused(url: str):
    with pytest.raises(ValueError, match="expected a url such as sqlite:///"):
        open_sqlite(url, Clock())


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_nothing_is_acknowledged_once_the_file_was_moved_from_under_the_store(
    tmp_path: Path, how: str
):
    path = tmp_path / "chancery.db"
    store = opened(path)
    tell(store, "visit:1", VISIT)
    path.rename(tmp_path / "moved.db")
    if how == "replaced":
        opened(tmp_path / "other.db").close()
        (tmp_path / "other.db").rename(path)

    for use in (store.ping, store.size_bytes, lambda: tell(store, "visit:2", RETURN)):
        with pytest.raises(StoreUnavailable, match="moved or removed"):
            use()
    store.close()
    # In the midst of a plan it is too late to refuse it, but not to acknowledge it.
    again = opened(tmp_path / "moved.db")
    with pytest.raises(StoreUnavailable, match="moved or removed"):
        again.write(lambda writer: (tmp_path / "moved.db").unlink())
    again.close()


def test_a_url_names_a_file_relative_to_the_folder_one_is_in_or_an_absolute_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    open_sqlite("sqlite:///relative.db", Clock()).close()
    open_sqlite(f"sqlite:///{tmp_path}/absolute.db", Clock()).close()

    assert {path.name for path in tmp_path.iterdir()} == {"relative.db", "absolute.db"}


@pytest.mark.parametrize(
    "name", ["a b.db", "100%20.db", "x?mode=memory", "file:y.db", ":memory:.db", "#1.db", "ё.db"]
)
def test_a_file_may_be_called_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        store = open_sqlite(f"sqlite:///{name}", Clock())
        tell(store, "visit:1", VISIT)
        store.close()

    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_stores_in_memory_are_each_their_own():
    one, other = (open_sqlite("sqlite:///:memory:", Clock()) for _ in range(2))
    tell(one, "visit:1", VISIT)

    with other.read() as reader:
        assert reader.head().position == 0
    one.close()
    other.close()


def test_another_program_s_database_is_refused_and_left_as_it_was(tmp_path: Path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE visits (name TEXT)")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(StoreUnavailable, match="another program's database"):
        opened(path)

    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["other.db"]


def test_a_log_of_the_library_that_another_program_keeps_is_not_taken_over(tmp_path: Path):
    datastore = Datastore(str(tmp_path / "other.db"))
    with datastore.transaction(commit=True) as cursor:
        cursor.execute(LogRecorder(datastore).create_table_statements[0])
    datastore.close()

    with pytest.raises(StoreUnavailable, match="another program's database"):
        opened(tmp_path / "other.db")


def test_a_store_of_a_newer_schema_is_refused_by_its_number(tmp_path: Path):
    opened(tmp_path / "new.db").close()
    with sqlite3.connect(tmp_path / "new.db") as connection:
        version = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchall()
        assert version == [(str(SCHEMA_VERSION),)]
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    connection.close()

    with pytest.raises(
        StoreUnavailable, match=f"expected a store of schema {SCHEMA_VERSION}, got 99"
    ):
        opened(tmp_path / "new.db")


def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_text("The visit was put off to the spring. " * 99, encoding="utf-8")
    before = path.read_bytes()

    with pytest.raises(StoreUnavailable, match="not a database"):
        opened(path)

    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["no/such/folder/chancery.db", "."])
def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path, name: str):
    with pytest.raises(StoreUnavailable, match="unable to open database file") as refused:
        opened(tmp_path / name)

    assert str(tmp_path) in refused.value.url
    assert str(tmp_path) not in refused.value.reason


def test_a_full_disk_refuses_the_act_whole_and_the_store_goes_on_when_there_is_room(
    tmp_path: Path,
):
    store = opened(tmp_path / "chancery.db")
    tell(store, "visit:1", VISIT)
    with store._connections.reading() as session:
        session.all("PRAGMA max_page_count = 1")  # not a page more than there are

    with pytest.raises(StoreUnavailable, match="full"):
        tell(store, "visit:2", {**RETURN, "note": "x" * 20_000})

    with store._connections.reading() as session:
        session.all("PRAGMA max_page_count = 100000")
    with store.read() as reader:
        assert reader.head().position == 1
        assert reader.index_of("visit:2") == []
    assert [r.position for r in tell(store, "visit:2", RETURN)] == [2]
    store.close()


def test_a_damaged_file_is_refused_in_words(tmp_path: Path):
    store = opened(tmp_path / "chancery.db")
    for number in range(50):
        tell(store, f"visit:{number}", {**VISIT, "note": "x" * 2_000})
    store.close()
    with (tmp_path / "chancery.db").open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * 4096 * 20)

    def use() -> None:
        store = opened(tmp_path / "chancery.db")
        try:
            with store.read() as reader:
                for number in range(50):
                    reader.stream(f"visit:{number}")
        finally:
            store.close()

    with pytest.raises(StoreUnavailable, match="malformed"):
        use()


def test_positions_outlive_a_vacuum(tmp_path: Path):
    store = opened(tmp_path / "chancery.db")
    for number in range(20):
        tell(store, f"visit:{20 - number}", VISIT)
    store.close()
    connection = sqlite3.connect(tmp_path / "chancery.db")
    connection.execute("VACUUM")
    connection.close()

    store = opened(tmp_path / "chancery.db")
    with store.read() as reader:
        positions = [record.position for record in reader.records(0, 99)]
        assert positions == [row.position for row in reader.log(0, 99)] == list(range(1, 21))
    store.close()


def test_every_commit_is_on_the_disk_before_it_is_acknowledged(tmp_path: Path):
    store = opened(tmp_path / "chancery.db")
    with store._connections.writing() as session:
        assert session.one("PRAGMA journal_mode") == ("wal",)
        assert session.one("PRAGMA synchronous") == (2,)  # FULL
    store.close()


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (queries.CHANGES, "change_day (relationship=? AND day<?)"),
        (window_queries.timeline([]), "version_between (relationship=? AND earliest>?"),
        (queries.STREAM, "sqlite_autoindex_stored_events_1 (originator_id=?)"),
        (queries.acts(["party"]), "party_acts (party=? AND opened>?)"),
        (queries.acts(["kind"]), "act_kind (kind=? AND opened>?)"),
        (queries.acts([]), "act_opened (opened>?)"),
        (queries.RELATIONSHIPS, "change_contact (relationship>?)"),
        (queries.CLOSE_CHANGE, "change_day (relationship=? AND day=? AND position=? AND until=?)"),
    ],
)
def test_questions_are_answered_from_an_index(tmp_path: Path, sql: str, index: str):
    store = opened(tmp_path / "chancery.db")
    names = re.findall(r":(\w+)", sql)
    numbered = set(re.findall(r"\?\d", sql))
    given = dict.fromkeys(names) or [None] * (len(numbered) or sql.count("?"))

    with store._connections.reading() as session:
        plan = " ".join(str(row[3]) for row in session.all(f"EXPLAIN QUERY PLAN {sql}", given))

    assert index in plan
    store.close()


#: What stood otherwise in older schemas.
OLDER = {
    "2": (
        *(
            f"DROP TABLE {table}"
            for table in ("stratum", "segment", "shape", "change_known", "relationship")
        ),
        "CREATE TABLE change_known (act_id TEXT, relationship TEXT)",
        "CREATE TABLE relationship (name TEXT PRIMARY KEY, a TEXT, b TEXT)",
        "DELETE FROM meta WHERE name = 'grain'",
    ),
    "4": (
        "DROP TABLE segment",
        """
        CREATE TABLE segment (
            relationship TEXT NOT NULL, level INTEGER NOT NULL, number INTEGER NOT NULL,
            day INTEGER NOT NULL, part INTEGER NOT NULL,
            net BLOB NOT NULL, entries BLOB NOT NULL, held BLOB NOT NULL,
            PRIMARY KEY (relationship, level, number, day, part))
        """,
        "INSERT INTO segment VALUES ('FRA-SUN', 0, 0, 1, 0, x'', x'', x'')",
        "INSERT INTO stratum VALUES ('FRA-SUN', 1, 0)",
    ),
}


@pytest.mark.parametrize("schema", OLDER)
def test_the_index_of_an_older_schema_is_derived_anew_and_the_log_stays(
    tmp_path: Path, schema: str
):
    path = tmp_path / "older.db"
    chancery = open_chancery(f"sqlite:///{path}")
    chancery.commands.execute(RecordAct("v", [VISIT], recorded_by="clerk"))
    before = chancery.query.state("FRA-SUN", "1961-01-01")
    chancery.close()
    with sqlite3.connect(path) as connection:
        for statement in OLDER[schema]:
            connection.execute(statement)
        connection.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (schema,))
        log = connection.execute("SELECT * FROM stored_events").fetchall()
    connection.close()

    chancery = open_chancery(f"sqlite:///{path}")
    assert chancery.query.state("FRA-SUN", "1961-01-01") == before
    assert list(chancery.admin.verify()) == []
    chancery.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT * FROM stored_events").fetchall() == log
    connection.close()


def test_a_database_without_tables_is_no_store_and_is_left_as_it_was(tmp_path: Path):
    path = tmp_path / "bare.db"
    with sqlite3.connect(path) as begun:
        begun.execute("PRAGMA journal_mode = WAL")
    begun.close()
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="a database without tables"):
        opened(path)
    assert path.read_bytes() == before


def test_of_two_who_make_a_store_at_once_the_second_takes_the_first_s(tmp_path, monkeypatch):
    path = tmp_path / "new.db"
    named = Path.hardlink_to

    def late(part: Path, target: Path) -> None:
        monkeypatch.undo()
        first = opened(path)
        tell(first, "visit:1", VISIT)
        first.close()
        named(part, target)

    monkeypatch.setattr(Path, "hardlink_to", late)
    second = opened(path)
    assert [record.position for record in tell(second, "visit:2", RETURN)] == [2]
    second.close()
    assert [found.name for found in tmp_path.iterdir()] == ["new.db"]


def test_one_who_is_killed_while_a_store_is_made_leaves_none_by_its_name(tmp_path, monkeypatch):
    path = tmp_path / "new.db"

    def killed(self: object, *_: object) -> None:
        raise KeyboardInterrupt

    for of, step in ((LogRecorder, "create"), (Path, "hardlink_to")):
        with monkeypatch.context() as patched:
            patched.setattr(of, step, killed)
            with pytest.raises(KeyboardInterrupt):
                opened(path)
        assert list(tmp_path.iterdir()) == []
    opened(path).close()


class TestWhatIsLeftOfAStore:
    """A log that was there is never taken for one that is yet to begin."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "acts.db"
        store = opened(path)
        for number in range(20):
            tell(store, f"visit:{number}", VISIT)
        store.close()
        return path

    def refused(self, path: Path, match: str) -> None:
        before = path.read_bytes() if path.exists() else None
        with pytest.raises(StoreUnavailable, match=match):
            opened(path)
        assert (path.read_bytes() if path.exists() else None) == before

    def test_an_empty_file_is_refused(self, path: Path):
        path.write_bytes(b"")
        self.refused(path, "its file is empty")
        path.unlink()
        # What is not there is a new store, as was asked for.
        opened(path).close()

    @pytest.mark.parametrize("size", [1, 15, 50, 100, 511, 512, 4_096, 5_000, 8_192, 40_960])
    def test_a_file_that_was_cut_is_refused(self, path: Path, size: int):
        path.write_bytes(path.read_bytes()[:size])
        self.refused(path, "not a database|malformed|without tables")

    @pytest.mark.parametrize("size", [None, 0, 1, 512, 4_096, 40_960])
    def test_a_file_that_was_cut_or_removed_beside_its_write_ahead_log_is_refused(
        self, tmp_path: Path, path: Path, size: int | None
    ):
        store = opened(path)
        tell(store, "visit:20", RETURN)
        for name in ("acts.db", "acts.db-wal"):
            (tmp_path / f"of-{name}").write_bytes((tmp_path / name).read_bytes())
        store.close()
        left = tmp_path / "of-acts.db"
        log = tmp_path / "of-acts.db-wal"
        before = log.read_bytes()
        if size is None:
            left.unlink()
        else:
            left.write_bytes(left.read_bytes()[:size])

        def use() -> None:
            with closing(opened(left)) as store, store.read() as reader:
                assert len(reader.records(0, 99)) == len(reader.acts(99)) == 21

        with pytest.raises(StoreUnavailable):
            use()
        if not size:
            assert log.read_bytes() == before


class TestTheWriteAheadLog:
    """It is watched like the file itself: what is committed into a log without a name is lost."""

    @pytest.mark.parametrize("names", [("-wal", "-shm"), ("-wal",), ("-shm",)], ids=str)
    @pytest.mark.parametrize("how", ["removed", "replaced"])
    def test_that_goes_ends_all_use_and_nothing_acknowledged_is_lost(
        self, tmp_path: Path, names: tuple[str, ...], how: str
    ):
        path = tmp_path / "acts.db"
        store = opened(path)
        for number in range(5):
            tell(store, f"visit:{number}", VISIT)
        store.ping()
        for name in names:
            file = Path(f"{path}{name}")
            data = file.read_bytes()
            file.unlink()
            if how == "replaced":
                file.write_bytes(data)
        for _ in range(2):
            for use in (store.ping, lambda: tell(store, "visit:9", RETURN)):
                with pytest.raises(StoreUnavailable, match="write-ahead log was removed"):
                    use()
        # As after SIGKILL: this store is closed no more, and the next one opens what is there.
        again = opened(path)
        with again.read() as reader:
            assert [record.act_id for record in reader.records(0, 99)] == [
                f"visit:{number}" for number in range(5)
            ]
        assert [record.position for record in tell(again, "visit:9", RETURN)] == [6]
        again.close()
        store.close()

    def test_that_goes_in_the_midst_of_a_plan_keeps_it_from_being_acknowledged(
        self, tmp_path: Path
    ):
        store = opened(tmp_path / "acts.db")
        with pytest.raises(StoreUnavailable, match="write-ahead log was removed"):
            store.write(lambda writer: (tmp_path / "acts.db-wal").unlink())
        store.close()

    def test_that_goes_under_a_reader_is_brought_in_when_the_reader_ends(self, tmp_path: Path):
        path = tmp_path / "acts.db"
        store = opened(path)
        with store.read() as reader:
            tell(store, "visit:1", VISIT)
            assert reader.head().position == 0
            Path(f"{path}-wal").unlink()
            with pytest.raises(StoreUnavailable):
                store.ping()
        again = opened(path)
        with again.read() as reader:
            assert reader.head().position == 1
        again.close()
        store.close()

    def test_that_another_process_has_lost_keeps_a_new_one_out(self, tmp_path, monkeypatch):
        path = tmp_path / "acts.db"
        store = opened(path)
        tell(store, "visit:1", VISIT)
        for name in ("-wal", "-shm"):
            Path(f"{path}{name}").unlink()
        monkeypatch.setattr(files, "_CLOSING_SECONDS", 0.1)
        with pytest.raises(StoreUnavailable, match="open without its write-ahead log"):
            opened(path)
        # Nobody made a new one: what was acknowledged is brought in, and then there is a place.
        with pytest.raises(StoreUnavailable):
            store.ping()
        again = opened(path)
        with again.read() as reader:
            assert reader.head().position == 1
        again.close()
        store.close()

    def test_that_stays_is_not_missed_whatever_is_done_to_the_store(self, tmp_path: Path):
        path = tmp_path / "acts.db"
        store, other = opened(path), opened(path)
        for number in range(3):
            tell(store, f"visit:{number}", VISIT)
            assert store._connections.purge(2)
            other.close()
            other = opened(path)
            other.ping()
            store.ping()
        other.close()
        with store.succession() as successor:
            successor.settle()
            assert successor.write(lambda writer: True)
        store.ping()
        store.close()
        assert {found.name for found in tmp_path.iterdir()} <= {"acts.db", "acts.db-rebuild"}
