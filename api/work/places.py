"""Places: how much long work is let in at once, by what each piece of it is likely to cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from api.problems import Refused

#: So many records to be looked through are worth a place.
RECORDS_A_PLACE = 50_000
_RETRY_SECONDS = 5


class Places:
    """A number of places; a piece of work takes one or more, but never more than half of them.

    So work of any size is let in, two of the largest at once. One actor has half of them too.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0
        self._half = max(1, most // 2)
        self._by_actor: Counter[str] = Counter()

    @contextmanager
    def held(self, records: int, actor: str | None) -> Iterator[None]:
        """Hold the places of work on so many records; raises `Refused` where there are too few.

        `actor` is who asks, None on a service that asks nobody who they are.
        """
        wanted = min(1 + records // RECORDS_A_PLACE, self._half)
        if self.taken + wanted > self.most:
            raise busy(f"{self.taken} of {self.most} places for long work are taken.")
        if actor is not None and self._by_actor[actor] + wanted > self._half:
            raise busy(f"You hold {self._by_actor[actor]} of {self._half} places for long work.")
        self._take(wanted, actor)
        try:
            yield
        finally:
            self._take(-wanted, actor)

    def _take(self, number: int, actor: str | None) -> None:
        self.taken += number
        if actor is not None:
            self._by_actor[actor] += number
            if not self._by_actor[actor]:
                del self._by_actor[actor]


def busy(detail: str) -> Refused:
    """The refusal of work for which there is no room now."""
    return Refused("busy", detail, headers={"Retry-After": str(_RETRY_SECONDS)})
