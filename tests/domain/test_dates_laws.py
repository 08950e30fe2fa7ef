"""What holds for every date, whatever is written; and what another reader of EDTF says of it."""

from datetime import date
from itertools import pairwise

import edtf
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from domain.dates import (
    FIRST_DAY,
    LAST_DAY,
    DateError,
    day_of,
    describe,
    format_day,
    from_day,
    parse,
    shift_years,
)

days = st.dates(date(1000, 1, 1), date(2199, 12, 31)).map(date.toordinal)
years = st.integers(1000, 2199).map(str)
months = st.builds("{}-{:02}".format, years, st.integers(1, 12))
plain = st.one_of(days.map(format_day), months, years)
loose = st.one_of(
    st.builds("{}-{}".format, years, st.integers(21, 41)),
    st.builds("{}X".format, st.integers(100, 219)),
    st.builds("{}XX".format, st.integers(10, 21)),
    years.map("{}-XX".format),
    years.map("{}-XX-XX".format),
    months.map("{}-XX".format),
)
moments = st.builds("{}{}".format, plain | loose, st.sampled_from(["", "?", "~", "%"]))
intervals = st.builds("{}/{}".format, moments, moments | st.sampled_from(["", ".."])) | st.builds(
    "{}/{}".format, st.sampled_from(["", ".."]), moments
)
members = moments | st.builds("{}..{}".format, moments, moments) | moments.map("..{}".format)
sets = st.builds(
    lambda inside, shape: shape.format(",".join(inside)),
    st.lists(members, min_size=1, max_size=5),
    st.sampled_from(["[{}]", "{{{}}}"]),
)
lawful = moments | intervals | sets


def parsed(text: str):
    try:
        return parse(text)
    except DateError as error:
        if error.reason != "reversed_interval":
            raise
        reject()


@given(lawful)
def test_the_text_of_a_date_is_kept_as_it_was_written(text):
    assert parsed(text).text == text


@given(lawful)
def test_no_bound_of_a_date_lies_past_another(text):
    when = parsed(text)

    assert FIRST_DAY <= when.earliest <= when.latest <= LAST_DAY
    assert when.earliest <= when.start_latest <= when.latest
    assert when.earliest <= when.end_earliest <= when.latest


@given(lawful)
def test_only_a_bound_that_no_date_gives_lies_beyond_the_calendar(text):
    when = parsed(text)

    assert (when.earliest == FIRST_DAY) == (when.start != "known")
    assert (when.latest == LAST_DAY) == (when.end != "known")


@given(lawful)
def test_every_date_can_be_said_in_words(text):
    assert describe(parsed(text))


@given(days)
def test_a_day_written_and_read_is_the_same_day(day):
    when = from_day(day)

    assert day_of(format_day(day)) == when.earliest == when.latest == day
    assert when == parse(format_day(day))


@given(days)
def test_less_precision_never_loses_the_day(day):
    text = format_day(day)
    widening = [text, text[:7], text[:4], f"{text[:3]}X", f"{text[:2]}XX"]

    for narrow, wide in pairwise(widening):
        assert parse(wide).earliest <= parse(narrow).earliest
        assert parse(narrow).latest <= parse(wide).latest


@given(moments, moments)
def test_of_two_dates_that_do_not_touch_only_one_order_is_an_interval(first, last):
    assume(parse(first).latest < parse(last).earliest)

    when = parse(f"{first}/{last}")

    assert (when.earliest, when.latest) == (parse(first).earliest, parse(last).latest)
    assert (when.start_latest, when.end_earliest) == (parse(first).latest, parse(last).earliest)
    with pytest.raises(DateError, match="reversed_interval"):
        parse(f"{last}/{first}")


@given(st.lists(moments, min_size=1, max_size=5))
def test_a_set_touches_nothing_outside_its_members_whatever_their_order(texts):
    when = parse(f"[{','.join(texts)}]")

    assert when.earliest == min(parse(text).earliest for text in texts)
    assert when.latest == max(parse(text).latest for text in texts)


@given(days, st.integers(-1000, 1000))
def test_years_later_changes_the_year_and_at_most_one_day(day, count):
    assume(1 <= date.fromordinal(day).year + count <= 9999)

    before, after = date.fromordinal(day), date.fromordinal(shift_years(day, count))

    assert after.year == before.year + count
    assert after.month == before.month
    assert 0 <= before.day - after.day <= (before.day == 29 and before.month == 2)


@given(st.text(alphabet="0123456789-/.,XxYTZ?~%[]{} :", max_size=24) | st.text(max_size=12))
def test_any_text_is_a_date_or_is_refused_and_nothing_else_happens(text):
    try:
        outcome = parse(text)
    except DateError as error:
        outcome = error

    assert outcome.text == text


# The oracle, and where it is no authority. It takes impossible days (2023-02-29) and reversed
# intervals; turns an unknown start or end into ten years (`1985/` to 1995) and fails on open ones;
# ends winter with December. So it is asked only of dates of levels 0 and 1 that it reads right, and
# for its strict bounds: the others are padded wherever a date is qualified.
asked = st.one_of(
    st.builds("{}{}".format, plain, st.sampled_from(["", "?", "~", "%"])),
    st.builds("{}-{}".format, years, st.integers(21, 23)),
    st.builds("{}X".format, st.integers(100, 219)),
    st.builds("{}XX".format, st.integers(10, 21)),
    months.map("{}-XX".format),
    years.map("{}-XX-XX".format),
)


@given(asked)
def test_another_reader_of_edtf_sees_the_same_days(text):
    theirs, ours = edtf.parse_edtf(text), parse(text)

    assert format_day(ours.earliest) == "{:04}-{:02}-{:02}".format(*theirs.lower_strict()[:3])
    assert format_day(ours.latest) == "{:04}-{:02}-{:02}".format(*theirs.upper_strict()[:3])


@given(plain, plain)
def test_another_reader_of_edtf_sees_the_same_interval(first, last):
    assume(parse(first).earliest <= parse(last).latest)
    text = f"{first}/{last}"
    theirs, ours = edtf.parse_edtf(text), parse(text)

    assert format_day(ours.earliest) == "{:04}-{:02}-{:02}".format(*theirs.lower_strict()[:3])
    assert format_day(ours.latest) == "{:04}-{:02}-{:02}".format(*theirs.upper_strict()[:3])
