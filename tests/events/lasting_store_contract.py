"""What a store must do that outlives its process and is shared by several."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from events.log.record import digest_holds
from events.projection.rows import VersionRow
from events.store.protocol import Reader, Store, Writer
from tests.events.recording import tell
from tests.events.store_case import RETURN, VISIT, Clock
from tests.events.store_contract import StoreContract

SCRIPT = Path(__file__).with_name("writing_process.py")


class LastingStoreContract(StoreContract):
    def process(self, url: str, name: str, most: int = 0) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), self.opener, url, name, str(most)],
            stdout=subprocess.PIPE,
            text=True,
        )

    def test_what_was_acknowledged_is_there_when_the_store_is_opened_again(
        self, url: str, store: Store, clock: Clock
    ):
        tell(store, "visit:1", VISIT)
        with store.read() as reader:
            before = self.seen(reader), reader.log(0, 9)
        store.close()

        again = self.open(url, clock)
        with again.read() as reader:
            assert (self.seen(reader), reader.log(0, 9)) == before
        assert [r.position for r in tell(again, "visit:2", RETURN)] == [2]
        again.close()

    def test_readers_do_not_wait_for_a_writer(self, store: Store):
        tell(store, "visit:1", VISIT)
        reading, done = threading.Event(), threading.Event()

        def plan(writer: Writer) -> None:
            assert writer.append([], "historian") == []
            writer.set_meta("edition", "half written")
            reading.set()
            assert done.wait(30)

        with ThreadPoolExecutor(2) as pool:
            writing = pool.submit(store.write, plan)
            assert reading.wait(30)
            with store.read() as reader:
                assert reader.head().position == 1
                assert reader.meta("edition") is None
            # A second writer in the queue does not keep readers out either.
            queued = pool.submit(tell, store, "visit:2", RETURN)
            time.sleep(0.05)
            with store.read() as reader:
                assert reader.head().position == 1
            done.set()
            writing.result(timeout=30)
            assert queued.result(timeout=30)[0].position == 2

    def test_two_stores_on_one_place_see_each_other_and_wake_each_other(
        self, url: str, store: Store, clock: Clock
    ):
        other = self.open(url, clock)
        tell(store, "visit:1", VISIT)
        assert [r.position for r in tell(other, "visit:2", RETURN)] == [2]
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(store.wait, 2, 30)
            tell(other, "visit:3", RETURN)
            assert waiting.result(timeout=30) is True
        other.close()

    def test_one_who_waits_sees_what_another_process_records(self, url: str, store: Store):
        with self.process(url, "other", 1) as process:
            assert store.wait(0, 30) is True
            assert process.wait(timeout=30) == 0

    def test_two_processes_writing_at_once_leave_no_gap_and_lose_nothing(self, url: str):
        with self.process(url, "one", 60) as one, self.process(url, "two", 60) as two:
            printed = [int(line.split()[1]) for each in (one, two) for line in each.stdout or ()]
        assert (one.returncode, two.returncode) == (0, 0)

        store = self.open(url, Clock())
        with store.read() as reader:
            records = reader.stream("shared:1")
            self.agree(reader, ["one", "two"])
        store.close()
        assert sorted(printed) == list(range(1, 121))
        assert [(r.position, r.version) for r in records] == [(n, n) for n in range(1, 121)]
        assert [r.recorded_at for r in records] == sorted(r.recorded_at for r in records)

    @pytest.mark.parametrize("milliseconds", [(0, 7, 23), (40, 61, 97)], ids=str)
    def test_a_writer_killed_at_any_moment_loses_nothing_acknowledged_and_leaves_nothing_half_done(
        self, url: str, milliseconds: tuple[int, ...]
    ):
        acknowledged: list[int] = []
        names = []
        for delay in milliseconds:
            names.append(f"killed-after-{delay}")
            with self.process(url, names[-1]) as process:
                assert process.stdout is not None
                lines = [process.stdout.readline()]
                time.sleep(delay / 1_000)
                process.kill()
                lines += process.stdout.readlines()
            acknowledged += [int(line.split()[1]) for line in lines if line.endswith("\n")]

        store = self.open(url, Clock())
        with store.read() as reader:
            self.agree(reader, names)
            assert reader.head().position >= max(acknowledged)
            assert set(acknowledged) <= {r.position for r in reader.stream("shared:1")}
        assert [r.position for r in tell(store, "visit:1", VISIT)] == [self.last(store)]
        store.close()

    def last(self, store: Store) -> int:
        with store.read() as reader:
            return reader.head().position

    def agree(self, reader: Reader, names: list[str]) -> None:
        """Log, index and remembered answers tell of the same records, without a gap."""
        rows = reader.log(0, 1_000_000)
        positions = list(range(1, len(rows) + 1))
        assert [row.position for row in rows] == positions
        assert [record.position for record in reader.records(0, 1_000_000)] == positions
        assert all(digest_holds(row.state) for row in rows)
        indexed = sorted(
            known.known_from
            for known in reader.index_of("shared:1")
            if isinstance(known.row, VersionRow)
        )
        assert indexed == positions
        remembered = []
        for name in names:
            number = 0
            while (found := reader.remembered(f"{name}:{number}")) is not None:
                remembered.append(int(found.answer))
                number += 1
        assert sorted(remembered) == positions
