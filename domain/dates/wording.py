"""Dates in plain English, for a person who never heard of EDTF."""

from datetime import date

from domain.dates.edtf import parse
from domain.dates.value import EdtfDate

# Not the `calendar` module's names: those follow the machine's locale.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def describe(when: EdtfDate) -> str:
    """What the date says: "some day from 1 to 30 April 2024", "about 7 February 2024".

    Of an interval or a set it describes the dates as they are written, one by one.
    """
    if when.text[0] in "[{":
        word = " and " if when.all_of else " or "
        return word.join(_member(member) for member in when.text[1:-1].split(","))
    if not when.interval:
        return _qualified(when, _days(when))
    first, _, last = when.text.partition("/")
    if when.start != "known":
        return f"from an {when.start} start until {_side(last)}"
    if when.end != "known":
        return f"{_side(first)} until an {when.end} end"
    start, end = parse(first), parse(last)
    plain = not (when.approximate or when.uncertain)
    if plain and start.earliest == start.latest and end.earliest == end.latest:
        return f"from {_span(start.earliest, end.latest)}"
    return f"from {_side(first)} to {_side(last)}"


def _member(member: str) -> str:
    first, dots, last = member.partition("..")
    if not dots:
        return _side(member)
    if not first:
        return f"any day up to {_side(last)}"
    if not last:
        return f"any day since {_side(first)}"
    return f"any day from {_side(first)} to {_side(last)}"


def _side(text: str) -> str:
    """One date inside a longer sentence: a whole month or year goes by its name."""
    when = parse(text)
    first, last = date.fromordinal(when.earliest), date.fromordinal(when.latest)
    if first == last or first.day != 1 or first.year != last.year:
        return _qualified(when, _days(when))
    if (first.month, last.month, last.day) == (1, 12, 31):
        return _qualified(when, f"some day in {first.year}")
    if first.month == last.month:
        return _qualified(when, f"some day in {_MONTHS[first.month - 1]} {first.year}")
    return _qualified(when, _days(when))


def _qualified(when: EdtfDate, said: str) -> str:
    about = "about " if when.approximate else ""
    return f"{about}{said}{' (uncertain)' if when.uncertain else ''}"


def _days(when: EdtfDate) -> str:
    if when.earliest == when.latest:
        return _day(when.earliest)
    return f"some day from {_span(when.earliest, when.latest)}"


def _span(first: int, last: int) -> str:
    """Two days joined by "to", with the month and the year said once where they are shared."""
    start, end = date.fromordinal(first), date.fromordinal(last)
    if (start.year, start.month) == (end.year, end.month):
        said = str(start.day)
    elif start.year == end.year:
        said = f"{start.day} {_MONTHS[start.month - 1]}"
    else:
        said = _day(first)
    return f"{said} to {_day(last)}"


def _day(day: int) -> str:
    on = date.fromordinal(day)
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
