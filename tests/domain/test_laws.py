"""The laws every shortcut rests on, held for any history Hypothesis can think of."""

from __future__ import annotations

import json
from functools import reduce
from itertools import combinations, pairwise
from operator import add

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.acts import Act, Fact, life_order, make_act
from domain.dates import FIRST_DAY, LAST_DAY, format_day
from domain.relationship import Answer, Summary, answer, changes, compare, render, status, touched
from tests.domain.given import REGISTRY, Given
from tests.domain.histories import DAYS, FIRST, PARTIES, acts, succeeded_treaties, treaties

PAIRS = ["-".join(pair) for pair in combinations(PARTIES, 2)]
pairs = st.sampled_from(PAIRS)


@given(acts(), pairs, st.lists(DAYS, max_size=6), st.randoms(use_true_random=False))
def test_the_fold_of_a_history_is_the_join_of_the_summaries_of_its_spans(
    history: list[Act], pair: str, cuts: list[int], random: object
) -> None:
    found = Given(tuple(history)).changes(pair)
    days = [FIRST_DAY, *sorted(set(cuts)), LAST_DAY]
    parts = [Summary.of(found, start, end) for start, end in pairwise(days)]
    whole = Summary.of(found)
    assert reduce(add, parts, Summary()) == whole
    random.shuffle(parts)  # type: ignore[attr-defined]
    assert reduce(add, parts, Summary()) == whole


@given(acts(), pairs, st.data())
def test_the_fold_of_a_history_is_the_join_of_any_split_of_its_changes(
    history: list[Act], pair: str, data: st.DataObject
) -> None:
    found = Given(tuple(history)).changes(pair)
    sides = data.draw(st.lists(st.integers(0, 2), min_size=len(found), max_size=len(found)))
    parts = [
        Summary.of(change for change, side in zip(found, sides, strict=True) if side == part)
        for part in range(3)
    ]
    assert reduce(add, parts, Summary()) == Summary.of(found)


@given(acts(), pairs, DAYS)
def test_the_join_is_associative_and_commutative_and_nothing_is_neutral(
    history: list[Act], pair: str, day: int
) -> None:
    found = Given(tuple(history)).changes(pair)
    a, b = Summary.of(found, FIRST_DAY, day), Summary.of(found, day, day + 30)
    c = Summary.of(found, day + 30, LAST_DAY)
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + Summary() == Summary() + a == a


@given(acts(), pairs, DAYS)
def test_a_state_rolled_up_from_spans_is_the_plain_folds_byte_for_byte(
    history: list[Act], pair: str, day: int
) -> None:
    found = Given(tuple(history)).changes(pair)
    plain = answer(pair, found, day)
    spans = [FIRST_DAY, FIRST, FIRST + 365, day + 1] if day > FIRST + 365 else [FIRST_DAY, day + 1]
    rolled = reduce(add, (Summary.of(found, s, e) for s, e in pairwise(spans)), Summary())
    shown = render(Answer(pair, day, rolled, plain.rested), REGISTRY)
    assert json.dumps(shown) == json.dumps(render(plain, REGISTRY))


@given(acts(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_arrive_never_changes_the_state(
    history: list[Act], random: object
) -> None:
    for act in history:
        facts = list(act.facts)
        random.shuffle(facts)  # type: ignore[attr-defined]
        again = make_act(act.act_id, act.kind, facts)
        assert changes(again, REGISTRY) == changes(act, REGISTRY)


@given(acts(), pairs, DAYS)
def test_the_fold_never_raises_and_every_line_names_its_records(
    history: list[Act], pair: str, day: int
) -> None:
    state = Given(tuple(history)).on(format_day(day), pair)
    positions = {fact.position for act in history for fact in act.facts}
    for room in state.values():
        lines = room if isinstance(room, list) else []
        if isinstance(room, dict):
            lines = [x for part in room.values() if isinstance(part, list) for x in part]
        for line in lines:
            if "act_id" in line:
                assert line["records"]
                assert set(line["records"]) <= positions
    for act in history:
        status(act, day)


@given(acts())
def test_no_event_changes_anything_before_the_first_day_it_may_touch(history: list[Act]) -> None:
    for act in history:
        for fact in act.facts:
            alone = make_act(act.act_id, act.kind, [fact])
            first = min(fact.event.date.earliest, fact.takes_effect.earliest)
            assert all(change.day >= first for change in changes(alone, REGISTRY))


@given(acts(), pairs, DAYS, DAYS)
def test_two_equal_states_differ_in_nothing_and_a_difference_is_told_both_ways(
    history: list[Act], pair: str, one: int, other: int
) -> None:
    told = Given(tuple(history))
    before, after = (told.on(format_day(day), pair) for day in (one, other))
    assert compare(before, before) == []
    forth, back = compare(before, after), compare(after, before)
    assert len(forth) == len(back)
    assert all(step["before"] != step["after"] for step in forth)


@given(acts())
def test_life_order_keeps_what_surely_came_first(history: list[Act]) -> None:
    for act in history:
        life = life_order(act.facts)
        assert sorted(f.version for f in life) == [f.version for f in act.facts]
        for index, later in enumerate(life):
            for earlier in life[:index]:
                assert not later.event.date.latest < earlier.event.date.earliest


@given(acts(), st.data())
def test_one_more_fact_changes_no_relationship_that_is_not_named_as_touched(
    history: list[Act], data: st.DataObject
) -> None:
    for act in history:
        kept = data.draw(st.lists(st.sampled_from(act.facts), unique_by=id))
        before = make_act(act.act_id, act.kind, kept)
        pairs = touched(before, act, REGISTRY)
        one = {c for c in PAIRS if changes(before, REGISTRY, {c}) != changes(act, REGISTRY, {c})}
        assert pairs is None or one <= pairs


@given(st.one_of(treaties(), succeeded_treaties()), st.data())
def test_one_more_fact_of_a_treaty_changes_no_relationship_that_is_not_named_as_touched(
    act: Act, data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.sampled_from(act.facts), unique_by=id))
    before = make_act(act.act_id, act.kind, kept)
    found = touched(before, act, REGISTRY)
    for one, other in combinations(act.codes, 2):
        pair = f"{one}-{other}"
        same = changes(before, REGISTRY, {pair}) == changes(act, REGISTRY, {pair})
        assert found is None or same or pair in found


@given(st.one_of(treaties(), succeeded_treaties()))
def test_a_treaty_is_the_same_whether_one_pair_is_asked_for_or_all(act: Act) -> None:
    whole = changes(act, REGISTRY)
    for one, other in combinations(act.codes, 2):
        pair = f"{one}-{other}"
        assert changes(act, REGISTRY, {pair}) == tuple(c for c in whole if c.relationship == pair)


@settings(max_examples=20)
@given(acts())
def test_an_act_without_facts_touches_no_relationship(history: list[Act]) -> None:
    for act in history:
        assert changes(make_act(act.act_id, act.kind, []), REGISTRY) == ()
        alone: list[Fact] = [f for f in act.facts if not f.event.parties and not f.event.by]
        assert changes(make_act(act.act_id, act.kind, alone), REGISTRY) == ()


def _told(history: tuple[Act, ...], codes: tuple[str, ...], day: int) -> dict[str, object]:
    """What a later fact may not change: every list and slot that holds for certain on a day.

    What only may have happened by then is left out: between whom, later events may tell. So is
    what a later force dates back to the day: whom it binds hangs on who consented by then.
    """
    told: dict[str, object] = {}
    for pair in ("-".join(two) for two in combinations(codes, 2)):
        found = Given(history).changes(pair)
        state = render(answer(pair, found, day), REGISTRY, most=None)
        certain = {k: v for k, v in state.items() if k not in ("parties", "possible")}
        del certain["agreements"]["in_effect"]
        told[pair] = json.loads(json.dumps(certain))
    return told


@settings(max_examples=150)
@given(st.one_of(acts(), succeeded_treaties().map(lambda act: [act])), st.data())
def test_a_later_fact_never_changes_an_earlier_day(history: list[Act], data: st.DataObject) -> None:
    act = data.draw(st.sampled_from(history))
    fact = data.draw(st.sampled_from(act.facts))
    dates = [fact.event.date, fact.takes_effect]
    if fact.dated_back is not None:
        dates.append(fact.dated_back)
    first = min(date.earliest for date in dates)
    if first <= FIRST_DAY:
        return
    day = data.draw(st.integers(max(first - 400, 1), first - 1))
    others = tuple(other for other in history if other is not act)
    without = make_act(act.act_id, act.kind, [f for f in act.facts if f is not fact])
    before, after = (_told((*others, one), act.codes, day) for one in (without, act))
    # A title is the act's, and not of a day.
    assert _untitled(before) == _untitled(after)


def _untitled(value: object) -> object:
    if isinstance(value, dict):
        return {name: _untitled(part) for name, part in value.items() if name != "title"}
    return [_untitled(part) for part in value] if isinstance(value, list) else value
