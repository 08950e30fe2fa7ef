"""Strata are only a faster way: answers are the plain fold's, however finely they are laid."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import LAST_DAY, format_day
from events.application import Chancery
from events.basis import resolve
from events.errors import StoreUnavailable
from events.registry import load_registry
from events.sqlite.store import open_sqlite
from events.strata import Grain
from events.strata.cover import cover, growing, joined_at
from tests.domain.told import between, event, visit_of
from tests.events.plain import plain_state

#: So fine that a score of acts makes strata of every level.
FINE = Grain(stretch=2, spread=3, levels=3, segment=2, items=21, settings=1)
PAIR = "DEU-FRA"


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    store = open_sqlite("sqlite:///:memory:", lambda: 1_767_268_800_000_000, grain=FINE)
    chancery = Chancery(store, load_registry(), lambda: 1_767_268_800_000_000)
    chancery.rebuild()  # as an empty store is opened: its index is of this edition
    yield chancery
    chancery.close()


def signed(chancery: Chancery, number: int, date: str) -> None:
    told = event("agreement.signed", date, parties=between("FRA", "DEU"))
    chancery.append(f"a:{number}", [told], recorded_by="clerk")


def levels(chancery: Chancery, relationship: str = PAIR) -> set[int]:
    """Which levels have strata."""
    with chancery._store.read() as reader:
        return {level for level, _ in reader.bare().strata(relationship).kept}


def growing_now(count: int) -> dict[tuple[int, int], int]:
    """The strata that grow after so many of the lowest level, and how many each joins by then."""
    return {(level, number): joined for level, number, joined in growing(count, FINE)}


def agree(chancery: Chancery, as_of: str, position: int | None = None) -> dict[str, Any]:
    """The answer, which is the plain fold's, byte for byte."""
    with chancery._store.read() as reader:
        records = reader.records(0, 10_000)
        basis = resolve(reader, lambda: 1_767_268_800_000_000, as_of, position)
    state = chancery.state(PAIR, as_of, position)
    plain = plain_state(records, chancery.registry, PAIR, basis)
    assert orjson.dumps(state) == orjson.dumps(plain)
    return state


@given(st.integers(0, 600), st.integers(2, 5), st.integers(1, 4))
def test_a_cover_holds_each_stratum_of_the_lowest_level_once(
    count: int, spread: int, levels: int
) -> None:
    grain = Grain(spread=spread, levels=levels)
    made = {(0, number): spread for number in range(count)}
    made |= {at: spread for number in range(count) for at in joined_at(number, grain)}
    grown = {(level, number): parts for level, number, parts in growing(count, grain)}
    assert not made.keys() & grown.keys()
    for newest in (False, True):
        chosen = list(cover(count, grain, newest=newest))
        held: list[int] = []
        for level, number in chosen:
            parts = (made | grown if newest else made)[level, number]
            first, size = number * spread**level, spread**level
            held += range(first, first + size * parts // spread)
        assert held == list(range(count))
        highest = [at for at in chosen if at[0] == levels - 1 and at in made]
        most = (1 if newest else spread - 1) * (levels - 1)
        assert len(chosen) - len(highest) <= most


def test_a_late_act_and_a_correction_change_the_answer_and_no_whole_stratum(
    chancery: Chancery,
) -> None:
    for number in range(20):
        signed(chancery, number, f"{1950 + number}-05-01")
    assert levels(chancery) == {0, 1, 2}
    with chancery._store.read() as reader:
        bare = reader.bare()
        ends = bare.strata(PAIR).ends
        kept = [at for at in bare.strata(PAIR).kept if at not in growing_now(len(ends))]
        before = {name: bare.segments(PAIR, *name) for name in kept}
    known = agree(chancery, "1960-01-01")
    signed(chancery, 99, "1951-01-01")
    told = event("agreement.signed", "1949", parties=between("FRA", "DEU"))
    chancery.correct("a:3", 1, told, "a misprint", recorded_by="editor")
    assert agree(chancery, "1960-01-01", 20)["agreements"] == known["agreements"]
    assert agree(chancery, "1960-01-01")["agreements"] != known["agreements"]
    with chancery._store.read() as reader:
        after = {name: reader.bare().segments(PAIR, *name) for name in before}
    assert before == after
    assert list(chancery.verify()) == []


def test_when_all_that_strata_name_was_retracted_the_rest_is_found(chancery: Chancery) -> None:
    for number in range(60):
        signed(chancery, number, format_day(712_000 + number))
    visit = event("visit.held", "1949-05-01", parties=visit_of("FRA", "DEU"))
    chancery.append("old", [visit], recorded_by="clerk")
    for number in range(59, 9, -1):
        chancery.retract(f"a:{number}", 1, "never signed", recorded_by="editor")
    state = agree(chancery, "1960-01-01")
    assert [line["act_id"] for line in state["agreements"]["signed"]] == [
        f"a:{number}" for number in range(9, -1, -1)
    ]
    assert state["visits"]["last_held"]["FRA"]["act_id"] == "old"
    agree(chancery, "1960-01-01", 61)
    agree(chancery, "1950-06-01", 90)


def test_a_first_contact_that_was_retracted_gives_way_to_the_next(chancery: Chancery) -> None:
    for number in range(30):
        signed(chancery, number, f"{1920 + number}")
    for number in range(20):
        chancery.retract(f"a:{number}", 1, "never signed", recorded_by="editor")
    assert agree(chancery, "1990-01-01")["contact"]["first"] == "1940"
    assert agree(chancery, "1990-01-01", 35)["contact"]["first"] == "1925"


def test_an_erasure_lays_anew_what_it_reaches_and_nothing_before(chancery: Chancery) -> None:
    for number in range(30):
        signed(chancery, number, f"{1920 + number}")
    with chancery._store.read() as reader:
        first = reader.bare().segments(PAIR, 1, 0)
    chancery.erase("a:25", 1, "a court's order", recorded_by="court")
    with chancery._store.read() as reader:
        assert reader.bare().segments(PAIR, 1, 0) == first
    for position in (10, 20, 26, 30, 31):
        state = agree(chancery, "1990-01-01", position)
        assert [line["act_id"] for line in state["erased"]] == ["a:25"] * (position > 25)
    assert list(chancery.verify()) == []


@pytest.mark.parametrize("acts", range(12, 20))
def test_an_erasure_near_the_end_leaves_the_strata_that_grow(chancery: Chancery, acts: int) -> None:
    for number in range(acts):
        signed(chancery, number, f"{1920 + number}")
    chancery.erase(f"a:{acts - 2}", 1, "a court's order", recorded_by="court")
    agree(chancery, "1990-01-01")
    assert list(chancery.verify()) == []


def test_a_rebuild_lays_the_same_strata(chancery: Chancery) -> None:
    for number in range(30):
        signed(chancery, number, f"{1920 + number}")
    chancery.retract("a:3", 1, "never signed", recorded_by="editor")
    before = agree(chancery, "1940-01-01"), levels(chancery)
    chancery.rebuild()
    assert before == (agree(chancery, "1940-01-01"), levels(chancery))
    assert list(chancery.verify()) == []


def test_acts_of_the_last_12_months_are_those_begun_since_the_day_a_year_ago(
    chancery: Chancery,
) -> None:
    for number in range(40):
        talk = event("talk.held", format_day(712_000 + 31 * number), parties=between("FRA", "DEU"))
        chancery.append(f"t:{number}", [talk], recorded_by="clerk")
    assert agree(chancery, format_day(712_000 + 31 * 30))["contact"]["last_12_months"] == 12


def test_what_a_stratum_joins_is_the_sum_of_its_parts(chancery: Chancery) -> None:
    for number in range(32):
        signed(chancery, number, f"19{(number * 37) % 90 + 10}-05-01")
    grown = growing_now(16)
    assert grown == {(2, 1): 2}
    with chancery._store.read() as reader, reader.strata() as strata:
        for level, number in reader.bare().strata(PAIR).kept:
            if level == 0:
                continue
            for day in (700_000, 705_000, 710_000, LAST_DAY - 1):
                whole = held(strata, level, number, day)
                joined = grown.get((level, number), FINE.spread)
                first = FINE.spread * number
                parts = [held(strata, level - 1, first + n, day) for n in range(joined)]
                assert whole == sum_of(parts)


def held(strata: Any, level: int, number: int, day: int) -> dict[int, int]:
    """How many changes of each shape hold on a day, by one stratum."""
    segments = strata.segments(PAIR, [(level, number)], day)
    if not segments:
        return {}
    (told,) = segments
    before = dict(zip(told.shapes, told.numbers, strict=True))
    moves = told.moves
    entries = zip(moves.days, moves.shapes, moves.signs, strict=True)
    return sum_of([before, *({shape: sign} for at, shape, sign in entries if at <= day)])


def sum_of(parts: list[dict[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in parts:
        for shape, number in part.items():
            found[shape] = found.get(shape, 0) + number
    return {shape: number for shape, number in found.items() if number}


@pytest.mark.parametrize("told", ["{", "{}", '{"stretch": 0}', '{"spread": 1}', '{"other": 1}'])
def test_a_store_whose_grain_was_altered_is_not_opened_with_another(
    tmp_path: Path, told: str
) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    open_sqlite(url, lambda: 0, grain=FINE).close()
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'grain'", (told,))
    connection.close()
    with pytest.raises(StoreUnavailable, match="sizes of its strata"):
        open_sqlite(url, lambda: 0)
