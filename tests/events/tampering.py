"""Ways to alter a store file behind the program's back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from events.log.canonical import canonical
from events.log.record import fresh_salt, header_of
from events.tlog.merkle import leaf_hash
from events.tlog.tree import grown

Alter = Callable[[Path], None]


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def sql(*statements: str) -> Alter:
    """Alter rows; each statement meets one at least."""

    def alter(path: Path) -> None:
        with connected(path) as connection:
            for statement in statements:
                changed = connection.execute(statement).rowcount
                assert changed, statement

    return alter


def bent(table: str, change: str, where: str) -> Alter:
    """Alter a row of a table."""
    return sql(f"UPDATE {table} SET {change} WHERE {where}")


def gone(table: str, where: str) -> Alter:
    """Delete rows of a table."""
    return sql(f"DELETE FROM {table} WHERE {where}")


def state_of(path: Path, position: int) -> bytes:
    with connected(path) as connection:
        select = "SELECT state FROM stored_events WHERE rowid = ?"
        return bytes(connection.execute(select, (position,)).fetchone()[0])


def restated(position: int, change: Callable[[bytes], object]) -> Alter:
    """Alter the stored bytes of a record."""

    def alter(path: Path) -> None:
        state = state_of(path, position)
        changed = change(state)
        assert changed != state
        with connected(path) as connection:
            update = "UPDATE stored_events SET state = ? WHERE rowid = ?"
            connection.execute(update, (changed, position))

    return alter


def words(position: int, old: bytes, new: bytes) -> Alter:
    """Alter words of a record's stored bytes."""
    return restated(position, lambda state: state.replace(old, new))


def forged(state: bytes, /, **header: Any) -> bytes:
    """Stored bytes with another header."""
    forged_header = orjson.loads(header_of(state)) | header
    return b"\n".join((canonical(forged_header), *state.split(b"\n")[1:]))


def reworded(state: bytes, /, **body: Any) -> bytes:
    """Stored bytes with another body, and a digest that fits it."""
    header, _, content = state.split(b"\n")
    salt, body_ = fresh_salt(), canonical(orjson.loads(content) | body)
    digest = f"sha256:{sha256(salt + body_).hexdigest()}"
    head = canonical(orjson.loads(header) | {"digest": digest})
    return b"\n".join((head, salt.hex().encode(), body_))


def header(at: int, /, **fields: Any) -> Alter:
    return restated(at, lambda state: forged(state, **fields))


def body(at: int, /, **fields: Any) -> Alter:
    return restated(at, lambda state: reworded(state, **fields))


def both(*alterations: Alter) -> Alter:
    """One alteration after another."""

    def alter(path: Path) -> None:
        for one in alterations:
            one(path)

    return alter


def replanted(path: Path) -> None:
    """Make the tree anew over what the log says now, as the program would."""
    with connected(path) as connection:
        rows = connection.execute("SELECT state FROM stored_events ORDER BY rowid").fetchall()
        leaves = [leaf_hash(header_of(state)) for (state,) in rows]
        connection.execute("DELETE FROM tile")
        tiles = list(grown(lambda *_: b"", 0, leaves))
        connection.executemany("INSERT INTO tile VALUES (?, ?, ?)", tiles)


def flipped(path: Path, position: int, place: int, mask: int) -> None:
    """Flip bits of one byte of a record's stored bytes."""

    def flip(state: bytes) -> bytes:
        at = place % len(state)
        return state[:at] + bytes([state[at] ^ mask]) + state[at + 1 :]

    restated(position, flip)(path)
