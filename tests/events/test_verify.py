"""Verification: an honest store has nothing to tell, and an altered one is told of by name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from events.application import open_chancery
from events.record import decode
from tests.domain.told import between, event, visit_of

VISIT = event("visit.held", "1990-05-01", parties=visit_of("FRA", "DEU"), title="A visit")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store with two acts, a correction and a retraction."""
    path = tmp_path / "chancery.db"
    chancery = open_chancery(f"sqlite:///{path}")
    chancery.append("a", [VISIT], recorded_by="clerk")
    treaty = event("agreement.signed", "1963-01-22", parties=between("FRA", "DEU"))
    chancery.append(
        "b", [treaty, event("agreement.ratified", "1963-07-02", by=["FRA"])], recorded_by="clerk"
    )
    chancery.correct("a", 1, VISIT | {"date": "1990-06"}, "June", recorded_by="editor")
    chancery.retract("b", 2, "of another treaty", recorded_by="editor")
    chancery.close()
    return path


def found(path: Path) -> list[str]:
    """What verification says of a store."""
    chancery = open_chancery(f"sqlite:///{path}")
    try:
        return [str(finding) for finding in chancery.verify()]
    finally:
        chancery.close()


def altered(path: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute(sql, values).rowcount > 0
    connection.close()


def restated(path: Path, position: int, change: Callable[[bytes], bytes]) -> None:
    """Alter the stored bytes of a record."""
    with sqlite3.connect(path) as connection:
        select = "SELECT state FROM stored_events WHERE rowid = ?"
        state = connection.execute(select, (position,)).fetchone()[0]
        changed = change(state)
        assert changed != state
        update = "UPDATE stored_events SET state = ? WHERE rowid = ?"
        connection.execute(update, (changed, position))
    connection.close()


def test_an_honest_store_has_nothing_to_tell(file: Path) -> None:
    assert found(file) == []


def test_a_rebuild_derives_the_index_there_was(file: Path) -> None:
    chancery = open_chancery(f"sqlite:///{file}")
    with chancery._store.read() as reader:
        before = {act: sorted(map(repr, reader.index_of(act))) for act in ("a", "b")}
    assert chancery.rebuild() == 5
    with chancery._store.read() as reader:
        assert before == {act: sorted(map(repr, reader.index_of(act))) for act in ("a", "b")}
    chancery.close()
    assert found(file) == []


def words(position: int, old: bytes, new: bytes) -> Callable[[Path], None]:
    """Alter words of a record's stored bytes."""
    return lambda path: restated(path, position, lambda state: state.replace(old, new))


def sql(statement: str) -> Callable[[Path], None]:
    """Alter rows."""
    return lambda path: altered(path, statement)


TAMPERINGS: list[tuple[str, Callable[[Path], None], int]] = [
    ("a word of a body", words(1, b"A visit", b"A raid!"), 1),
    ("a date in a correction", words(4, b"1990-06", b"1990-07"), 4),
    ("an instant put back", words(3, b'_at":"2', b'_at":"1'), 3),
    ("a version in a header", words(3, b'"version":2', b'"version":3'), 3),
    ("a salt", lambda p: restated(p, 2, lambda s: s.replace(s.split(b"\n")[1], b"0" * 32)), 2),
    ("bytes that are no record", lambda path: restated(path, 2, lambda _: b"gone"), 2),
    ("a record deleted", sql("DELETE FROM stored_events WHERE rowid = 3"), 4),
    ("an act renamed", sql("UPDATE stored_events SET originator_id = 'c' WHERE rowid = 1"), 1),
    ("a type", sql("UPDATE stored_events SET topic = 'visit.cancelled' WHERE rowid = 1"), 1),
    ("an index row hidden", sql("DELETE FROM change_known WHERE act_id = 'a'"), 1),
    ("an index row bent", sql("UPDATE change_known SET day = day - 400 WHERE act_id = 'b'"), 2),
    ("later knowledge", sql("UPDATE version_known SET known_from = 3 WHERE known_from = 4"), 3),
]


@pytest.mark.parametrize(
    ("what", "alter", "position"), TAMPERINGS, ids=[row[0] for row in TAMPERINGS]
)
def test_what_was_altered_is_named_with_the_first_record_concerned(
    file: Path, what: str, alter: Callable[[Path], None], position: int
) -> None:
    alter(file)
    findings = found(file)
    assert findings, what
    assert any(f"position {position}," in finding for finding in findings), findings
    assert all("calculated" in finding and "claimed" in finding for finding in findings)


def test_the_header_commits_to_the_body_as_it_is_stored(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        for (state,) in connection.execute("SELECT state FROM stored_events"):
            assert decode(state).digest in state.decode()
    connection.close()
