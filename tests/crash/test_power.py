"""What is acknowledged is on the disk: with all lost that was not synced it is there, verified.

Some of the syncs fail, as those of a failing disk do: what waited for them is refused.
"""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest

from api.signing.heads import HeadsFile
from api.signing.key_files import write_new
from events.application import open_chancery
from events.tlog.keys import SigningKey
from tests.crash.checks import ask_again, read_log
from tests.crash.crowd import Crowd
from tests.crash.ledger import Ledger
from tests.crash.load import Writer
from tests.crash.power import Disk, Traced, moments
from tests.crash.service import Service

pytestmark = pytest.mark.needs("strace")
KEY = SigningKey("chancery.example/power", bytes(range(32)))
_HEADS = "acts.db.signed"
_REQUESTS = 14
#: Of the moments only every so-manyth is looked at, and of these verified.
_LOOKED_AT, _VERIFIED = 5, 3


class Run(NamedTuple):
    """What a service wrote and answered, and what there was at the end."""

    trace: Path
    store: Path
    ledger: Ledger
    refused: int


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    """Writers at once, who erase in the second half, on a disk of which some syncs fail."""
    folder, ledger = tmp_path_factory.mktemp("power"), Ledger()
    trace, store, key = folder / "trace", folder / "acts.db", folder / "log.key"
    launcher = Traced(trace, failing="14+5")
    write_new(key, KEY)
    settings = {
        "CHANCERY_LOG_KEY": str(key),
        "CHANCERY_LOG_HEADS": str(folder / _HEADS),
        "CHANCERY_CHECKPOINT_SECONDS": "0.1",
    }
    service = Service(f"sqlite:///{store}", folder, settings)
    refused = 0
    try:
        service.start(launcher)
        for half in range(2):
            writers = [
                Writer(
                    f"{half}w{number}",
                    random.Random(number),
                    ledger,
                    weights={"erase": 10.0},
                    troubled=True,
                )
                for number in range(3)
            ]
            crowd = Crowd(writers, most=_REQUESTS)
            crowd.start(service.wire)
            crowd.join()
            refused += sum(len(writer.refusals) for writer in writers)
            with service.wire() as wire:
                read_log(ledger, wire)
        service.stop()
    finally:
        service.kill()
    return Run(trace, store, ledger, refused)


def after(disk: Disk, folder: Path, draw: random.Random, share: float, *, whole: bool) -> list[str]:
    """The digests of the records that are there after a loss of power."""
    disk.lay(folder, draw, share)
    chancery = open_chancery(f"sqlite:///{folder / 'acts.db'}")
    try:
        if whole:
            assert list(chancery.admin.verify()) == []
        # No signature is there that its key does not know of, nor does it know of any other log.
        notary = chancery.admin.notary([KEY], HeadsFile(folder / _HEADS))
        notary.check()
        with chancery._store.read() as reader:
            kept = reader.checkpoint()
        assert kept is None or kept.size <= notary.signed()
        return [record["digest"] for record in chancery.query.records(0, 500)["events"]]
    finally:
        chancery.close()


@pytest.mark.parametrize("share", [0.0, 0.5], ids=["all is lost", "half of it is lost"])
def test_of_what_was_not_synced(share, run: Run, tmp_path) -> None:
    draw, headers = random.Random(share), [entry.header for entry in run.ledger.entries]
    looked_at = islice(moments(run.trace, run.store), 0, None, _LOOKED_AT)
    for number, (disk, acknowledged) in enumerate(looked_at):
        whole = number % _VERIFIED == 0
        there = after(disk, tmp_path / f"{number}", draw, share, whole=whole)
        assert len(there) >= acknowledged
        assert there == headers[: len(there)]


def test_what_waited_for_a_sync_that_failed_is_refused_and_recorded_when_asked_again(
    run: Run, warm
) -> None:
    assert run.refused > 0
    service = Service(f"sqlite:///{run.store}", run.trace.parent)
    try:
        service.start(warm)
        with service.wire() as wire:
            read_log(run.ledger, wire, whole=True)
            run.ledger.settle()
            for request in run.ledger.unanswered():
                ask_again(request, run.ledger, wire)
            read_log(run.ledger, wire)
            run.ledger.settle(every=True)
        service.stop()
    finally:
        service.kill()


def test_a_disk_that_syncs_nothing_is_found_to_lose_what_was_acknowledged(run: Run, tmp_path):
    *_, (disk, acknowledged) = moments(run.trace, run.store, lying=True)
    assert len(after(disk, tmp_path / "lost", random.Random(0), 0, whole=False)) < acknowledged
