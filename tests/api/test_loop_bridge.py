"""LoopBridge: whoever waits in the event loop for another thread hears of it, once and whole."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from api.http.loop_bridge import LoopBridge


def test_all_hear_of_what_many_threads_have_done_at_once():
    async def heard(threads: ThreadPoolExecutor) -> list[int]:
        returning = LoopBridge(asyncio.get_running_loop())
        done = [threads.submit(pow, number, 2) for number in range(2_000)]
        return await asyncio.gather(*(returning.result(one) for one in done))

    with ThreadPoolExecutor(8) as threads:
        assert asyncio.run(heard(threads)) == [number**2 for number in range(2_000)]


def test_what_was_raised_is_raised_where_it_is_waited_for():
    async def heard() -> int:
        refused: Future[int] = Future()
        refused.set_exception(KeyError("refused"))
        return await LoopBridge(asyncio.get_running_loop()).result(refused)

    with pytest.raises(KeyError, match="refused"):
        asyncio.run(heard())


def test_what_nobody_waits_for_any_more_is_not_begun_and_keeps_nobody_else_waiting():
    async def heard() -> tuple[bool, str]:
        loop = asyncio.get_running_loop()
        returning = LoopBridge(loop)
        left: Future[str] = Future()
        kept: Future[str] = Future()
        leaving = asyncio.create_task(returning.result(left))
        staying = asyncio.create_task(returning.result(kept))
        await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        loop.run_in_executor(None, kept.set_result, "done")
        return left.set_running_or_notify_cancel(), await staying

    assert asyncio.run(heard()) == (False, "done")
