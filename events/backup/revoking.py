"""Revoking: holdings of an earlier day let nobody in whose key was revoked since."""

from __future__ import annotations

from collections.abc import Iterator

from events.access_keys import with_keys_revoked
from events.backup.holdings import Holdings
from events.store.beside import KeptCheckpoint
from events.store.raw import BareReceipt, LogRow


class KeysRevoked:
    """Other holdings, of which every access key is revoked; see `Holdings`.

    A backup does not know what was revoked after it was made.
    """

    def __init__(self, holdings: Holdings, now: int) -> None:
        """`now` is when they are revoked, in microseconds since 1970 (UTC)."""
        self._holdings = holdings
        self._now = now
        self.size = holdings.size

    def root(self, size: int) -> bytes:
        """The root over the first records."""
        return self._holdings.root(size)

    def rows(self, after: int) -> Iterator[LogRow]:
        """The records beyond a position."""
        return self._holdings.rows(after)

    def checkpoints(self) -> Iterator[KeptCheckpoint]:
        """Every checkpoint."""
        return self._holdings.checkpoints()

    def receipts(self) -> Iterator[BareReceipt]:
        """Every remembered answer."""
        return self._holdings.receipts()

    def remarks(self) -> list[tuple[str, str]]:
        """What is kept beside the log by name, the keys revoked."""
        return with_keys_revoked(self._holdings.remarks(), self._now)
