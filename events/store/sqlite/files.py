"""The files of a SQLite store, watched by inode: what was opened must stay in its place.

A process that has a file open goes on reading and writing it after its name is gone. What it
commits then is lost with it, and another process that opens the name shares neither data nor locks.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_MOVED = "its file was moved or removed"
LOG_GONE = "its write-ahead log was removed or replaced: start the service again"
#: SQLite's SHARED lock, which whoever has a store open holds in WAL mode (sqlite.org/fileio.html).
_SHARED = "1073741826 1073742335"
_LOCKS = Path("/proc/locks")
#: How long a process that closes a store just now may take to let go of its lock.
_CLOSING_SECONDS = 5.0
_LOOK_SECONDS = 0.02


class StoreFiles:
    """The database, its write-ahead log and the memory that its processes share."""

    def __init__(self, path: Path) -> None:
        self._paths = (path, *log_files(path))
        self._opened: tuple[tuple[int, int] | None, ...] | None = None

    def lost(self) -> str | None:
        """What was done to the files since this was asked first; None while they are in place.

        To be asked first when a connection has read: from then on all three are there, and SQLite
        removes none of them before that connection closes.
        """
        found = tuple(_inode(path) for path in self._paths)
        if self._opened is None:
            self._opened = found
        if found[0] is None or found[0] != self._opened[0]:
            return _MOVED
        return LOG_GONE if found != self._opened or None in found else None

    def size_bytes(self) -> int:
        """The bytes of the file and of its write-ahead log."""
        return sum(_size(path) for path in self._paths[:2])


def log_files(path: Path) -> tuple[Path, Path]:
    """The write-ahead log of a store and its index."""
    return Path(f"{path}-wal"), Path(f"{path}-shm")


def is_open_without_log(path: Path) -> bool:
    """Whether a process has a store open whose write-ahead log or its index has gone.

    Linux alone can tell; elsewhere False. One that closes the store just now is waited for.
    """
    deadline = time.monotonic() + _CLOSING_SECONDS
    while not all(file.exists() for file in log_files(path)) and _is_locked(path):
        if time.monotonic() > deadline:
            return True
        time.sleep(_LOOK_SECONDS)
    return False


def _is_locked(path: Path) -> bool:
    # Asked of the kernel by a table: to open the file and close it would drop the locks that this
    # process has on it (fcntl(2)).
    inode = _inode(path)
    if inode is None or not _LOCKS.exists():
        return False
    device, number = inode
    place = f" {os.major(device):02x}:{os.minor(device):02x}:{number} {_SHARED}"
    return any(line.endswith(place) for line in _LOCKS.read_text("ascii").splitlines())


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
