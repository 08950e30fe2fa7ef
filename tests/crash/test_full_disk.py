"""A disk without room, or that fails: the service says so, keeps what it has, and goes on after."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.crash.checks import ask_again, read_log, verify
from tests.crash.disk import Disk, SmallFiles, small_disk
from tests.crash.ledger import Ledger, outcomes
from tests.crash.load import Writer
from tests.crash.service import Service
from tests.process import Warm

_LEFT_BYTES = 200_000
_REFUSALS = 6


@contextmanager
def small_files(folder: Path) -> Iterator[Disk]:
    folder.mkdir()
    yield SmallFiles(folder)


def write_until(writer: Writer, service: Service, enough: Callable[[Writer], bool]) -> None:
    with service.wire() as wire:
        while not enough(writer):
            writer.one(wire)


@pytest.mark.parametrize("disk_in", [small_disk, small_files], ids=["no room", "no larger files"])
def test_without_room_the_service_refuses_and_keeps_nothing_and_then_goes_on(
    disk_in: Callable[[Path], AbstractContextManager[Disk]], tmp_path, warm: Warm
) -> None:
    draw, ledger = random.Random(disk_in.__name__), Ledger()
    with disk_in(tmp_path / "disk") as disk:
        service = Service(f"sqlite:///{disk.folder / 'acts.db'}", tmp_path)
        service.start(warm)
        try:
            writer = Writer("full", draw, ledger, troubled=True)
            write_until(writer, service, lambda writer: len(ledger.requests) > 20)
            disk.fill(service, _LEFT_BYTES)
            write_until(writer, service, lambda writer: len(writer.refusals) == _REFUSALS)
            check_refused(writer, ledger, service)
            assert any(reason in service.output() for reason in _REASONS), service.output()
            # As an operator does who cannot believe it.
            service.kill()
            service.start(warm)
            if isinstance(disk, SmallFiles):
                disk.fill(service, 0)
            check_refused(writer, ledger, service)
            disk.free(service)
            with service.wire() as wire:
                for request in ledger.unanswered():
                    ask_again(request, ledger, wire)
            before = len(writer.refusals)
            write_until(writer, service, lambda writer: len(ledger.requests) > 60)
            assert len(writer.refusals) == before
            with service.wire() as wire:
                read_log(ledger, wire)
                read_log(ledger, wire, whole=True)
            ledger.settle(every=True)
            service.stop()
            assert verify(warm, service.store, tmp_path, [], "all") == len(ledger.entries)
        finally:
            service.kill()


#: What the service says of it to its operator, in the log.
_REASONS = ("database or disk is full", "disk I/O error")


def check_refused(writer: Writer, ledger: Ledger, service: Service) -> None:
    """What was refused says so and is not there; what was there is read as before."""
    with service.wire() as wire:
        read_log(ledger, wire)
        ledger.settle(every=True)
        assert wire.get("/v1/relationships/KAZ-KGZ?as_of=2010-01-01").status == 200
    for request, answer in writer.refusals:
        for deed, status, outcome in outcomes(request, answer):
            if status == 503:
                problem = outcome["problem"] if request.bulk and answer.status == 200 else outcome
                assert problem["type"] == "/problems/store-unavailable", outcome
                assert "acts.db" not in problem["detail"]
                assert not ledger.positions(deed)
