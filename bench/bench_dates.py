"""How long one date takes to read, first and again."""

import pytest

from domain.dates import parse


@pytest.mark.parametrize("text", ["2024-02-01", "2024-02", "2004-06~/2004-08?"])
def test_read_a_date_never_seen(benchmark, text):
    assert benchmark(parse.__wrapped__, text).text == text


def test_read_a_date_seen_before(benchmark):
    assert benchmark(parse, "2024-02-01").text == "2024-02-01"
