"""Replay: a step says what changed as if whole states were compared, and costs what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.acts import Act, InvalidEvent
from events.application import Chancery, open_chancery
from events.errors import NoSuchVersion
from events.query.basis import resolve
from events.write.commands import AddEvents, CorrectEvent, EraseEvent, RecordAct, RetractEvent
from tests.domain.given import between, event, visit_of
from tests.domain.histories import PARTIES, acts
from tests.events.plain_replay import learnt_days, learnt_steps, valid_steps

PAIRS = ["-".join(pair) for pair in combinations(PARTIES, 2)]
#: In the middle of the histories, some time after, and when all of them is certain.
DAYS = ("1995-03-31", "1996-12-31", "2010-01-01")
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


def agrees(chancery: Chancery, pair: str, as_of: str, known_at: int | None = None) -> None:
    """Both orders, and belief, against the comparison of whole states."""
    registry = chancery.registry
    with chancery._store.read() as reader:
        basis = resolve(reader, Clock(), as_of, known_at)
        recorded = learnt_steps(reader, registry, pair, basis)
        valid = valid_steps(reader, registry, pair, basis)
        days = learnt_days(reader, registry, pair, basis)
    steps = [*chancery.query.replay(pair, "recorded", as_of, known_at)]
    assert [(step["position"], step["changes"]) for step in steps] == recorded
    steps = [*chancery.query.replay(pair, "valid", as_of, known_at)]
    assert [(step["day"], step["changes"]) for step in steps] == valid
    believed = chancery.inspection.belief(pair, as_of, known_at)
    assert [day["changes"] for day in believed["days"]] == days


@settings(
    max_examples=14,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(acts(), min_size=1, max_size=2), st.data())
def test_a_replay_is_the_comparison_of_whole_states(
    histories: list[list[Act]], data: st.DataObject
):
    with opened() as chancery:
        recorded: list[tuple[str, Act]] = []
        for number, history in enumerate(histories):
            for act in history:
                recorded.append((f"{number}.{act.act_id}", act))
                bodies = [dict(fact.event.body) for fact in act.facts]
                chancery.commands.execute(RecordAct(recorded[-1][0], bodies, recorded_by="clerk"))
        for _ in range(data.draw(st.integers(0, 6))):
            act_id, act = data.draw(st.sampled_from(recorded))
            fact = data.draw(st.sampled_from(act.facts))
            date = data.draw(st.sampled_from(["1994-06", "1995", "1996-02-02"]))
            with suppress(NoSuchVersion, InvalidEvent):
                match data.draw(st.sampled_from(["correct", "retract", "erase"])):
                    case "correct":
                        body = dict(fact.event.body) | {"date": date}
                        chancery.commands.execute(
                            CorrectEvent(act_id, fact.version, body, "so", recorded_by="x")
                        )
                    case "retract":
                        chancery.commands.execute(
                            RetractEvent(act_id, fact.version, "no", recorded_by="x")
                        )
                    case _:
                        chancery.commands.execute(
                            EraseEvent(act_id, fact.version, "order", recorded_by="x")
                        )
        for pair in PAIRS:
            for as_of in DAYS:
                agrees(chancery, pair, as_of)
        agrees(chancery, PAIRS[0], DAYS[-1], chancery.query.head().position // 2)


def target(value: int) -> dict[str, Any]:
    return {"name": "bilateral_trade", "value": value, "unit": "USD"}


def test_a_figure_that_another_act_reports_moves_the_share_that_a_proposal_has_reached():
    with opened() as chancery:
        tabled = event("proposal.tabled", "1994-01-10", parties=between("DEU", "FRA"), by=["DEU"])
        chancery.commands.execute(
            RecordAct("p", [tabled | {"target": target(2_000)}], recorded_by="clerk")
        )
        chancery.commands.execute(
            RecordAct("q", [tabled | {"title": "Another"}], recorded_by="clerk")
        )
        endorsed = event("proposal.endorsed", "1994-05-01", target=target(1_000))
        chancery.commands.execute(AddEvents("q", [endorsed], recorded_by="clerk"))
        for number, (date, value) in enumerate(
            [("1994-06-01", 500), ("1995-06-01", 900), ("1994-12-01", 700)]
        ):
            talk = event("talk.held", date, parties=between("DEU", "FRA"))
            figures = [target(value) | {"period": "1994"}]
            chancery.commands.execute(
                RecordAct(f"t:{number}", [talk | {"figures": figures}], recorded_by="clerk")
            )
        chancery.commands.execute(RetractEvent("t:1", 1, "of another year", recorded_by="editor"))
        agrees(chancery, "DEU-FRA", "1996-01-01")
        agrees(chancery, "DEU-FRA", "1994-12-31")
        steps = [*chancery.query.replay("DEU-FRA", "recorded", "1996-01-01")]
        shares = [
            change["after"]["reached"]
            for change in steps[-1]["changes"]
            if change["path"].startswith("proposals.")
        ]
        assert shares == [0.35, 0.7]


def test_what_set_the_last_word_and_is_taken_back_gives_way_to_the_one_before():
    with opened() as chancery:
        for year in range(1990, 1999):
            visit = event("visit.held", f"{year}-05-01", parties=visit_of("FRA", "DEU"))
            chancery.commands.execute(RecordAct(f"v:{year}", [visit], recorded_by="clerk"))
        for year in (1998, 1997, 1990, 1994):
            chancery.commands.execute(
                RetractEvent(f"v:{year}", 1, "never held", recorded_by="editor")
            )
        agrees(chancery, "DEU-FRA", "2010-01-01")
        steps = [*chancery.query.replay("DEU-FRA", "recorded", "2010-01-01")]
        lasts = [
            change["after"]
            for step in steps[-4:]
            for change in step["changes"]
            if change["path"] == "contact.last"
        ]
        assert lasts == ["1997-05-01", "1996-05-01"]


@pytest.mark.parametrize("order", ["recorded", "valid"])
def test_a_replay_is_read_in_pages_of_any_size(order: str, monkeypatch: pytest.MonkeyPatch):
    with opened() as chancery:
        for year in range(1900, 1960):
            visit = event("visit.held", f"{year % 7 + 1950}", parties=visit_of("FRA", "DEU"))
            chancery.commands.execute(
                RecordAct(f"v:{year}", [visit | {"title": f"{year}"}], recorded_by="clerk")
            )
            if year % 9 == 0:
                chancery.commands.execute(
                    RetractEvent(f"v:{year}", 1, "never held", recorded_by="editor")
                )
        whole = [*chancery.query.replay("DEU-FRA", order, "2010-01-01")]
        monkeypatch.setattr("events.query.replay._PAGE", 3)
        monkeypatch.setattr("events.query.replay._POSITIONS", 3)
        monkeypatch.setattr("events.query.incremental._PAGE", 3)
        assert [*chancery.query.replay("DEU-FRA", order, "2010-01-01")] == whole
        assert len(whole) > 6
