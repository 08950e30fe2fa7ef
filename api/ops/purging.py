"""Purging: what was erased, and a reader held in the files, goes when that reader has gone."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from api.work.pool import Pool
from events.application import Chancery
from events.errors import ChanceryError

#: How long until it is tried, and after each time that it was in vain twice as long, up to a bound.
_SOONEST_SECONDS, _LATEST_SECONDS = 10.0, 300.0


class Purging:
    """Tries again and again, so that nobody has to write for it; once all is gone it is idle."""

    def __init__(self, chancery: Chancery, pool: Pool) -> None:
        self._chancery = chancery
        self._pool = pool
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in an event loop."""
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Try no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        pause = _SOONEST_SECONDS
        while True:
            await asyncio.sleep(pause)
            gone = False
            with suppress(ChanceryError):
                gone = await self._pool.run(self._chancery.admin.purged)
            pause = _SOONEST_SECONDS if gone else min(2 * pause, _LATEST_SECONDS)
