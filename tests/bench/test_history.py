"""The benchmark's histories: the same seed, the same bytes; and the shape of the field."""

import hashlib
from collections import Counter
from itertools import islice

import orjson
import pytest

from bench.history import LARGEST, THOUSAND, History, Sizes
from bench.lives import FIRST, LAST, PARTIES
from bench.plan import row_of
from domain.acts import validate
from domain.dates import parse
from events.registry import load_registry

REGISTRY = load_registry()


def records_of(records, **more):
    return list(History(Sizes(records, **more)))


def digest(records, **more):
    lines = (orjson.dumps(row_of(one)) for one in records_of(records, **more))
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


@pytest.fixture(scope="module")
def history():
    return records_of(6_000)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert digest(1_000) == digest(1_000)
    assert digest(1_000, seed=1) != digest(1_000, seed=2)


def test_positions_have_no_gaps(history):
    assert [one.position for one in history] == list(range(1, 6_001))


def test_every_party_existed_on_every_day_of_the_history():
    for code in PARTIES:
        party = REGISTRY.get(code)
        assert party.valid_from <= FIRST, code
        assert party.valid_to > LAST, code


def test_every_body_is_one_that_chancery_takes(history):
    for one in history[:2_000]:
        event = validate(one.body, REGISTRY)
        assert event.type.kind == one.kind


def test_a_few_relationships_have_most_of_the_acts(history):
    touched = Counter(one.pairs[0] for one in history if one.direct)
    ranked = [number for _, number in touched.most_common()]
    tenth = len(ranked) // 10
    assert sum(ranked[:tenth]) > sum(ranked) / 3
    assert ranked[-1] < ranked[0] / 50


def test_two_events_in_a_hundred_are_corrected_and_none_to_the_same_words(history):
    corrections = [one for one in history if one.op == "correction"]
    assert 0.01 < len(corrections) / len(history) < 0.03
    first = {(one.act_id, one.version): one for one in history if one.op == "event"}
    for one in corrections:
        earlier = first[one.act_id, one.version]
        assert earlier.position < one.position
        assert earlier.body != one.body


def test_a_tenth_is_recorded_long_after_its_day(history):
    opening = [one for one in history if one.op == "event" and one.version == 1]
    span = (LAST - FIRST) / len(history)
    late = [one for one in opening if FIRST + one.position * span - one.begins > 1_500]
    assert 0.04 < len(late) / len(opening) < 0.12


def test_dates_are_of_every_precision(history):
    forms = Counter(len(one.date) for one in history)
    assert {4, 7, 8, 10, 11, 21} <= set(forms)
    assert forms[10] > len(history) / 2


def test_some_acts_are_between_many_parties_and_none_between_more_than_twenty(history):
    sizes = Counter(len(one.body["parties"]) for one in history)
    assert sum(number for parties, number in sizes.items() if parties > 2) > len(history) / 200
    assert max(sizes) <= 20


def test_an_event_has_surely_begun_on_its_day(history):
    for one in history[:3_000]:
        date = parse(one.date)
        assert one.begins == (date.start_latest if date.interval else date.latest), one.date


def test_the_acceptance_case_has_as_many_acts_as_named_in_its_two_relationships():
    found = records_of(6_000, largest=4_000)
    acts = Counter(one.pairs[0] for one in found if one.direct and one.version == 1)
    corrected = Counter(
        one.pairs[0] for one in found if one.op == "correction" and one.version == 1
    )
    assert acts[LARGEST] - corrected[LARGEST] == 4_000
    assert acts[THOUSAND] - corrected[THOUSAND] == 1_000


def test_a_history_of_ten_million_begins_without_being_made_whole():
    assert [one.position for one in islice(History(Sizes(10_000_000)), 3)] == [1, 2, 3]
