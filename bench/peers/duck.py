"""DuckDB: the same bitemporal tables in its columnar file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import duckdb

from bench.history import Entry
from bench.peers.peer import Peer
from bench.peers.tables import (
    EVENT,
    FACT,
    OPEN,
    Rows,
    answered,
    columns,
    derivation,
    question,
    rows_of,
)

_NOW = question(f"known_to = {OPEN}", "$1", "$2")
_PAST = question("known_from <= $3 AND known_to > $3", "$1", "$2")


class Duck(Peer):
    """A statement answers; zone maps and an index on the relationship find its rows."""

    title = "DuckDB"
    how: ClassVar[dict[str, str]] = {
        "index": "ART index on relationship and on act; zone maps",
        "bulk": "`COPY` of CSV files",
        "durable": "its default: the log is synced at commit",
    }

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._files = folder.parent / f"{folder.name}-csv"
        self._files.mkdir()
        self.db = duckdb.connect(str(folder / "duck.db"))
        self.db.execute(f"CREATE TABLE event ({columns(*EVENT)}, PRIMARY KEY (position))")
        self.db.execute(f"CREATE TABLE fact ({columns(*FACT, 'known_from', 'known_to')})")
        self.db.execute("CREATE INDEX fact_relationship ON fact (relationship)")
        self.db.execute("CREATE INDEX fact_act ON fact (act_id)")

    def load(self, entries: Sequence[Entry]) -> None:
        rows = rows_of(entries)
        self.db.execute("BEGIN")
        self._close(rows)
        listed = ([*row[:-2], f"[{','.join(row[-2])}]", row[-1]] for row in rows.events)
        self._copy("event", listed)
        self._copy("fact", rows.facts)
        self.db.execute("COMMIT")

    def loaded(self) -> None:
        self.db.execute("CHECKPOINT")

    def append(self, entry: Entry) -> None:
        rows = rows_of([entry])
        self.db.execute("BEGIN")
        self._close(rows)
        for table, found in (("event", rows.events), ("fact", rows.facts)):
            if found:
                marks = ", ".join("?" * len(found[0]))
                self.db.executemany(f"INSERT INTO {table} VALUES ({marks})", found)
        self.db.execute("COMMIT")

    def state(self, relationship: str, as_of: int, position: int | None) -> Any:
        if position is None:
            found = self.db.execute(_NOW, [relationship, as_of])
        else:
            found = self.db.execute(_PAST, [relationship, as_of, position])
        return answered(found.fetchall())

    def rebuild(self) -> None:
        self.db.execute("BEGIN")
        self.db.execute("DELETE FROM fact")
        known = "position AS known_from, known_to"
        self.db.execute("INSERT INTO fact " + derivation(known, "unnest(pairs)"))
        self.db.execute("COMMIT")

    def close(self) -> None:
        self.db.close()
        for file in self._files.iterdir():
            file.unlink()
        self._files.rmdir()

    def _close(self, rows: Rows) -> None:
        for act_id, version, position in rows.closings:
            self.db.execute(
                "UPDATE fact SET known_to = ? WHERE act_id = ? AND version = ?"
                f" AND known_to = {OPEN}",
                [position, act_id, version],
            )

    def _copy(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        path = self._files / f"{table}.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        self.db.execute(f"COPY {table} FROM '{path}' (FORMAT csv, HEADER false)")
