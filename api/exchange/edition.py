"""An edition: a source's files read to their end before anything of them is recorded.

Only then is it known which ids several acts share, and whether so many rows cannot be placed that
the files must be of another form. Acts wait in a file of the system's, so that memory holds no
more of them than their ids.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile

from api.exchange.clash import Clash, says_twice, settled
from api.exchange.row import Format, Item, Quarantined, Repeated, SourceAct, Twin
from domain.acts import InvalidEvent, validate
from domain.parties import Registry

_SPOOL_BYTES = 32 * 2**20
#: Rows that cannot be placed, below which nothing is concluded from their share.
FEWEST_ASIDE = 10


def rows_of(item: Item) -> int:
    """How many rows of the source an item accounts for."""
    match item:
        case Repeated():
            return 1
        case Twin():
            return 0
        case _:
            return item.rows


class TooManyAside(ValueError):
    """More rows than the declared share cannot be placed: nothing was recorded."""

    def __init__(self, aside: int, read: int, most: float) -> None:
        super().__init__(
            f"rows that cannot be placed: expected at most {most:.0%} of all, "
            f"got {aside} of {read}; nothing was recorded"
        )
        self.aside = aside
        self.read = read


class Edition:
    """The acts of some files of a source, each under an id that no other of them has."""

    def __init__(self, source: Format, registry: Registry) -> None:
        self._source = source
        self._registry = registry
        self._ids: set[str] = set()
        self._shared: set[str] = set()
        self._spool = SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115

    def read(
        self,
        paths: Sequence[Path],
        others: Callable[[Item], None],
        most_aside: float | None,
        progress: Callable[[int], bool],
    ) -> bool:
        """Read the files; `others` is given what is no act. False where `progress` stops it.

        Raises `UnreadableSource`, and `TooManyAside`.
        """
        read = aside = 0
        for item in self._source.read(paths, self._registry):
            if isinstance(item, SourceAct):
                read += item.rows
                aside += 0 if most_aside is None or self._is_sound(item) else item.rows
                self._keep(item)
            else:
                read += rows_of(item)
                aside += isinstance(item, Quarantined)
                others(item)
            if not progress(read):
                return False
        if most_aside is not None and aside >= FEWEST_ASIDE and aside > most_aside * read:
            raise TooManyAside(aside, read, most_aside)
        return True

    def acts(self) -> Iterator[SourceAct | Repeated | Quarantined | Clash]:
        """The acts in the order of the files; those that shared an id last, by that id."""
        waiting: dict[str, list[SourceAct]] = {}
        own_ids = self._source.own_ids
        self._spool.seek(0)
        for line in self._spool:
            act_id, events, rows = json.loads(line)
            act = SourceAct(act_id, tuple(events), rows)
            if act_id in self._shared or (own_ids and says_twice(act)):
                waiting.setdefault(act_id, []).append(act)
            else:
                yield act
        for act_id in sorted(waiting):
            yield from settled(waiting[act_id], self._registry, own_ids=own_ids)

    def close(self) -> None:
        """Let go of the acts."""
        self._spool.close()

    def _keep(self, act: SourceAct) -> None:
        if act.act_id in self._ids:
            self._shared.add(act.act_id)
        self._ids.add(act.act_id)
        line = json.dumps([act.act_id, act.events, act.rows])
        self._spool.write(line.encode("ascii") + b"\n")

    def _is_sound(self, act: SourceAct) -> bool:
        try:
            for body in act.events:
                validate(body, self._registry)
        except InvalidEvent:
            return False
        return True
