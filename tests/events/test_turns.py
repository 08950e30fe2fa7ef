import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from events.store.writer_lock import Turns


def test_writers_take_turns_in_the_order_they_came():
    turns, order = Turns(), []

    def work(number: int) -> None:
        with turns.turn(30):
            order.append(number)

    with ThreadPoolExecutor(10) as pool, turns.turn(30):
        for number in range(10):
            pool.submit(work, number)
            while len(turns._queue) < number + 2:
                time.sleep(0.001)

    assert order == list(range(10))


def test_a_turn_that_does_not_come_in_time_is_given_up_and_the_next_one_comes():
    turns, late = Turns(), []

    def work() -> None:
        with pytest.raises(TimeoutError), turns.turn(0.01):
            late.append("never")

    with turns.turn(30):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    with turns.turn(0):
        assert late == []
