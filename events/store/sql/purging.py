"""Purging: that nothing of what was erased is left in a store's files, and when it is tried again.

An erasure waits for those who read what it erases, and ends those who take longer. Who cannot be
ended, in another process, is not waited for by every later writer: it is tried again at times.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Protocol

from events.errors import StoreUnavailable
from events.store.snapshots import Snapshot, Snapshots

#: How long an erasure waits for readers, and then as long for those it has told to end.
READERS_SECONDS = 2.0
#: How long a writer waits for them where it tries again, how soon that is and how late.
_AGAIN_SECONDS, _SOONEST_SECONDS, _LATEST_SECONDS = 0.02, 1.0, 60.0


class Purgeable(Protocol):
    """What has files that may hold what was erased."""

    def purge(self, patience_seconds: float) -> bool:
        """Whether nothing that was deleted or overwritten is left in the files now.

        One waits so long for readers who stand in the way.
        """
        ...


class Purging:
    """The last step of erasures, in the turn of whoever writes."""

    def __init__(
        self,
        files: Purgeable,
        snapshots: Snapshots,
        refusals: Callable[[], AbstractContextManager[None]],
        done: Callable[[], None],
        due: bool,
    ) -> None:
        """`done` is called where nothing is left; `due` says that it was not done before."""
        self.due = due
        self._files = files
        self._snapshots = snapshots
        self._refusals = refusals
        self._done = done
        self._fresh = False
        #: Those that an erasure could not end.
        self._in_the_way: set[Snapshot] = set()
        self._again_at = 0.0
        self._again_after = _SOONEST_SECONDS

    def erased(self) -> None:
        """Something was erased just now."""
        self.due = self._fresh = True

    def written(self) -> None:
        """Something was written, and whoever wrote has the turn still.

        What was written is kept whatever becomes of this.
        """
        if not self.due:
            return
        with suppress(StoreUnavailable), self._refusals():
            if self._fresh:
                self._fresh = False
                self._in_the_way = self._snapshots.end(READERS_SECONDS)
                self.purge(READERS_SECONDS)
            elif self._may_try_again():
                self.purge(_AGAIN_SECONDS)

    def purge(self, patience_seconds: float = READERS_SECONDS) -> bool:
        """One attempt; where it fails a later writer makes the next one, ever more seldom."""
        self._again_after = min(2 * self._again_after, _LATEST_SECONDS)
        self._again_at = time.monotonic() + self._again_after
        if self._files.purge(patience_seconds):
            self.due = False
            self._again_after = _SOONEST_SECONDS
            self._done()
        return not self.due

    def _may_try_again(self) -> bool:
        if self._in_the_way and not self._snapshots.any_open(self._in_the_way):
            self._in_the_way = set()
            return True
        return time.monotonic() >= self._again_at
