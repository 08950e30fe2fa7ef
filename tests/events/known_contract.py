"""What every store knows of the past: rows held from one position to another."""

from __future__ import annotations

from typing import Any

import pytest

from domain.dates import FIRST_DAY, LAST_DAY, day_of
from events.errors import StoreUnavailable
from events.log.history import known_act
from events.projection.rows import OPEN, IndexRows, KnownRow, VersionRow, advance
from events.store.protocol import Store, Writer
from tests.events.recording import REGISTRY, corrected, draft, retracted, tell
from tests.events.store_case import GENEVA, RETURN, VISIT, StoreCase


class KnownContract(StoreCase):
    def test_a_correction_supersedes_the_whole_version_from_its_position_on(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "talk:1", GENEVA)
        tell(store, "visit:1", corrected(1, {**VISIT, "date": "1960-03-23"}))

        with store.read() as reader:
            for position, (day, record) in {
                1: ("1960-04-03", 1),
                2: ("1960-04-03", 1),
                3: ("1960-03-23", 3),
            }.items():
                (row,) = reader.timeline(
                    "FRA-SUN", position, day_of("1960-01-01"), LAST_DAY, None, 9
                )
                assert (row.latest, row.position, row.version) == (day_of(day), record, 1)
            first = reader.changes("FRA-SUN", LAST_DAY, 2)
            assert first != reader.changes("FRA-SUN", LAST_DAY, 3)
            log = [
                change
                for act_id in sorted(reader.acts_of("FRA-SUN", 3))
                for change in reader.changes_of(act_id, "FRA-SUN")
            ]
            ever = [reader.acts_of("FRA-SUN", position) for position in (0, 1, 3)]
            spans = [reader.acts_of("FRA-SUN", 3, day) for day in (FIRST_DAY, LAST_DAY)]

        known = [k.change for k in log if k.known_from <= 2 < k.known_to]
        assert sorted(known, key=repr) == sorted(first, key=repr)
        assert {k.known_to for k in log} == {3, OPEN}
        assert ever[:2] == [set(), {"visit:1"}]
        assert spans == [set(), ever[2]]

    def test_rows_closed_and_opened_again_in_one_transaction_keep_their_times(self, store: Store):
        tell(store, "visit:1", VISIT, retracted(1), corrected(1, VISIT), retracted(1))

        with store.read() as reader:
            versions = sorted(
                (known.known_from, known.known_to)
                for known in reader.index_of("visit:1")
                if isinstance(known.row, VersionRow)
            )
            listed = [len(reader.acts(position)) for position in range(5)]
        assert versions == [(1, 2), (3, 4)]
        assert listed == [0, 1, 0, 1, 0]

    def test_the_index_of_an_act_is_every_row_it_ever_had(self, store: Store):
        bodies = [VISIT, corrected(1, {**VISIT, "place": "Paris"}), retracted(1)]
        stream = tell(store, "visit:1", *bodies)
        expected = []
        before = None
        open_rows: dict[Any, tuple[Any, int]] = {}
        for number, record in enumerate(stream, 1):
            after = known_act(stream[:number])
            closed, opened = advance(before, after, 1, REGISTRY)
            for row in closed:
                value, known_from = open_rows.pop((type(row), row.identity))
                expected.append(KnownRow(value, known_from, record.position))
            for row in opened:
                open_rows[type(row), row.identity] = row, record.position
            before = after
        expected += [KnownRow(row, since, OPEN) for row, since in open_rows.values()]

        with store.read() as reader:
            assert sorted(reader.index_of("visit:1"), key=repr) == sorted(expected, key=repr)
            assert reader.index_of("visit:2") == []

    def test_an_index_that_is_cleared_and_derived_again_is_the_same(self, store: Store):
        tell(store, "visit:1", VISIT, corrected(1, {**VISIT, "place": "Paris"}))
        tell(store, "talk:1", GENEVA)
        with store.read() as reader:
            before = self.seen(reader)

        def again(writer: Writer) -> None:
            writer.clear_index("visit:1")
            writer.clear_index("talk:1")
            assert writer.acts(3) == []
            for record in writer.records(0, 9):
                stream = writer.stream(record.act_id)[: record.version]
                earlier = known_act(stream[:-1]) if stream[1:] else None
                closed, opened = advance(earlier, known_act(stream), stream[0].position, REGISTRY)
                writer.index(record.position, closed, opened)

        store.write(again)

        with store.read() as reader:
            assert self.seen(reader) == before

    def test_closing_a_row_that_is_not_there_is_refused_whole(self, store: Store):
        (first,) = tell(store, "visit:1", VISIT)
        _, opened = advance(None, known_act([first]), 1, REGISTRY)

        def plan(writer: Writer) -> None:
            (record,) = writer.append([draft("visit:2", RETURN)], "historian")
            stranger = VersionRow("visit:9", 1, "visit.held", 1, 2, None, 1)
            writer.index(record.position, IndexRows(versions=(stranger,)), opened)

        with pytest.raises(StoreUnavailable, match="rebuild"):
            store.write(plan)

        with store.read() as reader:
            assert reader.head().position == 1
