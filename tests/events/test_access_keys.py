"""Access keys as a store keeps them: shown once, never to be made from what is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from events.access_keys import KEY_PATTERN, half_of
from events.application import Chancery, open_chancery
from events.errors import InvalidAccessKey, UnknownAccessKey
from tests.postgres import database, drop

DAY = 86_400_000_000


class Clock:
    def __init__(self) -> None:
        self.now = 1_709_985_600_000_000  # 9 March 2024

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "SQLite":
        yield f"sqlite:///{tmp_path / 'acts.db'}"
    else:
        url = database()
        yield url
        drop(url)


@pytest.fixture
def house(clock: Clock, url: str) -> Iterator[Chancery]:
    chancery = open_chancery(url, clock)
    yield chancery
    chancery.close()


def stored(url: str, folder: Path) -> bytes:
    """Every byte that a store keeps, as far as it can be had."""
    if url.startswith("sqlite"):
        return b"".join(file.read_bytes() for file in folder.iterdir())
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT name, value FROM meta").fetchall()
    return repr(rows).encode()


def test_a_key_is_256_bits_with_a_prefix_that_scanners_know_and_no_byte_of_it_is_kept(
    house, url, tmp_path
):
    kept, key = house.admin.access_keys().create("desk", ["append", "read"])
    assert re.fullmatch(KEY_PATTERN, key)
    assert kept.scopes == ("read", "append")
    (again,) = house.admin.access_keys().all()
    assert again == kept
    assert again.fits(half_of(key))
    assert not again.fits(half_of(key[:-1] + ("0" if key[-1] != "0" else "1")))
    house.close()
    kept_bytes = stored(url, tmp_path)
    secret = key.rpartition("_")[2]
    assert kept.fingerprint.encode() in kept_bytes
    for form in (secret.encode(), bytes.fromhex(secret), half_of(key), half_of(key).hex().encode()):
        assert form not in kept_bytes
    assert kept.fingerprint not in repr(kept)
    assert kept.fingerprint not in str(kept.to_json(0))


def test_a_key_is_good_until_it_expires_or_is_revoked(house, clock):
    keys = house.admin.access_keys()
    kept, _ = keys.create("desk", ["read"], expires_at=clock.now + DAY)
    other, _ = keys.create("desk", ["read", "append"])
    clock.now += DAY - 1
    assert kept.standing(clock.now) == "good"
    clock.now += 1
    assert kept.standing(clock.now) == "expired"
    assert [one.key_id for one in keys.revoke(other.key_id)] == [other.key_id]
    assert [one.standing(clock.now) for one in keys.all()] == ["expired", "revoked"]
    assert [one.key_id for one in keys.revoke("desk")] == [kept.key_id]
    assert keys.revoke("desk") == []


@pytest.mark.parametrize(
    ("name", "scopes", "days", "where"),
    [
        ("Desk", ["read"], None, "name"),
        ("", ["read"], None, "name"),
        ("import:csv", ["read"], None, "name"),
        ("desk\n", ["read"], None, "name"),
        ("d" * 41, ["read"], None, "name"),
        ("d\u0435sk", ["read"], None, "name"),
        ("desk", [], None, "scope"),
        ("desk", ["read", "write"], None, "scope"),
        ("desk", ["read"], 0, "expires"),
        ("desk", ["read"], -1, "expires"),
    ],
)
def test_a_key_that_cannot_be_is_not_made(house, clock, name, scopes, days, where):
    expires_at = None if days is None else clock.now + days * DAY
    with pytest.raises(InvalidAccessKey) as refused:
        house.admin.access_keys().create(name, scopes, expires_at)
    assert refused.value.where == where
    assert house.admin.access_keys().all() == []


def test_nobody_s_key_cannot_be_revoked(house):
    with pytest.raises(UnknownAccessKey):
        house.admin.access_keys().revoke("desk")


def test_keys_are_no_part_of_the_log(house):
    house.admin.access_keys().create("desk", ["read"])
    assert house.query.head().position == 0
    assert len(house.admin.access_keys().session_secret()) == 32
    assert house.admin.access_keys().session_secret() == house.admin.access_keys().session_secret()
