"""What a store does for a question that has bounds, and for an erasure while others read."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from events.errors import StoreUnavailable, TooCostly, TookTooLong
from events.store.effort import Abandoned, Effort, effort
from events.store.protocol import Store
from tests.events.recording import tell
from tests.events.store_case import RETURN, VISIT, StoreCase

#: Counts on for as long as it is let.
ENDLESS = """
    WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 4000000000)
    SELECT count(*) FROM n
"""


@contextmanager
def bounded(effort_of_it: Effort) -> Iterator[Effort]:
    token = effort.set(effort_of_it)
    try:
        yield effort_of_it
    finally:
        effort.reset(token)


class BoundsContract(StoreCase):
    def test_a_question_counts_what_it_reads_and_reads_no_more_than_it_may(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "visit:2", RETURN)
        with bounded(Effort(60, 100, 10**9)) as taken, store.read() as reader:
            assert len(reader.records(0, 9)) == 2
        assert taken.rows >= 2
        assert taken.statements >= 2
        with bounded(Effort(60, 1, 10**9)), pytest.raises(TooCostly), store.read() as reader:
            reader.records(0, 9)
        few_bytes = Effort(60, 100, 300)
        with bounded(few_bytes), pytest.raises(TooCostly, match="bytes"), store.read() as reader:
            reader.records(0, 9)

    def test_a_statement_that_does_not_end_is_ended_when_its_time_is_up(self, store: Store):
        with bounded(Effort(0.2, 100, 10**9)), pytest.raises(TookTooLong), store.read() as reader:
            reader._session.all(ENDLESS)
        with store.read() as reader:
            assert reader.head().position == 0

    def test_nothing_more_is_read_for_one_who_has_gone(self, store: Store):
        gone = threading.Event()
        with bounded(Effort(60, 100, 10**9, gone.is_set)), store.read() as reader:
            assert reader.records(0, 9) == []
            gone.set()
            with pytest.raises(Abandoned):
                reader.records(0, 9)

    def test_an_unbounded_question_is_none_of_these(self, store: Store):
        tell(store, "visit:1", VISIT)
        with store.read() as reader:
            assert len(reader.records(0, 9)) == 1

    def test_an_erasure_ends_a_reader_that_does_not_end_by_itself(self, store: Store):
        tell(store, "visit:1", VISIT)
        reading, ended = threading.Event(), []

        def read_on() -> None:
            try:
                with store.read() as reader:
                    while True:
                        reader.records(0, 9)
                        reading.set()
                        time.sleep(0.01)
            except StoreUnavailable as error:
                ended.append(str(error))

        thread = threading.Thread(target=read_on)
        thread.start()
        assert reading.wait(30)
        store.write(lambda writer: writer.erase(1), alone=True)
        thread.join(30)
        assert not thread.is_alive()
        assert ended
        assert "an erasure ended what was being read" in ended[0]
        assert store.purge()
