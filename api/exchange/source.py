"""The files of a source: a file, a folder, or an archive as the publisher's repository has it.

All of it is untrusted input: archives are read, never unpacked to disk by name; links, devices
and oversized members are left alone or refused; XML may declare no document type.
"""

from __future__ import annotations

import gzip
import re
import tarfile
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from defusedxml import DefusedXmlException

from api.exchange.prolog import Prolog

#: What reading a broken or cut-off compressed file raises, besides what its content does.
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)
#: Decompressed bytes of one archive: far above any known release, far below a disk.
LARGEST_ARCHIVE_BYTES = 8 * 2**30
_SPOOL_BYTES = 32 * 2**20
_BLOCK_BYTES = 2**20
_XML_BYTES = 2**16


class UnreadableSource(ValueError):
    """A file that cannot be read as what it should be; says the file, the line, and why."""

    def __init__(self, name: str, reason: str, line: int | None = None) -> None:
        place = name if line is None else f"{name}, line {line}"
        super().__init__(f"{place}: {reason}")
        self.name = name
        self.line = line
        self.reason = reason


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
        with gzip.open(path, "rb") as unpacked:
            yield Member(path.name.removesuffix(".gz"), cast(IO[bytes], unpacked))
    else:
        with path.open("rb") as stream:
            yield Member(path.name, stream)


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
                        with stream:
                            yield Member(entry.name.removeprefix("./"), stream)
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
                with archive.open(entry) as stream:
                    yield Member(entry.filename, stream)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, *BROKEN) as error:
        raise UnreadableSource(path.name, f"expected a zip archive, got {error}") from error


def _decompress(path: Path, plain: tempfile.SpooledTemporaryFile[bytes]) -> None:
    # Sorted reading jumps about; in a gzip stream each jump back would unpack from the start.
    total = 0
    with path.open("rb") if path.name.endswith(".tar") else gzip.open(path, "rb") as packed:
        while block := packed.read(_BLOCK_BYTES):
            total += len(block)
            if total > LARGEST_ARCHIVE_BYTES:
                raise UnreadableSource(
                    path.name, f"expected at most {LARGEST_ARCHIVE_BYTES} bytes, got more"
                )
            plain.write(block)


def elements(member: Member, tag: str) -> Iterator[ElementTree.Element]:
    """Every element of that tag in an XML file, complete, in document order.

    The element is emptied once the next is asked for, so that memory holds one at a time.
    Raises `UnreadableSource` with file and line where the XML is broken, badly encoded, or
    declares a document type or entities.
    """
    prolog = Prolog()
    parser: ElementTree.XMLPullParser[Any] = ElementTree.XMLPullParser(("end",))
    try:
        for block in _blocks(member.stream):
            prolog.check(block)
            parser.feed(block) if block else parser.close()
            ended = cast("Iterator[tuple[str, ElementTree.Element]]", parser.read_events())
            for _, element in ended:
                if element.tag == tag:
                    yield element
                    element.clear()
    except ElementTree.ParseError as error:
        line = error.position[0]
        raise UnreadableSource(
            member.name, f"expected well-formed XML, got {error}", line
        ) from error
    except BROKEN as error:
        raise UnreadableSource(member.name, f"expected a whole file, got {error}") from error
    except DefusedXmlException as error:
        raise UnreadableSource(
            member.name, f"expected XML without a document type, got {error!r}"
        ) from error
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        raise UnreadableSource(
            member.name, f"expected a known text encoding, got {error}"
        ) from error


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """The blocks of a file, and an empty one at its end."""
    while block := stream.read(_XML_BYTES):
        yield block
    yield b""


def words(element: ElementTree.Element | None) -> str:
    """The text of an element and all in it, white space made single; "" for no element."""
    if element is None:
        return ""
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return " ".join(text.split())
