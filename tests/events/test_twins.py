"""Likely twins: acts of two sources that may be one, each pair once, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.acts import Act
from events.application import Chancery, open_chancery
from events.query import twins
from events.write.commands import CorrectEvent, EraseEvent, RecordAct, RetractEvent
from tests.domain.given import between, event, visit_of
from tests.domain.histories import acts

Json = dict[str, Any]
VISIT = event("visit.held", "2017-01-27", parties=visit_of("GBR", "USA"), title="May")


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    opened = open_chancery("sqlite:///:memory:")
    yield opened
    opened.close()


def record(chancery: Chancery, act_id: str, body: Json, by: str) -> None:
    chancery.commands.execute(RecordAct(act_id, [body], recorded_by=by))


def pairs(chancery: Chancery, relationship: str | None = None, **asked: Any) -> set[Any]:
    found = []
    cursor: int | None = 0
    while cursor is not None:
        page = chancery.inspection.twins(relationship, after=cursor, **asked)
        found += [tuple(act["act_id"] for act in pair["acts"]) for pair in page["twins"]]
        cursor = page["cursor"]
    assert len(set(found)) == len(found)
    return set(found)


def test_two_sources_that_tell_one_visit_are_proposed_with_what_they_say_otherwise(
    chancery: Chancery,
):
    record(chancery, "a:1", VISIT | {"rank": "state", "note": "x"}, "import:a")
    record(chancery, "b:1", VISIT | {"date": "2017-01-26/2017-01-27", "title": "PM"}, "import:b")

    (pair,) = chancery.inspection.twins("USA-GBR")["twins"]
    assert [act["act_id"] for act in pair["acts"]] == ["a:1", "b:1"]
    assert [act["sources"] for act in pair["acts"]] == [["a"], ["b"]]
    assert pair["differ"] == {
        "date": ["2017-01-27", "2017-01-26/2017-01-27"],
        "rank": ["state", None],
    }
    assert pairs(chancery) == {("a:1", "b:1")}
    assert pairs(chancery, known_at=1) == set()
    assert pairs(chancery, "FRA-USA") == set()


@pytest.mark.parametrize(
    ("other", "by"),
    [
        (VISIT, "import:a"),
        (VISIT | {"date": "2017-01-28"}, "import:b"),
        (VISIT | {"parties": visit_of("USA", "GBR")}, "import:b"),
        (VISIT | {"parties": [*visit_of("GBR", "USA"), *visit_of("FRA", "DEU")]}, "import:b"),
        (event("visit.cancelled", "2017-01-27", parties=visit_of("GBR", "USA")), "import:b"),
        (event("talk.held", "2017-01-27", parties=between("GBR", "USA")), "import:b"),
    ],
)
def test_what_differs_in_source_day_role_party_type_or_kind_is_no_twin(
    chancery: Chancery, other: Json, by: str
):
    record(chancery, "a:1", VISIT, "import:a")
    record(chancery, "b:1", other, by)
    assert pairs(chancery) == set()


def test_what_people_record_is_told_apart_by_what_they_cite(chancery: Chancery):
    for number, title in enumerate(("The Times", "Le Monde", "The Times")):
        record(chancery, f"v:{number}", VISIT | {"sources": [{"title": title}]}, "desk")
    record(chancery, "v:3", VISIT, "desk")
    expected = {(f"v:{a}", f"v:{b}") for a, b in ((0, 1), (1, 2), (0, 3), (1, 3), (2, 3))}
    assert pairs(chancery) == expected


def test_what_is_retracted_erased_or_put_elsewhere_is_a_twin_no_more(chancery: Chancery):
    for number, name in enumerate("abcd"):
        record(chancery, f"{name}:1", VISIT, f"import:{name}")
        assert len(pairs(chancery)) == number * (number + 1) // 2
    chancery.commands.execute(RetractEvent("a:1", 1, "no visit", recorded_by="desk"))
    later = VISIT | {"date": "2018-01-27"}
    chancery.commands.execute(CorrectEvent("b:1", 1, later, "a year on", recorded_by="import:b"))
    assert pairs(chancery) == {("c:1", "d:1")}
    chancery.commands.execute(EraseEvent("c:1", 1, "a court", recorded_by="admin"))
    assert pairs(chancery) == set()
    assert pairs(chancery, known_at=5) == {("b:1", "d:1")}


def test_pages_go_on_where_they_stopped_looking(
    chancery: Chancery, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(twins, "MOST_LOOKED_AT", 3)
    for number in range(5):
        for name in "ab":
            body = VISIT | {"date": f"2017-02-0{number + 1}"}
            record(chancery, f"{name}:{number}", body, f"import:{name}")
    expected = {(f"a:{number}", f"b:{number}") for number in range(5)}
    assert pairs(chancery, limit=1) == pairs(chancery) == pairs(chancery, "GBR-USA") == expected


def meet(one: Act, other: Act) -> bool:
    """The oracle: every event against every other."""
    return any(
        a.event.type == b.event.type
        and a.event.by == b.event.by
        and max(a.event.date.earliest, b.event.date.earliest)
        <= min(a.event.date.latest, b.event.date.latest)
        for a in one.facts
        for b in other.facts
    )


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(acts(), acts(), st.data())
def test_twins_are_those_that_comparing_all_acts_finds(
    ours: list[Act], theirs: list[Act], data: st.DataObject
):
    chancery = open_chancery("sqlite:///:memory:")
    told = [("a", act) for act in ours] + [("b", act) for act in (*theirs, *ours)]
    told = data.draw(st.permutations(told))
    try:
        for number, (source, act) in enumerate(told):
            bodies = [dict(fact.event.body) for fact in act.facts]
            recorded = RecordAct(f"{source}:{number}", bodies, recorded_by=f"import:{source}")
            chancery.commands.execute(recorded)
        expected = {
            (f"{one}:{n}", f"{other}:{m}")
            for (n, (one, act)), (m, (other, twin)) in combinations(enumerate(told), 2)
            if one != other
            and act.kind == twin.kind
            and set(act.parties) == set(twin.parties)
            and meet(act, twin)
        }
        assert pairs(chancery) == expected
    finally:
        chancery.close()
