"""Frames: the parts of a backup one after another, and the digest over all of them.

A frame is its kind, a blank, its length in bytes, a line feed, the bytes, and a line feed. Before
compression a backup is these and nothing else, so that a person can read it with `zcat`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any

import orjson

from events.errors import UnreadableRecord

#: Kinds in the order in which they come; records last, for they are the many.
KINDS = ("backup", "remark", "checkpoint", "receipt", "record", "end")
_LONGEST_LINE = 32
#: Far beyond what any request may bring.
_LARGEST = 2**30


@dataclass(frozen=True, slots=True)
class Frame:
    """One part of a backup."""

    kind: str
    data: bytes

    def content(self) -> Any:
        """The data as JSON; raises `UnreadableRecord`."""
        try:
            return orjson.loads(self.data)
        except orjson.JSONDecodeError as error:
            raise unreadable(f"a {self.kind} in JSON", str(error)) from None


class FrameWriter:
    """Writes frames, and a digest of all of them at the end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = sha256()

    def write(self, kind: str, data: bytes) -> None:
        """Write a frame."""
        self._put(b"%s %d\n%s\n" % (kind.encode(), len(data), data))

    def end(self) -> str:
        """Write the digest of what was written; gives it."""
        digest = self._digest.hexdigest()
        self.write("end", orjson.dumps({"sha256": digest}))
        return digest

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._stream.write(data)


def frames(stream: IO[bytes]) -> Iterator[Frame]:
    """Every frame up to the end's, whose digest is that of all before it.

    Raises `UnreadableRecord` where something is cut off, altered, out of order, or follows.
    """
    digest, stage = sha256(), 0
    while True:
        frame = _next(stream)
        if frame.kind not in KINDS[stage:] or (stage == 0 and frame.kind != KINDS[0]):
            expected = " or ".join(KINDS[stage:] if stage else KINDS[:1])
            raise unreadable(f"a frame of kind {expected}", frame.kind)
        if frame.kind == "end":
            break
        stage = max(KINDS.index(frame.kind), 1)
        digest.update(b"%s %d\n%s\n" % (frame.kind.encode(), len(frame.data), frame.data))
        yield frame
    claimed = frame.content()
    if claimed != {"sha256": digest.hexdigest()}:
        raise unreadable(f"the digest {digest.hexdigest()}", str(claimed))
    if _read(stream, 1):
        raise unreadable("the end", "more")


def _next(stream: IO[bytes]) -> Frame:
    line = _asked(lambda: stream.readline(_LONGEST_LINE))
    if not line:
        raise unreadable("the next frame", "the end of the file")
    kind, _, length = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or not length.isdigit() or int(length) > _LARGEST:
        raise unreadable("a kind and a length", repr(line))
    data = _read(stream, int(length) + 1)
    if len(data) != int(length) + 1 or not data.endswith(b"\n"):
        raise unreadable(f"{int(length)} bytes and a line feed", f"{len(data)} bytes")
    return Frame(kind.decode("ascii", "replace"), data[:-1])


def _read(stream: IO[bytes], count: int) -> bytes:
    return _asked(lambda: stream.read(count))


def _asked(ask: Callable[[], bytes]) -> bytes:
    try:
        return ask()
    except (EOFError, OSError, zlib.error) as error:
        raise unreadable("whole compressed data", str(error)) from None


def unreadable(expected: str, got: str) -> UnreadableRecord:
    """What is wrong with a backup."""
    return UnreadableRecord("backup", expected, got)
