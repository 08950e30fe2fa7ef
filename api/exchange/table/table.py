"""A table of one's own as a source: each row tells events, alone or as one of an act's many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from api.exchange.row import (
    Coverage,
    Item,
    Ledger,
    NotUnderstood,
    OutOfScope,
    Quarantined,
    Repeated,
    SourceAct,
)
from api.exchange.source import UnreadableSource
from api.exchange.table.cells import Row, rows
from api.exchange.table.dates import has_numbers, order_of
from api.exchange.table.map import Order, TableMap
from api.exchange.table.rows import Rows
from domain.parties import Registry


class Table:
    """The format that a map describes; `name` is the map's."""

    own_ids = False

    def __init__(self, table_map: TableMap) -> None:
        self.name = table_map.name
        self.title = table_map.title
        self.licence = table_map.licence
        self.whole = table_map.whole
        self._map = table_map

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every row of the files: behind an act, left out by the map, repeated, or quarantined."""
        ledger = Ledger()
        reader = Rows(self._map, self._order(paths), registry)
        grouped: dict[str, list[tuple[dict[str, object], ...]]] = {}
        for where, row, words in rows(paths, self._map):
            left_out = self._left_out(row)
            if left_out:
                yield OutOfScope("", where, left_out)
                continue
            try:
                bodies = reader.events(row, where)
                key = reader.key(row, bodies)
                act = reader.act(row)
            except NotUnderstood as error:
                yield Quarantined(words, "", where, error.reason)
                continue
            if ledger.repeats(key, words):
                yield Repeated(key, where)
                continue
            events = tuple(self._keyed(bodies, key))
            if act is None:
                yield SourceAct(f"{self.name}:{key}", events)
            else:
                grouped.setdefault(act, []).append(events)
        for act, events_of_act in grouped.items():
            yield SourceAct(
                f"{self.name}:{act}", tuple(chain.from_iterable(events_of_act)), len(events_of_act)
            )

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """None: a table does not say what it was looked for in."""
        return Coverage((), "a table of one's own claims no coverage")

    def _keyed(self, bodies: list[dict[str, object]], key: str) -> Iterator[dict[str, object]]:
        for number, body in enumerate(bodies, 1):
            own = key if number == 1 else f"{key}/{number}"
            yield body | {"key": own, "codes": [{"scheme": self.name, "code": key}]}

    def _left_out(self, row: Row) -> str:
        wrong = (name for name, cells in self._map.only.items() if row[name] not in cells)
        column = next(wrong, None)
        return "" if column is None else f"{column} is none of those that the map takes"

    def _order(self, paths: Sequence[Path]) -> Order | None:
        """The order of day and month; raises `UnreadableSource` where the files leave it open."""
        if self._map.dates in ("day-first", "month-first"):
            return self._map.dates
        dated = {c for event in self._map.events for c in (event.start, event.end) if c}
        cells = {row[column] for _, row, _ in rows(paths, self._map) for column in dated}
        if not has_numbers(cells):
            return None
        order = order_of(cells) if self._map.dates == "found" else None
        if order is None:
            raise UnreadableSource(
                paths[0].name,
                'expected dates = "day-first" or "month-first" in the map, got dates such as '
                "03/04/2019 that may be either",
            )
        return order
