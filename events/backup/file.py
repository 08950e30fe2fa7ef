"""The backup: holdings in one file that fits into any store (ADR 19)."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import orjson

from events.backup.frames import Frame, FrameWriter, frames, unreadable
from events.backup.holdings import Holdings
from events.errors import UnreadableRecord
from events.log.record import header_of
from events.store.beside import KeptCheckpoint
from events.store.raw import BareReceipt, LogRow, next_row, row_of
from events.tlog.merkle import Frontier, leaf_hash

_FORMAT = "chancery backup 1"
_MAGIC = b"\x1f\x8b"
#: The best that costs little: a level more takes twice as long for a hundredth of the room.
_LEVEL = 6

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself in its first frame."""

    size: int
    """How many records it holds."""
    root: bytes
    """The root of the Merkle tree over them."""
    made_at: str
    """When, as UTC text."""

    def to_bytes(self) -> bytes:
        """As it stands in the backup."""
        entry = {
            "format": _FORMAT,
            "size": self.size,
            "root": self.root.hex(),
            "made_at": self.made_at,
        }
        return orjson.dumps(entry)


def write_backup(
    holdings: Holdings, stream: IO[bytes], made_at: str, progress: Progress
) -> Manifest:
    """Write holdings whole; `progress` hears of records written, and of all there are.

    Raises `UnreadableRecord` where the records do not agree with themselves or with their tree.
    """
    manifest = Manifest(holdings.size, holdings.root(holdings.size), made_at)
    with gzip.GzipFile("", "wb", _LEVEL, stream, mtime=0) as packed:
        writer = FrameWriter(cast(IO[bytes], packed))
        writer.write("backup", manifest.to_bytes())
        for name, value in holdings.remarks():
            writer.write("remark", orjson.dumps([name, value]))
        for kept in holdings.checkpoints():
            writer.write("checkpoint", orjson.dumps([kept.size, kept.made_at, kept.note.decode()]))
        for receipt in holdings.receipts():
            entries = [receipt.key, receipt.position, receipt.request_digest]
            writer.write("receipt", orjson.dumps([*entries, receipt.answer.decode()]))
        for row in checked(holdings.rows(0), manifest):
            writer.write("record", row.state)
            if row.position % 1_000 == 0:
                progress(row.position, manifest.size)
        writer.end()
    progress(manifest.size, manifest.size)
    return manifest


def checked(rows: Iterator[LogRow], manifest: Manifest) -> Iterator[LogRow]:
    """The rows of whole holdings; raises `UnreadableRecord` where they are not what it says."""
    frontier, since = Frontier(), 0
    for row in rows:
        since = next_row(row, frontier.size, since)
        frontier = frontier.append(leaf_hash(header_of(row.state)))
        yield row
    if (frontier.size, frontier.root()) != (manifest.size, manifest.root):
        expected = f"{manifest.size} records of root {manifest.root.hex()}"
        raise unreadable(expected, f"{frontier.size} of {frontier.root().hex()}")


class BackupFile:
    """The holdings in a backup's file; see `Holdings`."""

    def __init__(self, path: Path) -> None:
        """Raises `UnreadableRecord` for a file that is none, and `OSError`."""
        self._path = path
        with closing(self._frames()) as found:
            self.manifest = _manifest(next(found))
        self.size = self.manifest.size

    def check(self, progress: Progress) -> None:
        """Read all of it; raises `UnreadableRecord` unless it is whole and as it was written."""
        for row in checked(self.rows(0), self.manifest):
            if row.position % 1_000 == 0:
                progress(row.position, self.size)

    def root(self, size: int) -> bytes:
        """The root over the first records, made again from their headers where not of all."""
        if size == self.size:
            return self.manifest.root
        frontier = Frontier()
        if size:
            for row in self.rows(0):
                frontier = frontier.append(leaf_hash(header_of(row.state)))
                if frontier.size == size:
                    break
        return frontier.root()

    def rows(self, after: int) -> Iterator[LogRow]:
        """The records beyond a position."""
        for frame in self._of("record"):
            row = row_of(frame.data)
            if row.position > after:
                yield row

    def checkpoints(self) -> Iterator[KeptCheckpoint]:
        """Every checkpoint."""
        for frame in self._of("checkpoint"):
            size, made_at, note = _entries(frame, int, int, str)
            yield KeptCheckpoint(size, note.encode(), made_at)

    def receipts(self) -> Iterator[BareReceipt]:
        """Every remembered answer."""
        for frame in self._of("receipt"):
            key, position, digest, answer = _entries(frame, str, int, str, str)
            yield BareReceipt(key, answer.encode(), position, digest)

    def remarks(self) -> list[tuple[str, str]]:
        """What is kept beside the log by name."""
        remarks = [_entries(frame, str, str) for frame in self._of("remark")]
        return [(name, value) for name, value in remarks]

    def _of(self, kind: str) -> Iterator[Frame]:
        """The frames of one kind; what comes after them is not read."""
        begun = False
        with closing(self._frames()) as found:
            for frame in found:
                if frame.kind == kind:
                    begun = True
                    yield frame
                elif begun:
                    return

    def _frames(self) -> Generator[Frame, None, None]:
        with self._path.open("rb") as file, gzip.GzipFile(fileobj=file) as packed:
            yield from frames(cast(IO[bytes], packed))


def is_backup(path: Path) -> bool:
    """Whether a file is meant as a backup, by how it begins."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return False
    try:
        BackupFile(path)
    except UnreadableRecord:
        return False
    return True


def _manifest(frame: Frame) -> Manifest:
    entry = frame.content()
    try:
        if entry["format"] != _FORMAT:
            raise ValueError(entry["format"])
        return Manifest(entry["size"], bytes.fromhex(entry["root"]), entry["made_at"])
    except (LookupError, TypeError, ValueError) as error:
        raise unreadable(f"{_FORMAT!r} with its size and root", repr(error)) from None


def _entries(frame: Frame, *types: type) -> list[Any]:
    entries: Any = frame.content()
    if not isinstance(entries, list) or [type(entry) for entry in entries] != list(types):
        expected = ", ".join(kind.__name__ for kind in types)
        raise unreadable(f"a {frame.kind} of {expected}", repr(entries)[:200])
    return entries
