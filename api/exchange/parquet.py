"""Chancery's own Parquet of acts, read back: the rows of its CSV, typed, where the extra is.

The bounds of dates and the basis are passed over; what tells an event is its text, EDTF included.
"""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from api.exchange.csv import COLUMNS, acts_of
from api.exchange.row import Coverage, Item
from api.exchange.source import UnreadableSource, members
from api.problems import Refused
from domain.parties import Registry

_SPOOL_BYTES = 32 * 2**20
_ROWS = 10_000


def library() -> Any:
    """The library, with its Parquet; raises `Refused` where the extra is not installed."""
    try:
        importlib.import_module("pyarrow.parquet")
        return importlib.import_module("pyarrow")
    except ImportError:
        raise Refused(
            "not-installed",
            "Parquet needs the extra 'parquet', which is not installed: "
            "expected pip install 'chancery[parquet]' to have been run, got no pyarrow.",
        ) from None


class ChanceryParquet:
    """The format of `chancery export parquet`."""

    name = "parquet"
    title = "Events in force, by Chancery"
    licence = "that of the sources its rows name"
    whole = False
    own_ids = True

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every row, those of one act together; one bad row puts its whole act aside."""
        for member in members(paths, ".parquet"):
            # A Parquet file is read from its end; a member of an archive is not.
            with SpooledTemporaryFile(max_size=_SPOOL_BYTES) as file:
                shutil.copyfileobj(member.stream, file)
                yield from _acts(member.name, file)

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """None of its own: the claims of coverage are among the acts."""
        return Coverage((), "an export claims no coverage of its own")


def _acts(name: str, file: IO[bytes]) -> Iterator[Item]:
    arrow = library()
    try:
        table = arrow.parquet.ParquetFile(file)
        found = [column for column in table.schema_arrow.names if column in COLUMNS]
        yield from acts_of(name, found, _rows(table, found))
    except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError, OSError) as error:
        reason = f"expected Parquet, got {str(error).splitlines()[0]}"
        raise UnreadableSource(name, reason) from None


def _rows(table: Any, found: list[str]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    for batch in table.iter_batches(batch_size=_ROWS, columns=found):
        for row in batch.to_pylist():
            number += 1
            yield number, ["" if row[name] is None else str(row[name]) for name in found]
