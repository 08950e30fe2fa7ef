"""What is acknowledged is on the disk: with all lost that was not synced it is there, verified."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from events.application import open_chancery
from tests.crash.checks import read_log
from tests.crash.crowd import Crowd
from tests.crash.ledger import Ledger
from tests.crash.load import Writer
from tests.crash.power import Disk, Traced, moments
from tests.crash.service import Service

_REQUESTS = 30


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[Path, Ledger]:
    """What a service wrote and answered under writers at once, with erasures in the second half."""
    folder, ledger = tmp_path_factory.mktemp("power"), Ledger()
    launcher = Traced(folder / "trace")
    service = Service(f"sqlite:///{folder / 'acts.db'}", folder)
    try:
        service.start(launcher)
        for number, weights in enumerate(({"erase": 10.0}, {"erase": 10.0})):
            writers = [
                Writer(f"{number}w{n}", random.Random(n), ledger, weights=weights) for n in range(3)
            ]
            crowd = Crowd(writers, most=_REQUESTS // 6)
            crowd.start(service.wire)
            crowd.join()
            with service.wire() as wire:
                read_log(ledger, wire)
        service.stop()
    finally:
        service.kill()
    return launcher.trace, ledger


def after(disk: Disk, folder: Path, draw: random.Random, share: float, *, whole: bool) -> list[str]:
    """The digests of the records that are there after a loss of power."""
    disk.lay(folder, draw, share)
    chancery = open_chancery(f"sqlite:///{folder / 'acts.db'}")
    try:
        if whole:
            assert list(chancery.verify()) == []
        return [record["digest"] for record in chancery.records(0, 500)["events"]]
    finally:
        chancery.close()


@pytest.mark.parametrize("share", [0.0, 0.5], ids=["all is lost", "half of it is lost"])
def test_of_what_was_not_synced(share, run: tuple[Path, Ledger], tmp_path) -> None:
    trace, ledger = run
    draw, told = random.Random(share), [entry.header for entry in ledger.entries]
    seen = 0
    for number, (disk, acknowledged) in enumerate(moments(trace, trace.parent / "acts.db")):
        seen = number + 1
        there = after(disk, tmp_path / f"{number}", draw, share, whole=number % 8 == 0)
        assert len(there) >= acknowledged
        assert there == told[: len(there)]
    assert seen > _REQUESTS / 2


def test_a_disk_that_syncs_nothing_is_found_to_lose_what_was_acknowledged(
    run: tuple[Path, Ledger], tmp_path
) -> None:
    trace, _ = run
    *_, (disk, acknowledged) = moments(trace, trace.parent / "acts.db", lying=True)
    assert len(after(disk, tmp_path / "lost", random.Random(0), 0, whole=False)) < acknowledged
