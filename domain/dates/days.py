"""Days as integers: proleptic Gregorian ordinals, where 1 is 0001-01-01."""

from datetime import date

#: Before every real day: the bound of a start that is open or unknown.
FIRST_DAY = date.min.toordinal() - 1
#: After every real day: the bound of an end that is open or unknown.
LAST_DAY = date.max.toordinal() + 1


def format_day(day: int) -> str:
    """The day as YYYY-MM-DD.

    Raises ValueError for `FIRST_DAY` and `LAST_DAY`, which are no days.
    """
    return date.fromordinal(day).isoformat()


def year_of(day: int) -> int:
    """The year of a day, from 1 to 9999; 0 for `FIRST_DAY` and 10000 for `LAST_DAY`."""
    if day in (FIRST_DAY, LAST_DAY):
        return 0 if day == FIRST_DAY else date.max.year + 1
    return date.fromordinal(day).year


def month_start(year: int, month: int) -> int:
    """The first day of a month; months past 12 run on into later years."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1).toordinal()


def shift_years(day: int, years: int) -> int:
    """The same day of the year, `years` later (earlier when negative).

    29 February becomes 28 February in a common year. `FIRST_DAY` and `LAST_DAY` stay themselves:
    no number of years brings an open bound nearer. Raises ValueError outside years 1 to 9999.
    """
    if day in (FIRST_DAY, LAST_DAY):
        return day
    start = date.fromordinal(day)
    year = start.year + years
    try:
        return start.replace(year=year).toordinal()
    except ValueError:
        return date(year, 2, 28).toordinal() if (start.month, start.day) == (2, 29) else _far(year)


def _far(year: int) -> int:
    raise ValueError(f"expected a year from 1 to 9999, got {year}")
