"""Memory and processor time of processes, as the kernel counts them."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path


def own_peak() -> int:
    """The most resident bytes this process ever had."""
    return _field(Path("/proc/self/status"), "VmHWM:")


def shared_out(pids: Iterable[int]) -> int:
    """Resident bytes of some processes and their children, shared pages counted once."""
    return sum(_field(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") for pid in _with_children(pids))


def worked(pids: Iterable[int]) -> float:
    """Seconds that the processor worked for this process and for some servers, all threads.

    Unlike a wait it hardly grows with what else the machine does. A server's threads that have
    ended are not in it.
    """
    nanoseconds = 0
    for pid in _with_children(pids) if pids else ():
        for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                nanoseconds += int(thread.read_text().split()[0])
    return time.process_time() + nanoseconds / 1e9


class Watch:
    """Samples the memory of servers, once a second, while it is open."""

    def __init__(self, pids: Callable[[], list[int]]) -> None:
        self.peak = 0
        self._pids = pids
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="memory")

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(1):
            pids = self._pids()
            if pids:
                self.peak = max(self.peak, shared_out(pids))


def _with_children(pids: Iterable[int]) -> set[int]:
    found = set(pids)
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        grown = bool(more)
        found |= more
    return found


def _field(path: Path, name: str) -> int:
    with contextlib.suppress(OSError):  # a process may just have ended
        for line in path.read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0
