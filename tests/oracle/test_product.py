"""The product answers a thousand random questions as the naive reading does."""

from __future__ import annotations

from itertools import islice

from tests.oracle.histories import history
from tests.oracle.product import compare


def test_a_thousand_questions_are_answered_alike() -> None:
    asked = (
        (seed, records, *question)
        for seed in range(1, 1_000)
        for records, questions in (history(seed),)
        for question in questions
    )
    for seed, records, pair, day, position in islice(asked, 1_000):
        assert compare(records, pair, day, position) == [], (seed, pair, day, position)
