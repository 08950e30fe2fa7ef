"""What every store does when its index is derived anew: a successor is filled, and takes over."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from domain.dates import LAST_DAY
from events.projection.batch import PlainRows, derive
from events.store.protocol import Store, Writer
from tests.events.recording import REGISTRY, corrected, draft, tell
from tests.events.store_case import GENEVA, RETURN, VISIT, StoreCase


class SuccessionContract(StoreCase):
    def rows(self, store: Store, upto: int) -> PlainRows:
        with store.read() as reader:
            streams = reader.streams(0, upto)
        done, rows = derive(streams, upto, REGISTRY)
        assert done == len(streams)
        return rows

    def test_streams_are_whole_and_come_by_the_positions_that_opened_their_acts(self, store: Store):
        tell(store, "visit:9", VISIT)
        tell(store, "geneva", GENEVA)
        tell(store, "visit:9", corrected(1, VISIT | {"place": "Paris"}))
        tell(store, "visit:1", RETURN)

        def opened(after: int, upto: int) -> list[Sequence[bytes]]:
            with store.read() as reader:
                return list(reader.streams(after, upto))

        with store.read() as reader:
            states = {row.position: row.state for row in reader.log(0, 9)}
        visit, geneva, other = (states[1], states[3]), (states[2],), (states[4],)
        assert opened(0, 4) == [visit, geneva, other]
        assert opened(0, 1) == [visit]
        assert opened(1, 3) == [geneva]
        assert opened(2, 3) == opened(4, 9) == []

    def test_a_successor_is_not_seen_until_it_takes_over_and_then_by_all(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "geneva", GENEVA)
        rows = self.rows(store, 2)
        with store.read() as reader:
            before = self.seen(reader)
        store.write(lambda writer: writer.clear_index("visit:1"))

        def acts() -> list[str]:
            with store.read() as reader:
                return [row.act_id for row in reader.acts(2)]

        with store.succession() as successor:
            successor.add(rows, 2)
            successor.settle()
            assert acts() == ["geneva"]

            def look(writer: Writer) -> bool:
                return [row.act_id for row in writer.acts(2)] != ["visit:1", "geneva"]

            assert successor.write(look) is False
            assert acts() == ["geneva"]
            assert successor.write(lambda writer: True) is True
            assert acts() == ["visit:1", "geneva"]
        with store.read() as reader:
            assert self.seen(reader) == before
            assert reader.bare().flaws() == []

    def test_what_has_not_taken_over_leaves_the_index_in_force_and_nothing_else(self, store: Store):
        tell(store, "visit:1", VISIT)
        with store.read() as reader:
            before = self.seen(reader), reader.bare().rows_of("visit:1")

        def lose() -> None:
            with store.succession() as successor:
                successor.add(PlainRows(), 1)
                raise RuntimeError("lost")

        with pytest.raises(RuntimeError, match="lost"):
            lose()
        with store.succession() as successor:
            successor.settle()
        with store.read() as reader:
            assert (self.seen(reader), reader.bare().rows_of("visit:1")) == before
            assert reader.bare().flaws() == []

    def test_a_plan_that_fails_undoes_what_it_did_to_the_successor_alone(self, store: Store):
        tell(store, "visit:1", VISIT)
        with store.succession() as successor:
            successor.add(self.rows(store, 1), 1)
            successor.settle()

            def fails(writer: Writer) -> bool:
                writer.clear_index("visit:1")
                raise RuntimeError

            with pytest.raises(RuntimeError):
                successor.write(fails)
            assert successor.write(lambda writer: True)
        with store.read() as reader:
            assert [row.act_id for row in reader.acts(1)] == ["visit:1"]

    def test_a_writer_goes_on_while_a_successor_is_made_and_it_follows(self, store: Store):
        tell(store, "visit:1", VISIT)
        with store.succession() as successor:
            successor.add(self.rows(store, 1), 1)
            tell(store, "visit:2", RETURN)
            successor.settle()
            with store.read() as reader:
                assert [row.act_id for row in reader.acts(2)] == ["visit:1", "visit:2"]
                before = self.seen(reader)
            late = self.rows(store, 2).without({"visit:1"})

            def catch_up(writer: Writer) -> bool:
                assert writer.index_of("visit:2") == []
                (record,) = writer.records(1, 9)
                assert record.act_id == "visit:2"
                return False

            assert successor.write(catch_up) is False
            successor.add(late, 2)
            assert successor.write(lambda writer: True)
        with store.read() as reader:
            assert self.seen(reader)[:7] == before[:7]
            assert reader.relationships(2, LAST_DAY - 1, None, "", 9) != []

    def test_what_is_erased_is_erased_in_the_successor_and_not_brought_back(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "visit:2", RETURN)
        stale = self.rows(store, 2)
        with store.succession() as successor:
            successor.add(stale, 2)
            successor.settle()

            def erase(writer: Writer) -> None:
                body = {"type": "event.erased", "version": 1, "reason": "by order", "records": []}
                writer.append([draft("visit:1", body)], "court")
                writer.erase(1)
                writer.clear_index("visit:1")

            store.write(erase)
            successor.add(stale.without({"visit:2"}), 2)
            assert successor.write(lambda writer: True)
        with store.read() as reader:
            assert reader.bare().acts("", 9) == ["visit:2"]

    def test_successors_come_one_at_a_time(self, store: Store):
        begun, first_ended = Event(), Event()

        def second() -> bool:
            begun.set()
            with store.succession():
                return first_ended.is_set()

        with ThreadPoolExecutor(1) as pool:
            with store.succession():
                waiting = pool.submit(second)
                assert begun.wait(30)
                first_ended.wait(0.2)
                assert not waiting.done()
                first_ended.set()
            assert waiting.result(timeout=30)
