"""What a source's file cannot be read for."""

from __future__ import annotations

import gzip
import zipfile
import zlib

#: What reading a broken or cut-off compressed file raises, besides what its content does.
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)


class UnreadableSource(ValueError):
    """A file that cannot be read as what it should be; says the file, the line, and why."""

    def __init__(self, name: str, reason: str, line: int | None = None) -> None:
        place = name if line is None else f"{name}, line {line}"
        super().__init__(f"{place}: {reason}")
        self.name = name
        self.line = line
        self.reason = reason
