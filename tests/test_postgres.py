"""The PostgreSQL of the tests: a new database for each, and no server left behind."""

import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Server, database, drop

ROOT = Path(__file__).parent.parent
USER = """
import sys
from tests.postgres import database
print(database(), flush=True)
sys.stdin.read()
"""


def asked(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


def test_every_database_is_new_and_another():
    one, other = database(), database()
    asked(one, "CREATE TABLE kept (told text)")
    assert one != other
    assert asked(other, "SELECT to_regclass('kept')") == [(None,)]
    assert asked(other, "SHOW server_encoding") == [("UTF8",)]
    drop(one)
    with pytest.raises(psycopg.OperationalError):
        asked(one, "SELECT 1")


def test_what_is_committed_is_there_after_a_kill_and_a_restart(tmp_path):
    server = Server(tmp_path / "own", durable=True)
    server.start()
    try:
        asked(server.url(), "CREATE TABLE kept (told text)")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            asked(server.url(), "SELECT 1")
        server.start()
        assert asked(server.url(), "SELECT * FROM kept") == []
        server.restart()
        assert asked(server.url(), "SELECT * FROM kept") == []
    finally:
        server.stop()


def test_the_shared_server_ends_with_the_last_that_needs_it_even_if_that_is_killed(monkeypatch):
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", f"of-a-test-{id(monkeypatch)}")
    monkeypatch.delenv("CHANCERY_TEST_POSTGRES", raising=False)
    first, second = (
        subprocess.Popen(
            [sys.executable, "-c", USER],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    )
    with first, second:
        assert first.stdout is not None
        assert second.stdout is not None
        urls = first.stdout.readline().strip(), second.stdout.readline().strip()
        assert urls[0].rsplit("/", 1)[0] == urls[1].rsplit("/", 1)[0]
        first.send_signal(signal.SIGKILL)
        first.wait()
        connection = psycopg.connect(urls[1], autocommit=True)
        assert connection.execute("SELECT 1").fetchall() == [(1,)]
        second.send_signal(signal.SIGKILL)
        # An answer that never comes: it ends when the server does.
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT pg_sleep(60)")
        connection.close()
