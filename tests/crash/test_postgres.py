"""PostgreSQL fails under load: the service says so, resumes by itself, and has lost nothing."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.crash.checks import ask_again, read_log, verify
from tests.crash.crowd import Crowd
from tests.crash.follower import Follower
from tests.crash.ledger import Ledger
from tests.crash.load import Writer
from tests.crash.service import Service
from tests.crash.stores import Databases
from tests.crash.wire import Answer, Wire
from tests.process import Warm

_PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def databases(tmp_path_factory) -> Iterator[Databases]:
    databases = Databases(tmp_path_factory.mktemp("postgres"))
    yield databases
    databases.close()


def drop_connections(databases: Databases) -> None:
    """End the server's processes for the service, whatever they are at, five times."""
    with psycopg.connect(databases.server.url(), autocommit=True) as connection:
        for _ in range(5):
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            time.sleep(0.05)


DISTURBANCES: dict[str, Callable[[Databases], None]] = {
    "connections are dropped": drop_connections,
    "the server is restarted": lambda databases: databases.server.restart(),
    "the server is killed": lambda databases: (databases.server.kill(), databases.server.start()),  # type: ignore[dict-item]
}


def recovered(service: Service) -> Wire:
    """A connection to the service, once it is ready again by itself."""
    wire, deadline = service.wire(), time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if wire.get("/readyz").status == 200:
            return wire
        time.sleep(0.05)
    wire.close()
    raise AssertionError(service.output()[-2_000:])


def test_whatever_befalls_the_server_the_service_resumes_and_nothing_is_lost(
    databases: Databases, tmp_path, warm: Warm
) -> None:
    ledger, draw = Ledger(), random.Random("postgres")
    service = Service(databases.fresh(), tmp_path)
    follower = Follower(patient=True)
    refused: list[Answer] = []
    try:
        service.start(warm)
        follower.start(service.wire)
        for name, disturb in DISTURBANCES.items():
            writers = [
                Writer(f"{name}{n}".replace(" ", "."), draw, ledger, troubled=True)
                for n in range(3)
            ]
            crowd = Crowd(writers)
            crowd.start(service.wire)
            crowd.wait_for(draw.randint(4, 20))
            disturb(databases)
            recovered(service).close()
            crowd.wait_for(4)
            crowd.stop()
            refused += [answer for writer in writers for _, answer in writer.refusals]
            with recovered(service) as wire:
                read_log(ledger, wire)
                ledger.settle()
                for request in ledger.unanswered():
                    ask_again(request, ledger, wire)
                read_log(ledger, wire)
                ledger.settle()
        assert refused
        with service.wire() as wire:
            read_log(ledger, wire, whole=True)
        ledger.settle(every=True)
        follower.end()
        service.stop()
        follower.compare(ledger)
        assert verify(warm, service.store, tmp_path, [], "all") == len(ledger.entries)
    finally:
        follower.end()
        service.kill()
        follower.join()
