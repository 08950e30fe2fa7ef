"""The checker finds what it is for, and nothing else: small histories, made by hand and by lot."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.linear.checker import NEVER, Operation, unexplained
from tests.linear.model import EXISTS, MISMATCH, UNKNOWN, Answer, Append, ReadAct, ReadPair, State


def new(act: str, key: str, events: int = 1) -> Append:
    return Append(act, "FRA-SUN", events, key, new=True)


def more(act: str, key: str, if_match: int | None = None, events: int = 1) -> Append:
    return Append(act, "FRA-SUN", events, key, new=False, if_match=if_match)


def recorded(version: int, *positions: int) -> Answer:
    return ("recorded", version, positions)


def operation(begun: int, ended: int, request, answer: Answer | None) -> Operation:
    return Operation(f"client {begun}", request, begun, ended, answer)


GOOD = {
    "nothing": [],
    "one after another": [
        operation(0, 1, ReadAct("a"), UNKNOWN),
        operation(2, 3, new("a", "k1", 2), recorded(2, 1, 2)),
        operation(4, 5, ReadAct("a"), ("act", 2, (1, 2))),
        operation(6, 7, more("a", "k2", if_match=2), recorded(3, 3)),
        operation(8, 9, more("a", "k3", if_match=2), ("stale", 3)),
        operation(10, 11, new("a", "k4"), EXISTS),
        operation(12, 13, more("b", "k5"), UNKNOWN),
        operation(14, 15, ReadPair("FRA-SUN"), ("pair", 3, 1)),
    ],
    "a request sent again gets the same answer, whatever came between": [
        operation(0, 1, new("a", "k1"), recorded(1, 1)),
        operation(2, 3, new("b", "k2"), recorded(1, 2)),
        operation(4, 5, new("a", "k1"), recorded(1, 1)),
        operation(6, 7, more("a", "k1"), MISMATCH),
    ],
    "two at once, the later one first": [
        operation(0, 9, new("a", "k1"), recorded(1, 2)),
        operation(1, 8, new("b", "k2"), recorded(1, 1)),
        operation(2, 3, ReadAct("a"), UNKNOWN),
        operation(4, 5, ReadAct("b"), ("act", 1, (1,))),
    ],
    "a reader who came before a writer ended may see either": [
        operation(0, 9, new("a", "k1"), recorded(1, 1)),
        operation(1, 2, ReadAct("a"), ("act", 1, (1,))),
        operation(3, 4, ReadPair("FRA-SUN"), ("pair", 1, 1)),
    ],
    "no answer came, and it was recorded": [
        operation(0, NEVER, new("a", "k1"), None),
        operation(5, 6, new("b", "k2"), recorded(1, 2)),
    ],
    "no answer came, and it was not recorded": [
        operation(0, NEVER, new("a", "k1"), None),
        operation(5, 6, new("b", "k2"), recorded(1, 1)),
        operation(7, 8, ReadAct("a"), UNKNOWN),
    ],
    "no answer came, and it was recorded when it was sent again": [
        operation(0, NEVER, new("a", "k1"), None),
        operation(5, 6, ReadAct("a"), UNKNOWN),
        operation(7, 8, new("a", "k1"), recorded(1, 1)),
    ],
}
BAD = {
    "an acknowledged record is not seen by who comes after": [
        operation(0, 1, new("a", "k1"), recorded(1, 1)),
        operation(2, 3, ReadAct("a"), UNKNOWN),
    ],
    "a position is given twice": [
        operation(0, 5, new("a", "k1"), recorded(1, 1)),
        operation(1, 6, new("b", "k2"), recorded(1, 1)),
    ],
    "a position is left out": [operation(0, 1, new("a", "k1"), recorded(1, 2))],
    "an earlier request has a later position": [
        operation(0, 1, new("a", "k1"), recorded(1, 2)),
        operation(2, 3, new("b", "k2"), recorded(1, 1)),
    ],
    "two win on one version": [
        operation(0, 1, new("a", "k1"), recorded(1, 1)),
        operation(2, 6, more("a", "k2", if_match=1), recorded(2, 2)),
        operation(3, 7, more("a", "k3", if_match=1), recorded(3, 3)),
    ],
    "a version that held is refused": [
        operation(0, 1, new("a", "k1"), recorded(1, 1)),
        operation(2, 3, more("a", "k2", if_match=1), ("stale", 2)),
    ],
    "a request sent again is recorded again": [
        operation(0, 1, new("a", "k1"), recorded(1, 1)),
        operation(2, 3, more("a", "k2"), recorded(2, 2)),
        operation(4, 5, more("a", "k2"), recorded(3, 3)),
    ],
    "a request sent again is refused as new": [
        operation(0, 1, new("a", "k1"), recorded(1, 1)),
        operation(2, 3, new("a", "k1"), EXISTS),
    ],
    "a reader goes back": [
        operation(0, 9, new("a", "k1"), recorded(1, 1)),
        operation(1, 2, ReadAct("a"), ("act", 1, (1,))),
        operation(3, 4, ReadAct("a"), UNKNOWN),
    ],
    "a part of a request is seen": [
        operation(0, 9, new("a", "k1", 2), recorded(2, 1, 2)),
        operation(1, 2, ReadAct("a"), ("act", 1, (1,))),
    ],
    "the index lags behind the log": [
        operation(0, 1, new("a", "k1"), recorded(1, 1)),
        operation(2, 3, ReadPair("FRA-SUN"), ("pair", 1, 0)),
    ],
    "what was lost was acknowledged": [
        operation(0, 1, new("a", "k1"), recorded(1, 1)),
        operation(2, NEVER, new("b", "k2"), None),
        operation(5, 6, new("c", "k3"), recorded(1, 1)),
    ],
}


@pytest.mark.parametrize("name", GOOD)
def test_a_history_that_an_order_explains_is_taken(name):
    assert unexplained(GOOD[name]) is None


@pytest.mark.parametrize("name", BAD)
def test_a_history_that_no_order_explains_is_reported_where_it_ends(name):
    found = unexplained(BAD[name])
    assert found is not None
    assert found.left
    assert "explained, and then" in str(found)


def explained_by_trying(history: list[Operation]) -> bool:
    """The same by trying every order of every choice of the unanswered."""
    answered = [one for one in history if one.answer is not None]
    unanswered = [one for one in history if one.answer is None]
    return any(
        _fits(order)
        for chosen in range(2 ** len(unanswered))
        for order in permutations(
            answered + [one for n, one in enumerate(unanswered) if chosen >> n & 1]
        )
    )


def _fits(order: tuple[Operation, ...]) -> bool:
    state = State()
    for number, one in enumerate(order):
        if any(later.ended < one.begun for later in order[number + 1 :]):
            return False
        state, answer = state.asked(one.request)
        if one.answer not in (None, answer):
            return False
    return True


REQUESTS = [new("a", "k1"), new("a", "k2"), more("a", "k3"), more("a", "k4", 1), ReadAct("a")]


@st.composite
def histories(draw: st.DrawFn) -> list[Operation]:
    """A few operations that overlap, answered by a true store or by a slip of the pen."""
    order = draw(st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=5))
    state, history = State(), []
    for number, request in enumerate(order):
        state, answer = state.asked(request)
        begun = 10 * number - draw(st.integers(0, 25))
        ended = 10 * number + draw(st.integers(1, 25))
        kind = draw(st.sampled_from(["true", "true", "true", "none", "slip"]))
        if kind == "none":
            history.append(operation(begun, NEVER, request, None))
            continue
        if kind == "slip":
            answer = draw(st.sampled_from([recorded(1, 1), recorded(2, 2), UNKNOWN, EXISTS]))
        history.append(operation(begun, ended, request, answer))
    return history


@settings(max_examples=400)
@given(histories())
def test_the_search_finds_an_order_exactly_where_trying_all_of_them_does(history):
    assert (unexplained(history) is None) is explained_by_trying(history)
