"""The seed history: what stood between five pairs in the first weeks of 2024."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from api.exchange import FORMATS
from events.application import Chancery, open_chancery
from tests.api.samples import SAMPLES

FILE = "eurasian_partnership_2024.json"
PUBLISHED = int(datetime(2024, 3, 9, 12, tzinfo=UTC).timestamp() * 1_000_000)


@pytest.fixture(scope="module")
def chancery() -> Iterator[Chancery]:
    opened = open_chancery("sqlite:///:memory:", clock=lambda: PUBLISHED)
    items = FORMATS["eurasian-2024"].read([SAMPLES / FILE], opened.registry)
    acts = [item for item in items if hasattr(item, "events")]
    outcomes = list(
        opened.commands.import_acts(acts, recorded_by="import:eurasian-2024", reason="revised")
    )
    assert sum(outcome.recorded for outcome in outcomes) == 22
    assert not any(outcome.problems for outcome in outcomes)
    yield opened
    opened.close()


def where(state: dict[str, Any]) -> dict[str, list[str]]:
    """Each list of a state that is not empty, as the short ids of its acts, in order of id."""
    lists = {
        f"{room}.{name}": part
        for room in ("visits", "talks", "agreements", "proposals")
        for name, part in state[room].items()
        if isinstance(part, list)
    }
    lists |= {name: state[name] for name in ("context", "possible", "anomalies")}
    held = [line for line in state["visits"]["last_held"].values() if line]
    lists["visits.last_held"] = held
    lists["talks.last_held"] = [state["talks"]["last_held"]] if state["talks"]["last_held"] else []
    return {
        name: sorted(line["act_id"].rpartition(":")[2].upper() for line in lines)
        for name, lines in lists.items()
        if lines
    }


LAST, OPEN = "talks.last_held", "proposals.open"
KAZ_KGZ_AFTER = {LAST: ["A01"], "proposals.endorsed": ["A02"], "visits.planned": ["A03"]}
KAZ_RUS_AFTER = {LAST: ["A04"], OPEN: ["A05"], "context": ["A09"]}
KGZ_RUS_AFTER = {LAST: ["A06"], OPEN: ["A07"], "context": ["A09"]}
EXPECTED: dict[tuple[str, str], dict[str, list[str]]] = {
    ("2024-01-31", "KAZ-KGZ"): {"talks.under_way": ["A01"], "possible": ["A02", "A03"]},
    ("2024-01-31", "KGZ-RUS"): {LAST: ["A08"]},
    ("2024-01-31", "KAZ-RUS"): {},
    ("2024-01-31", "BLR-UZB"): {},
    ("2024-01-31", "KGZ-TJK"): {"agreements.unsigned": ["A20"]},
    ("2024-02-02", "KAZ-KGZ"): KAZ_KGZ_AFTER | {"context": ["A09"]},
    ("2024-02-02", "KAZ-RUS"): KAZ_RUS_AFTER,
    ("2024-02-02", "KGZ-RUS"): KGZ_RUS_AFTER,
    ("2024-02-02", "BLR-UZB"): {},
    ("2024-02-02", "KGZ-TJK"): {"agreements.unsigned": ["A20"]},
    ("2024-02-08", "KAZ-KGZ"): KAZ_KGZ_AFTER | {"context": ["A09"]},
    ("2024-02-08", "KAZ-RUS"): KAZ_RUS_AFTER,
    ("2024-02-08", "KGZ-RUS"): KGZ_RUS_AFTER,
    ("2024-02-08", "BLR-UZB"): {
        "visits.last_held": ["A10"],
        "possible": ["A10"],
        LAST: ["A11"],
        OPEN: ["A12", "A14", "A15", "A22"],
        "agreements.commitments": ["A13", "A17", "A21"],
    },
    ("2024-02-08", "KGZ-TJK"): {
        "visits.last_held": ["A18"],
        LAST: ["A19"],
        "agreements.unsigned": ["A20"],
    },
    ("2024-05-01", "KAZ-KGZ"): {
        LAST: ["A01"],
        "proposals.endorsed": ["A02"],
        "visits.unconfirmed": ["A03"],
        "context": ["A09"],
    },
    ("2024-05-01", "KAZ-RUS"): KAZ_RUS_AFTER,
    ("2024-05-01", "KGZ-TJK"): {
        "visits.last_held": ["A18"],
        LAST: ["A19"],
        "agreements.unsigned": ["A20"],
    },
}


@pytest.mark.parametrize(
    ("day", "pair"), list(EXPECTED), ids=[f"{pair} on {day}" for day, pair in EXPECTED]
)
def test_the_seeds_states_are_those_the_article_gives(
    chancery: Chancery, day: str, pair: str
) -> None:
    assert where(chancery.query.state(pair, day)) == EXPECTED[day, pair]


def test_the_target_of_two_billion_is_65_per_cent_reached_and_has_no_deadline(
    chancery: Chancery,
) -> None:
    target = chancery.query.state("KAZ-KGZ", "2024-02-02")["proposals"]["endorsed"][0]
    assert target["target"] == {"name": "bilateral_trade", "value": 2_000_000_000, "unit": "USD"}
    assert target["reached"] == 0.65


def test_the_presidents_visit_is_planned_for_a_month_and_no_day(chancery: Chancery) -> None:
    visit = chancery.query.state("KAZ-KGZ", "2024-02-02")["visits"]["planned"][0]
    assert (visit["visitor"], visit["host"], visit["window"]) == ("KGZ", "KAZ", "2024-04")


def test_the_package_worth_a_billion_is_no_progress_towards_the_trade_target_of_a_billion(
    chancery: Chancery,
) -> None:
    opened = chancery.query.state("BLR-UZB", "2024-02-08")["proposals"]["open"]
    target = next(line for line in opened if line["act_id"].endswith("a12"))
    assert target["target"]["value"] == 1_000_000_000
    assert target["latest"] is None


@pytest.mark.parametrize("known_at", ["2024-03-08", "2024-03-09T11:59:59Z", 0, "0"])
@pytest.mark.parametrize("pair", sorted({pair for _, pair in EXPECTED}))
def test_nothing_was_known_before_the_article_was_recorded(
    chancery: Chancery, known_at: str | int, pair: str
) -> None:
    state = chancery.query.state(pair, "2024-02-08", known_at)
    assert where(state) == {}
    assert state["contact"]["acts"] == {}
    assert state["basis"]["position"] == 0


def test_the_eaeu_council_makes_no_pair_and_the_organisation_is_a_party(
    chancery: Chancery,
) -> None:
    assert where(chancery.query.state("EAEU-KAZ", "2024-02-02")) == {"context": ["A09"]}
    listed = [line["relationship"] for line in chancery.query.relationships()["relationships"]]
    assert listed == ["BLR-UZB", "KAZ-KGZ", "KAZ-RUS", "KGZ-RUS", "KGZ-TJK"]
