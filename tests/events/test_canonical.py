import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from events.log.canonical import canonical, canonical_answer

SAFE = 2**53 - 1

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_canonical_bytes_are_those_of_rfc_8785_whichever_way_they_were_made(value: object):
    assert canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(texts, values, max_size=4))
def test_an_answer_has_the_same_canonical_bytes_the_faster_way(answer: dict[str, object]):
    assert canonical_answer(answer) == rfc8785.dumps(answer)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        -0.5,
        1e16,
        1e-7,
        10**16,
        [1.5],
        [[2.0]],
        [1, 2.5],
        [[1], [3e30]],
        [{"a": 1}, -4.0],
        '":1.5',
        "[1.5",
        "of 1924,1.5 million",
        {"\ufb33": 1, "\U0001f600": 2},
        "\U0001f600",
    ],
    ids=repr,
)
def test_what_two_writers_would_tell_otherwise_is_noticed_wherever_it_stands(value: object):
    answer = {"records": [4, 5], "share": value, "more": {}}

    assert canonical_answer(answer) == canonical(answer)
    assert canonical_answer({"first": value}) == canonical({"first": value})


@given(values)
def test_what_is_read_back_from_canonical_bytes_has_the_same_canonical_bytes(value: object):
    written = canonical(value)

    assert canonical(orjson.loads(written)) == written


def test_the_rfc_s_own_example_comes_out_as_the_rfc_prints_it():
    # RFC 8785, section 3.2.2 and 3.2.4.
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }

    assert canonical(value) == (
        b'{"literals":[null,true,false],'
        b'"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        b'"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_by_utf_16_units_as_the_rfc_s_example_has_them():
    # RFC 8785, section 3.2.3: the smiling face's surrogates sort before U+FB33.
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

    document = orjson.loads(canonical(dict.fromkeys(keys, 0)))

    assert list(document) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (1.0, b"1"),
        (-0.0, b"0"),
        (1e16, b"10000000000000000"),
        (10**16, b"10000000000000000"),
        (1e21, b"1e+21"),
        ((1, 2), b"[1,2]"),
    ],
)
def test_one_number_has_one_form_however_it_was_given(value: object, form: bytes):
    assert canonical(value) == form


@pytest.mark.parametrize(
    "value",
    [
        2**53 + 1,
        10**400,
        float("nan"),
        float("inf"),
        "\ud800",
        {"title": "\udc00"},
        {1: "a key that is a number"},
        {"a": {2, 3}},
        b"bytes",
    ],
    ids=repr,
)
def test_a_value_that_has_no_canonical_form_is_refused(value: object):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - two libraries word it
        canonical(value)

    assert str(refused.value)
