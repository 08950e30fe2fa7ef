"""The faults that are put in are small, are real, and are found by a test that looks at them."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.__main__ import equivalents, every
from tests.mutants.operators import mutants
from tests.mutants.trial import ROOT, TESTS, room_of


def faults(source: str) -> list[str]:
    return [one.put_into(source) for one in mutants("domain/one.py", source)]


@pytest.mark.parametrize(
    ("sound", "faulty"),
    [
        ("a < b", ["(a <= b)"]),
        ("a < b == c", ["(a < b != c)", "(a <= b == c)"]),
        ("a and b or c", ["((a and b) and c)", "(a or b) or c"]),
        ("x = a - b", ["x = (a + b)"]),
        ("x += y", ["x -= y"]),
        ("x = not a", ["x = (a)"]),
        ("x = 3", ["x = (4)"]),
        ("x = True", ["x = (False)"]),
        ("x = 'held'", ["x = ('not held')"]),
        ("x = max(a)", ["x = (min(a))"]),
        ("for x in y: break", ["for x in y: continue"]),
        ("f(a)", ["pass"]),
        ("if a: pass", ["if (not a): pass"]),
        ("x = [y for y in z if y]", ["x = [y for y in z if (not y)]"]),
        ("x = é < 'ü'", ["x = (é <= 'ü')", "x = é < ('not ü')"]),
    ],
)
def test_each_kind_of_fault_is_put_in_alone(sound: str, faulty: list[str]):
    assert faults(sound) == faulty


@pytest.mark.parametrize(
    "source",
    [
        '"""What it is for."""',
        "def f(a: Literal['x'] = b) -> 'C': ...",
        "@dataclass(frozen=True)\nclass A: ...",
        "raise ValueError('no day')",
        "x = f'{a < b}'",
        "__all__ = ['a']",
        "Kind = Literal['a', 'b']",
    ],
)
def test_what_does_not_run_or_only_tells_is_left_alone(source: str):
    assert faults(source) == []


@pytest.mark.parametrize("room", TESTS)
def test_a_room_with_a_fault_can_be_read_and_is_another(room: str):
    found = every([room])
    assert len(found) > 100
    for one in found[::25]:
        assert room_of(one.path) == room
        source = (ROOT / one.path).read_text("utf-8")
        assert ast.dump(ast.parse(one.put_into(source))) != ast.dump(ast.parse(source)), one


def test_what_is_named_as_equivalent_is_a_fault_that_can_be_drawn():
    there = {(one.path, one.within, one.before, one.after) for one in every(list(TESTS))}
    assert equivalents() <= there
