"""What every store remembers beside the log, and how it wakes and closes."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex

import pytest

from events.errors import StoreUnavailable
from events.store.beside import Remembered
from events.store.protocol import Store
from tests.events.recording import tell
from tests.events.store_case import RETURN, VISIT, StoreCase


class ClosingContract(StoreCase):
    def test_an_answer_is_remembered_with_the_request_it_was_given_to(self, store: Store):
        store.write(lambda writer: writer.remember("key", "digest", b"\x00answer", 0))

        with store.read() as reader:
            assert reader.remembered("key") == Remembered("digest", b"\x00answer")
            assert reader.remembered("another") is None

    def test_a_remark_of_the_store_is_kept_and_replaced(self, store: Store):
        store.write(lambda writer: writer.set_meta("edition", "1"))
        store.write(lambda writer: writer.set_meta("edition", "2"))

        with store.read() as reader:
            assert reader.meta("edition") == "2"
            assert reader.meta("other") is None

    def test_one_who_waits_is_woken_by_what_is_recorded(self, store: Store):
        tell(store, "visit:1", VISIT)
        assert store.wait(0, 0) is True
        assert store.wait(1, 0.01) is False

        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(store.wait, 1, 30)
            time.sleep(0.02)
            tell(store, "visit:2", RETURN)
            assert waiting.result(timeout=30) is True

    def test_closing_lets_the_waiting_go_and_refuses_all_that_comes_after(self, store: Store):
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(store.wait, 0, 30)
            time.sleep(0.02)
            store.close()
            store.close()
            assert waiting.result(timeout=30) is False

        with pytest.raises(StoreUnavailable, match="closed"):
            tell(store, "visit:1", VISIT)
        with pytest.raises(StoreUnavailable, match="closed"), store.read():
            pass

    def test_it_answers_a_ping_and_tells_its_size_until_it_is_closed(self, store: Store):
        tell(store, "visit:1", VISIT)
        before = store.size_bytes()
        store.ping()
        store.write(lambda writer: writer.set_meta("long", token_hex(500_000)))
        assert store.size_bytes() - before > 900_000
        store.close()
        with pytest.raises(StoreUnavailable, match="closed"):
            store.ping()

    def test_closing_under_readers_at_work_ends_them_with_an_answer_or_a_refusal(
        self, store: Store
    ):
        tell(store, "visit:1", VISIT)
        begun = threading.Barrier(5)

        def work() -> bool:
            begun.wait()
            try:
                while True:
                    with store.read() as reader:
                        assert reader.head().position == 1
            except StoreUnavailable:
                return True

        with ThreadPoolExecutor(4) as pool:
            working = [pool.submit(work) for _ in range(4)]
            begun.wait()
            time.sleep(0.01)
            store.close()
            assert [future.result(timeout=30) for future in working] == [True] * 4
