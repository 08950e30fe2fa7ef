"""Requests that come together are begun one a round of the event loop, of each sort in turn."""

from __future__ import annotations

import asyncio

from api.work.starting import Starting


def begun(sorts: str, rounds: int) -> str:
    """Which of the requests were begun in so many rounds.

    They are o for an order, q for a question, and - for that of a client that has left.
    """
    found: list[str] = []

    def came(sort: str) -> bool:
        found.append(sort)
        return sort != "-"

    async def ask() -> str:
        starting = Starting()
        for sort in sorts:
            starting.begin(lambda sort=sort: came(sort), order=sort == "o")
        for _ in range(rounds - 1):
            await asyncio.sleep(0)
        return "".join(found)

    return asyncio.run(ask())


def test_one_is_begun_at_once_and_one_a_round_after_it():
    assert [begun("qqqq", rounds) for rounds in (1, 2, 3, 4, 5)] == [
        "q",
        "qq",
        "qqq",
        "qqqq",
        "qqqq",
    ]


def test_an_order_waits_for_few_of_many_questions():
    assert "o" in begun("q" * 100 + "o", 4)


def test_a_question_waits_for_few_of_many_orders():
    assert "q" in begun("o" * 100 + "q", 4)


def test_all_are_begun_in_the_order_of_their_sort():
    assert sorted(begun("qqqooo", 7)) == list("oooqqq")


def test_of_who_has_left_nothing_is_begun_and_no_round_goes_by():
    assert begun("q" + "-" * 50 + "q", 2) == "q" + "-" * 50 + "q"
