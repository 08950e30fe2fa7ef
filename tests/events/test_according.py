"""According to one source: what it alone tells, on both axes, and nothing that others tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import combinations, groupby, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.acts import Act, Fact, InvalidEvent, make_act, read_event
from domain.dates import day_of
from domain.relationship import Answer, Summary, answer, changes, compare, render
from events.application import Chancery, open_chancery
from events.errors import InvalidBasis, NoSuchVersion
from events.log.record import CORRECTED, RETRACTED, Record, utc_day
from events.query.answer_types import State
from events.query.answers import sealed, with_coverage
from events.query.basis import resolve
from events.write.commands import AddEvents, CorrectEvent, EraseEvent, RecordAct, RetractEvent
from tests.domain.given import between, event, visit_of
from tests.domain.histories import PARTIES, acts

Json = dict[str, Any]
PAIRS = ["-".join(pair) for pair in combinations(PARTIES, 2)]
DAYS = ("1995-03-31", "1996-12-31", "2010-01-01")
#: Who records in the histories: two imports, and a person who cites a title or nothing.
GAZETTE, LIST, CLERK, TITLE = "gazette", "list", "clerk", "The Times"
SOURCES = (GAZETTE, LIST, CLERK, TITLE)
HOUR = 3_600_000_000


class Clock:
    def __init__(self) -> None:
        self.now = 1_767_268_800_000_000

    def __call__(self) -> int:
        self.now += 9 * HOUR
        return self.now


@contextmanager
def opened() -> Iterator[Chancery]:
    chancery = open_chancery("sqlite:///:memory:", clock=Clock())
    try:
        yield chancery
    finally:
        chancery.close()


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    with opened() as chancery:
        yield chancery


def by(source: str) -> str:
    """Who records what a source says."""
    return f"import:{source}" if source in (GAZETTE, LIST) else CLERK


def said(body: Json, source: str) -> Json:
    """A body as it comes from a source."""
    rest = {name: value for name, value in body.items() if name != "sources"}
    return rest | ({"sources": [{"title": TITLE}]} if source == TITLE else {})


# The oracle: of each event version the words that one source has in force, read one by one.


def says(record: Record, source: str) -> bool:
    if record.type == RETRACTED:
        return False
    titles = [cited["title"] for cited in (record.wording or {}).get("sources", ())]
    own = [] if record.recorded_by == CLERK else [record.recorded_by.removeprefix("import:")]
    return source in (titles + own or [record.recorded_by])


def in_force(records: list[Record], source: str) -> Record | None:
    """What a source says of a version, of all records about it."""
    found: Record | None = None
    for record in records:
        if says(record, source):
            found = record
        elif record.type == RETRACTED or (found and found.recorded_by == record.recorded_by):
            found = None
    return found


def plain_acts(records: list[Record], source: str) -> list[Act]:
    """Every act as one source alone tells it."""

    def version_of(record: Record) -> int:
        about = record.type in (CORRECTED, RETRACTED) and record.body is not None
        return record.body["version"] if about and record.body else record.version

    found: list[Act] = []
    ordered = sorted(records, key=lambda record: (record.act_id, record.version))
    for act_id, stream in groupby(ordered, key=lambda record: record.act_id):
        whole = list(stream)
        kind = whole[0].type.partition(".")[0]
        facts: list[Fact] = []
        for version in sorted({version_of(record) for record in whole}):
            held = in_force([r for r in whole if version_of(r) == version], source)
            if held is not None:
                day = utc_day(held.recorded_at)
                facts.append(Fact(read_event(held.wording), version, held.position, day))
        found.append(make_act(act_id, kind, facts))
    return found


def plain_changes(chancery: Chancery, source: str, pair: str, position: int) -> list[Any]:
    records = [*chancery.query.raw_records(position)] if position else []
    return [
        change
        for act in plain_acts(records, source)
        for change in changes(act, chancery.registry)
        if change.relationship == pair
    ]


def agrees(chancery: Chancery, source: str, pair: str, day: str, position: int) -> None:
    """State, timeline and belief of a source, against the oracle."""
    registry = chancery.registry
    records = [*chancery.query.raw_records(position)]
    with chancery._store.read() as reader:
        basis = resolve(reader, Clock(), day, position, source)
    state = chancery.query.state(pair, day, position, source)
    told = plain_acts(records, source)
    found = plain_changes(chancery, source, pair, position)
    whole = render(answer(pair, found, basis.as_of), registry)
    whole = with_coverage(whole, [act for act in told if act.kind == "coverage"], basis)
    assert state == sealed(State, {**whole, "sources": state["sources"]}, basis, registry)

    events = chancery.query.timeline(pair, known_at=position, according_to=source, limit=500)
    codes = {*pair.split("-")}
    shown = sorted(
        (fact.event.date.earliest, fact.event.date.latest, fact.position)
        for act in told
        if codes <= {*act.codes}
        for fact in act.facts
    )
    assert [line["records"] for line in events["events"]] == [[at] for _, _, at in shown]

    believed = chancery.inspection.belief(pair, day, position, source)
    ends = [one["position"] for one in believed["days"]]
    states = [whole_state(chancery, source, pair, day, at) for at in (0, *ends)]
    expected = [compare(one, other) for one, other in pairwise(states)]
    assert [one["changes"] for one in believed["days"]] == expected
    assert len({utc_day(records[at - 1].recorded_at) for at in ends}) == len(ends)
    assert states[-1] == whole_state(chancery, source, pair, day, position)


def whole_state(chancery: Chancery, source: str, pair: str, day: str, position: int) -> Json:
    found = plain_changes(chancery, source, pair, position)
    summary = Summary.of(found, day_to=day_of(day) + 1)
    return render(Answer(pair, day_of(day), summary, 0), chancery.registry, most=None)


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(acts(), st.data())
def test_what_a_source_alone_tells_is_what_its_own_words_amount_to(
    history: list[Act], data: st.DataObject
):
    whose = st.sampled_from(SOURCES)
    with opened() as chancery:
        commands = chancery.commands
        for act in history:
            first, *others = (dict(fact.event.body) for fact in act.facts)
            source = data.draw(whose)
            commands.execute(RecordAct(act.act_id, [said(first, source)], recorded_by=by(source)))
            for body in others:
                source = data.draw(whose)
                added = AddEvents(act.act_id, [said(body, source)], recorded_by=by(source))
                commands.execute(added)
        for _ in range(data.draw(st.integers(0, 6))):
            act = data.draw(st.sampled_from(history))
            fact, source = data.draw(st.sampled_from(act.facts)), data.draw(whose)
            with suppress(NoSuchVersion, InvalidEvent):
                if data.draw(st.booleans()):
                    date = data.draw(st.sampled_from(["1994-06", "1995", "1996-02-02"]))
                    body = said(dict(fact.event.body) | {"date": date}, source)
                    corrected = CorrectEvent(
                        act.act_id, fact.version, body, "so", recorded_by=by(source)
                    )
                    commands.execute(corrected)
                else:
                    retracted = RetractEvent(act.act_id, fact.version, "no", recorded_by=by(source))
                    commands.execute(retracted)
        last = chancery.query.head().position
        for source in SOURCES:
            pair = data.draw(st.sampled_from(PAIRS))
            day, position = data.draw(st.sampled_from(DAYS)), data.draw(st.integers(1, last))
            agrees(chancery, source, pair, day, position)
            agrees(chancery, source, pair, DAYS[-1], last)


VISIT = event("visit.held", "2017-01-27", parties=visit_of("GBR", "USA"), title="May in Washington")


def record(chancery: Chancery, act_id: str, body: Json, source: str) -> None:
    chancery.commands.execute(RecordAct(act_id, [said(body, source)], recorded_by=by(source)))


def last_held(state: Json) -> str | None:
    line = state["visits"]["last_held"]["GBR"]
    return None if line is None else str(line["date"])


def test_each_source_is_answered_by_its_own_day_and_the_record_by_the_last_word(
    chancery: Chancery,
):
    record(chancery, "v:1", VISIT, GAZETTE)
    other = VISIT | {"date": "2017-01-26"}
    chancery.commands.execute(CorrectEvent("v:1", 1, other, "the diary", recorded_by=by(LIST)))

    def day(source: str | None, known_at: int | None = None) -> str | None:
        return last_held(chancery.query.state("GBR-USA", "2018-01-01", known_at, source))

    assert (day(None), day(GAZETTE), day(LIST)) == ("2017-01-26", "2017-01-27", "2017-01-26")
    assert (day(GAZETTE, 1), day(LIST, 1)) == ("2017-01-27", None)
    state = chancery.query.state("GBR-USA", "2018-01-01", according_to=LIST)
    assert state["sources"] == [GAZETTE, LIST]
    assert state["basis"]["according_to"] == LIST


def test_a_retraction_counts_for_every_source_and_a_word_of_ones_own_is_taken_back(
    chancery: Chancery,
):
    record(chancery, "v:1", VISIT, TITLE)
    record(chancery, "v:2", VISIT | {"date": "2018-01-27"}, GAZETTE)
    unsaid = said(VISIT, CLERK) | {"date": "2017-01-28"}
    chancery.commands.execute(CorrectEvent("v:1", 1, unsaid, "not there", recorded_by=CLERK))
    chancery.commands.execute(RetractEvent("v:2", 1, "no visit", recorded_by=CLERK))

    def asked(source: str, known_at: int) -> str | None:
        return last_held(chancery.query.state("GBR-USA", "2019-01-01", known_at, source))

    assert [asked(TITLE, n) for n in (2, 3)] == ["2017-01-27", None]
    assert [asked(CLERK, n) for n in (2, 3)] == [None, "2017-01-28"]
    assert [asked(GAZETTE, n) for n in (3, 4)] == ["2018-01-27", None]


def test_what_was_erased_may_have_been_of_any_source(chancery: Chancery):
    record(chancery, "v:1", VISIT, GAZETTE)
    chancery.commands.execute(RetractEvent("v:1", 1, "no visit", recorded_by=CLERK))
    record(chancery, "v:2", VISIT, GAZETTE)
    for act_id in ("v:1", "v:2"):
        chancery.commands.execute(EraseEvent(act_id, 1, "a court", recorded_by="admin"))

    for source in (GAZETTE, "anyone"):
        state = chancery.query.state("GBR-USA", "2019-01-01", 3, source)
        (line,) = state["erased"]
        assert line["act_id"] == "v:2"
        page = chancery.query.timeline("GBR-USA", known_at=3, according_to=source)
        assert [one["act_id"] for one in page["events"]] == ["v:2"]
        assert chancery.inspection.belief("GBR-USA", "2019-01-01", 3, source)["days"]


def test_coverage_is_that_which_the_source_claims(chancery: Chancery):
    claim = event("coverage.claimed", "2017", kinds=["visit"], title="Visits")
    record(chancery, "c:1", claim, GAZETTE)
    record(chancery, "v:1", VISIT, LIST)

    covered = {
        source: chancery.query.state("GBR-USA", "2017-06-01", according_to=source)["coverage"]
        for source in (GAZETTE, LIST)
    }
    assert covered[GAZETTE]
    assert not covered[LIST]


def test_pages_of_a_source_follow_one_another_and_are_narrowed(chancery: Chancery):
    for number in range(5):
        date = f"2017-01-2{number}"
        record(chancery, f"v:{number}", VISIT | {"date": date, "rank": "state"}, GAZETTE)
    record(chancery, "v:9", VISIT, GAZETTE)
    asked: Json = {"according_to": GAZETTE, "limit": 2}
    dates, cursor = [], None
    while True:
        page = chancery.query.timeline("GBR-USA", cursor=cursor, **asked)
        dates += [line["date"] for line in page["events"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert dates == [f"2017-01-2{number}" for number in (0, 1, 2, 3, 4, 7)]
    narrow = chancery.query.timeline(
        "GBR-USA", day_from="2017-01-21", day_to="2017-01-22", according_to=GAZETTE
    )
    assert [line["date"] for line in narrow["events"]] == ["2017-01-21", "2017-01-22"]


@pytest.mark.parametrize("name", ["", "x" * 2_001])
def test_what_cannot_name_a_source_is_refused(chancery: Chancery, name: str):
    with pytest.raises(InvalidBasis, match="according_to"):
        chancery.query.state("GBR-USA", according_to=name)


def test_without_a_source_the_basis_says_nothing_of_it(chancery: Chancery):
    record(chancery, "t:1", event("talk.held", "2017-02-01", parties=between("GBR", "USA")), LIST)
    state = chancery.query.state("GBR-USA")
    assert "according_to" not in state["basis"]
    assert "sources" not in state


def test_a_list_of_a_source_goes_on_where_its_state_stops(chancery: Chancery):
    for number in range(60):
        planned = event(
            "visit.announced", "2017-01-02", parties=visit_of("GBR", "USA"), planned_for="2030"
        )
        record(chancery, f"v:{number}", planned, GAZETTE if number < 55 else LIST)
    state = chancery.query.state("GBR-USA", "2018-01-01", according_to=GAZETTE)
    more = state["more"]["visits.planned"]
    assert more["count"] == 55

    shown = [line["act_id"] for line in state["visits"]["planned"]]
    cursor = more["cursor"]
    while cursor is not None:
        page = chancery.query.state_items(
            "GBR-USA", "visits.planned", cursor, "2018-01-01", None, 20, GAZETTE
        )
        shown += [line["act_id"] for line in page["items"]]
        cursor = page["cursor"]
    assert sorted(shown) == sorted(f"v:{number}" for number in range(55))
    with pytest.raises(InvalidBasis, match="cursor"):
        chancery.query.state_items("GBR-USA", "visits.planned", "x", according_to=GAZETTE)
