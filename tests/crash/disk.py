"""A disk that is soon full: a small file system where one may be mounted, else a limit of files."""

from __future__ import annotations

import errno
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tests.crash.service import Service

_BALLAST = "ballast"
_MEBIBYTE = 2**20


class Disk(Protocol):
    """Where a store lies, and how it is left without room and given room again."""

    folder: Path

    def fill(self, service: Service, left_bytes: int) -> None:
        """Leave the service's store so many bytes."""
        ...

    def free(self, service: Service) -> None:
        """Give it room again."""
        ...


class SmallDisk:
    """A file system in memory: what does not fit is refused with ENOSPC, SQLite's `FULL`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, service: Service, left_bytes: int) -> None:
        ballast = self.folder / _BALLAST
        with ballast.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(65_536))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            file.truncate(max(0, ballast.stat().st_size - left_bytes))

    def free(self, service: Service) -> None:
        (self.folder / _BALLAST).unlink()


class SmallFiles:
    """A limit of how large a process's files grow: SQLite takes it for an error of the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, service: Service, left_bytes: int) -> None:
        assert service.running is not None
        largest = max(file.stat().st_size for file in self.folder.glob("*.db*"))
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        limits = (largest + left_bytes, hard)
        resource.prlimit(service.running.pid, resource.RLIMIT_FSIZE, limits)

    def free(self, service: Service) -> None:
        assert service.running is not None
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.prlimit(service.running.pid, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A small file system, or a limit of files where none can be mounted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={16 * _MEBIBYTE}", "none", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        yield SmallFiles(folder)
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
