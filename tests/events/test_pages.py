"""Pages of records: as many as are asked for, and few at a time where they are long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from events.application import Chancery, open_chancery
from events.query.pages import page_of_records, records_back, records_beyond
from events.store.effort import Effort
from events.write.commands import RecordAct
from tests.events.bounds_contract import bounded
from tests.events.recording import event

MANY, LONG = 300, 40
POSITIONS = list(range(1, MANY + LONG + 1))


@pytest.fixture(scope="module")
def chancery() -> Iterator[Chancery]:
    """Short records and, behind them, some of nearly half a million bytes."""
    opened = open_chancery("sqlite:///:memory:")
    for number in range(MANY + LONG):
        day = f"{1960 + number // 300}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
        topics = ["x" * 400] * (1_000 if number >= MANY else 0)
        body = event("talk.held", day, "DEU", "FRA", **({"topics": topics} if topics else {}))
        opened.commands.execute(RecordAct(f"t:{number}", [body], recorded_by="clerk"))
    yield opened
    opened.close()


def test_a_page_of_short_records_is_as_long_as_was_asked(chancery: Chancery):
    with chancery._store.read() as reader:
        for limit in (1, 24, 25, 26, 130, 200):
            page = page_of_records(reader, 0, limit)
            assert [record.position for record in page] == POSITIONS[:limit]


def test_a_page_of_long_records_is_cut_and_the_next_goes_on(chancery: Chancery):
    with bounded(Effort(60, 10**6, 10**9)) as taken:
        page = chancery.query.records(MANY, 500)
    assert 0 < len(page["events"]) < LONG
    assert taken.bytes < 16 * 2**20
    found = [record["position"] for record in page["events"]]
    while page["events"]:
        page = chancery.query.records(page["next"], 500)
        found += [record["position"] for record in page["events"]]
    assert found == POSITIONS[MANY:]


@pytest.mark.parametrize("after", [0, 1, MANY, MANY + LONG])
def test_all_records_come_once_and_in_order_forwards_and_back(chancery: Chancery, after: int):
    with chancery._store.read() as reader:
        assert [record.position for record in records_beyond(reader, after)] == POSITIONS[after:]
        back = [record.position for record in records_back(reader, MANY + LONG, after)]
    assert back == POSITIONS[after:][::-1]
