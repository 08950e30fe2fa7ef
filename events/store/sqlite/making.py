"""Making a SQLite store: a new one gets its name when it is whole, an older one is brought up.

So a file that bears the name and is empty was never left there by a store in the making: what was
in it has been cut off.
"""

from __future__ import annotations

import errno
import secrets
from pathlib import Path

from events.segments import Sizes
from events.store.durable import sync_folder
from events.store.sql import queries
from events.store.sql.session import Session
from events.store.sql.store import EDITION, NotAStore, keep_sizes
from events.store.sql.tables import DERIVED, SCHEMA_VERSION
from events.store.sqlite.connections import FileConnections, MemoryConnections
from events.store.sqlite.files import is_open_without_log, log_files
from events.store.sqlite.schema import schema_of

#: What file systems say that know one name a file alone.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS)


def make_where_absent(path: Path, sizes: Sizes) -> None:
    """Make a store unless there is one; two processes that do so at once make one.

    Raises `NotAStore` for what is left of a store: an empty file, or a write-ahead log alone.
    SQLite would take either for a new database, and remove the log.
    """
    if path.exists():
        if path.is_file() and not path.stat().st_size:
            raise NotAStore("its file is empty: put the store back, or remove it for a new one")
        if is_open_without_log(path):
            raise NotAStore("another process has it open without its write-ahead log: end that")
        return
    left = [file.name for file in log_files(path) if file.exists()]
    if left:
        raise NotAStore(f"its file is gone, but {left[0]} is there: put the store back")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        connections = FileConnections(part, "rwc")
        try:
            with connections.writing() as session:
                connections.recorder.create(session.cursor)
                keep_sizes(session, sizes)
        finally:
            connections.close()
        _give_name(part, path)
        sync_folder(path.parent)
    finally:
        for file in (part, *log_files(part)):
            file.unlink(missing_ok=True)


def _give_name(part: Path, path: Path) -> None:
    """Let a store bear its name, unless another has taken that meanwhile."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise NotAStore(f"it cannot be given its name: {error.strerror}") from None
        part.rename(path)


def make_in_memory(connections: MemoryConnections, sizes: Sizes) -> None:
    """Make the tables of a store in memory."""
    with connections.writing() as session:
        connections.recorder.create(session.cursor)
        keep_sizes(session, sizes)


def bring_up(connections: FileConnections, sizes: Sizes) -> None:
    """Bring a store to this program's schema."""
    with connections.reading() as session:
        if schema_of(session) == str(SCHEMA_VERSION):
            return
    with connections.writing() as session:
        _drop_derived(session)
        connections.recorder.create(session.cursor)
        keep_sizes(session, sizes)


def _drop_derived(session: Session) -> None:
    """Of an older schema the log stays as it is, and the index is derived from it anew."""
    for table in DERIVED:
        session.all(f"DROP TABLE IF EXISTS {table}")
    session.all(queries.SET_META, ("schema", str(SCHEMA_VERSION)))
    session.all(queries.FORGET_META, (EDITION,))
