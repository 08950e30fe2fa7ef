"""The product and the naive reading answer alike."""

from __future__ import annotations

import pytest

from domain.dates import format_day
from tests.oracle.histories import history
from tests.oracle.product import compare


@pytest.mark.parametrize("first_seed", range(1, 85, 21))
def test_the_product_and_the_naive_reading_answer_a_thousand_questions_alike(
    first_seed: int,
) -> None:
    asked = 0
    for seed in range(first_seed, first_seed + 21):
        records, questions = history(seed)
        for pair, day, position in questions:
            asked += 1
            found = compare(records, pair, day, position)
            assert not found, (seed, "-".join(pair), format_day(day), position)
    assert asked >= 250
