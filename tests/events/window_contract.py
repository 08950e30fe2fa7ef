"""How every store answers for windows on a relationship's events."""

from __future__ import annotations

import pytest

from domain.dates import FIRST_DAY, LAST_DAY, day_of
from events.store.protocol import Store
from events.store.window import ALL, Chosen, StretchRow
from tests.events.recording import corrected, event, retracted, tell
from tests.events.store_case import GENEVA, RETURN, VISIT, StoreCase

YEAR_1960 = day_of("1960-01-01"), day_of("1960-12-31")
#: A state visit, foreign ministers' talks, a treaty of some month, a talk of some year.
FRANCE_1960 = (
    ("visit:1", event("visit.held", "1960-03-23/1960-04-03", "SUN", "FRA", rank="state")),
    ("talk:1", event("talk.held", "1960-03-25", "SUN", "FRA", levels=["foreign_minister"])),
    ("treaty:1", event("agreement.signed", "1960-04", "SUN", "FRA", note='of "state" rank')),
    ("talk:2", event("talk.held", "1960", "SUN", "FRA", levels=["technical", "minister"])),
    ("relation:1", event("relation.established", "1924-10-28", "SUN", "FRA")),
    ("talk:3", event("talk.held", "1959-12-30/1960-01-02", "SUN", "FRA", "GBR")),
)


class WindowContract(StoreCase):
    @pytest.mark.parametrize(
        ("chosen", "found"),
        [
            (ALL, ["talk:3", "talk:2", "visit:1", "talk:1", "treaty:1"]),
            (Chosen("talk"), ["talk:3", "talk:2", "talk:1"]),
            (Chosen(rank="state"), ["visit:1"]),
            (Chosen(rank="official"), []),
            (Chosen(level="minister"), ["talk:2"]),
            (Chosen("visit", "state", "minister"), []),
            (Chosen("tal"), []),
        ],
    )
    def test_a_window_holds_the_events_of_a_kind_a_rank_or_a_level(
        self, store: Store, chosen: Chosen, found: list[str]
    ):
        for act_id, body in FRANCE_1960:
            tell(store, act_id, body)

        with store.read() as reader:
            rows = reader.timeline("FRA-SUN", 9, *YEAR_1960, None, 9, chosen)
            counted = reader.density("FRA-SUN", 9, *YEAR_1960, 31, chosen)
        assert [row.act_id for row in rows] == found
        assert sum(row.events for row in counted) == len(found)

    def test_a_rank_that_was_put_right_is_the_rank_there_is(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "visit:1", corrected(1, {**VISIT, "rank": "state"}))

        with store.read() as reader:
            for position, found in ((1, 0), (2, 1)):
                rows = reader.timeline(
                    "FRA-SUN", position, FIRST_DAY, LAST_DAY, None, 9, Chosen(rank="state")
                )
                assert len(rows) == found

    def test_an_event_counts_where_it_begins_and_what_reaches_in_counts_before(self, store: Store):
        for act_id, body in FRANCE_1960:
            tell(store, act_id, body)

        with store.read() as reader:
            rows = reader.density("FRA-SUN", 9, *YEAR_1960, 91)
        assert rows == [
            StretchRow(-1, "talk", 1, 0),
            StretchRow(0, "talk", 2, 1),
            StretchRow(0, "visit", 1, 0),
            StretchRow(1, "agreement", 1, 0),
        ]

    def test_density_is_what_the_timeline_counts_at_every_position(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "visit:2", RETURN)
        tell(store, "talk:1", GENEVA)
        tell(store, "visit:2", corrected(1, {**RETURN, "date": "1966-06"}))
        tell(store, "visit:1", retracted(1))

        with store.read() as reader:
            for position in range(6):
                rows = reader.timeline("FRA-SUN", position, FIRST_DAY, LAST_DAY, None, 99)
                for width in (1, 30, 4_000):
                    window = (day_of("1950-01-01"), LAST_DAY)
                    stretches = reader.density("FRA-SUN", position, *window, width)
                    assert sum(row.events for row in stretches) == len(rows)

    def test_the_extent_is_of_the_days_events_begin_on_and_leaves_out_unknown_ones(
        self, store: Store
    ):
        with store.read() as reader:
            assert reader.extent("FRA-SUN", 0) is None
        tell(store, "visit:1", VISIT)
        tell(store, "talk:2", event("talk.held", "1958/", "SUN", "FRA"))
        tell(store, "talk:3", event("talk.held", "../1957", "SUN", "FRA"))

        with store.read() as reader:
            assert reader.extent("FRA-SUN", 1) == (day_of("1960-03-23"), day_of("1960-03-23"))
            assert reader.extent("FRA-SUN", 3) == (day_of("1958-01-01"), day_of("1960-03-23"))

    def test_the_days_next_to_a_day_are_those_on_which_something_changes(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "visit:2", RETURN)

        with store.read() as reader:
            days = {change.day for change in reader.changes("FRA-SUN", LAST_DAY, 2)}
            for as_of in (day_of("1950-01-01"), *days, day_of("1962-05-05"), day_of("1999-01-01")):
                before, after = reader.change_days("FRA-SUN", as_of, 2)
                assert before == max((day for day in days if day < as_of), default=None)
                assert after == min((day for day in days if day > as_of), default=None)
            assert reader.change_days("FRA-SUN", day_of("1961-01-01"), 0) == (None, None)
