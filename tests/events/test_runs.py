"""Runs are only a faster way: answers are the plain fold's, however finely they are laid."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import LAST_DAY, format_day
from events.application import Chancery
from events.errors import StoreUnavailable
from events.query.basis import resolve
from events.registry import load_registry
from events.segments import Sizes
from events.segments.fenwick import cover, joined, span
from events.store.sqlite.store import open_sqlite
from events.write.commands import CorrectEvent, EraseEvent, RecordAct, RetractEvent
from tests.domain.given import between, event, visit_of
from tests.events.plain import plain_state

#: So fine that a score of acts makes runs of every level.
FINE = Sizes(batch=2, spread=3, levels=3, segment=2, items=21, settings=1)
PAIR = "DEU-FRA"


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    store = open_sqlite("sqlite:///:memory:", lambda: 1_767_268_800_000_000, sizes=FINE)
    chancery = Chancery(store, load_registry(), lambda: 1_767_268_800_000_000)
    chancery.admin.rebuild()  # as an empty store is opened: its index is of this edition
    yield chancery
    chancery.close()


def signed(chancery: Chancery, number: int, date: str) -> None:
    body = event("agreement.signed", date, parties=between("FRA", "DEU"))
    chancery.commands.execute(RecordAct(f"a:{number}", [body], recorded_by="clerk"))


def kept(chancery: Chancery, relationship: str = PAIR) -> list[int]:
    """The numbers of the runs there are."""
    with chancery._store.read() as reader:
        return reader.bare().runs(relationship).kept


def agree(chancery: Chancery, as_of: str, position: int | None = None) -> dict[str, Any]:
    """The answer, which is the plain fold's, byte for byte."""
    with chancery._store.read() as reader:
        records = reader.records(0, 10_000)
        basis = resolve(reader, lambda: 1_767_268_800_000_000, as_of, position)
    state = chancery.query.state(PAIR, as_of, position)
    plain = plain_state(records, chancery.registry, PAIR, basis)
    assert orjson.dumps(state) == orjson.dumps(plain)
    return state


@given(st.integers(0, 600), st.integers(2, 5), st.integers(1, 4))
def test_a_cover_holds_each_batch_once_in_one_run_a_level(
    count: int, spread: int, levels: int
) -> None:
    sizes = Sizes(spread=spread, levels=levels)
    chosen = list(cover(count, sizes))
    assert held_by(reversed(chosen), sizes) == list(range(1, count + 1))
    highest = [number for number in chosen if span(number, sizes) == spread ** (levels - 1)]
    assert len(chosen) - len(highest) <= levels - 1


@given(st.integers(1, 600), st.integers(2, 5), st.integers(1, 4))
def test_a_run_joins_earlier_ones_with_its_own_batch(number: int, spread: int, levels: int) -> None:
    sizes = Sizes(spread=spread, levels=levels)
    parts = [*reversed(list(joined(number, sizes)))]
    assert [*held_by(parts, sizes), number] == held_by([number], sizes)


def held_by(runs: Iterable[int], sizes: Sizes) -> list[int]:
    """The batches that runs join."""
    return [one for n in runs for one in range(n - span(n, sizes) + 1, n + 1)]


def test_a_late_act_and_a_correction_change_the_answer_and_no_run(
    chancery: Chancery,
) -> None:
    for number in range(20):
        signed(chancery, number, f"{1950 + number}-05-01")
    with chancery._store.read() as reader:
        bare = reader.bare()
        before = {number: bare.segments(PAIR, number) for number in bare.runs(PAIR).kept}
    assert {span(number, FINE) for number in before} == {1, 2, 3, 6, 9}
    known = agree(chancery, "1960-01-01")
    signed(chancery, 99, "1951-01-01")
    body = event("agreement.signed", "1949", parties=between("FRA", "DEU"))
    chancery.commands.execute(CorrectEvent("a:3", 1, body, "a misprint", recorded_by="editor"))
    assert agree(chancery, "1960-01-01", 20)["agreements"] == known["agreements"]
    assert agree(chancery, "1960-01-01")["agreements"] != known["agreements"]
    with chancery._store.read() as reader:
        after = {number: reader.bare().segments(PAIR, number) for number in before}
    assert before == after
    assert list(chancery.admin.verify()) == []


def test_when_all_that_runs_name_was_retracted_the_rest_is_found(chancery: Chancery) -> None:
    for number in range(60):
        signed(chancery, number, format_day(712_000 + number))
    visit = event("visit.held", "1949-05-01", parties=visit_of("FRA", "DEU"))
    chancery.commands.execute(RecordAct("old", [visit], recorded_by="clerk"))
    for number in range(59, 9, -1):
        chancery.commands.execute(
            RetractEvent(f"a:{number}", 1, "never signed", recorded_by="editor")
        )
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
        chancery.commands.execute(
            RetractEvent(f"a:{number}", 1, "never signed", recorded_by="editor")
        )
    assert agree(chancery, "1990-01-01")["contact"]["first"] == "1940"
    assert agree(chancery, "1990-01-01", 35)["contact"]["first"] == "1925"


def test_an_erasure_lays_anew_what_it_reaches_and_nothing_before(chancery: Chancery) -> None:
    for number in range(30):
        signed(chancery, number, f"{1920 + number}")
    with chancery._store.read() as reader:
        first = reader.bare().segments(PAIR, 9)
    chancery.commands.execute(EraseEvent("a:25", 1, "a court's order", recorded_by="court"))
    with chancery._store.read() as reader:
        assert reader.bare().segments(PAIR, 9) == first != []
    for position in (10, 20, 26, 30, 31):
        state = agree(chancery, "1990-01-01", position)
        assert [line["act_id"] for line in state["erased"]] == ["a:25"] * (position > 25)
    assert list(chancery.admin.verify()) == []


@pytest.mark.parametrize("acts", range(12, 20))
def test_an_erasure_near_the_end_leaves_runs_of_every_size(chancery: Chancery, acts: int) -> None:
    for number in range(acts):
        signed(chancery, number, f"{1920 + number}")
    chancery.commands.execute(
        EraseEvent(f"a:{acts - 2}", 1, "a court's order", recorded_by="court")
    )
    agree(chancery, "1990-01-01")
    assert list(chancery.admin.verify()) == []


def test_a_rebuild_lays_the_same_runs(chancery: Chancery) -> None:
    for number in range(30):
        signed(chancery, number, f"{1920 + number}")
    chancery.commands.execute(RetractEvent("a:3", 1, "never signed", recorded_by="editor"))
    before = agree(chancery, "1940-01-01"), kept(chancery)
    chancery.admin.rebuild()
    assert before == (agree(chancery, "1940-01-01"), kept(chancery))
    assert list(chancery.admin.verify()) == []


def test_acts_of_the_last_12_months_are_those_begun_since_the_day_a_year_ago(
    chancery: Chancery,
) -> None:
    for number in range(40):
        talk = event("talk.held", format_day(712_000 + 31 * number), parties=between("FRA", "DEU"))
        chancery.commands.execute(RecordAct(f"t:{number}", [talk], recorded_by="clerk"))
    assert agree(chancery, format_day(712_000 + 31 * 30))["contact"]["last_12_months"] == 12


def test_an_act_that_was_taken_back_is_counted_no_longer(chancery: Chancery) -> None:
    for number in range(30):
        talk = event("talk.held", format_day(712_000 + 31 * number), parties=between("FRA", "DEU"))
        chancery.commands.execute(RecordAct(f"t:{number}", [talk], recorded_by="clerk"))
    before = chancery.query.head().position
    for number in range(12, 22, 2):
        chancery.commands.execute(
            RetractEvent(f"t:{number}", 1, "never held", recorded_by="editor")
        )
    asked = format_day(712_000 + 31 * 22)
    assert agree(chancery, asked)["contact"]["last_12_months"] == 7
    assert agree(chancery, asked, before)["contact"]["last_12_months"] == 12
    with chancery._store.read() as reader, reader.runs() as runs:
        numbers = reader.bare().runs(PAIR).kept
        days = [712_000 + 31 * number for number in range(-1, 31)]
        counted = [(one, day, begun_by(runs, one, day)) for one in numbers for day in days]
        # Of the same days, by what each entry does.
        assert counted == [(one, day, acts_of(runs, one, day)) for one in numbers for day in days]
        assert min(number for _, _, number in counted) < 0


def begun_by(runs: Any, one: int, day: int) -> int:
    """How many acts a run counts by a day."""
    return sum(rested.upto(day) for rested in runs.rested(PAIR, [one], day))


def acts_of(runs: Any, one: int, day: int) -> int:
    """The same, by the signatures that hold on it."""
    return sum(
        times * runs.signature(signature).acts for signature, times in held(runs, one, day).items()
    )


def test_what_a_run_joins_is_the_sum_of_its_parts(chancery: Chancery) -> None:
    for number in range(32):
        signed(chancery, number, f"19{(number * 37) % 90 + 10}-05-01")
    with chancery._store.read() as reader, reader.runs() as runs:
        ends = {0: 0} | dict(reader.bare().runs(PAIR).ends)
        for number in ends.keys() - {0}:
            parts = list(joined(number, FINE))
            own = runs.deltas(PAIR, ends[number - 1], ends[number])
            for day in (700_000, 705_000, 710_000, LAST_DAY - 1):
                batch = [
                    {delta.row.signature: delta.sign}
                    for delta in own
                    if delta.row.day <= day < delta.row.until
                ]
                whole = held(runs, number, day)
                assert whole == sum_of([*batch, *(held(runs, part, day) for part in parts)])


def held(runs: Any, number: int, day: int) -> dict[int, int]:
    """How many changes of each signature hold on a day, by one run."""
    segments = runs.segments(PAIR, [number], day)
    if not segments:
        return {}
    (segment,) = segments
    before = dict(zip(segment.net, segment.numbers, strict=True))
    entries = zip(segment.days, segment.signatures, segment.signs, strict=True)
    return sum_of([before, *({signature: sign} for at, signature, sign in entries if at <= day)])


def sum_of(parts: list[dict[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in parts:
        for signature, number in part.items():
            found[signature] = found.get(signature, 0) + number
    return {signature: number for signature, number in found.items() if number}


@pytest.mark.parametrize("size", ["{", "{}", '{"batch": 0}', '{"spread": 1}', '{"other": 1}'])
def test_a_store_whose_sizes_was_altered_is_not_opened_with_another(
    tmp_path: Path, size: str
) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    open_sqlite(url, lambda: 0, sizes=FINE).close()
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'grain'", (size,))
    connection.close()
    with pytest.raises(StoreUnavailable, match="sizes of its runs"):
        open_sqlite(url, lambda: 0)
