"""Services on one PostgreSQL: they share a history, and nobody is shown the way in."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.conftest import BASE, one_line, run
from tests.postgres import database, drop

TALK = {
    "type": "talk.held",
    "date": "1963-01-22",
    "title": "Élysée",
    "parties": [{"party": "FRA"}, {"party": "DEU"}],
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    url = database()
    yield url
    drop(url)


@pytest.fixture(scope="module")
def services(url: str) -> Iterator[tuple[TestClient, TestClient]]:
    one, other = (create_app(Settings(store=url)) for _ in range(2))
    with TestClient(one, base_url=BASE) as first, TestClient(other, base_url=BASE) as second:
        yield first, second


def test_of_two_writers_who_saw_one_version_of_an_act_one_wins_and_the_other_is_told(
    services: tuple[TestClient, TestClient],
):
    for number in range(5):
        act = f"race:{number}"
        first = services[0].post("/v1/acts", json={"act_id": act, "events": [TALK]})
        assert first.status_code == 201, first.text
        begun = Barrier(2)

        def add(service: TestClient, act: str = act, begun: Barrier = begun) -> int:
            begun.wait()
            later = {"events": [TALK | {"date": "1963-01-23"}]}
            headers = {"If-Match": '"1"'}
            answer = service.post(f"/v1/acts/{act}/events", json=later, headers=headers)
            return answer.status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(add, services)) == [201, 412]
        states = [service.get(f"/v1/acts/{act}/history").json()["records"] for service in services]
        assert states[0] == states[1]
        assert [record["version"] for record in states[0]] == [1, 2]


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "\uffff", "'; DROP TABLE meta --", "%_"])
def test_text_that_no_database_holds_is_found_nowhere_and_breaks_nothing(
    services: tuple[TestClient, TestClient], text: str
):
    quoted = text.encode("utf-8", "surrogatepass")
    for path, name in (("/v1/acts", "q"), ("/v1/exports/csv", "q")):
        asked = services[0].get(path, params={name: quoted})
        assert asked.status_code in {200, 400, 404}, asked.text
    assert services[0].get("/readyz").status_code == 200


def test_the_password_stands_nowhere(url: str, services: tuple[TestClient, TestClient]):
    password = urlsplit(url).password
    assert password
    gone = url.rsplit("/", 1)[0] + "/gone"
    done = run("state", "FRA-DEU", store=gone)
    assert done.returncode == 3
    assert "cannot be used" in one_line(done)
    for shown in (done.stdout, done.stderr, services[0].get("/readyz").content):
        assert password.encode() not in shown
