"""Reading: the bytes of a source's file, within bounds that no publisher's file comes near.

A few bytes on the disk must not become all of a machine's memory: neither a line without an end,
nor what was packed small and unpacks without end.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from api.exchange.unreadable import BROKEN, UnreadableSource

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Of a line: as long as a cell of a table may be, and far longer than any record.
LONGEST_LINE_BYTES = 16 * 2**20
#: How much more may come out of a packed file than went in, once so much has come out. Publishers'
#: tables and markup are packed to a tenth or a thirtieth.
MOST_TIMES, _FREE_BYTES = 200, 64 * 2**20
#: Of a file that is read whole, as one JSON value is.
LARGEST_WHOLE_BYTES = 64 * 2**20
_BLOCK_BYTES = 2**16
#: Ends of names of files that are read line by line, and whole.
_BY_LINE = (".csv", ".tab", ".tsv", ".jsonl", ".txt")
_WHOLE = (".json",)


def bounded(name: str, stream: IO[bytes], packed: Callable[[], int] | None = None) -> IO[bytes]:
    """A stream that refuses to be read beyond the bounds of files of its name.

    `packed` tells how many bytes of a packed file were read. What is read raises
    `UnreadableSource`, also where a packed file is broken or cut off.
    """
    return io.BufferedReader(_Bounded(name, stream, packed), _BLOCK_BYTES)


class _Bounded(io.RawIOBase):
    def __init__(self, name: str, stream: IO[bytes], packed: Callable[[], int] | None) -> None:
        super().__init__()
        self._name = name
        self._stream = stream
        self._packed = packed
        lowered = name.lower()
        self._by_line = lowered.endswith(_BY_LINE)
        self._whole = lowered.endswith(_WHOLE)
        self._bytes = 0
        self._lines = 1
        #: Of the line that has not ended yet.
        self._line_bytes = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, room: WriteableBuffer) -> int:
        """Read on."""
        view = memoryview(room).cast("B")
        try:
            block = self._stream.read(len(view))
        except BROKEN as error:
            raise self._refusal(f"expected a whole file, got {error}") from error
        view[: len(block)] = block
        self._bytes += len(block)
        self._check_line(block)
        self._check_size()
        return len(block)

    def _check_line(self, block: bytes) -> None:
        ended = block.count(b"\n")
        self._lines += ended
        if ended:
            self._line_bytes = len(block) - block.rfind(b"\n") - 1
        else:
            self._line_bytes += len(block)
        if self._by_line and self._line_bytes > LONGEST_LINE_BYTES:
            raise self._refusal(f"expected a line of at most {LONGEST_LINE_BYTES} bytes, got more")

    def _check_size(self) -> None:
        if self._whole and self._bytes > LARGEST_WHOLE_BYTES:
            raise self._refusal(f"expected at most {LARGEST_WHOLE_BYTES} bytes, got more")
        if self._packed is not None and self._bytes > _FREE_BYTES:
            check_ratio(self._name, self._bytes, self._packed(), self._lines)

    def _refusal(self, reason: str) -> UnreadableSource:
        return UnreadableSource(self._name, reason, self._lines)


def check_ratio(name: str, unpacked: int, packed: int, line: int | None = None) -> None:
    """Refuse what was packed so small that it must have been made to be."""
    if unpacked > _FREE_BYTES and unpacked > MOST_TIMES * packed:
        expected = f"expected at most {MOST_TIMES} times the bytes it is packed in"
        raise UnreadableSource(name, f"{expected}, got {unpacked} of {packed}", line)
