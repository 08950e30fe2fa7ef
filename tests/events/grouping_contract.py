"""What every store does for writers who wait together: one commit, and each its own answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from events.errors import StoreUnavailable
from events.log.record import Record
from events.projection.edition import edition_of
from events.projection.rows import IndexRows, VersionRow
from events.store import group_commit
from events.store.beside import Remembered
from events.store.protocol import Store, Writer
from events.verify import verify
from tests.events.recording import REGISTRY, event, tell, write
from tests.events.store_case import GENEVA, NOON, RETURN, VISIT, Clock, StoreCase

Plan = Callable[[Writer], Any]


class Changed(Exception):
    pass


def appending(act_id: str, *bodies: dict[str, Any]) -> Callable[[Writer], list[Record]]:
    return lambda writer: write(writer, act_id, *bodies, by="historian")


@contextmanager
def together(store: Any) -> Iterator[Callable[[Plan], Future[Any]]]:
    """Plans given to it wait, in that order, until the context ends: then they are one group.

    However slow the machine: a group is else closed when it has lasted long enough.
    """
    with (
        pytest.MonkeyPatch.context() as patch,
        ThreadPoolExecutor(40) as pool,
        store._turns.turn(30),
    ):
        patch.setattr(group_commit, "_LONGEST_SECONDS", 600)
        given = 0

        def give(plan: Plan) -> Future[Any]:
            nonlocal given
            given += 1
            waiting = pool.submit(store.write, plan)
            while len(store._group._queue) < given:
                time.sleep(0.001)
            return waiting

        yield give


class GroupingContract(StoreCase):
    def sound(self, store: Store) -> None:
        """The index is what the log gives, and the tree is over all of the log."""
        store.write(lambda writer: writer.set_meta("edition", edition_of(REGISTRY)))
        with store.read() as reader:
            assert [*verify(reader, REGISTRY)] == []

    def test_plans_that_wait_together_are_durable_together_and_in_the_order_they_came(
        self, store: Store
    ):
        writers = []

        def plan(number: int) -> Plan:
            def planned(writer: Writer) -> int:
                writers.append(writer)
                (record,) = appending(f"visit:{number}", VISIT)(writer)
                return record.position

            return planned

        with together(store) as give:
            given = [give(plan(number)) for number in range(9)]
        assert [one.result() for one in given] == list(range(1, 10))
        assert len({id(writer) for writer in writers}) == 1
        self.sound(store)

    def test_a_plan_that_raises_between_two_others_leaves_nothing_behind(
        self, store: Store, clock: Clock
    ):
        def broken(writer: Writer) -> None:
            appending("visit:2", VISIT, RETURN)(writer)
            clock.now += 1_000_000
            appending("visit:1", RETURN)(writer)
            writer.remember("key", "digest", b"answer", 3)
            clock.now -= 1_000_000
            raise Changed

        with together(store) as give:
            first, refused, last = (
                give(appending("visit:1", VISIT)),
                give(broken),
                give(appending("visit:3", RETURN)),
            )
        assert [r.position for r in first.result()] == [1]
        with pytest.raises(Changed):
            refused.result()
        (record,) = last.result()
        assert (record.position, record.recorded_at) == (2, NOON + 1)
        with store.read() as reader:
            assert [r.act_id for r in reader.records(0, 9)] == ["visit:1", "visit:3"]
            assert len(reader.stream("visit:1")) == 1
            assert reader.remembered("key") is None
        self.sound(store)

    @pytest.mark.parametrize(
        "look",
        [
            lambda writer: writer.set_meta("edition", "never"),
            lambda writer: writer.stream("visit:2"),
            lambda writer: writer.records(0, 9),
            lambda writer: writer.index_of("visit:1"),
            lambda writer: writer.keep_checkpoint(1, b"note"),
            lambda writer: writer.clear_index("visit:1"),
            lambda writer: writer.erase(1),
        ],
        ids=["meta", "stream", "log", "index", "checkpoint", "clear", "erase"],
    )
    def test_nor_does_one_that_had_written_something_before_it_raised(
        self, store: Store, look: Plan
    ):
        def broken(writer: Writer) -> None:
            appending("visit:2", GENEVA)(writer)
            look(writer)
            appending("visit:2", GENEVA)(writer)
            raise Changed

        def again(writer: Writer) -> list[Record]:
            assert writer.stream("visit:2") == []
            assert writer.meta("edition") is None
            return appending("visit:2", GENEVA)(writer)

        with together(store) as give:
            first = give(appending("visit:1", VISIT))
            refused = give(broken)
            last = give(again)
        first.result()
        with pytest.raises(Changed):
            refused.result()
        assert [(r.position, r.version) for r in last.result()] == [(2, 1)]
        with store.read() as reader:
            assert reader.checkpoint() is None
            assert reader.record(1) == first.result()[0]
        self.sound(store)

    def test_a_plan_sees_what_the_plans_before_it_did(self, store: Store):
        def first(writer: Writer) -> None:
            (record,) = appending("visit:1", VISIT)(writer)
            writer.remember("key", "digest", b"answer", record.position)

        def second(writer: Writer) -> tuple[int, Remembered | None]:
            seen = writer.remembered("key")
            return appending("visit:1", RETURN)(writer)[0].version, seen

        with together(store) as give:
            give(first)
            given = give(second)
        assert given.result() == (2, Remembered("digest", b"answer"))

    def test_a_commit_that_fails_is_told_to_all_and_nothing_is_acknowledged(
        self, store: Any, monkeypatch: pytest.MonkeyPatch
    ):
        tell(store, "visit:1", VISIT)
        writing, begun = store._connections.writing, []

        @contextmanager
        def failing(**_: Any) -> Iterator[Any]:
            with writing() as session:
                begun.append(session)
                yield session
                raise OperationalError("disk I/O error")

        with monkeypatch.context() as patched:
            patched.setattr(store._connections, "writing", failing)
            with together(store) as give:
                given = [give(appending(f"visit:{number}", RETURN)) for number in range(2, 6)]
            for one in given:
                with pytest.raises(StoreUnavailable, match="disk I/O error"):
                    one.result()
        # A commit that failed may have been kept: it is not tried again for anyone.
        assert len(begun) == 1
        assert [r.position for r in tell(store, "visit:2", RETURN)] == [2]
        self.sound(store)

    def test_a_plan_the_store_would_not_have_fails_alone(self, store: Store):
        def unfitting(writer: Writer) -> None:
            (record,) = appending("visit:2", RETURN)(writer)
            gone = VersionRow("visit:9", 1, "visit.held", 1, 2, None, 1)
            writer.index(record.position, IndexRows(versions=(gone,)), IndexRows())

        with together(store) as give:
            first, refused, last = (
                give(appending("visit:1", VISIT)),
                give(unfitting),
                give(appending("visit:3", RETURN)),
            )
        assert [r.position for r in (*first.result(), *last.result())] == [1, 2]
        with pytest.raises(StoreUnavailable, match="does not fit"):
            refused.result()
        self.sound(store)

    def test_one_who_leaves_before_his_turn_has_recorded_nothing(self, store: Any):
        with ThreadPoolExecutor(1) as pool, store._turns.turn(30):
            left, stays = (
                pool.submit(store.submit, appending(f"visit:{n}", VISIT)).result() for n in (1, 2)
            )
            assert left.cancel()
        assert [r.position for r in stays.result(timeout=30)] == [1]
        with pytest.raises(CancelledError):
            left.result()
        with store.read() as reader:
            assert reader.stream("visit:1") == []

    def test_a_plan_cannot_write_through_the_store_nor_have_it_written(self, store: Store):
        for way in (store.write, store.submit):
            with pytest.raises(RuntimeError, match="cannot write through the store"):
                store.write(lambda writer, way=way: way(lambda _: None))
        for alone in (True, False):
            with pytest.raises(RuntimeError, match="cannot write through the store"):
                store.write(
                    lambda _, alone=alone: store.write(lambda _: None, alone=alone), alone=True
                )
        tell(store, "visit:1", VISIT)

    def test_a_long_plan_alone_keeps_only_those_waiting_that_came_after_it(self, store: Any):
        order = []
        with together(store) as give:
            short = [give(lambda _: order.append("short")) for _ in range(2)]
            long = threading.Thread(
                target=store.write, args=(lambda _: order.append("long"),), kwargs={"alone": True}
            )
            long.start()
            while len(store._turns._queue) < 3:
                time.sleep(0.001)
            short.append(give(lambda _: order.append("short")))
        long.join(timeout=30)
        assert [one.result() for one in short] == [None] * 3
        assert order == ["short", "short", "short", "long"]

    def test_a_queued_plan_that_is_alone_is_a_group_of_its_own_in_its_turn(self, store: Any):
        writers: list[Writer] = []
        done: list[str] = []

        def plan(name: str) -> Plan:
            def planned(writer: Writer) -> list[Record]:
                writers.append(writer)
                done.append(name)
                return appending(name, VISIT)(writer)

            return planned

        before = store.grouped
        with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
            patch.setattr(group_commit, "_LONGEST_SECONDS", 600)
            with store._turns.turn(30):
                given = [
                    pool.submit(store.submit, plan(name), alone=name.startswith("long")).result()
                    for name in ("one", "two", "long:1", "long:2", "three", "four")
                ]
                left = pool.submit(store.submit, plan("left"), alone=True).result()
                assert left.cancel()
            assert [one.result(timeout=30)[0].position for one in given] == [1, 2, 3, 4, 5, 6]
        assert done == ["one", "two", "long:1", "long:2", "three", "four"]
        groups = [writers.index(writer) for writer in writers]
        assert groups == [0, 0, 2, 3, 4, 4]
        assert store.grouped[1] - before[1] == 6
        with store.read() as reader:
            assert reader.stream("left") == []
        self.sound(store)

    def test_a_queued_plan_that_is_alone_and_fails_stands_in_nobody_s_way(self, store: Store):
        def broken(writer: Writer) -> None:
            appending("visit:1", VISIT)(writer)
            raise Changed

        def unfitting(writer: Writer) -> None:
            (record,) = appending("visit:2", RETURN)(writer)
            gone = VersionRow("visit:9", 1, "visit.held", 1, 2, None, 1)
            writer.index(record.position, IndexRows(versions=(gone,)), IndexRows())

        given = [store.submit(plan, alone=True) for plan in (broken, unfitting)]
        last = store.submit(appending("visit:3", VISIT))
        with pytest.raises(Changed):
            given[0].result(timeout=30)
        with pytest.raises(StoreUnavailable, match="does not fit"):
            given[1].result(timeout=30)
        assert [r.position for r in last.result(timeout=30)] == [1]
        self.sound(store)

    def test_what_a_queued_plan_erased_is_purged_before_it_is_answered(self, store: Any):
        tell(store, "visit:1", VISIT)
        purged: list[bool] = []

        def erased(writer: Writer) -> None:
            writer.erase(1)
            purged.append(False)

        written = store._purging.written

        def purging() -> None:
            written()
            if purged:
                time.sleep(0.05)
                purged[0] = True

        store._purging.written = purging
        store.submit(erased, alone=True).result(timeout=30)
        assert purged == [True]
        assert not store._purging.due
        assert store.purge()

    def test_32_writers_and_those_who_follow_see_every_record_once_and_in_order(self, store: Store):
        number, each = 32, 6

        def work(name: int) -> list[int]:
            positions = []
            for turn in range(each):
                visit = event("visit.held", f"19{name + 10}-0{turn + 1}-12", "SUN", "FRA")
                shared = f"shared:{name % 4}" if turn % 2 else f"visit:{name}:{turn}"
                positions += [r.position for r in tell(store, shared, visit, by=f"w{name}")]
            return positions

        def follow() -> list[int]:
            seen: list[int] = []
            while len(seen) < number * each:
                assert store.wait(len(seen), 30)
                with store.read() as reader:
                    seen += [r.position for r in reader.records(len(seen), 7)]
            return seen

        with ThreadPoolExecutor(number + 3) as pool:
            following = [pool.submit(follow) for _ in range(3)]
            given = [pool.submit(work, name) for name in range(number)]
            positions = [one.result(timeout=60) for one in given]
            everything = list(range(1, number * each + 1))
            for one in following:
                assert one.result(timeout=60) == everything
        assert sorted(p for read in positions for p in read) == everything
        assert all(read == sorted(read) for read in positions)
        with store.read() as reader:
            instants = [r.recorded_at for r in reader.records(0, 999)]
        assert instants == sorted(instants)
        self.sound(store)
