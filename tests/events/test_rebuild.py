"""Rebuilding: the same index from the log alone, by however many hands, while it is in use."""

from __future__ import annotations

import inspect
import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from distributed import LocalCluster

import events.errors
import events.projection.batch
import events.rebuild.rebuilding
import events.rebuild.workers
from events.application import Chancery, open_chancery, system_clock
from events.errors import ChanceryError, StoreUnavailable, UnreadableRecord
from events.projection.batch import derive_as
from events.segments import Sizes
from events.store.sql.tables import DERIVED
from events.store.sqlite.store import open_sqlite
from events.write.commands import AddEvents, CorrectEvent, EraseEvent, RecordAct, RetractEvent
from tests.domain.given import between, event, visit_of
from tests.events.tampering import connected, sql

SCRIPT = Path(__file__).with_name("rebuilding_process.py")
VISIT = event("visit.held", "1990-05-01", parties=visit_of("FRA", "DEU"), title="A visit")
PARTIES = ("FRA", "DEU", "GBR", "ITA", "ESP", "BEL", "NLD", "POL")
PAIRS = ("DEU-FRA", "FRA-GBR", "DEU-GBR", "ESP-ITA")


def record_visit(chancery: Chancery, name: str, number: int) -> None:
    """An act, and what sooner or later becomes of such acts."""
    act_id = f"{name}:{number:03}"
    one, other = PARTIES[number % 8], PARTIES[(number * 3 + 1) % 8]
    other = other if other != one else PARTIES[(number + 1) % 8]
    first = event("visit.held", f"{1900 + number % 90}", parties=visit_of(one, other))
    chancery.commands.execute(
        RecordAct(act_id, [first | {"title": f"Visit {number}"}], recorded_by="clerk")
    )
    if number % 5 == 0:
        better = first | {"date": f"{1900 + number % 90}-05"}
        chancery.commands.execute(
            CorrectEvent(act_id, 1, better, "the month", recorded_by="editor")
        )
    if number % 7 == 0:
        chancery.commands.execute(
            AddEvents(act_id, [event("visit.held", "1999-01")], recorded_by="clerk")
        )
        chancery.commands.execute(RetractEvent(act_id, 1, "of another act", recorded_by="editor"))
    if number % 11 == 0:
        chancery.commands.execute(EraseEvent(act_id, 1, "by order", recorded_by="court"))
    if number % 13 == 0:
        treaty = event("agreement.signed", f"{1950 + number % 40}", parties=between(*PARTIES))
        chancery.commands.execute(RecordAct(f"{name}:t{number}", [treaty], recorded_by="clerk"))
        consent = [event("agreement.ratified", "1990-06", by=[code]) for code in PARTIES[:4]]
        chancery.commands.execute(AddEvents(f"{name}:t{number}", consent, recorded_by="clerk"))


FINE = Sizes(batch=3, spread=3, levels=3, segment=2)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of acts of all fates."""
    path = tmp_path_factory.mktemp("store") / "chancery.db"
    # So fine that every relationship has runs of several levels.
    open_sqlite(f"sqlite:///{path}", system_clock, sizes=FINE).close()
    chancery = open_chancery(f"sqlite:///{path}")
    for number in range(1, 61):
        record_visit(chancery, "v", number)
    chancery.close()
    return path


@pytest.fixture
def file(pristine: Path, tmp_path: Path) -> Path:
    """A copy to do with as one likes."""
    return Path(shutil.copy(pristine, tmp_path / "chancery.db"))


@pytest.fixture
def chancery(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chancery]:
    """The store open, and rebuilt in small portions."""
    monkeypatch.setattr("events.rebuild.rebuilding._POSITIONS", 20)
    monkeypatch.setattr("events.rebuild.rebuilding._ROWS", 60)
    chancery = open_chancery(f"sqlite:///{file}")
    yield chancery
    chancery.close()


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every derived table, as they lie."""
    with connected(path) as connection:
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in DERIVED}


def in_order(path: Path) -> dict[str, list[str]]:
    """The same, in an order of their own, and without the numbers that rows are given."""
    rows_of = tables(path)
    rows_of["change_known"] = [row[1:] for row in rows_of["change_known"]]
    # What a segment holds and its entries name rows by those numbers; what it sums does not.
    rows_of["segment"] = [row[:6] for row in rows_of["segment"]]
    return {name: sorted(map(repr, rows)) for name, rows in rows_of.items()}


def names(path: Path) -> list[str]:
    with connected(path) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_schema")]


def states(chancery: Chancery) -> list[bytes]:
    """What is answered of some relationships, now and at positions of the past."""
    return [
        orjson.dumps(chancery.query.state(pair, "1995-01-01", position))
        for pair in PAIRS
        for position in (20, 60, 90)
    ]


def test_a_rebuild_gives_the_rows_that_writing_gave(file: Path, chancery: Chancery):
    before, answers = in_order(file), states(chancery)
    for _ in range(3):
        assert chancery.admin.rebuild(cores=1) == chancery.query.head().position
        assert in_order(file) == before
        assert states(chancery) == answers
        assert list(chancery.admin.verify()) == []
    assert not [name for name in names(file) if name.startswith(("next_", "old_", "aside_"))]


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """A dask cluster of two worker processes."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        yield cluster


def test_several_cores_and_a_cluster_give_the_very_same_tables_as_one(
    file: Path, chancery: Chancery, cluster: LocalCluster
):
    chancery.admin.rebuild(cores=1)
    alone = tables(file)
    chancery.admin.rebuild(cores=2)
    assert tables(file) == alone
    chancery.admin.rebuild(dask=cluster.scheduler_address)
    assert tables(file) == alone
    assert list(chancery.admin.verify()) == []


def test_a_portion_may_give_more_rows_than_go_into_one_message(
    file: Path, chancery: Chancery, monkeypatch: pytest.MonkeyPatch
):
    chancery.admin.rebuild(cores=1)
    before = tables(file)
    monkeypatch.setattr("events.projection.batch._MOST_ROWS", 7)
    chancery.admin.rebuild(cores=1)
    assert tables(file) == before


def spoil(path: Path) -> None:
    """Make the index in force say what no log told."""
    sql("UPDATE act_known SET text = 'as of old'")(path)


def spoilt(chancery: Chancery) -> bool:
    """Whether that is what is answered."""
    return chancery.query.acts(q="as of old")["acts"] != []


def test_questions_are_answered_from_the_old_index_until_all_of_the_new_one_is_there(
    file: Path, chancery: Chancery
):
    answered = states(chancery)
    spoil(file)
    other = open_chancery(f"sqlite:///{file}")
    seen: list[tuple[bool, bool]] = []

    def look(done: int, of: int) -> None:
        seen.append((spoilt(chancery), spoilt(other)))

    with chancery._store.read() as reader:
        before = reader.acts(90)
        chancery.admin.rebuild(cores=1, progress=look)
        assert reader.acts(90) == before
    assert len(seen) > 5
    assert set(seen[:-1]) == {(True, True)}
    assert seen[-1] == (False, False)
    assert states(chancery) == states(other) == answered
    other.close()


def test_what_is_recorded_meanwhile_stands_in_the_old_index_and_in_the_new_one(
    file: Path, chancery: Chancery, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("events.rebuild.rebuilding._CATCH_UP", 7)
    other = open_chancery(f"sqlite:///{file}")
    numbers = iter(range(1, 1_000))

    def write(done: int, of: int) -> None:
        number = next(numbers)
        if number > 10:
            return
        record_visit(other, "w", number * 5)
        record_visit(other, "w", number * 77)
        other.commands.execute(
            CorrectEvent(
                f"v:{number * 4:03}", 1, VISIT, "while it was rebuilt", recorded_by="editor"
            )
        )
        if number in (1, 3, 7):
            other.commands.execute(EraseEvent(f"v:{number:03}", 1, "by order", recorded_by="court"))
        with chancery._store.read() as reader:
            assert reader.index_of(f"w:{number * 5:03}")

    begun = chancery.query.head().position
    reached = chancery.admin.rebuild(cores=1, progress=write)
    assert reached == chancery.query.head().position > begun + 40
    after = in_order(file), states(chancery)
    assert list(chancery.admin.verify()) == []
    chancery.admin.rebuild(cores=1)
    assert (in_order(file), states(chancery)) == after
    other.close()


def test_a_writer_and_a_reader_at_full_speed_do_not_disturb_it(file: Path, chancery: Chancery):
    ended = threading.Event()
    failed: list[BaseException] = []
    recorded: list[int] = []

    def write() -> None:
        try:
            other = open_chancery(f"sqlite:///{file}")
            while not ended.is_set():
                receipt = other.commands.execute(RecordAct(None, [VISIT], recorded_by="clerk"))
                recorded.append(receipt.positions[-1])
                state = other.query.state("DEU-FRA", "2020-01-01")
                assert receipt.positions[-1] <= state["basis"]["position"]
            other.close()
        except BaseException as error:
            failed.append(error)
            raise

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(3):
            chancery.admin.rebuild(cores=1)
    finally:
        ended.set()
        thread.join()
    assert failed == []
    assert len(recorded) > 3
    assert list(chancery.admin.verify()) == []


def rebuilding(path: Path, cores: int, pause_seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), f"sqlite:///{path}", str(cores), str(pause_seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("lines", [1, 3, 5])
def test_killed_in_the_middle_it_leaves_the_old_index_in_force_and_the_next_begins_anew(
    file: Path, lines: int
):
    before = in_order(file)
    with rebuilding(file, 1, 0.05) as process:
        assert process.stdout is not None
        for _ in range(lines):
            assert process.stdout.readline()
        process.kill()
    left = [name for name in names(file) if name.startswith("next_")]
    assert left
    chancery = open_chancery(f"sqlite:///{file}")
    assert list(chancery.admin.verify()) == []
    assert in_order(file) == before
    chancery.commands.execute(RecordAct("late", [VISIT], recorded_by="clerk"))
    assert chancery.admin.rebuild(cores=1) == chancery.query.head().position
    assert not [name for name in names(file) if name.startswith(("next_", "old_"))]
    assert list(chancery.admin.verify()) == []
    chancery.close()


def test_killed_while_the_old_index_is_dropped_the_new_one_is_in_force(file: Path):
    spoil(file)
    with rebuilding(file, 1, 0.0) as process:
        assert process.stdout is not None
        while "done" not in process.stdout.readline():
            if any(name.startswith("old_") for name in names(file)):
                process.kill()
                break
    chancery = open_chancery(f"sqlite:///{file}")
    assert list(chancery.admin.verify()) == []
    assert not spoilt(chancery)
    chancery.admin.rebuild(cores=1)
    assert not [name for name in names(file) if name.startswith(("next_", "old_"))]
    chancery.close()


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc to look into")
def test_its_workers_end_when_it_is_killed(file: Path):
    with rebuilding(file, 2, 0.5) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        workers = children(process.pid)
        process.kill()
    assert len(workers) >= 2
    deadline = time.monotonic() + 30
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, workers))


def test_a_script_whose_work_a_helper_would_do_again_is_told_so_and_ends(
    file: Path, tmp_path: Path
):
    script = tmp_path / "unguarded.py"
    opened = f"open_chancery('sqlite:///{file}').admin.rebuild(cores=2)"
    script.write_text(f"from events.application import open_chancery\n{opened}\n")
    ended = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    (last,) = (line for line in ended.stderr.splitlines() if "got one that ended" in line)
    assert "under `if __name__ == '__main__':`" in last


def words(folder: Path, secret: bytes) -> list[str]:
    return [file.name for file in folder.iterdir() if secret in file.read_bytes()]


def test_what_is_erased_meanwhile_leaves_no_byte_also_where_the_rebuild_fails(
    file: Path, chancery: Chancery
):
    secret = VISIT | {"title": "Geheimrat Unbekannt"}
    chancery.commands.execute(RecordAct("secret", [secret], recorded_by="clerk"))
    looks = iter(range(100))

    def erase(done: int, of: int) -> None:
        if next(looks) == 5:
            with closing(sqlite3.connect(file)) as beside:
                rows = beside.execute("SELECT title FROM next_act_known").fetchall()
            assert len(rows) > 5
        if done == of and words(file.parent, b"Geheimrat"):
            chancery.commands.execute(EraseEvent("secret", 1, "by order", recorded_by="court"))
            assert chancery.admin.purged()
            assert words(file.parent, b"Geheimrat") == words(file.parent, b"geheimrat") == []
            raise RuntimeError("lost")

    with pytest.raises(RuntimeError, match="lost"):
        chancery.admin.rebuild(cores=1, progress=erase)
    assert words(file.parent, b"Geheimrat") == []
    chancery.admin.rebuild(cores=1)
    assert list(chancery.admin.verify()) == []


def test_two_rebuilds_at_once_come_one_after_the_other(file: Path, chancery: Chancery):
    before = in_order(file)
    with rebuilding(file, 1, 0.02) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        chancery.admin.rebuild(cores=1)
        assert process.stdout.readlines()[-1] == "done\n"
    assert process.returncode == 0
    assert in_order(file) == before
    assert list(chancery.admin.verify()) == []


@pytest.mark.parametrize("cores", [1, 2])
def test_a_record_that_cannot_be_read_is_told_and_the_old_index_stays(
    file: Path, chancery: Chancery, cores: int
):
    before = in_order(file)
    sql("UPDATE stored_events SET state = x'00' WHERE rowid = 50")(file)
    with pytest.raises(UnreadableRecord, match="three lines"):
        chancery.admin.rebuild(cores=cores)
    assert in_order(file) == before
    assert not [name for name in names(file) if name.startswith(("next_", "old_"))]


def test_an_index_of_another_edition_is_rebuilt_when_the_store_is_opened(file: Path):
    before = in_order(file)
    sql("UPDATE meta SET value = 'x' WHERE name = 'edition'")(file)
    spoil(file)
    chancery = open_chancery(f"sqlite:///{file}")
    assert not chancery.admin.needs_rebuild()
    assert in_order(file) == before
    chancery.close()


def test_those_who_open_it_at_once_rebuild_it_once(file: Path, monkeypatch: pytest.MonkeyPatch):
    sql("UPDATE meta SET value = 'x' WHERE name = 'edition'")(file)
    settled: list[int] = []
    settle = events.store.sql.shadow.SqlSuccessor.settle
    monkeypatch.setattr(
        events.store.sql.shadow.SqlSuccessor,
        "settle",
        lambda self: (settled.append(1), settle(self)),
    )
    opened: list[Chancery] = []
    threads = [
        threading.Thread(target=lambda: opened.append(open_chancery(f"sqlite:///{file}")))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(opened), len(settled)) == (3, 1)
    for chancery in opened:
        assert not chancery.admin.needs_rebuild()
        chancery.close()


def test_a_worker_of_another_edition_is_refused():
    with pytest.raises(ValueError, match="expected a worker of edition other, got one of"):
        derive_as([], 1, "other")


BAD_CREWS = [
    ("no cores", {"cores": 0}, "cores: expected one or more, got 0"),
    ("cores and a cluster", {"cores": 2, "dask": "tcp://127.0.0.1:9"}, "expected none beside"),
    ("nobody there", {"dask": "tcp://127.0.0.1:9"}, "scheduler that answers"),
    ("no address", {"dask": "somewhere:else"}, "expected an address such as"),
]


@pytest.mark.parametrize(("what", "given", "message"), BAD_CREWS, ids=[row[0] for row in BAD_CREWS])
def test_a_crew_that_cannot_be_had_is_refused_and_nothing_is_touched(
    file: Path,
    chancery: Chancery,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    given: dict[str, object],
    message: str,
):
    monkeypatch.setattr("events.rebuild.workers._CONNECT_SECONDS", 0.2)
    before = in_order(file)
    with pytest.raises(ValueError, match=message):
        chancery.admin.rebuild(**given)
    assert in_order(file) == before, what


def test_without_the_extra_a_cluster_is_refused_by_its_name(
    chancery: Chancery, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ValueError, match=r"expected chancery\[distributed\] installed"):
        chancery.admin.rebuild(dask="tcp://127.0.0.1:9")


def test_as_many_cores_are_used_as_there_are_and_the_log_is_worth():
    assert 1 <= events.rebuild.workers.cores() <= (os.cpu_count() or 1)


ERRORS = [
    cls
    for _, cls in inspect.getmembers(events.errors, inspect.isclass)
    if issubclass(cls, ChanceryError) and cls is not ChanceryError
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda cls: cls.__name__)
def test_an_error_crosses_from_one_process_to_another_as_it_is(error: type[ChanceryError]):
    arguments = [f"{name}" for name in list(inspect.signature(error).parameters)]
    raised = error(*arguments)
    come = pickle.loads(pickle.dumps(raised))
    assert (type(come), str(come), vars(come)) == (error, str(raised), vars(raised))


def test_a_closed_store_is_not_rebuilt(file: Path):
    chancery = open_chancery(f"sqlite:///{file}")
    chancery.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        chancery.admin.rebuild()
