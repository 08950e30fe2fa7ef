"""The files of a source: a file, a folder, or an archive as the publisher's repository has it.

All of it is untrusted input: archives are read, never unpacked to disk by name; links, devices
and oversized members are left alone or refused; XML may declare no document type. Lines, and what
is packed small and unpacked large, are bounded here; XML's own bounds are in `markup`.
"""

from __future__ import annotations

import gzip
import re
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from api.exchange.markup import elements, words
from api.exchange.reading import bounded, check_ratio
from api.exchange.unreadable import BROKEN, UnreadableSource

__all__ = ["BROKEN", "Member", "UnreadableSource", "elements", "members", "words"]

#: Decompressed bytes of one archive: far above any known release, far below a disk.
LARGEST_ARCHIVE_BYTES = 8 * 2**30
_SPOOL_BYTES = 32 * 2**20
_BLOCK_BYTES = 2**20


@dataclass(frozen=True)
class Member:
    """One file of a source, open for reading once."""

    name: str
    """Its path inside the folder or archive, with `/`; for a lone file its own name."""
    stream: IO[bytes]

    @property
    def file(self) -> str:
        """The last part of the path: the same however the source was packed."""
        return self.name.rpartition("/")[2]


def members(paths: Sequence[Path], *suffixes: str) -> Iterator[Member]:
    """Every file whose name ends in one of `suffixes`, in the order of `paths`, sorted by path.

    Capitals in a name's end make no difference. What ends in `.gz` or `.zip` is read through. A
    member's stream is closed once the next is asked for. Raises `UnreadableSource` where a path
    is not there, or no file of it has the suffix.
    """
    for path in paths:
        found = False
        for member in _members_of(path, suffixes):
            found = True
            yield member
        if not found:
            expected = " or ".join(suffixes)
            raise UnreadableSource(path.name, f"expected a {expected} file in it, got none")


def _members_of(path: Path, suffixes: tuple[str, ...]) -> Iterator[Member]:
    if path.is_dir():
        packed = tuple(f"{suffix}{end}" for suffix in suffixes for end in ("", ".gz", ".zip"))
        for file in sorted(path.rglob("*"), key=lambda file: file.as_posix()):
            if file.name.lower().endswith(packed) and file.is_file():
                name = file.relative_to(path).as_posix()
                for member in _members_of(file, suffixes):
                    parts = (name.rpartition("/")[0], member.name)
                    yield Member("/".join(part for part in parts if part), member.stream)
    elif not path.is_file():
        raise UnreadableSource(path.name, "expected a file or a folder, got neither")
    elif re.search(r"\.(tar|tar\.gz|tgz)$", path.name):
        yield from _archived(path, suffixes)
    elif path.name.lower().endswith(".zip"):
        yield from _zipped(path, suffixes)
    elif path.name.endswith(".gz"):
        name = path.name.removesuffix(".gz")
        with path.open("rb") as raw, gzip.open(raw, "rb") as unpacked:
            yield Member(name, bounded(name, cast(IO[bytes], unpacked), raw.tell))
    else:
        with path.open("rb") as stream:
            yield Member(path.name, bounded(path.name, stream))


def _archived(path: Path, suffixes: tuple[str, ...]) -> Iterator[Member]:
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as plain:
        try:
            _decompress(path, plain)
            plain.seek(0)
            with tarfile.open(fileobj=plain, mode="r:") as archive:
                entries = [e for e in archive if e.isreg() and e.name.lower().endswith(suffixes)]
                for entry in sorted(entries, key=lambda entry: entry.name):
                    stream = archive.extractfile(entry)
                    if stream is not None:
                        name = entry.name.removeprefix("./")
                        with stream:
                            yield Member(name, bounded(name, stream))
        except (tarfile.TarError, *BROKEN) as error:
            raise UnreadableSource(path.name, f"expected a tar archive, got {error}") from error


def _zipped(path: Path, suffixes: tuple[str, ...]) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [
                entry
                for entry in archive.infolist()
                if not entry.is_dir() and entry.filename.lower().endswith(suffixes)
            ]
            # A member never gives more bytes than it declares.
            if sum(entry.file_size for entry in entries) > LARGEST_ARCHIVE_BYTES:
                raise UnreadableSource(
                    path.name, f"expected at most {LARGEST_ARCHIVE_BYTES} bytes, got more"
                )
            for entry in sorted(entries, key=lambda entry: entry.filename):
                check_ratio(entry.filename, entry.file_size, entry.compress_size)
                with archive.open(entry) as stream:
                    yield Member(entry.filename, bounded(entry.filename, stream))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, *BROKEN) as error:
        raise UnreadableSource(path.name, f"expected a zip archive, got {error}") from error


def _decompress(path: Path, plain: tempfile.SpooledTemporaryFile[bytes]) -> None:
    # Sorted reading jumps about; in a gzip stream each jump back would unpack from the start.
    total = 0
    plainly = path.name.endswith(".tar")
    with path.open("rb") as raw, raw if plainly else gzip.open(raw, "rb") as packed:
        while block := packed.read(_BLOCK_BYTES):
            total += len(block)
            check_ratio(path.name, total, raw.tell())
            if total > LARGEST_ARCHIVE_BYTES:
                raise UnreadableSource(
                    path.name, f"expected at most {LARGEST_ARCHIVE_BYTES} bytes, got more"
                )
            plain.write(block)
