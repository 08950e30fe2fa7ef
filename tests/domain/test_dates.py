"""What each form of date says, and which texts are no dates."""

from datetime import date

import pytest

from domain.dates import (
    FIRST_DAY,
    LAST_DAY,
    DateError,
    EdtfDate,
    day_of,
    describe,
    format_day,
    from_day,
    parse,
    shift_years,
    year_of,
)


def shown(day: int) -> str:
    return {FIRST_DAY: "-inf", LAST_DAY: "+inf"}.get(day) or format_day(day)


def bounds(text: str) -> tuple[str, str]:
    return shown(parse(text).earliest), shown(parse(text).latest)


def turning(text: str) -> tuple[str, str]:
    return shown(parse(text).start_latest), shown(parse(text).end_earliest)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        pytest.param("2024-02-01", "2024-02-01", "2024-02-01", id="a day"),
        pytest.param("2024-04", "2024-04-01", "2024-04-30", id="a month is never its first day"),
        pytest.param("1924", "1924-01-01", "1924-12-31", id="a year"),
        pytest.param("2024-02", "2024-02-01", "2024-02-29", id="February of a leap year"),
        pytest.param("1900-02", "1900-02-01", "1900-02-28", id="1900 was no leap year"),
        pytest.param("1582-10-10", "1582-10-10", "1582-10-10", id="proleptic, so no lost days"),
        pytest.param("1000-01-01", "1000-01-01", "1000-01-01", id="the first day of history"),
        pytest.param("2199-12-31", "2199-12-31", "2199-12-31", id="the last day of history"),
        pytest.param("199X", "1990-01-01", "1999-12-31", id="a decade"),
        pytest.param("19XX", "1900-01-01", "1999-12-31", id="a century"),
        pytest.param("2004-XX", "2004-01-01", "2004-12-31", id="a month of 2004"),
        pytest.param("2004-XX-XX", "2004-01-01", "2004-12-31", id="a day of 2004"),
        pytest.param("2004-02-XX", "2004-02-01", "2004-02-29", id="a day of February 2004"),
        pytest.param("2001-21", "2001-03-01", "2001-05-31", id="spring"),
        pytest.param("2001-22", "2001-06-01", "2001-08-31", id="summer"),
        pytest.param("2001-23", "2001-09-01", "2001-11-30", id="autumn"),
        pytest.param("2023-24", "2023-12-01", "2024-02-29", id="winter begins in its year"),
        pytest.param("2001-25", "2001-03-01", "2001-05-31", id="northern spring"),
        pytest.param("2001-28", "2001-12-01", "2002-02-28", id="northern winter"),
        pytest.param("2001-29", "2001-09-01", "2001-11-30", id="southern spring"),
        pytest.param("2001-30", "2001-12-01", "2002-02-28", id="southern summer"),
        pytest.param("2001-32", "2001-06-01", "2001-08-31", id="southern winter"),
        pytest.param("2001-33", "2001-01-01", "2001-03-31", id="the first quarter"),
        pytest.param("2001-36", "2001-10-01", "2001-12-31", id="the last quarter"),
        pytest.param("2001-38", "2001-05-01", "2001-08-31", id="the second quadrimester"),
        pytest.param("2001-41", "2001-07-01", "2001-12-31", id="the second semester"),
    ],
)
def test_a_date_touches_every_day_that_its_precision_allows_and_no_other(text, earliest, latest):
    when = parse(text)

    assert bounds(text) == (earliest, latest)
    assert (when.start_latest, when.end_earliest) == (when.latest, when.earliest)
    assert (when.interval, when.start, when.end) == (False, "known", "known")


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("2024-02-01", False, False),
        ("2024-02-01~", True, False),
        ("2024-02-01?", False, True),
        ("2024-02-01%", True, True),
        ("1924~", True, False),
        ("2001-21?", False, True),
        ("199X%", True, True),
        ("2004-06~/2004-08", True, False),
        ("2004-06/2004-08?", False, True),
        ("2004-06~/2004-08?", True, True),
        ("../2004-08?", False, True),
        ("[2000~,2001]", True, False),
        ("{2000..2001?}", False, True),
    ],
)
def test_a_qualifier_is_kept_and_widens_nothing(text, approximate, uncertain):
    when = parse(text)
    unqualified = "".join(sign for sign in text if sign not in "?~%")

    assert (when.approximate, when.uncertain) == (approximate, uncertain)
    assert bounds(text) == bounds(unqualified)


@pytest.mark.parametrize(
    ("text", "earliest", "start_latest", "end_earliest", "latest"),
    [
        pytest.param(
            *("2024-01-29/2024-02-01", "2024-01-29", "2024-01-29", "2024-02-01", "2024-02-01"),
            id="both ends to the day",
        ),
        pytest.param(
            *("2024-04/2024-05-03", "2024-04-01", "2024-04-30", "2024-05-03", "2024-05-03"),
            id="it began some day in April",
        ),
        pytest.param(
            *("2024-02-01/2024-02-01", "2024-02-01", "2024-02-01", "2024-02-01", "2024-02-01"),
            id="a stretch of one day",
        ),
        pytest.param(
            *("2024/2024-03", "2024-01-01", "2024-03-31", "2024-03-01", "2024-03-31"),
            id="what ended in March began by March",
        ),
        pytest.param(
            *("2024-03/2024", "2024-03-01", "2024-03-31", "2024-03-01", "2024-12-31"),
            id="what began in March ended no earlier",
        ),
        pytest.param(
            *("2024-02-07/", "2024-02-07", "2024-02-07", "2024-02-07", "+inf"),
            id="with an unknown end it has surely begun, and may have ended",
        ),
        pytest.param(
            *("2024-02-07/..", "2024-02-07", "2024-02-07", "+inf", "+inf"),
            id="with an open end it has surely begun, and ends on no day",
        ),
        pytest.param(
            *("/1985-03-11", "-inf", "1985-03-11", "1985-03-11", "1985-03-11"),
            id="with an unknown start it may have begun as late as it ended",
        ),
        pytest.param(
            *("../1985-03-11", "-inf", "-inf", "1985-03-11", "1985-03-11"),
            id="with an open start it began before any day",
        ),
        pytest.param(
            *("2004-21/2004-36", "2004-03-01", "2004-05-31", "2004-10-01", "2004-12-31"),
            id="from spring to the last quarter",
        ),
    ],
)
def test_an_interval_knows_when_it_surely_began_and_when_it_may_have_ended(
    text, earliest, start_latest, end_earliest, latest
):
    assert parse(text).interval
    assert bounds(text) == (earliest, latest)
    assert turning(text) == (start_latest, end_earliest)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1985/2000", "known", "known"),
        ("1985/", "known", "unknown"),
        ("1985/..", "known", "open"),
        ("/1985", "unknown", "known"),
        ("../1985", "open", "known"),
        ("[..1985]", "open", "known"),
        ("[1985..]", "known", "open"),
        ("{1985..,1970}", "known", "open"),
    ],
)
def test_an_open_end_and_an_unknown_end_are_two_different_things(text, start, end):
    assert (parse(text).start, parse(text).end) == (start, end)


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "all_of"),
    [
        ("[..2000-01-03]", "-inf", "2000-01-03", False),
        ("[2000-01-03..]", "2000-01-03", "+inf", False),
        ("[2000,2001]", "2000-01-01", "2001-12-31", False),
        ("[2000..2002-05]", "2000-01-01", "2002-05-31", False),
        ("[2001-05,1999,2000-02-29]", "1999-01-01", "2001-05-31", False),
        ("[1667,1668,1670..1672]", "1667-01-01", "1672-12-31", False),
        ("[1999]", "1999-01-01", "1999-12-31", False),
        ("{2000,2001}", "2000-01-01", "2001-12-31", True),
        ("{2000-02-01,2000-02-08}", "2000-02-01", "2000-02-08", True),
        ("{..2000}", "-inf", "2000-12-31", True),
    ],
)
def test_a_set_is_one_moment_out_of_several_or_all_of_them_but_no_stretch(
    text, earliest, latest, all_of
):
    when = parse(text)

    assert bounds(text) == (earliest, latest)
    assert (when.interval, when.all_of) == (False, all_of)
    if not all_of:
        assert (when.start_latest, when.end_earliest) == (when.latest, when.earliest)


def test_all_of_some_days_begin_with_the_first_and_end_with_the_last():
    when = parse("{2014-01-21,2014-01-22,2014-01-24}")

    days = (when.earliest, when.start_latest, when.end_earliest, when.latest)
    assert [format_day(day) for day in days] == ["2014-01-21"] * 2 + ["2014-01-24"] * 2


REFUSED = [
    ("2023-02-29", "impossible_day"),
    ("1972-06-31", "impossible_day"),
    ("1900-02-29", "impossible_day"),
    ("2024-01-00", "impossible_day"),
    ("2024-04-31~", "impossible_day"),
    ("2024-13", "impossible_month"),
    ("2024-00", "impossible_month"),
    ("2024-00-00", "impossible_month"),
    ("199X-00", "unsupported"),
    ("2024-20", "impossible_month"),
    ("2024-42", "impossible_month"),
    ("2024-22-05", "impossible_month"),
    ("5008-05-05", "outside_history"),
    ("0025", "outside_history"),
    ("0999-12-31", "outside_history"),
    ("2200-01-01", "outside_history"),
    ("00XX", "outside_history"),
    ("-0044", "outside_history"),
    ("-0044-03-15", "outside_history"),
    ("Y17000", "outside_history"),
    ("Y-170000002", "outside_history"),
    ("1999/5008", "outside_history"),
    ("[1999,5008]", "outside_history"),
    ("2024-02-01T10:00:00Z", "has_time"),
    ("2024-02-01T10", "has_time"),
    ("2024-02-01 10:00", "has_time"),
    ("2024-02-01Z", "has_time"),
    ("2024-02-01+06:00", "has_time"),
    ("2024-02-01T10:00/2024-02-02", "has_time"),
    ("2024-04/2024-02", "reversed_interval"),
    ("2001/2000", "reversed_interval"),
    ("2024-02-02/2024-02-01", "reversed_interval"),
    ("[2001..2000]", "reversed_interval"),
    ("../..", "undated"),
    ("/", "undated"),
    ("../", "undated"),
    ("/..", "undated"),
    ("[..]", "undated"),
    ("{2000,..}", "undated"),
    ("", "empty"),
    ("[]", "empty"),
    ("[2000,]", "empty"),
    ("1XXX", "unsupported"),
    ("156X-12-25", "unsupported"),
    ("199X-02", "unsupported"),
    ("1985-XX-15", "unsupported"),
    ("2024-1X", "unsupported"),
    ("2004-06?-11", "unsupported"),
    ("?2004-06", "unsupported"),
    ("1950S2", "unsupported"),
    (" 2024", "not_edtf"),
    ("2024 ", "not_edtf"),
    ("2024-02-01\n", "not_edtf"),
    ("[1667, 1668]", "not_edtf"),
    ("1 February 2024", "not_edtf"),
    ("2024–02", "not_edtf"),
    ("2024−02−01", "not_edtf"),
    ("199x", "not_edtf"),
    ("2004-02-xx", "not_edtf"),
    ("2024?~", "not_edtf"),
    ("[2000,2001]?", "not_edtf"),
    ("..~/2024", "not_edtf"),
    ("..", "not_edtf"),
    ("2024-2-1", "not_edtf"),
    ("20240201", "not_edtf"),
    ("01/02/2024", "not_edtf"),
    ("2024-01-29/02-01", "not_edtf"),
    ("2024/2025/2026", "not_edtf"),
    ("2024-W05", "not_edtf"),
    ("2024-W05-1", "not_edtf"),
    ("2024-032", "not_edtf"),
    ("１９９９", "not_edtf"),
    ("٢٠٢٤-٠٢-٠١", "not_edtf"),
    ("[2000", "not_edtf"),
    ("[2000}", "not_edtf"),
    ("[[2000],2001]", "not_edtf"),
    ("[2000/2001]", "not_edtf"),
    ("[2000...2001]", "not_edtf"),
    ("unknown", "not_edtf"),
    ("1999," * 400, "too_long"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_text_that_is_no_date_is_refused_by_name_and_never_repaired(text, reason):
    with pytest.raises(DateError) as refusal:
        parse(text)

    assert (refusal.value.text, refusal.value.reason) == (text, reason)
    assert refusal.value.expected
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023-02-29", "a day from 01 to 28 in 2023-02"),
        ("1999/5008", "a year from 1000 to 2199, in '5008'"),
        ("2024–02", 'the plain hyphen "-"'),
        ("199x", "a capital X"),
        (" 2024", "no blanks"),
        ("2019-11-00", "2019-11 where the day is not known"),
        ("1883-00-00", "1883 where the month is not known"),
        ("1883-00", "1883 where the month is not known"),
        ("1883-00-12~", "1883 where the month is not known"),
        ("2019-11-00/2020", "2019-11 where the day is not known, in '2019-11-00'"),
        ("1927-01-01T00:00:00Z", "1927-01-01, a civil date with no time of day and no zone"),
        ("1927-01-01+01:00", "1927-01-01, a civil date"),
    ],
)
def test_a_refusal_says_what_was_got_what_was_expected_and_where(text, said):
    with pytest.raises(DateError) as refusal:
        parse(text)

    assert repr(text) in str(refusal.value)
    assert said in str(refusal.value)


def test_a_refusal_shows_only_the_beginning_of_a_text_of_any_length():
    with pytest.raises(DateError) as refusal:
        parse("9" * 1_000_000)

    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("text", ["2024-02", "2024", "2024-XX-XX", "2024-02-01~", "[2024-02-01]"])
def test_only_a_plain_day_is_a_day(text):
    with pytest.raises(DateError) as refusal:
        day_of(text)

    assert refusal.value.reason == "not_a_day"


def test_a_day_is_its_proleptic_gregorian_ordinal():
    assert day_of("2024-02-01") == date(2024, 2, 1).toordinal()


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY, FIRST_DAY - 1, 1])
def test_a_day_outside_history_becomes_no_date(day):
    with pytest.raises(DateError) as refusal:
        from_day(day)

    assert refusal.value.reason == "outside_history"


@pytest.mark.parametrize("bound", [FIRST_DAY, LAST_DAY])
def test_an_open_bound_lies_beyond_every_real_day_and_has_no_written_form(bound):
    assert not date.min.toordinal() <= bound <= date.max.toordinal()
    with pytest.raises(ValueError, match=r"ordinal|year 10000"):
        format_day(bound)


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", 4, "2028-02-29"),
        ("2024-02-29", -124, "1900-02-28"),
        ("2024-02-28", 1, "2025-02-28"),
        ("1972-06-30", 20, "1992-06-30"),
        ("2024-02-01", 0, "2024-02-01"),
    ],
)
def test_years_later_is_the_same_day_but_for_a_leap_day(day, years, then):
    assert format_day(shift_years(day_of(day), years)) == then


def test_the_year_of_an_open_bound_lies_beyond_every_real_year():
    assert [year_of(day) for day in (FIRST_DAY, 1, LAST_DAY - 1, LAST_DAY)] == [0, 1, 9999, 10000]
    assert year_of(day_of("2024-02-29")) == 2024


@pytest.mark.parametrize("bound", [FIRST_DAY, LAST_DAY])
def test_no_number_of_years_brings_an_open_bound_nearer(bound):
    assert shift_years(bound, 20) == bound


@pytest.mark.parametrize("day", ["2024-02-29", "2024-03-01"])
@pytest.mark.parametrize("years", [-2024, 7976])
def test_years_beyond_the_calendar_are_refused(day, years):
    with pytest.raises(ValueError, match="year"):
        shift_years(day_of(day), years)


def test_dates_sort_by_their_days_then_by_how_they_are_written():
    written = ["2024-02-01/2024-02-07", "2024-XX", "2023~", "2024", "2024-02", "2024-02-01"]

    assert [when.text for when in sorted(map(parse, written))] == [
        "2023~",
        "2024",
        "2024-XX",
        "2024-02-01",
        "2024-02-01/2024-02-07",
        "2024-02",
    ]


def test_dates_are_equal_only_when_they_are_written_alike():
    again = parse.__wrapped__("2024-04")

    assert again is not parse("2024-04")
    assert (again, hash(again)) == (parse("2024-04"), hash(parse("2024-04")))
    assert parse("2024") != parse("2024-XX")


def test_a_date_cannot_be_changed():
    with pytest.raises(AttributeError):
        parse("2024").latest = 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-02-07", "7 February 2024"),
        ("2024-04", "some day from 1 to 30 April 2024"),
        ("1924", "some day from 1 January to 31 December 1924"),
        ("2023-24", "some day from 1 December 2023 to 29 February 2024"),
        ("2024-02-07~", "about 7 February 2024"),
        ("2024-02-07?", "7 February 2024 (uncertain)"),
        ("2024-04%", "about some day from 1 to 30 April 2024 (uncertain)"),
        ("2024-01-29/2024-02-01", "from 29 January to 1 February 2024"),
        ("2024-02-05/2024-02-07", "from 5 to 7 February 2024"),
        ("2024-02-05/2024-02-05", "from 5 to 5 February 2024"),
        ("2023-12-30/2024-01-02", "from 30 December 2023 to 2 January 2024"),
        ("2024-02-07/", "7 February 2024 until an unknown end"),
        ("2024-02-07/..", "7 February 2024 until an open end"),
        ("/1985", "from an unknown start until some day in 1985"),
        ("../1985-03", "from an open start until some day in March 1985"),
        ("2024-04/2024-05-03", "from some day in April 2024 to 3 May 2024"),
        (
            "2004-06~/2004-08?",
            "from about some day in June 2004 to some day in August 2004 (uncertain)",
        ),
        (
            "2001-33/2002-24",
            (
                "from some day from 1 January to 31 March 2001 "
                "to some day from 1 December 2002 to 28 February 2003"
            ),
        ),
        ("[2000,2001-05]", "some day in 2000 or some day in May 2001"),
        ("{2000-02-01,2000-02-08}", "1 February 2000 and 8 February 2000"),
        ("[..2000-01-03]", "any day up to 3 January 2000"),
        ("[2000-01-03..]", "any day since 3 January 2000"),
        ("[2000-01-03..2000-02-01]", "any day from 3 January 2000 to 1 February 2000"),
    ],
)
def test_a_date_reads_as_plain_english(text, said):
    assert describe(parse(text)) == said


def test_a_date_is_what_the_parser_made_of_its_text():
    assert parse("2024-04/..") == EdtfDate(
        earliest=day_of("2024-04-01"),
        latest=LAST_DAY,
        start_latest=day_of("2024-04-30"),
        end_earliest=LAST_DAY,
        text="2024-04/..",
        interval=True,
        end="open",
    )
