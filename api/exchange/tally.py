"""A tally: rows that are no act, counted by reason and told in few words."""

from __future__ import annotations

from collections.abc import Iterator

from api.exchange.row import OutOfScope

#: Rows of a file between two tellings, so that the progress of a long import is seen.
ROWS = 50_000


class Tally:
    """Counts until it is told; then begins anew."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._counts: dict[str, int] = {}

    def add(self, reason: str) -> None:
        """Count a row under a reason."""
        self._counts[reason] = self._counts.get(reason, 0) + 1

    def told(self) -> Iterator[OutOfScope]:
        """What was counted, one item a reason, in the order the reasons were first met."""
        counts, self._counts = self._counts, {}
        for reason, rows in counts.items():
            yield OutOfScope("", self._where, reason, rows)
