"""The laws every shortcut rests on, held for any history Hypothesis can think of."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import reduce
from itertools import combinations, pairwise
from operator import add

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.acts import Act, Fact, life_order, make_act
from domain.dates import FIRST_DAY, LAST_DAY, format_day
from domain.relationship import Answer, Summary, answer, changes, compare, render, status, touched
from domain.relationship.side import Side, side_of
from domain.relationship.timeline import Timelines, merged
from domain.relationship.treaty import Known, Terms, any_consent
from tests.domain.histories import DAYS, FIRST, PARTIES, acts, treaties
from tests.domain.told import REGISTRY, Given

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
    shown = render(Answer(pair, day, rolled, plain.last_12_months), REGISTRY)
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


@settings(max_examples=20)
@given(acts())
def test_an_act_without_facts_touches_no_relationship(history: list[Act]) -> None:
    for act in history:
        assert changes(make_act(act.act_id, act.kind, []), REGISTRY) == ()
        alone: list[Fact] = [f for f in act.facts if not f.event.parties and not f.event.by]
        assert changes(make_act(act.act_id, act.kind, alone), REGISTRY) == ()


@given(treaties())
def test_an_agreement_of_many_told_side_by_side_is_the_one_told_pair_by_pair(act: Act) -> None:
    terms = Terms(bilateral=False, by_consent=any_consent(act.facts))
    timelines = Timelines(act, terms, {})
    for a, b in combinations(act.codes, 2):
        one, other = timelines.of(a), timelines.of(b)
        if one is None or other is None:
            continue
        facts = timelines.facts(a, b)
        for day, side, opposite, worded in merged(one, other):
            known = Known(life_order(f for f in facts if f.certain_from <= day), terms)
            both = side_of(known, a), side_of(known, b)
            assert (_bare(side), _bare(opposite)) == (_bare(both[0]), _bare(both[1]))
            assert worded == both[0].worded == both[1].worded


def _bare(side: Side) -> Side:
    """A side without the words, which the whole of a pair's facts give."""
    return replace(side, worded=())
