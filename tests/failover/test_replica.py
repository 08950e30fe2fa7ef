"""A PostgreSQL that follows another answers questions, as far as it has come."""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.conftest import BASE
from tests.failover.cluster import until
from tests.postgres import Server, programs, unprivileged

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

STATE = "/v1/relationships/KAZ-KGZ"
LEAST = "Chancery-Min-Position"
POSITION = "Chancery-Position"
TALK = {
    "type": "talk.held",
    "date": "2024-03-08",
    "parties": [{"party": "KAZ"}, {"party": "KGZ"}],
}


class Followed:
    """A server, and one that follows it, until it is told to stop where it is."""

    def __init__(self, folder: Path) -> None:
        self.leader = Server(folder / "leader")
        self.leader.start()
        self.replica = Server(folder / "replica")
        self.replica.password = self.leader.password
        self._clone(folder / "replica")
        self.replica.start()

    def _clone(self, folder: Path) -> None:
        rights = unprivileged()
        data = folder / "data"
        data.mkdir(parents=True, mode=0o700)
        if rights:
            os.chown(data, rights["user"], rights["group"])
        cloned = subprocess.run(
            [
                *(programs() / "pg_basebackup", "-D", data, "-d", self.leader.url()),
                *("--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
            ],
            capture_output=True,
            cwd="/",
            **rights,
        )
        assert cloned.returncode == 0, cloned.stderr

    def follow(self, on: bool) -> None:
        """Let the replica go on, or stop where it is."""
        deed = "resume" if on else "pause"
        with psycopg.connect(self.replica.url(), autocommit=True) as connection:
            connection.execute(f"SELECT pg_wal_replay_{deed}()")  # type: ignore[arg-type]
            if not on:
                state = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
                until("the replica to stop", lambda: connection.execute(state).fetchone()[0])  # type: ignore[index,arg-type]


@pytest.fixture(scope="module")
def pair() -> Iterator[Followed]:
    # Not pytest's folder: it shuts others out of that whenever it is started once more.
    with TemporaryDirectory(prefix="chancery-followed-") as folder:
        Path(folder).chmod(0o755)
        pair = Followed(Path(folder))
        yield pair
        pair.leader.kill()
        pair.replica.kill()


@pytest.fixture(scope="module")
def client(pair: Followed) -> Iterator[TestClient]:
    settings = Settings(
        store=pair.leader.url(), replica=pair.replica.url(), replica_wait_seconds=10
    )
    with TestClient(create_app(settings), base_url=BASE, raise_server_exceptions=False) as client:
        yield client


def record(client: TestClient) -> int:
    answer = client.post("/v1/acts", json={"events": [TALK]})
    assert answer.status_code == 201, answer.text
    return int(answer.headers[POSITION])


def test_who_has_recorded_reads_it_from_the_replica_once_it_is_there(pair, client):
    least = record(client)
    answer = client.get(STATE, headers={LEAST: str(least)})
    assert (answer.status_code, answer.headers[POSITION]) == (200, str(least))


def test_a_replica_that_stands_still_says_where_and_the_leader_has_the_rest(pair, client):
    known = record(client)
    assert client.get(STATE, headers={LEAST: str(known)}).status_code == 200
    pair.follow(False)
    client.app.state.reading._wait_seconds = 0.05
    try:
        last = record(client)
        near = client.get(STATE)
        assert near.headers[POSITION] == str(known)
        far = client.get(STATE, headers={LEAST: str(last)})
        assert far.headers[POSITION] == str(last)
        same = client.get(f"{STATE}?known_at={last}")
        assert (same.status_code, same.headers[POSITION]) == (200, str(last))
    finally:
        pair.follow(True)
    until("the replica to follow", lambda: client.get(STATE).headers[POSITION] == str(last))
    assert client.get(f"{STATE}?known_at={last}").content == same.content


def test_without_the_leader_the_replica_answers_and_nothing_is_recorded(pair, client):
    last = record(client)
    assert client.get(STATE, headers={LEAST: str(last)}).status_code == 200
    pair.leader.kill()
    answer = client.get(STATE)
    assert (answer.status_code, answer.headers[POSITION]) == (200, str(last))
    read_only = {"status": "read-only", "position": last}
    until("the loss to be reported", lambda: client.get("/readyz").json() == read_only)
    assert client.post("/v1/acts", json={"events": [TALK]}).status_code == 503
    pair.replica.kill()
    until("that loss to be reported", lambda: client.get("/readyz").status_code == 503)
