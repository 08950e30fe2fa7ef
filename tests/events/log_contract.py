"""What every store keeps: the log in order, and transactions whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.dates import LAST_DAY
from events.store.protocol import Head, Store, Writer
from tests.events.recording import corrected, draft, event, retracted, tell, write
from tests.events.store_case import GENEVA, NOON, RETURN, VISIT, Clock, StoreCase


class LogContract(StoreCase):
    def test_an_empty_store_has_a_head_at_nothing(self, store: Store):
        with store.read() as reader:
            assert reader.head() == Head(0, 0)
            assert reader.records(0, 10) == []
            assert reader.record(1) is None
            assert reader.stream("visit:1") == []
            assert reader.position_at(NOON) == 0
            assert reader.acts(0) == []
            assert reader.relationships(0, LAST_DAY, None, "", 10) == []
        assert store.wait(0, 0) is False

    def test_positions_count_the_log_and_versions_count_the_act(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "visit:2", RETURN)
        tell(store, "visit:1", event("visit.announced", "1959-11", planned_for="1960"), by="other")

        with store.read() as reader:
            lines = [
                (r.position, r.act_id, r.version, r.type, r.recorded_by)
                for r in reader.records(0, 10)
            ]
            assert lines == [
                (1, "visit:1", 1, "visit.held", "historian"),
                (2, "visit:2", 1, "visit.held", "historian"),
                (3, "visit:1", 2, "visit.announced", "other"),
            ]
            assert [r.position for r in reader.stream("visit:1")] == [1, 3]
            assert [r.position for r in reader.records(1, 1)] == [2]
            assert reader.record(2) == reader.records(0, 10)[1]
            assert reader.record(4) is None
            assert [(row.position, row.act_id) for row in reader.log(1, 9)] == [
                (2, "visit:2"),
                (3, "visit:1"),
            ]

    def test_what_append_gives_is_what_is_read_back(self, store: Store):
        figure = {"name": "trade", "value": 2.0, "unit": "USD"}
        records = tell(store, "visit:1", {**VISIT, "figures": [figure]})

        with store.read() as reader:
            assert reader.records(0, 10) == records
            assert repr(reader.records(0, 10)) == repr(records)

    def test_drafts_recorded_together_share_an_instant_and_count_on(self, store: Store):
        drafts = [draft("visit:1", VISIT), draft("visit:2", RETURN), draft("visit:1", RETURN)]

        records = store.write(lambda writer: writer.append(drafts, "historian"))

        assert [(r.position, r.version) for r in records] == [(1, 1), (2, 1), (3, 2)]
        assert {r.recorded_at for r in records} == {NOON}
        assert len({r.salt for r in records}) == 3

    @pytest.mark.parametrize("behind", [0, 1, 3_600_000_000])
    def test_recorded_time_goes_on_even_when_the_clock_stands_still_or_runs_back(
        self, store: Store, clock: Clock, behind: int
    ):
        tell(store, "visit:1", VISIT)
        clock.now = NOON - behind
        tell(store, "visit:2", RETURN)
        with store.read() as reader:
            # What was known at noon is not changed by what comes later.
            assert reader.position_at(NOON) == 1
        clock.now = NOON + 2
        tell(store, "talk:1", GENEVA)

        with store.read() as reader:
            assert [r.recorded_at for r in reader.records(0, 9)] == [NOON, NOON + 1, NOON + 2]
            assert reader.head() == Head(3, NOON + 2)

    def test_an_instant_leads_to_the_last_position_recorded_by_then(
        self, store: Store, clock: Clock
    ):
        drafts = [draft(f"visit:{number}", VISIT) for number in range(9)]
        for first in range(0, 9, 2):
            clock.now = NOON + 5 * first
            together = drafts[first : first + 2]
            store.write(lambda writer, some=together: writer.append(some, "historian"))

        with store.read() as reader:
            reached = {at: reader.position_at(NOON + at) for at in (-1, 0, 9, 10, 19, 40, 99)}
        assert reached == {-1: 0, 0: 2, 9: 2, 10: 4, 19: 4, 40: 9, 99: 9}

    def test_a_plan_that_raises_leaves_nothing_behind(self, store: Store):
        tell(store, "visit:1", VISIT)

        def plan(writer: Writer) -> None:
            write(writer, "visit:2", RETURN, by="historian")
            writer.remember("key", "digest", b"answer", 2)
            writer.set_meta("edition", "2")
            assert writer.stream("visit:2")
            raise LookupError("second thoughts")

        with pytest.raises(LookupError, match="second thoughts"):
            store.write(plan)

        with store.read() as reader:
            assert reader.head().position == 1
            assert reader.stream("visit:2") == []
            assert reader.index_of("visit:2") == []
            assert reader.remembered("key") is None
            assert reader.meta("edition") is None
        assert [r.position for r in tell(store, "visit:2", RETURN)] == [2]

    def test_a_plan_sees_what_it_has_written_itself(self, store: Store):
        def plan(writer: Writer) -> None:
            write(writer, "visit:1", VISIT, by="historian")
            assert [r.position for r in writer.stream("visit:1")] == [1]
            assert writer.head() == Head(1, NOON)
            assert [row.act_id for row in writer.acts(1)] == ["visit:1"]
            assert writer.changes("FRA-SUN", LAST_DAY, 1)
            write(writer, "visit:1", retracted(1), by="historian")
            assert writer.acts(2) == []
            assert [row.act_id for row in writer.acts(1)] == ["visit:1"]

        store.write(plan)

    def test_a_plan_that_writes_through_the_store_is_refused_and_does_not_wait_for_itself(
        self, store: Store
    ):
        with pytest.raises(RuntimeError, match="while it is being written"):
            store.write(lambda writer: tell(store, "visit:1", VISIT))

        assert tell(store, "visit:1", VISIT)[0].position == 1

    def test_a_reader_keeps_its_snapshot_while_others_write(self, store: Store):
        tell(store, "visit:1", VISIT)
        with store.read() as reader:
            before = self.seen(reader)
            tell(store, "visit:1", corrected(1, {**VISIT, "place": "Paris"}))
            tell(store, "visit:2", RETURN)

            assert self.seen(reader) == before

        with store.read() as reader:
            assert reader.head().position == 3
            assert self.seen(reader) != before

    def test_a_thread_can_write_while_it_holds_a_snapshot_open(self, store: Store):
        tell(store, "visit:1", VISIT)

        with store.read() as reader:
            for record in reader.records(0, 9):
                tell(store, f"{record.act_id}:again", RETURN)

        with store.read() as reader:
            assert reader.head().position == 2

    def test_many_threads_leave_no_gap_and_lose_nothing(self, store: Store):
        def work(number: int) -> list[int]:
            positions = []
            for turn in range(5):
                act = f"visit:{number}" if turn % 2 else "shared:1"
                (record,) = store.write(
                    lambda writer, act=act: writer.append([draft(act, VISIT)], "thread")
                )
                positions.append(record.position)
                with store.read() as reader:
                    assert reader.head().position >= record.position
                    assert reader.record(record.position) == record
            return positions

        with ThreadPoolExecutor(8) as pool:
            every = [position for found in pool.map(work, range(8)) for position in found]

        assert sorted(every) == list(range(1, 41))
        with store.read() as reader:
            assert [r.version for r in reader.stream("shared:1")] == list(range(1, 25))
