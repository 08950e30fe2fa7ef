"""Loss of power: what is on the disk if all that was not synced is lost, or some of it.

SIGKILL leaves to the system what was written, so it cannot show a sync that is missing. Here the
service runs under strace, and from what it wrote and synced the disk is made as a failing machine
may leave it at each moment: with every synced write, and any part of the others.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from tests.process import CHANCERY, Running, environment_of

_TRACED = "pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,write,writev,sendto,sendmsg"
_DONE = " = 0\n"
_SYNCS = ("fsync", "fdatasync")
#: Process, call, what the file descriptor stands for, and the rest.
_CALL = re.compile(r"^(\d+) +(\w+)\(\d+<([^>]*)>(.*)$")
_REMOVED = re.compile(r'^\d+ +unlink(?:at)?\((?:AT_FDCWD[^,]*, )?"([^"]*)"')
#: The last argument of a call.
_OFFSET = re.compile(r", (\d+)(?:\)| <unfinished)")
_RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_POSITIONS = re.compile(rb'"positions":(\[[0-9,]+\])')
_PATIENCE_SECONDS = 60


class Traced:
    """Runs a command under strace, as a user runs it, on a disk that fails now and then."""

    def __init__(self, trace: Path, failing: str) -> None:
        """`failing` are the syncs of a thread that fail, such as `20+7`, the 20th and each 7th."""
        if shutil.which("strace") is None:
            raise RuntimeError("expected the program strace, got none: apt-get install strace")
        self.trace = trace
        self._failing = f"inject=fdatasync:error=EIO:when={failing}"

    def run(
        self, arguments: list[str], out: Path, environment: Mapping[str, str] | None = None
    ) -> Running:
        traced = ["strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "1000000", "-qq"]
        with out.open("ab") as told:
            process = subprocess.Popen(
                [
                    *traced,
                    *("-e", f"trace={_TRACED}", "-e", self._failing),
                    *("-o", self.trace, *CHANCERY, *arguments),
                ],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                env=environment_of(environment),
                cwd=out.parent,
            )
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            # strace tries first what the kernel can do, in children of its own.
            for pid in children.read_text().split():
                if _command_of(pid) == CHANCERY[0]:
                    return Running(int(pid), process.wait)
            time.sleep(0.01)
        process.wait(_PATIENCE_SECONDS)
        raise RuntimeError(f"expected strace to run a command: {out.read_text()}")


def _command_of(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode()
    except OSError:  # it has just ended
        return ""


@dataclass(frozen=True)
class Write:
    """A write, or the length that a file is cut to."""

    offset: int
    data: bytes | None

    def done_to(self, file: bytearray) -> None:
        if self.data is None:
            del file[self.offset :]
            file.extend(bytes(self.offset - len(file)))
        else:
            file.extend(bytes(max(0, self.offset - len(file))))
            file[self.offset : self.offset + len(self.data)] = self.data


@dataclass
class Disk:
    """The files of a folder as they are after a loss of power."""

    synced: dict[str, bytearray] = field(default_factory=dict)
    unsynced: dict[str, list[Write]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    """Files that are in the folder."""
    kept: set[str] = field(default_factory=set)
    """Files that were in it when it was synced."""

    def write(self, name: str, write: Write) -> None:
        """A file is written to, and made if it is not there."""
        if name not in self.named:
            self.named.add(name)
            self.synced[name] = bytearray()
            self.unsynced[name] = []
        self.unsynced[name].append(write)

    def sync(self, name: str, count: int) -> None:
        """So many of a file's writes are on the disk for good."""
        for write in self.unsynced[name][:count]:
            write.done_to(self.synced[name])
        del self.unsynced[name][:count]

    def lay(self, folder: Path, draw: random.Random, share: float) -> None:
        """Make the files, with a share of what was not synced, drawn by lot."""
        folder.mkdir()
        for name in sorted(self.named | self.kept):
            there = self.named if draw.random() < share else self.kept
            left = bytearray(self.synced[name])
            for write in self.unsynced[name]:
                if draw.random() < share:
                    write.done_to(left)
            if name in there:
                (folder / name).write_bytes(left)


def moments(trace: Path, store: Path, *, lying: bool = False) -> Iterator[tuple[Disk, int]]:
    """The disk at each moment an answer is given, and the last position acknowledged by it.

    Its files are those whose names begin with the store's. A `lying` disk syncs nothing.
    """
    disk, acknowledged = Disk(), 0
    syncing: dict[str, tuple[str, int]] = {}
    with trace.open() as lines:
        for line in lines:
            resumed = _RESUMED.match(line)
            if resumed and resumed[1] in syncing:
                synced = syncing.pop(resumed[1])
                if line.endswith(_DONE):
                    disk.sync(*synced)
            removed = _REMOVED.match(line)
            if removed:
                disk.named.discard(Path(_bytes(removed[1]).decode()).name)
            call = _CALL.match(line)
            if call is None:
                continue
            pid, name, told, rest = call.groups()
            path = _bytes(told)
            if path.startswith((b"socket:", b"TCP")):
                found = _POSITIONS.findall(_data(rest))
                if found:
                    given = [position for one in found for position in orjson.loads(one)]
                    acknowledged = max(acknowledged, *given)
                    yield disk, acknowledged
                continue
            file = Path(path.decode(errors="replace"))
            if file == store.parent and name in _SYNCS and line.endswith(_DONE) and not lying:
                disk.kept = set(disk.named)
            if not file.name.startswith(store.name) or file.name.endswith("-shm"):
                continue
            if name == "pwrite64":
                disk.write(file.name, Write(int(_OFFSET.findall(rest)[0]), _data(rest)))
            elif name == "ftruncate":
                disk.write(file.name, Write(int(_OFFSET.findall(rest)[0]), None))
            elif name in _SYNCS and not lying and file.name in disk.unsynced:
                synced = (file.name, len(disk.unsynced[file.name]))
                if "<unfinished" in rest:
                    syncing[pid] = synced
                elif line.endswith(_DONE):
                    disk.sync(*synced)


def _bytes(told: str) -> bytes:
    return bytes.fromhex(told.replace("\\x", ""))


def _data(rest: str) -> bytes:
    return b"".join(_bytes(found) for found in _STRING.findall(rest))
