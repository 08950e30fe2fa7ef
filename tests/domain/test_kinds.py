"""The registry of kinds: what each says of itself holds together, and nothing is left out."""

from __future__ import annotations

import pytest

from domain.acts.fields import COMMON
from domain.kinds import EVENT_TYPES, GLANCES, KINDS, SECTIONS, Life
from domain.relationship import LISTS
from domain.relationship.fold import FOLDS


def test_every_kind_between_parties_has_a_fold_and_no_other_has() -> None:
    folded = {name for name, kind in KINDS.items() if kind.life in (Life.COURSE, Life.AXES)}
    assert set(FOLDS) == folded


def test_every_list_of_every_section_is_stored_and_none_besides() -> None:
    declared = {section.place(one.name) for section in SECTIONS.values() for one in section.lists}
    assert declared == {place for place in LISTS if "." in place}


def test_no_list_that_is_stored_has_moved() -> None:
    # A list's place is its bit in what stores hold: it is known by heart here.
    assert LISTS[:24:23] == ("visits.under_way", "proposals.ended")
    assert LISTS[24:] == ("letters.awaiting", "letters.ended")


def test_what_holds_until_it_is_changed_comes_before_lists() -> None:
    assert [*SECTIONS] == ["relations", "visits", "talks", "agreements", "proposals", "letters"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_says_what_it_is_without_contradiction(kind) -> None:
    assert len(kind.roles) in (0, 2)
    assert kind.standing <= {row.status for row in kind.events}
    assert not set(kind.fields) & set(COMMON)
    assert kind.seldom <= set(kind.fields)
    assert all(row.kind == kind.name for row in kind.events)
    events = {row.event for row in kind.events}
    assert all(first <= events and later <= events for first, later in kind.order)
    assert (kind.section is None) is (kind.look is None) is (kind.life is Life.CLAIM)


@pytest.mark.parametrize("section", SECTIONS.values(), ids=lambda section: section.name)
def test_a_section_counts_by_fields_that_its_kind_has(section) -> None:
    (kind,) = (kind for kind in KINDS.values() if kind.section is section)
    assert all(one.field is None or one.field in kind.fields for one in section.counts)
    assert {one.glance for one in section.lists} <= {None, *GLANCES}


def test_no_two_kinds_are_drawn_alike() -> None:
    looks = [kind.look for kind in KINDS.values() if kind.look is not None]
    assert len({look.light for look in looks}) == len({look.dark for look in looks}) == len(looks)


def test_every_event_is_known_by_the_name_it_is_stored_under() -> None:
    assert all(name == row.name for name, row in EVENT_TYPES.items())
