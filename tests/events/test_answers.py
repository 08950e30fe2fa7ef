"""Answers on both axes: the index is only a faster way, and no past answer ever changes.

But for a lawful erasure, after which what rested on the erased content says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import combinations
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.acts import Act, InvalidEvent
from domain.dates import format_day
from events.application import Chancery, open_chancery
from events.errors import InvalidBasis, NoSuchVersion, UnknownAct, VersionConflict
from events.query.basis import resolve
from events.query.differences import difference, whole_difference
from events.registry import load_registry
from events.segments import SIZES, Sizes
from events.store.sqlite.store import open_sqlite
from events.write.commands import AddEvents, CorrectEvent, EraseEvent, RecordAct, RetractEvent
from tests.domain.given import between, event, visit_of
from tests.domain.histories import DAYS, FIRST, PARTIES, acts, bodies, parties_of
from tests.events.plain import plain_state

#: Runs of a few deltas, and of some more with segments as short as may be.
FINE = Sizes(batch=2, spread=3, levels=3, segment=2, items=21, settings=1)
COARSE = Sizes(batch=9, spread=3, levels=2, segment=1, items=22, settings=2)
PAIRS = ["-".join(pair) for pair in combinations(PARTIES, 2)]
#: Most days of the histories, and the years after, when all of them is certain.
LATE_DAYS = st.one_of(DAYS, st.just(FIRST + 2_000))
HOUR = 3_600_000_000
NOON = 1_767_268_800_000_000  # 2026-01-01T12:00:00Z


class Ticking:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> int:
        return self.now


@contextmanager
def opened(clock: Ticking | None = None) -> Iterator[Chancery]:
    chancery = open_chancery("sqlite:///:memory:", clock=clock or Ticking())
    try:
        yield chancery
    finally:
        chancery.close()


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    with opened() as chancery:
        yield chancery


BACK = st.tuples(st.integers(0, 8), st.integers(0, 8))


class Histories(RuleBasedStateMachine):
    """Acts are told, added to, corrected, retracted, erased; every past answer is asked again."""

    @initialize(sizes=st.sampled_from([SIZES, FINE, COARSE]))
    def begin(self, sizes: Sizes) -> None:
        self.clock = Ticking()
        store = open_sqlite("sqlite:///:memory:", self.clock, sizes=sizes)
        self.chancery = Chancery(store, load_registry(), self.clock)
        self.chancery.admin.rebuild()
        self.acts: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.answered: dict[tuple[str, str, int], bytes] = {}

    def teardown(self) -> None:
        if hasattr(self, "chancery"):
            self.chancery.close()

    @rule(history=acts())
    def tell(self, history: list[Act]) -> None:
        for act in history:
            act_id = f"{act.act_id}.{len(self.acts)}"
            self.acts[act_id] = act.kind, act.codes
            events = [dict(fact.event.body) for fact in act.facts]
            self.chancery.commands.execute(RecordAct(act_id, events, recorded_by="clerk"))
        self.clock.now += HOUR

    def _some(self, data: st.DataObject) -> str | None:
        return data.draw(st.sampled_from(sorted(self.acts))) if self.acts else None

    @rule(data=st.data())
    def add(self, data: st.DataObject) -> None:
        act_id = self._some(data)
        if act_id:
            body = data.draw(bodies(*self.acts[act_id]))
            self.chancery.commands.execute(AddEvents(act_id, [body], recorded_by="clerk"))

    @rule(data=st.data())
    def correct(self, data: st.DataObject) -> None:
        act_id = self._some(data)
        if not act_id:
            return
        kind, codes = self.acts[act_id]
        body = data.draw(bodies(kind, codes)) | {"parties": parties_of(kind, codes)}
        version = data.draw(st.integers(1, 6))
        try:
            self.chancery.commands.execute(
                CorrectEvent(act_id, version, body, "misread", recorded_by="editor")
            )
        except NoSuchVersion:
            return
        except InvalidEvent as error:
            if [problem.got for problem in error.problems] != ["the same"]:
                raise

    @rule(data=st.data())
    def retract(self, data: st.DataObject) -> None:
        act_id = self._some(data)
        if not act_id:
            return
        version = data.draw(st.integers(1, 6))
        with suppress(NoSuchVersion):
            self.chancery.commands.execute(
                RetractEvent(act_id, version, "never happened", recorded_by="editor")
            )

    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        """The one lawful exception: what rested on the erased content says so, and only that."""
        act_id = self._some(data)
        if not act_id:
            return
        version = data.draw(st.integers(1, 6))
        try:
            receipt = self.chancery.commands.execute(
                EraseEvent(act_id, version, "a court's order", recorded_by="court")
            )
        except NoSuchVersion:
            return
        erasure = self.chancery.query.history(act_id)["records"][receipt.version - 1]["body"]
        first = min(entry["position"] for entry in erasure["records"])
        for (pair, as_of, position), state in self.answered.items():
            now = self.chancery.query.state(pair, as_of, position)
            if orjson.dumps(now) != state:
                assert position >= first
                assert act_id in {line["act_id"] for line in now["erased"]}
                self.answered[pair, as_of, position] = orjson.dumps(now)

    @rule(day=LATE_DAYS, back=st.integers(0, 8))
    def ask(self, day: int, back: int) -> None:
        head = self.chancery.query.head().position
        as_of = format_day(day)
        with self.chancery._store.read() as reader:
            records = reader.records(0, 10_000)
            bases = [
                resolve(reader, self.clock, as_of, position)
                for position in sorted({head, max(head - back, 0)})
            ]
        for basis in bases:
            for pair in PAIRS:
                state = orjson.dumps(self.chancery.query.state(pair, as_of, basis.position))
                plain = plain_state(records, self.chancery.registry, pair, basis)
                assert state == orjson.dumps(plain)
                assert self.answered.setdefault((pair, as_of, basis.position), state) == state

    @rule()
    def rebuild(self) -> None:
        self.chancery.admin.rebuild()

    @rule()
    def ask_everything_again(self) -> None:
        for (pair, as_of, position), state in self.answered.items():
            assert orjson.dumps(self.chancery.query.state(pair, as_of, position)) == state

    @rule(pair=st.sampled_from(PAIRS), days=st.tuples(LATE_DAYS, LATE_DAYS), back=BACK)
    def compare(self, pair: str, days: tuple[int, int], back: tuple[int, int]) -> None:
        head = self.chancery.query.head().position
        with self.chancery._store.read() as reader:
            bases = [
                resolve(reader, self.clock, format_day(day), max(head - less, 0))
                for day, less in zip(days, back, strict=True)
            ]
            given = reader, self.chancery.registry, pair, *bases
            assert orjson.dumps(difference(*given)) == orjson.dumps(whole_difference(*given))

    @rule(pair=st.sampled_from(PAIRS), day=DAYS)
    def replay(self, pair: str, day: int) -> None:
        as_of = format_day(day)
        steps = list(self.chancery.query.replay(pair, "recorded", as_of))
        assert [s["position"] for s in steps] == sorted({s["position"] for s in steps})
        if not steps:
            assert self.chancery.query.diff_knowledge(pair, as_of, 0)["changes"] == []
        for step in steps:
            learnt = self.chancery.query.diff_knowledge(
                pair, as_of, step["position"] - 1, step["position"]
            )
            assert learnt["changes"] == step["changes"]

    @invariant()
    def nothing_is_found(self) -> None:
        if hasattr(self, "chancery"):
            assert [str(finding) for finding in self.chancery.admin.verify()] == []


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=18,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

VISIT = event("visit.held", "2014-01-12", parties=visit_of("FRA", "DEU"), title="A visit")


def test_a_correction_of_today_changes_todays_answer_for_2014_and_not_yesterdays() -> None:
    clock = Ticking()
    with opened(clock) as chancery:
        chancery.commands.execute(RecordAct("v", [VISIT], recorded_by="clerk"))
        clock.now += 24 * HOUR
        yesterday = "2026-01-01T18:00:00Z"
        before = orjson.dumps(chancery.query.state("DEU-FRA", "2014-06-30", yesterday))
        corrected = VISIT | {"date": "2014-12-01"}
        chancery.commands.execute(
            CorrectEvent("v", 1, corrected, "day and month were swapped", recorded_by="editor")
        )
        assert orjson.dumps(chancery.query.state("DEU-FRA", "2014-06-30", yesterday)) == before
        now = chancery.query.state("DEU-FRA", "2014-06-30")
        assert now["visits"]["last_held"]["FRA"] is None
        held = chancery.query.state("DEU-FRA", "2014-12-01")["visits"]["last_held"]["FRA"]
        assert held["date"] == "2014-12-01"
        learnt = chancery.query.diff_knowledge("DEU-FRA", "2014-06-30", yesterday)
        assert {step["path"] for step in learnt["changes"]} >= {"visits.last_held.FRA"}


def test_a_retracted_event_is_reinstated_by_correcting_it(chancery: Chancery) -> None:
    chancery.commands.execute(RecordAct("v", [VISIT], recorded_by="clerk"))
    chancery.commands.execute(RetractEvent("v", 1, "a hoax", recorded_by="editor"))
    assert chancery.query.state("DEU-FRA", "2020-01-01")["contact"]["acts"] == {}
    with pytest.raises(NoSuchVersion, match="retracted already"):
        chancery.commands.execute(RetractEvent("v", 1, "again", recorded_by="editor"))
    chancery.commands.execute(
        CorrectEvent("v", 1, VISIT, "no hoax after all", recorded_by="editor")
    )
    assert chancery.query.state("DEU-FRA", "2020-01-01")["contact"]["acts"] == {"visit": 1}
    fates = [chancery.query.state("DEU-FRA", "2020-01-01", p)["contact"]["acts"] for p in range(4)]
    assert fates == [{}, {"visit": 1}, {}, {"visit": 1}]
    history = chancery.query.history("v")
    assert history["events"] == [
        {"version": 1, "type": "visit.held", "fate": "corrected", "records": [1, 2, 3]}
    ]


def test_a_correction_is_not_itself_corrected_but_names_what_to_correct(
    chancery: Chancery,
) -> None:
    chancery.commands.execute(RecordAct("v", [VISIT], recorded_by="clerk"))
    chancery.commands.execute(
        CorrectEvent("v", 1, VISIT | {"date": "2014-02"}, "a month", recorded_by="editor")
    )
    with pytest.raises(NoSuchVersion, match="corrects version 1"):
        chancery.commands.execute(CorrectEvent("v", 2, VISIT, "back", recorded_by="editor"))


def test_of_a_retracted_event_nobody_is_left_but_whom_others_name(chancery: Chancery) -> None:
    opening = {"parties": visit_of("FRA", "DEU")}
    announced = event("visit.announced", "2013-12-01", planned_for="2014-01") | opening
    held = event("visit.held", "2014-01-12")
    for act_id, events in (("v", [announced, held]), ("w", [announced, held | opening])):
        chancery.commands.execute(RecordAct(act_id, events, recorded_by="clerk"))
        chancery.commands.execute(
            RetractEvent(act_id, 1, "it was never announced", recorded_by="editor")
        )
    state = chancery.query.state("DEU-FRA", "2014-02-01")
    assert state["visits"]["last_held"]["FRA"]["act_id"] == "w"
    assert state["contact"]["acts"] == {"visit": 1}


def test_recorded_at_never_runs_backwards_when_the_clock_does() -> None:
    clock = Ticking()
    with opened(clock) as chancery:
        first = chancery.commands.execute(RecordAct("a", [VISIT], recorded_by="clerk"))
        clock.now -= 24 * HOUR
        second = chancery.commands.execute(RecordAct("b", [VISIT], recorded_by="clerk"))
        assert second.recorded_at > first.recorded_at
        for receipt, position in ((first, 1), (second, 2)):
            state = chancery.query.state("DEU-FRA", known_at=receipt.recorded_at)
            assert state["basis"]["position"] == position


@pytest.mark.parametrize(
    ("as_of", "known_at", "where"),
    [
        ("2023-02-29", None, "as_of"),
        ("2023-02", None, "as_of"),
        ("yesterday", None, "as_of"),
        (None, "2199-01-01", "known_at"),
        (None, "2026-01-01T12:00:00", "known_at"),
        (None, 7, "known_at"),
        (None, "-1", "known_at"),
        (None, "soon", "known_at"),
        (None, "9" * 40, "known_at"),
    ],
)
def test_a_basis_that_cannot_be_is_refused_by_name(
    chancery: Chancery, as_of: str | None, known_at: Any, where: str
) -> None:
    with pytest.raises(InvalidBasis) as caught:
        chancery.query.state("DEU-FRA", as_of, known_at)
    assert caught.value.where == where


def test_the_same_basis_gives_the_same_bytes_whatever_came_after() -> None:
    clock = Ticking()
    with opened(clock) as chancery:
        chancery.commands.execute(RecordAct("v", [VISIT], recorded_by="clerk"))
        one = chancery.query.state("DEU-FRA", "2015-01-01", 1)
        clock.now += HOUR
        chancery.commands.execute(RecordAct("w", [VISIT | {"date": "2013"}], recorded_by="clerk"))
        assert chancery.query.state("DEU-FRA", "2015-01-01", 1) == one
        assert (
            chancery.query.state("DEU-FRA", "2015-01-01")["basis"]["digest"]
            != one["basis"]["digest"]
        )


def test_a_list_is_bounded_and_its_cursor_leads_through_the_rest(chancery: Chancery) -> None:
    for number in range(120):
        signed = event("agreement.signed", f"19{number % 60 + 20}", parties=between("FRA", "DEU"))
        chancery.commands.execute(RecordAct(f"a:{number}", [signed], recorded_by="clerk"))
    state = chancery.query.state("DEU-FRA", "2000-01-01")
    listed = state["agreements"]["signed"]
    more = state["more"]["agreements.signed"]
    assert (len(listed), more["count"]) == (5, 120)
    seen = [line["act_id"] for line in listed]
    cursor = more["cursor"]
    while cursor:
        page = chancery.query.state_items("DEU-FRA", "agreements.signed", cursor, "2000-01-01")
        seen += [line["act_id"] for line in page["items"]]
        cursor = page["cursor"]
    assert len(seen) == len(set(seen)) == 120


def test_a_stale_version_loses_and_an_unknown_act_is_unknown(chancery: Chancery) -> None:
    chancery.commands.execute(RecordAct("v", [VISIT], recorded_by="clerk"))
    note = event("visit.held", "2014-01-13")
    chancery.commands.execute(AddEvents("v", [note], recorded_by="clerk", expected_version=1))
    with pytest.raises(VersionConflict) as caught:
        chancery.commands.execute(AddEvents("v", [note], recorded_by="clerk", expected_version=1))
    assert (caught.value.expected, caught.value.actual) == (1, 2)
    with pytest.raises(UnknownAct):
        chancery.commands.execute(AddEvents("w", [note], recorded_by="clerk"))


def test_a_timeline_pages_by_valid_day_and_holds_many_party_acts(chancery: Chancery) -> None:
    for number in range(7):
        visit = VISIT | {"date": f"20{10 + number}"}
        chancery.commands.execute(RecordAct(f"v:{number}", [visit], recorded_by="clerk"))
    summit = event("talk.held", "2013-06-17", parties=between("FRA", "DEU", "GBR"))
    chancery.commands.execute(RecordAct("summit", [summit], recorded_by="clerk"))
    seen: list[str] = []
    cursor = None
    while True:
        page = chancery.query.timeline("DEU-FRA", day_from="2011-06-01", limit=3, cursor=cursor)
        seen += [line["act_id"] for line in page["events"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert seen == ["v:1", "v:2", "v:3", "summit", "v:4", "v:5", "v:6"]


def test_progress_towards_a_target_is_a_change_of_the_act_that_set_it(chancery: Chancery) -> None:
    target = {"name": "trade", "value": 2_000, "unit": "USD"}
    proposed = event(
        "proposal.tabled",
        "2014-01-10",
        parties=parties_of("proposal", ("FRA", "DEU")),
        target=target,
    )
    chancery.commands.execute(RecordAct("p", [proposed], recorded_by="clerk"))
    figure = {"name": "trade", "value": 1_000, "unit": "USD"}
    talk = event("talk.held", "2014-03-01", parties=between("FRA", "DEU"), figures=[figure])
    chancery.commands.execute(RecordAct("t", [talk], recorded_by="clerk"))
    changed = chancery.query.diff_dates("DEU-FRA", "2014-02-01", "2014-04-01")["changes"]
    (line,) = [step for step in changed if step["path"] == "proposals.open"]
    assert line["act_id"] == "p"
    assert (line["before"]["reached"], line["after"]["reached"]) == (None, 0.5)
