"""Loss of power: what is on the disk if all that was not synced is lost, or some of it.

SIGKILL leaves to the system what was written, so it cannot show a sync that is missing. Here the
service runs under strace, and from what it wrote and synced the disk is made as a failing machine
may leave it at each moment: with every synced write, and any part of the others.
"""

from __future__ import annotations

import random
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import orjson

from tests.left_out import program
from tests.process import CHANCERY, Running, environment_of

_TRACED = (
    "pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,write,writev,sendto,sendmsg,"
    "link,linkat,rename,renameat,renameat2"
)
_DONE = " = 0\n"
_SYNCS = ("fsync", "fdatasync")
_WRITES = ("write", "pwrite64", "ftruncate")
#: Process, call, what the file descriptor stands for, and the rest.
_CALL = re.compile(r"^(\d+) +(\w+)\(\d+<([^>]*)>(.*)$")
_REMOVED = re.compile(r'^\d+ +unlink(?:at)?\((?:AT_FDCWD[^,]*, )?"([^"]*)"')
_NAMED = re.compile(r"^\d+ +(link|rename)\w*\(")
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
        if program("strace") is None:
            raise RuntimeError("expected the program strace, got none: apt-get install strace")
        self.trace = trace
        self._failing = f"inject=fdatasync:error=EIO:when={failing}"

    def run(
        self, arguments: list[str], out: Path, environment: Mapping[str, str] | None = None
    ) -> Running:
        traced = ["strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "1000000", "-qq"]
        with out.open("ab") as printed:
            process = subprocess.Popen(
                [
                    *traced,
                    *("-e", f"trace={_TRACED}", "-e", self._failing),
                    *("-o", self.trace, *CHANCERY, *arguments),
                ],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
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
class File:
    """What was written to a file, by whatever name."""

    synced: bytearray = field(default_factory=bytearray)
    unsynced: list[Write] = field(default_factory=list)

    def length(self) -> int:
        ends = [write.offset + len(write.data or b"") for write in self.unsynced]
        return max((len(self.synced), *ends))

    def sync(self, count: int) -> None:
        """So many of its writes are on the disk for good."""
        for write in self.unsynced[:count]:
            write.done_to(self.synced)
        del self.unsynced[:count]


@dataclass
class Disk:
    """The files of a folder as they are after a loss of power."""

    named: dict[str, File] = field(default_factory=dict)
    """What is in the folder by each name."""
    kept: dict[str, File] = field(default_factory=dict)
    """What was, when the folder was synced."""

    def file(self, name: str) -> File:
        """The file of a name, made if there is none."""
        return self.named.setdefault(name, File())

    def name(self, old: str, new: str, moved: bool) -> None:
        """A file bears another name, in the place of its old one or as well."""
        self.named[new] = self.named[old]
        if moved:
            del self.named[old]

    def keep(self, named: dict[str, File]) -> None:
        """These names are on the disk for good, and no others."""
        self.kept = named

    def lay(self, folder: Path, draw: random.Random, share: float) -> None:
        """Make the files, with a share of what was not synced, drawn by lot."""
        folder.mkdir()
        for name in sorted(self.named.keys() | self.kept.keys()):
            file = (self.named if draw.random() < share else self.kept).get(name)
            if file is not None:
                left = bytearray(file.synced)
                for write in file.unsynced:
                    if draw.random() < share:
                        write.done_to(left)
                (folder / name).write_bytes(left)


def moments(trace: Path, store: Path, *, lying: bool = False) -> Iterator[tuple[Disk, int]]:
    """The disk at each moment an answer is given, and the last position acknowledged by it.

    Its files are those whose names begin with the store's, hidden or not. A `lying` disk syncs
    nothing.
    """
    disk, acknowledged = Disk(), 0
    #: What a call of a thread does once it has ended.
    pending: dict[str, Callable[[], None]] = {}
    with trace.open() as lines:
        for line in lines:
            resumed = _RESUMED.match(line)
            if resumed:
                ended = pending.pop(resumed[1], None)
                if ended is not None and line.endswith(_DONE):
                    ended()
                continue
            removed = _REMOVED.match(line)
            if removed:
                disk.named.pop(Path(_bytes(removed[1]).decode()).name, None)
                continue
            done = _effect(line, disk, store, lying)
            if done is not None:
                if "<unfinished" in line:
                    pending[line.partition(" ")[0]] = done
                elif line.endswith(_DONE):
                    done()
                continue
            call = _CALL.match(line)
            if call is None:
                continue
            _, name, target, rest = call.groups()
            path = _bytes(target)
            if path.startswith((b"socket:", b"TCP")):
                found = _POSITIONS.findall(_data(rest))
                if found:
                    given = [position for one in found for position in orjson.loads(one)]
                    acknowledged = max(acknowledged, *given)
                    yield disk, acknowledged
                continue
            name_of = Path(path.decode(errors="replace")).name
            if not _is_of(store, name_of) or name not in _WRITES:
                continue
            file = disk.file(name_of)
            at = file.length() if name == "write" else int(_OFFSET.findall(rest)[0])
            file.unsynced.append(Write(at, None if name == "ftruncate" else _data(rest)))


def _effect(line: str, disk: Disk, store: Path, lying: bool) -> Callable[[], None] | None:
    """What a sync or a new name does to the disk, once the call has ended well."""
    named = _NAMED.match(line)
    if named:
        old, new = (Path(_bytes(path).decode()).name for path in _STRING.findall(line))
        return partial(disk.name, old, new, named[1] == "rename") if old in disk.named else None
    call = _CALL.match(line)
    if call is None or call[2] not in _SYNCS or lying:
        return None
    file = Path(_bytes(call[3]).decode(errors="replace"))
    if file == store.parent:
        return partial(disk.keep, dict(disk.named))
    written = disk.named.get(file.name)
    return None if written is None else partial(written.sync, len(written.unsynced))


def _is_of(store: Path, name: str) -> bool:
    return name.lstrip(".").startswith(store.name) and not name.endswith("-shm")


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def _data(rest: str) -> bytes:
    return b"".join(_bytes(found) for found in _STRING.findall(rest))
