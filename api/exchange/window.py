"""A window of days: what one day's rows tell is settled once the source has moved on."""

from __future__ import annotations

from collections.abc import Iterator

from api.exchange.coded import CodedRow
from api.exchange.row import NotUnderstood
from domain.dates import day_of

#: Days a source may step back. Mirrors stand on one day, so that a day must be whole before its
#: acts are told, and memory must not grow with the file.
DAYS = 31


class Window:
    """The rows of the last days; older days are closed."""

    def __init__(self) -> None:
        self._open: dict[int, list[CodedRow]] = {}
        self._closed = 0
        self._newest = 0

    def add(self, row: CodedRow) -> Iterator[list[CodedRow]]:
        """Take a row in and give the days that are closed by it, oldest first.

        Raises `NotUnderstood` for a row of a day that was closed before.
        """
        day = day_of(row.day)
        if day <= self._closed:
            raise NotUnderstood(
                f"date: expected rows in the order of their days, at most {DAYS} days back, "
                f"got {row.day}"
            )
        self._open.setdefault(day, []).append(row)
        if day <= self._newest:
            return iter(())
        self._newest = day
        self._closed = max(self._closed, day - DAYS - 1)
        return iter([self._open.pop(old) for old in sorted(self._open) if old <= self._closed])

    def rest(self) -> Iterator[list[CodedRow]]:
        """The days still open, oldest first."""
        for day in sorted(self._open):
            yield self._open[day]
        self._open = {}
