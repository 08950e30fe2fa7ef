"""The value of a date, and the error that says why a text is none."""

from dataclasses import dataclass
from typing import Literal

Bound = Literal["known", "open", "unknown"]


@dataclass(frozen=True, slots=True, order=True)
class EdtfDate:
    """A date as written, with the days it may touch.

    All days are proleptic Gregorian ordinals and inclusive. Ordered by bounds, then by text;
    two dates are equal only when they are written alike, so `2024` is not `2024-XX`.
    """

    #: The first day it may touch; `FIRST_DAY` when the start is open or unknown.
    earliest: int
    #: The last day it may touch; `LAST_DAY` when the end is open or unknown.
    latest: int
    #: The last day its start may fall on; `latest` unless an interval or all of a set.
    #: An open start lies before every day (`FIRST_DAY`); an unknown one may be the last day.
    start_latest: int
    #: The first day its end may fall on; `earliest` unless an interval or all of a set.
    #: An open end lies after every day (`LAST_DAY`); an unknown one may be the first day.
    end_earliest: int
    #: As the source or the caller wrote it.
    text: str
    #: `a/b`, a stretch of time. A set is not: see `all_of`.
    interval: bool = False
    start: Bound = "known"
    end: Bound = "known"
    approximate: bool = False
    uncertain: bool = False
    #: `{a,b}`: every date of the set, within the bounds. `[a,b]` is one of them, and is not this.
    all_of: bool = False


class DateError(ValueError):
    """A text that is no date this project can keep.

    `reason` is a short stable name: `empty`, `not_edtf`, `unsupported`, `has_time`,
    `impossible_month`, `impossible_day`, `outside_history`, `reversed_interval`, `undated`,
    `not_a_day` or `too_long`. `expected` says in words what would have been right.
    """

    def __init__(self, text: str, reason: str, expected: str) -> None:
        super().__init__(text, reason, expected)
        self.text = text
        self.reason = reason
        self.expected = expected

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= 80 else self.text[:79] + "…"
        return f"{shown!r} is refused as a date ({self.reason}): expected {self.expected}"
