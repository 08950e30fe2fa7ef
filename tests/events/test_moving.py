"""Backup, restore and copy: a history comes over whole, to the byte, or is refused."""

from __future__ import annotations

import gzip
import io
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from events.application import Chancery, open_chancery
from events.backup import BackupFile, Holdings
from events.errors import OtherLog, StoreUnavailable, UnreadableRecord
from events.query.filters import Filter
from events.store.protocol import Writer
from events.tlog.keys import SigningKey
from events.tlog.witnessing import SignatureType
from events.write.commands import CorrectEvent, EraseEvent, RecordAct, RetractEvent
from events.write.receipt import Request
from tests.events.recording import event, write
from tests.postgres import database, drop

KEY = SigningKey("acts.example/log", bytes(range(32)), SignatureType.ED25519)
VISIT = event("visit.held", "1960-03-23/1960-04-03", "SUN", "FRA", title="Khrushchev in France")
OTHER = event("visit.held", "1966-06-20/1966-07-01", "FRA", "SUN", title="De Gaulle in Moscow")
MANY = 2_200


def record(chancery: Chancery, count: int) -> None:
    """So many visits in one transaction."""

    def plan(writer: Writer) -> None:
        for number in range(count):
            write(writer, f"visit:{number}", VISIT, by="historian")

    chancery._store.write(plan)


@pytest.fixture
def chancery(tmp_path: Path) -> Iterator[Chancery]:
    """A history with all that can lie in a store."""
    opened = open_chancery(f"sqlite:///{tmp_path / 'source.db'}")
    opened.commands.execute(
        RecordAct("visit:1", [VISIT], recorded_by="historian", request=Request("key 1", "sha256:1"))
    )
    opened.commands.execute(
        RecordAct("visit:2", [OTHER], recorded_by="historian", request=Request("key 2", "sha256:2"))
    )
    opened.commands.execute(
        CorrectEvent("visit:1", 1, OTHER, "the other visit", recorded_by="historian")
    )
    opened.admin.notary([KEY]).checkpoint()
    opened.commands.execute(EraseEvent("visit:2", 1, "a court ordered it", recorded_by="keeper"))
    opened.admin.notary([KEY]).checkpoint()
    opened.admin.webhooks().add("desk", "https://desk.example/acts", "whsec_MTIz", Filter())
    yield opened
    opened.close()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Chancery]:
    opened = open_chancery(f"sqlite:///{tmp_path / 'target.db'}", as_it_lies=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chancery]:
    """A log that takes several transactions to take over."""
    url = f"sqlite:///{tmp_path_factory.mktemp('long') / 'long.db'}"
    opened = open_chancery(url)
    record(opened, MANY)
    yield opened
    opened.close()


def saved(chancery: Chancery, path: Path) -> BackupFile:
    with path.open("wb") as file:
        chancery.admin.backup(file)
    backup = BackupFile(path)
    backup.check(lambda done, of: None)
    return backup


def held(holdings: Holdings) -> tuple[Any, ...]:
    """All that holdings hold."""
    return (
        holdings.size,
        [holdings.root(size) for size in (0, 1, 3, holdings.size)],
        list(holdings.rows(0)),
        list(holdings.rows(2)),
        list(holdings.checkpoints()),
        list(holdings.receipts()),
        holdings.remarks(),
    )


def all_of(chancery: Chancery) -> tuple[Any, ...]:
    with chancery.admin.holdings() as holdings:
        return held(holdings)


def taken(chancery: Chancery, holdings: Holdings) -> Chancery:
    chancery.admin.take(holdings)
    if chancery.admin.needs_rebuild():
        chancery.admin.rebuild(cores=1)
    return chancery


def state(chancery: Chancery, known_at: str | None = None) -> bytes:
    return orjson.dumps(chancery.query.state("FRA-SUN", "2026-01-01", known_at))


class TestABackup:
    def test_it_holds_all_that_the_store_holds(self, chancery: Chancery, tmp_path: Path):
        assert held(saved(chancery, tmp_path / "b")) == all_of(chancery)

    def test_it_is_as_of_one_moment_while_others_write(self, chancery: Chancery, tmp_path: Path):
        file = io.BytesIO()
        with chancery.admin.holdings() as before:
            chancery.commands.execute(RecordAct("visit:3", [VISIT], recorded_by="historian"))
            assert before.size == 4
            assert [row.position for row in before.rows(0)] == [1, 2, 3, 4]
        assert chancery.admin.backup(file).size == 5

    def test_a_store_takes_it_over_and_nothing_differs(
        self, chancery: Chancery, target: Chancery, tmp_path: Path
    ):
        taken(target, saved(chancery, tmp_path / "b"))
        assert all_of(target) == all_of(chancery)
        assert list(target.admin.verify()) == []
        assert state(target, "4") == state(chancery, "4")
        assert state(target, "2") == state(chancery, "2")

    def test_of_what_was_erased_it_holds_the_header_alone(self, chancery: Chancery, tmp_path: Path):
        saved(chancery, tmp_path / "b")
        content = gzip.decompress((tmp_path / "b").read_bytes())
        assert b"Khrushchev" in content
        assert content.count(b"De Gaulle") == 1  # the correction of the other act tells it too

    def test_a_retry_of_a_request_after_a_restore_records_nothing_twice(
        self, chancery: Chancery, target: Chancery, tmp_path: Path
    ):
        taken(target, saved(chancery, tmp_path / "b"))
        once = Request("key 1", "sha256:1")
        receipt = target.commands.execute(
            RecordAct("visit:1", [VISIT], recorded_by="historian", request=once)
        )
        assert receipt.replayed
        assert target.query.head().position == 4

    def test_its_memory_does_not_grow_with_what_it_holds(
        self, long: Chancery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("events.backup.holdings._PAGE", 50)
        saved(long, tmp_path / "long")  # whatever is loaded once is loaded

        def peak(path: Path, chancery: Chancery) -> int:
            tracemalloc.start()
            saved(chancery, path)
            (_, most) = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            return most

        few = open_chancery("sqlite:///:memory:")
        record(few, 200)
        assert peak(tmp_path / "many", long) < 1.5 * peak(tmp_path / "few", few)
        few.close()


def damaged(path: Path, change: str) -> None:
    """A backup with something wrong: in its frames, in its bytes, or in what it says."""
    content = gzip.decompress(path.read_bytes())
    first = content.index(b"\nrecord ") + 1
    second = content.index(b"\nrecord ", first) + 1
    end = content.index(b"\nend ") + 1
    altered = {
        "a letter of a body": content.replace(b"Khrushchev", b"Khrushchow", 1),
        "a record left out": content[:first] + content[second:],
        "the end left out": content[:end],
        "cut off in a frame": content[: first + 100],
        "something after it": content + b"record 1\nx\n",
        "frames out of order": content[:end] + b"remark 2\n[]\n" + content[end:],
        "another format": content.replace(b"chancery backup 1", b"chancery backup 2"),
        "a length that is none": content.replace(b"\nrecord ", b"\nrecord x", 1),
        "a length beyond all": content.replace(b"\nrecord ", b"\nrecord 9999999999", 1),
        "another root": content.replace(b'"root":"', b'"root":"00', 1),
        "no frames": b"something else\n",
        "nothing": b"",
    }
    if change == "cut off as compressed":
        path.write_bytes(path.read_bytes()[:-20])
    elif change == "a bit of the compressed bytes":
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif change == "not compressed":
        path.write_bytes(content)
    else:
        path.write_bytes(gzip.compress(altered[change]))


DAMAGES = (
    "a letter of a body",
    "a record left out",
    "the end left out",
    "cut off in a frame",
    "something after it",
    "frames out of order",
    "another format",
    "a length that is none",
    "a length beyond all",
    "another root",
    "no frames",
    "nothing",
    "cut off as compressed",
    "a bit of the compressed bytes",
    "not compressed",
)


@pytest.mark.parametrize("change", DAMAGES)
def test_a_backup_that_is_not_as_it_was_written_is_refused(
    chancery: Chancery, tmp_path: Path, change: str
):
    path = tmp_path / "b"
    saved(chancery, path)
    damaged(path, change)
    with pytest.raises(UnreadableRecord):
        BackupFile(path).check(lambda done, of: None)


class TestTakingOver:
    def test_what_came_later_is_taken_over_the_next_time_and_the_index_told_of_it(
        self, chancery: Chancery, target: Chancery
    ):
        with chancery.admin.holdings() as holdings:
            taken(target, holdings)
        chancery.commands.execute(RecordAct("visit:3", [VISIT], recorded_by="historian"))
        chancery.commands.execute(
            RetractEvent("visit:3", 1, "it never took place", recorded_by="historian")
        )
        with chancery.admin.holdings() as holdings:
            target.admin.take(holdings)
        assert not target.admin.needs_rebuild()
        assert all_of(target) == all_of(chancery)
        assert list(target.admin.verify()) == []

    def test_what_was_erased_since_it_was_taken_over_is_erased_there_too(
        self, chancery: Chancery, target: Chancery
    ):
        with chancery.admin.holdings() as holdings:
            taken(target, holdings)
        chancery.commands.execute(
            EraseEvent("visit:1", 1, "a court ordered it", recorded_by="keeper")
        )
        with chancery.admin.holdings() as holdings:
            target.admin.take(holdings)
        assert all_of(target) == all_of(chancery)
        assert list(target.admin.verify()) == []
        assert target.admin.purged()

    @pytest.mark.parametrize("beyond", [False, True])
    def test_a_store_of_another_log_is_refused_and_stays_as_it_was(
        self, chancery: Chancery, target: Chancery, beyond: bool
    ):
        if beyond:
            with chancery.admin.holdings() as holdings:
                taken(target, holdings)
        target.admin.rebuild(cores=1)
        target.commands.execute(RecordAct("visit:9", [OTHER], recorded_by="somebody else"))
        before = all_of(target) if beyond else target.query.head()
        with chancery.admin.holdings() as holdings, pytest.raises(OtherLog):
            target.admin.take(holdings)
        assert (all_of(target) if beyond else target.query.head()) == before

    def test_nobody_is_answered_from_a_store_that_took_over_a_part(
        self, long: Chancery, target: Chancery, tmp_path: Path
    ):
        def enough(done: int, of: int) -> None:
            raise KeyboardInterrupt

        with long.admin.holdings() as holdings, pytest.raises(KeyboardInterrupt):
            target.admin.take(holdings, enough)
        assert 0 < target.query.head().position < MANY
        with pytest.raises(StoreUnavailable, match="not finished"):
            open_chancery(f"sqlite:///{tmp_path / 'target.db'}")


KILLED = """
import os, signal, sys
from events.application import open_chancery

def kill(done, of):
    if done >= int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

source, target = open_chancery(sys.argv[1]), open_chancery(sys.argv[2], as_it_lies=True)
with source.admin.holdings() as holdings:
    target.admin.take(holdings, kill if sys.argv[4] == "taking" else lambda done, of: None)
target.admin.rebuild(cores=1, progress=kill)
"""


def test_a_copy_that_was_killed_goes_on_where_it_was(long: Chancery, tmp_path: Path):
    source, url = long._store.url, f"sqlite:///{tmp_path / 'target.db'}"
    for during, least, reached in (("taking", 2_000, 2_000), ("rebuilding", 1, MANY)):
        command = [sys.executable, "-c", KILLED, source, url, str(least), during]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        target = open_chancery(url, as_it_lies=True)
        assert target.query.head().position == reached
        assert target.admin.unfinished()
        target.close()
    target = open_chancery(url, as_it_lies=True)
    with long.admin.holdings() as holdings:
        taken(target, holdings)
        assert held(holdings) == all_of(target)
    assert state(target) == state(long)
    target.close()


@pytest.fixture
def postgres() -> Iterator[Chancery]:
    """A store of the other kind."""
    url = database()
    opened = open_chancery(url, as_it_lies=True)
    yield opened
    opened.close()
    drop(url)


def test_from_one_kind_of_store_to_the_other_and_back_nothing_is_changed(
    chancery: Chancery, postgres: Chancery, target: Chancery, tmp_path: Path
):
    with chancery.admin.holdings() as holdings:
        taken(postgres, holdings)
    assert all_of(postgres) == all_of(chancery)
    assert list(postgres.admin.verify()) == []
    postgres.commands.execute(RecordAct("visit:3", [VISIT], recorded_by="historian"))
    postgres.commands.execute(EraseEvent("visit:1", 1, "a court ordered it", recorded_by="keeper"))
    taken(target, saved(postgres, tmp_path / "b"))
    assert all_of(target) == all_of(postgres)
    with postgres.admin.holdings() as holdings:
        chancery.admin.take(holdings)
    assert all_of(chancery) == all_of(postgres)
    assert list(chancery.admin.verify()) == []
    states = [state(store, at) for at in ("2", "4", None) for store in (chancery, postgres, target)]
    assert [len({*states[first : first + 3]}) for first in (0, 3, 6)] == [1, 1, 1]


def test_a_store_of_the_other_kind_that_has_gone_its_own_way_is_refused(
    chancery: Chancery, postgres: Chancery
):
    with chancery.admin.holdings() as holdings:
        taken(postgres, holdings)
    postgres.commands.execute(RecordAct("visit:9", [OTHER], recorded_by="somebody else"))
    chancery.commands.execute(RecordAct("visit:8", [OTHER], recorded_by="historian"))
    before = all_of(postgres)
    with chancery.admin.holdings() as holdings, pytest.raises(OtherLog):
        postgres.admin.take(holdings)
    assert all_of(postgres) == before
