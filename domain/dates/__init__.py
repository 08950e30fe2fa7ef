"""Dates as the sources give them: EDTF text with bounds in whole days."""

from domain.dates.days import FIRST_DAY, LAST_DAY, format_day, shift_years, year_of
from domain.dates.edtf import day_of, from_day, parse
from domain.dates.value import DateError, EdtfDate
from domain.dates.wording import describe

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "DateError",
    "EdtfDate",
    "day_of",
    "describe",
    "format_day",
    "from_day",
    "parse",
    "shift_years",
    "year_of",
]
