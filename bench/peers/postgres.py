"""PostgreSQL 18, twice: plain bitemporal columns, and a temporal primary key over ranges."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from bench.history import Entry
from bench.peers.peer import Peer
from bench.peers.server import PostgresServer
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


class Bitemporal(Peer):
    """`known_from` and `known_to` as columns, with the covering index a question wants."""

    title = "PostgreSQL 18, bitemporal SQL"
    how: ClassVar[dict[str, str]] = {
        "index": "covering B-tree (relationship, begins, position)",
        "bulk": "`COPY`",
        "durable": "fsync and synchronous_commit on",
    }

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.server = PostgresServer(folder)
        self.db = self.server.connected()
        # One plan for every parameter takes the wrong index for a range; the manual's remedy.
        self.db.execute("SET plan_cache_mode = force_custom_plan")
        self.db.execute(f"CREATE TABLE event ({columns(*EVENT)}, PRIMARY KEY (position))")
        self.make()

    def make(self) -> None:
        """The table of facts, with its constraint and its index."""
        self.db.execute(
            f"CREATE TABLE fact ({columns(*FACT, 'known_from', 'known_to')},"
            " PRIMARY KEY (act_id, version, relationship, known_from))"
        )
        self.db.execute(
            "CREATE INDEX fact_asked ON fact (relationship, begins, position)"
            " INCLUDE (act_id, kind, role, window_to, direct, date, known_from, known_to)"
        )

    #: The columns of a fact beyond `FACT`, and a fact's row as they want it.
    known = ("known_from", "known_to")
    _close = (
        f"UPDATE fact SET known_to = %s WHERE act_id = %s AND version = %s AND known_to = {OPEN}"
    )
    _now = question(f"known_to = {OPEN}", "%(r)s", "%(d)s")
    _past = question("known_from <= %(p)s AND known_to > %(p)s", "%(r)s", "%(d)s")
    _derived = "position AS known_from, known_to"

    def fact(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A fact's row as its table has it."""
        return row

    def load(self, entries: Sequence[Entry]) -> None:
        rows = rows_of(entries)
        with self.db.transaction(), self.db.cursor() as cursor:
            self._closed(cursor, rows)
            with cursor.copy(f"COPY event ({', '.join(EVENT)}) FROM STDIN") as copy:
                for row in rows.events:
                    copy.write_row(row)
            names = ", ".join((*FACT, *self.known))
            with cursor.copy(f"COPY fact ({names}) FROM STDIN") as copy:
                for row in rows.facts:
                    copy.write_row(self.fact(row))

    def loaded(self) -> None:
        self.db.execute("VACUUM ANALYZE")
        self.db.execute("CHECKPOINT")

    def append(self, entry: Entry) -> None:
        rows = rows_of([entry])
        with self.db.transaction(), self.db.cursor() as cursor:
            self._closed(cursor, rows)
            cursor.execute(_insert("event", EVENT), rows.events[0])
            if rows.facts:
                facts = [self.fact(row) for row in rows.facts]
                cursor.executemany(_insert("fact", (*FACT, *self.known)), facts)

    def state(self, relationship: str, as_of: int, position: int | None) -> Any:
        given = {"r": relationship, "d": as_of, "p": position}
        sql = self._now if position is None else self._past
        return answered(self.db.execute(sql, given).fetchall())

    def rebuild(self) -> None:
        with self.db.transaction():
            self.db.execute("TRUNCATE fact")
            parted = "CROSS JOIN LATERAL unnest(pairs) AS pair"
            self.db.execute("INSERT INTO fact " + derivation(self._derived, "pair", parted))

    def servers(self) -> list[int]:
        return [self.server.process.pid]

    def close(self) -> None:
        self.db.close()
        self.server.end()

    def _closed(self, cursor: Any, rows: Rows) -> None:
        if rows.closings:
            cursor.executemany(
                self._close, [(p, act, version) for act, version, p in rows.closings]
            )


class Temporal(Bitemporal):
    """A range of positions in the primary key, `WITHOUT OVERLAPS`: two truths at once cannot be."""

    title = "PostgreSQL 18, temporal constraint"
    how: ClassVar[dict[str, str]] = {
        "index": "GiST of the temporal key; covering B-tree (relationship, begins, position)",
        "bulk": "`COPY`",
        "durable": "fsync and synchronous_commit on",
    }
    known = ("known",)
    _close = (
        "UPDATE fact SET known = int8range(lower(known), %s)"
        " WHERE act_id = %s AND version = %s AND upper_inf(known)"
    )
    _now = question("upper_inf(known)", "%(r)s", "%(d)s")
    _past = question("known @> %(p)s::bigint", "%(r)s", "%(d)s")
    _derived = f"int8range(position, nullif(known_to, {OPEN})) AS known"

    def make(self) -> None:
        self.db.execute("CREATE EXTENSION btree_gist")
        self.db.execute(
            f"CREATE TABLE fact ({columns(*FACT)}, known int8range NOT NULL,"
            " PRIMARY KEY (act_id, version, relationship, known WITHOUT OVERLAPS))"
        )
        self.db.execute(
            "CREATE INDEX fact_asked ON fact (relationship, begins, position)"
            " INCLUDE (act_id, kind, role, window_to, direct, date, known)"
        )

    def fact(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        until = "" if row[-1] == OPEN else str(row[-1])
        return (*row[:-2], f"[{row[-2]},{until})")


def _insert(table: str, names: Sequence[str]) -> str:
    marks = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
