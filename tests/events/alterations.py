"""Alterations of a store that take more than a statement, each as thorough as it says."""

from __future__ import annotations

from pathlib import Path

from events.application import open_chancery
from events.tlog.keys import SigningKey
from tests.events.tampering import (
    Alter,
    body,
    connected,
    forged,
    replanted,
    restated,
    reworded,
    state_of,
)

OTHER = SigningKey("chancery.example/log", b"o" * 32)


def salted(state: bytes) -> bytes:
    return state.replace(state.split(b"\n")[1], b"0" * 32)


def swapped(path: Path) -> None:
    """Two records of different acts change places; each keeps its bytes."""
    first, second = state_of(path, 9), state_of(path, 10)
    with connected(path) as connection:
        rows = "SELECT originator_id, originator_version, topic FROM stored_events WHERE rowid = ?"
        update = (
            "UPDATE stored_events SET originator_id = ?, originator_version = ?, topic = ?, "
            "state = ? WHERE rowid = ?"
        )
        one = connection.execute(rows, (9,)).fetchone()
        other = connection.execute(rows, (10,)).fetchone()
        connection.execute(update, ("aside", 1, "x", b"", 9))
        connection.execute(update, (*one, first, 10))
        connection.execute(update, (*other, second, 9))


def renumbered(path: Path) -> None:
    """The same, with headers that say the new places."""
    swapped(path)
    for position in (9, 10):
        restated(position, lambda state, p=position: forged(state, position=p))(path)


def inserted(path: Path) -> None:
    """A record more, at the end, well made but for the tree."""
    state = forged(state_of(path, 11), position=12, version=2)
    with connected(path) as connection:
        row = ("d:1994", 2, "visit.held", state)
        connection.execute("INSERT INTO stored_events VALUES (?, ?, ?, ?)", row)


def before_all(path: Path) -> None:
    """A record where nobody looks: below the first position."""
    state = forged(state_of(path, 11), position=-5, version=2)
    with connected(path) as connection:
        statement = (
            "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
            "VALUES (-5, 'd:1994', 2, 'visit.held', ?)"
        )
        connection.execute(statement, (state,))


def truncated(path: Path) -> None:
    """The last two records, all index rows of them and their leaves are gone, as if never told."""
    with connected(path) as connection:
        connection.execute("DELETE FROM stored_events WHERE rowid > 9")
        connection.execute("DELETE FROM checkpoint WHERE size > 9")
    replanted(path)
    chancery = open_chancery(f"sqlite:///{path}")
    chancery.admin.rebuild()
    chancery.close()


def rewritten(path: Path) -> None:
    """A record says something else, and everything was made anew to fit, checkpoints apart."""
    body(9, title="Another visit")(path)
    replanted(path)
    chancery = open_chancery(f"sqlite:///{path}")
    chancery.admin.rebuild()
    chancery.close()


def unsigned(path: Path) -> None:
    """A checkpoint of the right tree, signed by whom nobody knows."""
    with connected(path) as connection:
        connection.execute("DELETE FROM checkpoint")
    chancery = open_chancery(f"sqlite:///{path}")
    chancery.admin.notary((OTHER,)).checkpoint()
    chancery.close()


def note_of(path: Path, size: int) -> bytes:
    with connected(path) as connection:
        select = "SELECT note FROM checkpoint WHERE size = ?"
        return bytes(connection.execute(select, (size,)).fetchone()[0])


def noted(change: tuple[bytes, bytes]) -> Alter:
    """Words of the kept checkpoint of 8."""

    def alter(path: Path) -> None:
        changed = note_of(path, 8).replace(*change, 1)
        assert changed != note_of(path, 8)
        with connected(path) as connection:
            connection.execute("UPDATE checkpoint SET note = ? WHERE size = 8", (changed,))

    return alter


def unerased(path: Path) -> None:
    """What was erased is there again, with a digest that fits."""
    restated(6, lambda s: reworded(b"\n".join((s.split(b"\n")[0], b"", b"{}")), date="1990"))(path)
