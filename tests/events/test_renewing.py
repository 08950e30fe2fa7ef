"""A replay that is listened to slowly: it holds no snapshot, and passes over no erasure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.application import Chancery, open_chancery
from events.errors import StoreUnavailable
from events.write.commands import EraseEvent, RecordAct
from tests.events.recording import event

COURT = "Erased by order of the court."
MANY = 450


@pytest.fixture
def chancery(tmp_path: Path) -> Iterator[Chancery]:
    """Visits of which one is told with a word that must go."""
    opened = open_chancery(f"sqlite:///{tmp_path}/c.db")
    for number in range(MANY):
        day = f"{1960 + number // 300}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
        visit = event("visit.held", day, "DEU", "FRA", title=f"Unbekannt {number}")
        opened.commands.execute(RecordAct(f"v:{number}", [visit], recorded_by="clerk"))
    yield opened
    opened.close()


@pytest.mark.parametrize("order", ["recorded", "valid"])
def test_a_replay_nobody_goes_on_reading_keeps_nothing_that_is_erased(
    chancery: Chancery, tmp_path: Path, order: str
):
    steps = chancery.query.replay("DEU-FRA", order)
    next(steps)
    chancery.commands.execute(EraseEvent("v:3", 1, COURT, recorded_by="registrar"))
    assert chancery.admin.purged()
    assert (tmp_path / "c.db-wal").stat().st_size < 100_000
    assert not [file for file in tmp_path.iterdir() if b'Unbekannt 3"' in file.read_bytes()]


@pytest.mark.parametrize("order", ["recorded", "valid"])
def test_a_replay_says_that_something_was_erased_on_the_way(chancery: Chancery, order: str):
    steps = chancery.query.replay("DEU-FRA", order)
    next(steps)
    chancery.commands.execute(EraseEvent("v:400", 1, COURT, recorded_by="registrar"))
    with pytest.raises(StoreUnavailable, match="has been erased in part: ask again"):
        list(steps)


def test_a_replay_is_the_same_whatever_is_recorded_on_the_way(chancery: Chancery):
    whole = list(chancery.query.replay("DEU-FRA"))
    steps = chancery.query.replay("DEU-FRA")
    first = next(steps)
    later = event("visit.held", "1961-01-01", "DEU", "FRA")
    chancery.commands.execute(RecordAct("later", [later], recorded_by="clerk"))
    assert [first, *steps] == whole


def test_the_log_is_given_whole_while_it_is_erased_from(chancery: Chancery):
    records = chancery.query.raw_records()
    next(records)
    chancery.commands.execute(EraseEvent("v:3", 1, COURT, recorded_by="registrar"))
    assert chancery.admin.purged()
    assert 1 + sum(1 for _ in records) == MANY


def test_writers_do_not_wait_again_and_again_for_a_reader_that_cannot_be_ended(
    chancery: Chancery, monkeypatch: pytest.MonkeyPatch
):
    tried: list[float] = []
    files = chancery._store._connections
    purge = files.purge
    monkeypatch.setattr(files, "purge", lambda patience: tried.append(patience) or purge(patience))
    with chancery._store.read() as reader:
        assert reader.record(1) is not None
        chancery.commands.execute(EraseEvent("v:3", 1, COURT, recorded_by="registrar"))
        for number in range(20):
            visit = event("visit.held", "1961-01-01", "DEU", "FRA")
            chancery.commands.execute(RecordAct(f"w:{number}", [visit], recorded_by="clerk"))
    assert len(tried) <= 2
    chancery.commands.execute(
        RecordAct("w:20", [event("visit.held", "1961-01-01", "DEU", "FRA")], recorded_by="clerk")
    )
    assert chancery.admin.purged()
