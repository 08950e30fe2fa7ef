"""EDTF (ISO 8601-2:2019), levels 0 and 1 and sets, read into bounds of whole days.

Nothing is repaired: a text is read as the standard says, or refused by name.
"""

import re
from datetime import date
from functools import lru_cache
from typing import NoReturn

from domain.dates.days import FIRST_DAY, LAST_DAY, format_day, month_start
from domain.dates.value import Bound, DateError, EdtfDate

#: Years in which a diplomatic act is believed; anything else is a slip of the pen (5008, 0025).
FIRST_YEAR, LAST_YEAR = 1000, 2199
_FIRST_PLAIN = date(FIRST_YEAR, 1, 1).toordinal()
_LAST_PLAIN = date(LAST_YEAR, 12, 31).toordinal()

#: Longest text read, in characters: a set may name many dates, but not a book of them.
MAX_TEXT = 1000

_MOMENT = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?"
    r"(?P<qualifier>[?~%])?"
)

#: Groupings of the year: code -> (first month, number of months). ISO 8601-2 §4.8; 25-41 are of
#: level 2. Seasons are read as the meteorologists' three months. 21-24, which name no hemisphere,
#: are read as the northern 25-28: a southern season is written 29-32. The season that spans the
#: turn of the year begins in the year named, as its code, the last of the four, suggests.
_GROUPINGS = {
    code: (first, months)
    for codes, firsts, months in (
        (range(21, 25), (3, 6, 9, 12), 3),  # spring, summer, autumn, winter
        (range(25, 29), (3, 6, 9, 12), 3),  # the same, northern hemisphere
        (range(29, 33), (9, 12, 3, 6), 3),  # the same, southern hemisphere
        (range(33, 37), (1, 4, 7, 10), 3),  # quarters
        (range(37, 40), (1, 5, 9), 4),  # quadrimesters
        (range(40, 42), (1, 7), 6),  # semesters
    )
    for code, first in zip(codes, firsts, strict=True)
}

#: Why a text that is no moment is none: the first that matches the whole text is the reason.
_REFUSALS = [
    (
        re.compile(r".*[0-9](?:[T ][0-9]{1,2}(?::?[0-9]{2}.*)?|Z|[+-][0-9]{2}:[0-9]{2})"),
        "has_time",
        "a civil date with no time of day and no zone",
    ),
    (
        re.compile(r"-[0-9X]{4}(?:-.*)?|Y-?[0-9]+.*"),
        "outside_history",
        f"a year from {FIRST_YEAR} to {LAST_YEAR}",
    ),
    (re.compile(r"(?s).*\s.*"), "not_edtf", "no blanks before, in or after the date"),
    (
        re.compile(r".*[\u2010-\u2015\u2212].*"),
        "not_edtf",
        'the plain hyphen "-" between year, month and day',
    ),
    (re.compile(r"[0-9xX~?%-]*x.*"), "not_edtf", "a capital X for each unspecified digit"),
    (
        re.compile(r".*[?~%]{2}"),
        "not_edtf",
        "one qualifier at the end: ? uncertain, ~ approximate, % both",
    ),
    (
        # Qualified parts, digits unspecified inside a date, significant digits.
        re.compile(r"[?~%]?[0-9X]{4}(?:S[0-9]+|[?~%]?(?:-[?~%]?[0-9X]{2}[?~%]?){0,2})"),
        "unsupported",
        "EDTF level 0 or 1: digits unspecified from the right (199X, 2004-XX), one qualifier last",
    ),
]
#: The day at the head of a text that adds a time or a zone to it.
_DAY_OF_MOMENT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN = "YYYY, YYYY-MM or YYYY-MM-DD, or another EDTF form of level 0 or 1, or a set"


@lru_cache(maxsize=65_536)
def parse(text: str) -> EdtfDate:
    """The date that an EDTF text says, its text kept as it is.

    Bounds are as written: qualifiers widen nothing. Raises DateError for anything else.
    """
    # Nearly every date of a large import is a plain day.
    if len(text) == 10 and text[4] == "-" == text[7]:
        try:
            day = date.fromisoformat(text).toordinal()
        except ValueError:
            pass
        else:
            if _FIRST_PLAIN <= day <= _LAST_PLAIN:
                return EdtfDate(day, day, day, day, text)
    if len(text) > MAX_TEXT:
        raise DateError(text, "too_long", f"at most {MAX_TEXT} characters")
    if (text[:1], text[-1:]) in (("[", "]"), ("{", "}")):
        return _set(text)
    if "/" in text:
        return _interval(text)
    return _moment(text)


def from_day(day: int) -> EdtfDate:
    """The date of one known day. Raises DateError for a day outside history."""
    if not FIRST_DAY < day < LAST_DAY:
        raise DateError(str(day), "outside_history", "the ordinal of a day")
    return parse(format_day(day))


def day_of(text: str) -> int:
    """The ordinal of one plain day, YYYY-MM-DD. Raises DateError for any less exact date."""
    found = parse(text)
    if len(text) != 10 or found.earliest != found.latest:
        raise DateError(text, "not_a_day", "one plain day, YYYY-MM-DD")
    return found.earliest


def _moment(text: str) -> EdtfDate:
    match = _MOMENT.fullmatch(text)
    if match is None:
        _refuse(text)
    year, month, day, qualifier = match.group("year", "month", "day", "qualifier")
    if ("X" in year and month) or (month == "XX" and day and day != "XX"):
        _refuse(text)
    first_year, last_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if not FIRST_YEAR <= first_year <= last_year <= LAST_YEAR:
        raise DateError(text, "outside_history", f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    if "00" in (month, day):
        _refuse_noughts(text, year, month, day)
    if month in (None, "XX"):
        earliest, latest = month_start(first_year, 1), month_start(last_year + 1, 1) - 1
    else:
        earliest, latest = _in_year(text, first_year, int(month), day)
    return EdtfDate(
        earliest,
        latest,
        latest,
        earliest,
        text,
        approximate=qualifier in ("~", "%"),
        uncertain=qualifier in ("?", "%"),
    )


def _refuse_noughts(text: str, year: str, month: str, day: str | None) -> NoReturn:
    """Refuse `2019-11-00` with the form that is meant: EDTF leaves out what is not known."""
    if month == "00":
        raise DateError(text, "impossible_month", f"{year} where the month is not known")
    raise DateError(text, "impossible_day", f"{year}-{month} where the day is not known")


def _in_year(text: str, year: int, month: int, day: str | None) -> tuple[int, int]:
    if 1 <= month <= 12:
        first, months = month, 1
    elif day is None and month in _GROUPINGS:
        first, months = _GROUPINGS[month]
    else:
        also = "" if day else ", or a season or other grouping from 21 to 41"
        raise DateError(text, "impossible_month", f"a month from 01 to 12{also}")
    earliest, latest = month_start(year, first), month_start(year, first + months) - 1
    if day in (None, "XX"):
        return earliest, latest
    length = latest - earliest + 1
    if not 1 <= int(day) <= length:
        raise DateError(text, "impossible_day", f"a day from 01 to {length} in {year}-{month:02}")
    return earliest + int(day) - 1, earliest + int(day) - 1


def _interval(text: str) -> EdtfDate:
    first, _, last = text.partition("/")
    if first in ("", "..") and last in ("", ".."):
        raise DateError(text, "undated", "a date on at least one side of the interval")
    return _stretch(text, first, last, {"..": "open", "": "unknown"}, interval=True)


def _set(text: str) -> EdtfDate:
    members = [_member(text, member) for member in text[1:-1].split(",")]
    earliest = min(member.earliest for member in members)
    latest = max(member.latest for member in members)
    # Of all of some dates the first has come once any has; of one of them, nobody knows which.
    all_of = text[0] == "{"
    return EdtfDate(
        earliest,
        latest,
        min(member.latest for member in members) if all_of else latest,
        max(member.earliest for member in members) if all_of else earliest,
        text,
        start="open" if earliest == FIRST_DAY else "known",
        end="open" if latest == LAST_DAY else "known",
        approximate=any(member.approximate for member in members),
        uncertain=any(member.uncertain for member in members),
        all_of=all_of,
    )


def _member(text: str, member: str) -> EdtfDate:
    first, dots, last = member.partition("..")
    if not dots:
        return _part(text, member)
    if not first and not last:
        raise DateError(text, "undated", "a date on at least one side of ..")
    return _stretch(text, first, last, {"": "open"}, interval=False)


def _stretch(
    text: str, first: str, last: str, absent: dict[str, Bound], *, interval: bool
) -> EdtfDate:
    """From `first` to `last`, either of which may be one of the signs for no date."""
    begins = None if first in absent else _part(text, first)
    ends = None if last in absent else _part(text, last)
    earliest = begins.earliest if begins else FIRST_DAY
    latest = ends.latest if ends else LAST_DAY
    if latest < earliest:
        raise DateError(text, "reversed_interval", "an end on or after the start")
    start = absent.get(first, "known")
    end = absent.get(last, "known")
    # A start cannot fall after its end: 2024/2024-03 began in March at the latest.
    start_latest = min(begins.latest, latest) if begins else latest
    end_earliest = max(ends.earliest, earliest) if ends else earliest
    return EdtfDate(
        earliest,
        latest,
        FIRST_DAY if start == "open" else start_latest,
        LAST_DAY if end == "open" else end_earliest,
        text,
        interval=interval,
        start=start,
        end=end,
        approximate=any(side.approximate for side in (begins, ends) if side),
        uncertain=any(side.uncertain for side in (begins, ends) if side),
    )


def _part(text: str, part: str) -> EdtfDate:
    try:
        return _moment(part)
    except DateError as error:
        raise DateError(text, error.reason, f"{error.expected}, in {part!r}") from None


def _refuse(text: str) -> NoReturn:
    if not text:
        raise DateError(text, "empty", _PLAIN)
    for pattern, reason, expected in _REFUSALS:
        if pattern.fullmatch(text):
            meant = _DAY_OF_MOMENT.match(text) if reason == "has_time" else None
            raise DateError(text, reason, f"{meant.group()}, {expected}" if meant else expected)
    raise DateError(text, "not_edtf", _PLAIN)
