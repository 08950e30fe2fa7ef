"""The network round a party: the strongest relationships of a day, never more than asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.parties import UnknownParty
from events.application import Chancery, open_chancery
from events.write.commands import RecordAct
from tests.domain.given import between, event

NOON = 1_767_268_800_000_000  # 2026-01-01T12:00:00Z

#: Summits of the great powers, by pair: how many, and in which year.
SUMMITS = {
    ("SUN", "USA"): (5, 1972),
    ("GBR", "USA"): (3, 1973),
    ("FRA", "USA"): (3, 1974),
    ("FRA", "GBR"): (2, 1975),
    ("FRA", "SUN"): (1, 1966),
    ("DEU", "JPN"): (4, 1995),
    ("CHN", "USA"): (1, 1972),
}


@pytest.fixture(scope="module")
def house() -> Iterator[Chancery]:
    house = open_chancery("sqlite:///:memory:", lambda: NOON)
    for (a, b), (count, year) in SUMMITS.items():
        for number in range(count):
            talk = event("talk.held", f"{year}-05-{number + 1:02}", parties=between(a, b))
            house.commands.execute(RecordAct(None, [talk], recorded_by="clerk"))
    yield house
    house.close()


def keys(lines):
    return [line["relationship"] for line in lines]


def test_the_strongest_come_first_and_equals_by_key(house):
    network = house.query.network("USA")
    assert keys(network["relationships"]) == ["SUN-USA", "FRA-USA", "GBR-USA", "CHN-USA"]
    assert keys(network["among"]) == ["FRA-GBR", "FRA-SUN"]
    assert network["count"] == 4
    assert network["party"]["name"].startswith("United States")


def test_a_threshold_leaves_out_the_weak_among_the_others_too(house):
    network = house.query.network("USA", least=2)
    assert keys(network["relationships"]) == ["SUN-USA", "FRA-USA", "GBR-USA"]
    assert keys(network["among"]) == ["FRA-GBR"]
    assert house.query.network("USA", least=6)["relationships"] == []


def test_it_is_bounded_and_says_how_many_there_are(house):
    network = house.query.network("USA", limit=2)
    assert keys(network["relationships"]) == ["SUN-USA", "FRA-USA"]
    assert keys(network["among"]) == ["FRA-SUN"]
    assert network["count"] == 4


def test_it_is_as_of_a_day_and_as_known_at_a_position(house):
    assert keys(house.query.network("USA", as_of="1972-05-01")["relationships"]) == [
        "CHN-USA",
        "SUN-USA",
    ]
    assert keys(house.query.network("USA", known_at=5)["relationships"]) == ["SUN-USA"]
    assert house.query.network("USA", known_at=0)["relationships"] == []


def test_the_same_basis_gives_the_same_digest(house):
    network = house.query.network("FRA", "1980-01-01", 10)
    assert network == house.query.network("FRA", "1980-01-01", 10)
    assert (
        network["basis"]["digest"]
        != house.query.network("FRA", "1980-01-01", 10, least=2)["basis"]["digest"]
    )


def test_a_party_without_acts_stands_alone(house):
    network = house.query.network("NPL")
    assert (network["relationships"], network["among"], network["count"]) == ([], [], 0)


def test_nobody_s_network_is_refused(house):
    with pytest.raises(UnknownParty):
        house.query.network("XYZ")
