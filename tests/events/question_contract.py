"""How every store answers questions to its index."""

from __future__ import annotations

from typing import Any

import pytest

from domain.dates import FIRST_DAY, LAST_DAY, day_of
from events.store.protocol import Store
from tests.events.recording import corrected, event, tell
from tests.events.store_case import CAMP_DAVID, GENEVA, RETURN, VISIT, StoreCase


class QuestionContract(StoreCase):
    def test_changes_come_by_day_up_to_the_day_asked_about(self, store: Store):
        tell(store, "visit:2", RETURN)
        tell(store, "visit:1", VISIT)

        with store.read() as reader:
            found = reader.changes("FRA-SUN", LAST_DAY, 2)
            early = reader.changes("FRA-SUN", day_of("1961-01-01"), 2)
        assert [(c.day, c.position, c.until) for c in found] == sorted(
            (c.day, c.position, c.until) for c in found
        )
        assert early == [c for c in found if c.day <= day_of("1961-01-01")]
        assert 0 < len(early) < len(found)

    def test_between_two_bases_lie_the_acts_that_begin_end_or_are_learnt_there(self, store: Store):
        tell(store, "visit:1", VISIT)  # 23 March to 3 April 1960
        tell(store, "talk:2", CAMP_DAVID)
        tell(store, "visit:2", RETURN)
        tell(store, "visit:1", corrected(1, {**VISIT, "date": "1960-03-24/1960-04-03"}))

        with store.read() as reader:

            def between(one: tuple[str, int], other: tuple[str, int]) -> list[str]:
                bases = ((day_of(day), position) for day, position in (one, other))
                return sorted(reader.acts_between("FRA-SUN", *bases))

            assert between(("1950-01-01", 4), ("1960-03-23", 4)) == []
            assert between(("1950-01-01", 4), ("1960-03-24", 4)) == ["visit:1"]
            assert between(("1960-03-25", 4), ("1960-04-04", 4)) == ["visit:1"]
            assert between(("1960-04-04", 4), ("1960-03-25", 4)) == ["visit:1"]
            assert between(("1960-03-25", 0), ("1960-03-25", 2)) == ["visit:1"]
            assert between(("1960-03-25", 1), ("1960-03-25", 3)) == []
            assert between(("1960-03-25", 4), ("1960-03-25", 3)) == ["visit:1"]
            assert between(("1990-01-01", 2), ("1990-01-01", 3)) == ["visit:2"]
            assert between(("1960-03-25", 1), ("1990-01-01", 4)) == ["visit:1", "visit:2"]

    def test_changes_of_some_acts_are_those_among_all_that_are_theirs(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "visit:2", RETURN)
        tell(store, "talk:2", CAMP_DAVID)

        with store.read() as reader:
            whole = reader.changes("FRA-SUN", LAST_DAY, 3)
            first = reader.changes_of_acts("FRA-SUN", ["visit:1", "talk:2"], LAST_DAY, 3)
            assert first == [change for change in whole if change.position == 1]
            both = reader.changes_of_acts("FRA-SUN", ["visit:2", "visit:1"], LAST_DAY, 3)
            assert both == whole
            day = first[0].day
            early = reader.changes_of_acts("FRA-SUN", ["visit:1"], day, 3)
            assert early == [change for change in first if change.day <= day]
            assert reader.changes_of_acts("FRA-SUN", ["visit:2"], LAST_DAY, 1) == []

    def test_a_relationship_is_known_from_the_record_after_its_first_one(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "visit:2", RETURN)

        with store.read() as reader:
            known = [reader.known_before("FRA-SUN", position) for position in range(4)]
            assert known == [False, False, True, True]
            assert not reader.known_before("EGY-ISR", 3)

    def test_a_timeline_holds_the_acts_of_the_pair_and_those_in_which_both_take_part(
        self, store: Store
    ):
        tell(store, "visit:2", RETURN)
        tell(store, "talk:1", GENEVA)
        tell(store, "visit:1", VISIT)
        tell(store, "talk:2", CAMP_DAVID)

        with store.read() as reader:
            whole = reader.timeline("FRA-SUN", 4, FIRST_DAY, LAST_DAY, None, 9)
            assert [row.act_id for row in whole] == ["talk:1", "visit:1", "visit:2"]
            assert [row.relationship for row in whole] == [None, "FRA-SUN", "FRA-SUN"]
            for pair, found in {
                "EGY-ISR": ["talk:2"],
                "EGY-FRA": [],
                "GBR-USA": ["talk:1"],
                "SUN-USA": ["talk:1"],
            }.items():
                rows = reader.timeline(pair, 4, FIRST_DAY, LAST_DAY, None, 9)
                assert [row.act_id for row in rows] == found

            pages = []
            after = None
            while page := reader.timeline("FRA-SUN", 4, FIRST_DAY, LAST_DAY, after, 1):
                pages += page
                after = page[-1].earliest, page[-1].latest, page[-1].position
            assert pages == whole

    def test_an_act_names_two_parties_for_ever_once_it_has_named_both(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "talk:1", GENEVA)
        tell(store, "visit:1", corrected(1, event("visit.held", "1960-03-23", "SUN", "USA")))

        with store.read() as reader:
            named = [reader.acts_naming("FRA-SUN", position) for position in range(4)]
            assert reader.acts_naming("EGY-FRA", 3) == set()
        assert named[:3] == [set(), {"visit:1"}, {"talk:1", "visit:1"}]
        assert named[3] == named[2]

    @pytest.mark.parametrize(
        ("first", "last", "found"),
        [
            ("1955-01-01", "1955-07-17", []),
            ("1955-01-01", "1955-07-18", ["talk:1"]),
            ("1955-07-23", "1960-03-23", ["talk:1", "visit:1"]),
            ("1955-07-24", "1960-03-22", []),
            ("1960-03-30", "1960-03-30", ["visit:1"]),
            ("1960-04-04", "1999-01-01", []),
        ],
    )
    def test_a_window_holds_what_may_touch_one_of_its_days_both_ends_included(
        self, store: Store, first: str, last: str, found: list[str]
    ):
        tell(store, "talk:1", GENEVA)
        tell(store, "visit:1", VISIT)
        window = day_of(first), day_of(last)

        with store.read() as reader:
            rows = reader.timeline("FRA-SUN", 2, *window, None, 9)
            acts = reader.acts(2, day_from=window[0], day_to=window[1])
        assert [row.act_id for row in rows] == found
        assert [row.act_id for row in acts] == found

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ({}, ["visit:1", "talk:1", "visit:2", "talk:2"]),
            ({"kind": "talk"}, ["talk:1", "talk:2"]),
            ({"party": "USA"}, ["talk:1", "talk:2"]),
            ({"party": "FRA"}, ["visit:1", "talk:1", "visit:2"]),
            ({"party": "FRA", "kind": "talk"}, ["talk:1"]),
            ({"text": "khrushchev"}, ["visit:1"]),
            ({"text": "100% 'talks'"}, ["talk:2"]),
            ({"text": "100_"}, []),
            ({"text": "' OR 1=1 --"}, []),
            ({"text": "soviet union", "kind": "visit"}, ["visit:1", "visit:2"]),
            ({"as_of": day_of("1960-03-22")}, ["talk:1"]),
            ({"as_of": day_of("1960-03-23")}, ["visit:1", "talk:1"]),
            ({"after": 1, "limit": 2}, ["talk:1", "visit:2"]),
            ({"party": "FRA", "after": 1, "limit": 1}, ["talk:1"]),
            ({"position": 2}, ["visit:1", "talk:1"]),
        ],
        ids=str,
    )
    def test_acts_are_listed_in_the_order_they_were_first_recorded_and_filters_narrow(
        self, store: Store, filters: dict[str, Any], found: list[str]
    ):
        for act_id, body in {
            "visit:1": VISIT,
            "talk:1": GENEVA,
            "visit:2": RETURN,
            "talk:2": CAMP_DAVID,
        }.items():
            tell(store, act_id, body)

        with store.read() as reader:
            rows = reader.acts(**({"position": 4} | filters))
        assert [row.act_id for row in rows] == found

    def test_pages_of_acts_do_not_shift_when_acts_are_recorded_between_them(self, store: Store):
        for number in range(1, 5):
            tell(store, f"visit:{number}", VISIT)
        with store.read() as reader:
            first = reader.acts(4, limit=2)
        tell(store, "visit:1", corrected(1, {**VISIT, "place": "Paris"}))
        tell(store, "visit:0", RETURN)

        with store.read() as reader:
            second = reader.acts(4, after=first[-1].opened, limit=9)
        assert [row.act_id for row in [*first, *second]] == [f"visit:{n}" for n in range(1, 5)]

    def test_relationships_are_listed_with_their_own_acts_begun_by_the_day(self, store: Store):
        tell(store, "visit:2", RETURN)
        tell(store, "visit:1", VISIT)
        tell(store, "talk:1", GENEVA)
        treaty = event("agreement.signed", "1936-08-26", "GBR", "EGY", title="Treaty of alliance")
        tell(store, "treaty:1", treaty)

        def listed(day: str, position: int = 4, **page: Any) -> list[tuple[Any, ...]]:
            asked = {"party": None, "after": "", "limit": 9} | page
            with store.read() as reader:
                rows = reader.relationships(position, day_of(day), **asked)
            return [(r.relationship, r.acts, r.first, r.last) for r in rows]

        alliance = ("EGY-GBR", 1, "1936-08-26", "1936-08-26")
        assert listed("1936-08-25") == []
        assert listed("1955-12-31") == [alliance]  # four powers at Geneva make no pair's own act
        assert listed("1960-12-31")[1:] == [
            ("FRA-SUN", 1, "1960-03-23/1960-04-03", "1960-03-23/1960-04-03")
        ]
        both = ("FRA-SUN", 2, "1960-03-23/1960-04-03", "1966-06-20/1966-07-01")
        assert listed("1970-01-01") == [alliance, both]
        assert listed("1970-01-01", limit=1) == [alliance]
        assert listed("1970-01-01", after="EGY-GBR") == [both]
        assert listed("1970-01-01", party="SUN") == [both]
        assert listed("1970-01-01", party="EGY") == [alliance]
        assert listed("1970-01-01", party="USA") == []
        assert listed("1970-01-01", position=1) == [
            ("FRA-SUN", 1, "1966-06-20/1966-07-01", "1966-06-20/1966-07-01")
        ]

    def test_relationships_among_some_parties_are_those_between_any_two_of_them(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "talk:1", event("talk.held", "1961-06-03/1961-06-04", "SUN", "USA"))
        tell(store, "talk:2", event("talk.held", "1961-05-31", "FRA", "USA"))
        tell(store, "talk:3", event("talk.held", "1962-12-18", "GBR", "USA"))

        def among(*parties: str, position: int = 4, day: str = "1970-01-01") -> list[str]:
            with store.read() as reader:
                rows = reader.relationships_among(position, day_of(day), parties)
            return [row.relationship for row in rows]

        assert among("USA", "FRA", "SUN") == ["FRA-SUN", "FRA-USA", "SUN-USA"]
        assert among("USA", "GBR") == ["GBR-USA"]
        assert among("GBR", "SUN", "FRA") == ["FRA-SUN"]
        assert among("USA") == []
        assert among() == []
        assert among("USA", "FRA", "SUN", position=2) == ["FRA-SUN", "SUN-USA"]
        assert among("USA", "FRA", "SUN", day="1961-06-01") == ["FRA-SUN", "FRA-USA"]

    def test_something_is_learnt_of_a_relationship_where_a_record_changed_what_is_known_of_it(
        self, store: Store
    ):
        tell(store, "visit:1", VISIT)
        tell(store, "talk:2", CAMP_DAVID)
        tell(store, "visit:2", RETURN)
        tell(store, "visit:1", corrected(1, {**VISIT, "date": "1960-03-24/1960-04-03"}))

        with store.read() as reader:
            assert reader.learnt_at("FRA-SUN", LAST_DAY) == [1, 3, 4]
            assert reader.learnt_at("FRA-SUN", day_of("1965-12-31")) == [1, 4]
            assert reader.learnt_at("FRA-SUN", day_of("1959-12-31")) == []
            assert reader.learnt_at("EGY-ISR", LAST_DAY) == [2]
            assert reader.learnt_at("GBR-USA", LAST_DAY) == []
            assert reader.learnt_before("FRA-SUN", 99, 99) == [4, 3, 1]
            assert reader.learnt_before("FRA-SUN", 4, 99) == [3, 1]
            assert reader.learnt_before("FRA-SUN", 99, 2) == [4, 3]
            assert reader.learnt_before("FRA-SUN", 1, 99) == []
            assert reader.learnt_before("GBR-USA", 99, 99) == []
