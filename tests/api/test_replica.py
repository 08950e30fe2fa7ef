"""A replica answers what it has the records for; by the position alone can one tell it was it."""

from __future__ import annotations

import shutil
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.app import create_app
from api.exchange.loading import load, sample
from api.settings import Settings
from events.application import Chancery, open_chancery
from events.errors import StoreUnavailable
from events.query.questions import Query
from events.routing import Demand, Reading
from events.store.protocol import Head
from events.write.commands import RecordAct
from tests.api.conftest import BASE, PUBLISHED

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

STATE = "/v1/relationships/KAZ-KGZ"
LEAST = "Chancery-Min-Position"
POSITION = "Chancery-Position"
DAY = 86_400_000_000
MEETING = {
    "type": "talk.held",
    "date": "2024-03-08",
    "parties": [{"party": "KAZ"}, {"party": "KGZ"}],
}


class Pair:
    """A leader and a replica that follows only when it is told to."""

    def __init__(self, folder: Path, seeded: Path) -> None:
        self.folder = folder
        self.now = PUBLISHED
        shutil.copy(seeded, folder / "leader.db")
        self.leader = self._opened("leader")
        self.follow()
        self.replica = self._opened("replica")
        self.reading = Reading(self.leader, lambda: self.replica, wait_seconds=0.0)

    def _opened(self, name: str) -> Chancery:
        return open_chancery(f"sqlite:///{self.folder / name}.db", lambda: self.now)

    def follow(self) -> None:
        """Let the replica have all that the leader has."""
        with (
            closing(sqlite3.connect(self.folder / "leader.db")) as leader,
            closing(sqlite3.connect(self.folder / "replica.db")) as replica,
        ):
            leader.backup(replica)

    def meet(self) -> int:
        """Record one act more on the leader; gives its position."""
        self.now += DAY
        return self.leader.commands.execute(
            RecordAct(None, [MEETING], recorded_by="test")
        ).positions[-1]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the seed history, closed."""
    path: Path = tmp_path_factory.mktemp("seeded") / "acts.db"
    chancery = open_chancery(f"sqlite:///{path}", lambda: PUBLISHED)
    source, paths = sample("eurasian-2024")
    load(chancery, source, paths, lambda row: None)
    chancery.close()
    return path


@pytest.fixture
def pair(tmp_path: Path, seeded: Path) -> Iterator[Pair]:
    pair = Pair(tmp_path, seeded)
    yield pair
    pair.leader.close()
    pair.replica.close()


@pytest.fixture(scope="module")
def service() -> Iterator[TestClient]:
    """A service that each test gives stores of its own."""
    app = create_app(Settings(), open_chancery("sqlite:///:memory:"))
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(service: TestClient, pair: Pair) -> TestClient:
    service.app.state.chancery = pair.leader
    service.app.state.reading = pair.reading
    return service


def test_an_answer_rests_on_the_position_of_the_replica_that_gave_it(pair, client):
    known = pair.leader.query.head().position
    pair.meet()
    answer = client.get(STATE)
    assert answer.json()["basis"]["position"] == known == int(answer.headers[POSITION])


def test_both_give_the_same_bytes_for_the_same_basis(pair, client):
    known = pair.leader.query.head().position
    pair.meet()
    asked = f"{STATE}?as_of=2024-02-02&known_at={known}"
    near = client.get(asked)
    pair.reading.failed()
    far = client.get(asked)
    assert near.content == far.content
    assert near.headers["etag"] == far.headers["etag"]


def test_who_has_recorded_demands_to_read_it(pair, client):
    receipt = client.post("/v1/acts", json={"act_id": "m:1", "events": [MEETING]})
    least = receipt.headers[POSITION]
    assert int(least) == receipt.json()["positions"][-1]
    assert client.get("/v1/acts/m:1").status_code == 404
    answer = client.get("/v1/acts/m:1", headers={LEAST: least})
    assert (answer.status_code, answer.headers[POSITION]) == (200, least)


def test_a_replica_that_catches_up_in_time_answers_itself(pair):
    least = pair.meet()
    looked = iter([pair.follow])
    clock = iter(range(100))

    def follows_at_the_second_look() -> float:
        for follow in looked:
            follow()
        return next(clock)

    reading = Reading(pair.leader, lambda: pair.replica, 50, follows_at_the_second_look)
    assert reading.answering(Demand(least)) is pair.replica


def test_a_position_only_the_leader_has_is_no_future(pair, client):
    position = pair.meet()
    answer = client.get(f"{STATE}?known_at={position}")
    assert (answer.status_code, answer.json()["basis"]["position"]) == (200, position)
    for path in (f"/v1/acts?cursor={position}", f"/v1/audit/records?after={position}"):
        assert client.get(path).headers[POSITION] == str(position)


def test_what_was_known_at_a_time_does_not_depend_on_how_far_the_replica_is(pair, client):
    position = pair.meet()
    instant = "2024-03-10T12:00:00Z"
    assert client.get(f"{STATE}?known_at={instant}").json()["basis"]["position"] == position
    pair.follow()
    # A record of that very instant could still be on its way.
    assert pair.reading.answering(Demand(instant=pair.now)) is pair.leader
    pair.meet()
    pair.follow()
    assert pair.reading.answering(Demand(instant=pair.now - DAY)) is pair.replica
    assert client.get(f"{STATE}?known_at={instant}").json()["basis"]["position"] == position


def test_a_demand_beyond_the_log_is_refused_with_how_far_it_goes(pair, client):
    last = pair.leader.query.head().position
    answer = client.get(STATE, headers={LEAST: str(last + 1)})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/unreached-position")
    assert answer.json()["problems"] == [
        {"where": LEAST, "expected": f"a position up to {last}", "got": str(last + 1)}
    ]


def test_without_a_replica_a_demand_means_the_same(pair, client):
    client.app.state.reading = Reading(pair.leader)
    last = pair.leader.query.head().position
    assert client.get(STATE, headers={LEAST: str(last)}).status_code == 200
    assert client.get(STATE, headers={LEAST: str(last + 1)}).status_code == 409


@pytest.mark.parametrize("least", ["", "-1", "1.5", "x", "1" * 16, "0x10", "٣"])
def test_a_demand_that_is_no_position_is_refused(client, least):
    answer = client.get(STATE, headers={LEAST: least.encode()})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-header")
    assert answer.json()["problems"][0]["where"] == LEAST


def test_every_answer_says_which_position_it_rests_on(pair, client):
    last = str(pair.leader.query.head().position)
    paths = client.get("/openapi.json").json()["paths"]
    asked = [
        path
        for path, methods in paths.items()
        if any(p["name"] == LEAST for p in methods.get("get", {}).get("parameters", ()))
    ]
    assert len(asked) == 19
    given = {
        "{a}-{b}": "KAZ-KGZ",
        "{act_id}": "eurasian-2024:a03",
        "{code}": "KAZ",
        "{view}.{form}": "acts.csv",
    }
    more = {"items": "list=visits.planned", "diff": "from=2024-01-01&to=2024-02-02"}
    for path in asked:
        url = path
        for name, value in given.items():
            url = url.replace(name, value)
        answer = client.get(f"{url}?{more.get(path.rpartition('/')[2], '')}".rstrip("?"))
        assert (answer.status_code, answer.headers.get(POSITION)) == (200, last), (
            path,
            answer.text,
        )


def test_a_replica_that_fails_is_stood_in_for_and_left_alone_for_a_while(pair, client):
    position = pair.meet()
    pair.replica.close()
    assert client.get(STATE).headers[POSITION] == str(position)
    pair.replica = pair._opened("replica")
    assert client.get(STATE).headers[POSITION] == str(position)


def test_a_replica_that_fails_in_the_middle_of_a_question_is_stood_in_for(pair, client):
    class Failing(Query):
        def state(self, *_: object) -> dict[str, object]:
            raise StoreUnavailable("sqlite://", "it ended the question")

    position = pair.meet()
    given = pair.replica._store, pair.replica.registry, lambda: pair.now
    failing = Chancery(*given)
    failing.query = Failing(*given)
    client.app.state.reading = Reading(pair.leader, lambda: failing, wait_seconds=0.0)
    answer = client.get(STATE)
    assert (answer.status_code, answer.headers[POSITION]) == (200, str(position))


def test_a_replica_that_cannot_be_opened_is_stood_in_for(pair, client):
    def unreachable() -> Chancery:
        raise StoreUnavailable("postgresql://replica", "nobody listens there")

    client.app.state.reading = Reading(pair.leader, unreachable)
    assert client.get(STATE).status_code == 200


def test_without_the_leader_the_replica_answers_and_nothing_is_recorded(pair, client):
    known = pair.leader.query.head().position
    position = pair.meet()
    pair.leader.close()
    answer = client.get(STATE)
    assert (answer.status_code, answer.headers[POSITION]) == (200, str(known))
    behind = client.get(STATE, headers={LEAST: str(position)})
    assert (behind.status_code, behind.json()["type"]) == (503, "/problems/replica-behind")
    assert behind.headers["retry-after"] == "1"
    assert behind.json()["problems"] == [
        {"where": LEAST, "expected": f"position {position} or beyond", "got": str(known)}
    ]
    assert client.post("/v1/acts", json={"events": [MEETING]}).status_code == 503
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "read-only", "position": known})


def test_without_either_nothing_is_answered_and_the_service_is_not_ready(pair, client):
    pair.leader.close()
    pair.replica.close()
    for path in (STATE, "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/store-unavailable")


def test_the_end_of_a_log_meets_a_demand_in_each_of_its_parts():
    end = Head(7, 100)
    assert Demand(7, 7, 99).met_by(end)
    for demand in (Demand(least=8), Demand(position=8), Demand(instant=100)):
        assert not demand.met_by(end)
