"""Quarters of an hour: what of which day a feed holds that publishes 96 files a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from api.exchange.row import Span
from domain.dates import format_day

MINUTES = 15
A_DAY = 96


def spans(held: Mapping[int, set[int]]) -> Iterator[Span]:
    """The days that are whole, as few spans as can be, and of each other day its stretches.

    `held` are the quarters of each day, counted from 0.
    """
    for first, last in _runs(day for day, quarters in held.items() if len(quarters) == A_DAY):
        yield Span(format_day(first), format_day(last))
    for day, quarters in sorted(held.items()):
        if len(quarters) < A_DAY:
            text = format_day(day)
            for first, last in _runs(quarters):
                yield Span(text, text, (first * MINUTES, (last + 1) * MINUTES))


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow one another, as the first and the last of each run."""
    run: list[int] = []
    for number in sorted(numbers):
        if run and number != run[-1] + 1:
            yield run[0], run[-1]
            run = []
        run.append(number)
    if run:
        yield run[0], run[-1]
