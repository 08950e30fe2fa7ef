"""Signing in: a browser keeps a sealed session of a key, and only a page of here can use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.access.session import Sessions
from api.web.sign_in import here
from events.access_keys import half_of
from events.application import Chancery, open_chancery
from tests.api.conftest import BASE, TestClient
from tests.api.problem_documents import is_problem
from tests.api.required import bearer, keys_of, required

HERE = {"Origin": BASE, "Accept": "text/html"}
FORM = {"-type": "talk.held", "-key": "form-1", "-do": "record", "date": "2024-02-20"}
TALK = {**FORM, "parties/0/party": "KAZ", "parties/1/party": "KGZ"}


@pytest.fixture(scope="module")
def house(seeded_store) -> Iterator[Chancery]:
    chancery = open_chancery(seeded_store)
    yield chancery
    chancery.close()


@pytest.fixture(scope="module")
def keys(house) -> dict[str, str]:
    return keys_of(house)


@pytest.fixture
def client(seeded_store, keys) -> Iterator[TestClient]:
    with required(seeded_store) as client:
        yield client


def signed_in(client: TestClient, key: str, place: str = "/") -> str:
    answer = client.post("/sign-in", data={"key": key, "next": place}, headers=HERE)
    assert answer.status_code == 303, answer.text
    return answer.headers["set-cookie"]


def test_a_page_asks_who_is_there_and_leads_on_to_where_the_visitor_wanted_to_be(client, keys):
    page = client.get("/relationships/KAZ-KGZ?as_of=2024-02-02", headers={"Accept": "text/html"})
    assert page.status_code == 401
    assert 'name="next" value="/relationships/KAZ-KGZ?as_of=2024-02-02"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "Kazakhstan" not in page.text
    cookie = signed_in(client, keys["desk"])
    for part in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie
    assert keys["desk"] not in cookie
    assert keys["desk"].rpartition("_")[2] not in cookie
    page = client.get("/relationships/KAZ-KGZ", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "Signed in as <strong>desk</strong> (append, read)" in page.text
    assert client.get("/v1/relationships/KAZ-KGZ").status_code == 200


def test_over_https_the_cookie_is_this_host_s_alone(seeded_store, keys):
    with required(seeded_store, public_url="https://acts.example") as client:
        cookie = signed_in(client, keys["desk"])
    assert cookie.startswith("__Host-chancery-session=")
    assert "Secure" in cookie


def test_what_is_done_by_a_session_comes_from_a_page_of_this_service(client, house, keys):
    signed_in(client, keys["desk"])
    before = house.query.head()
    event = b'{"act_id": "test:csrf", "events": []}'
    for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        kinds = {"Content-Type": "application/json", **headers}
        problem = is_problem(client.post("/v1/acts", content=event, headers=kinds), 403)
        assert problem["type"] == "/problems/foreign-page"
        is_problem(client.post("/record", data=TALK, headers=headers), 403)
        is_problem(client.post("/sign-out", headers=headers), 403)
    assert house.query.head() == before
    done = client.post("/record", data=TALK, headers=HERE)
    assert done.status_code == 303, done.text
    act_id = done.headers["location"].split("/")[2].partition("#")[0]
    assert house.query.history(act_id)["records"][0]["recorded_by"] == "desk"


def test_a_reader_s_session_cannot_record(client, house, keys):
    signed_in(client, keys["reader"])
    before = house.query.head()
    answer = client.post("/record", data={**TALK, "-key": "form-2"}, headers=HERE)
    assert answer.status_code == 403
    assert "scope append" in answer.text
    assert house.query.head() == before
    # A key that is shown goes before the session.
    done = client.post(
        "/record", data={**TALK, "-key": "form-2"}, headers={**HERE, **bearer(keys["desk"])}
    )
    assert done.status_code == 303


def test_who_signs_out_is_out(client, keys):
    signed_in(client, keys["reader"])
    answer = client.post("/sign-out", headers={**HERE, "Content-Type": URLENCODED}, content=b"")
    assert answer.status_code == 303
    is_problem(client.get("/v1/events"), 401)


URLENCODED = "application/x-www-form-urlencoded"


def test_a_session_ends_with_its_key(client, house, keys, monkeypatch):
    monkeypatch.setattr("api.access.keyring.STALE_SECONDS", 0.0)
    kept, key = house.admin.access_keys().create("guest", ["read"])
    signed_in(client, key)
    assert client.get("/v1/events").status_code == 200
    house.admin.access_keys().revoke(kept.key_id)
    is_problem(client.get("/v1/events"), 401)


@pytest.mark.parametrize("key", ["", "sesame", "chancery_000000000000_" + "0" * 64, "\u0441" * 40])
def test_what_is_no_key_begins_no_session(client, key):
    answer = client.post("/sign-in", data={"key": key, "next": "/"}, headers=HERE)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert key == "" or key not in answer.text


@pytest.mark.parametrize("value", ["", "x", "\x00", "gAAAAA" + "A" * 200, "a" * 3_000, "é" * 10])
def test_a_cookie_that_was_not_made_here_is_nobody_s(client, value):
    headers = {"Cookie": f"chancery-session={value}; other=1; ;;=; \x7f".encode()}
    is_problem(client.get("/v1/events", headers=headers), 401)


def test_a_session_ends_after_its_hours_and_another_store_opens_none():
    now = [1_709_985_600_000_000]
    key = "chancery_" + "0" * 12 + "_" + "1" * 64
    sessions = Sessions(b"s" * 32, 12, lambda: now[0])
    cookie = sessions.made(key)
    assert sessions.opened(cookie) == ("0" * 12, half_of(key))
    assert Sessions(b"t" * 32, 12, lambda: now[0]).opened(cookie) is None
    now[0] += 12 * 3_600_000_000
    assert sessions.opened(cookie) is not None
    now[0] += 2_000_000
    assert sessions.opened(cookie) is None
    with pytest.raises(ValueError, match="access key"):
        sessions.made("sesame")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("/relationships/KAZ-KGZ?as_of=2024-02-02", "/relationships/KAZ-KGZ?as_of=2024-02-02"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nSet-Cookie: x=1", "/"),
        ("/\t/evil.example", "/"),
        ("", "/"),
        ("record", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(place, expected):
    assert here(place) == expected
