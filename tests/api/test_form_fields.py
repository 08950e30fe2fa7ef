"""A form says all that an event can say: what it shows of a body is read back as that body."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.web.fields import Field, Making, party_places, read_body
from domain.acts import EVENT_TYPES, KINDS
from domain.acts.fields import BODIES
from domain.shapes import Choice, Date, Fields, Flag, Many, Number, Shape, Text
from tests.api.samples import acts_of, read

SAMPLES = [
    ("eurasian-2024", "eurasian_partnership_2024.json"),
    ("hsg-visits", "hsg_visits_raw.tar.gz"),
]
#: What has a form of its own: codes, ids, addresses, digests.
PATTERNED = ("KAZ", "HAWAII", "hsg-visits:2138", "https://example.org/?a=1&b=%22", "0f" * 32)


def sent(fields: Iterable[Field]) -> dict[str, list[str]]:
    """What a browser sends of fields that nobody touched."""
    found: dict[str, list[str]] = {}
    for one in fields:
        if one.kind in ("rows", "group"):
            found |= sent(one.inner)
        elif one.kind == "choices":
            found |= {one.name: list(one.value)} if one.value else {}
        elif one.kind == "flag":
            found[one.name] = [{True: "yes", False: "no"}.get(one.value, "")]
        else:
            typed = "" if one.value is None else str(one.value)
            # An input has no line ends; what has some must stand in an area.
            found[one.name] = [typed if one.kind == "area" else typed.replace("\n", "")]
    return found


def through_the_form(type_name: str, body: dict[str, Any]) -> dict[str, Any]:
    """A body as it comes back from a form that shows it."""
    shape = BODIES[type_name]
    return read_body(shape, sent(Making({}, {}).of(shape, body)))


def values(shape: Shape) -> st.SearchStrategy[Any]:
    """Values of a shape that a person can type: text of one line does not begin with a space."""
    if isinstance(shape, Text):
        if shape.pattern:
            return st.sampled_from([t for t in PATTERNED if re.fullmatch(shape.pattern, t)])
        return st.text("Aé ü\n1<&\"'", min_size=1, max_size=12).filter(lambda text: text.strip())
    if isinstance(shape, Choice):
        return st.sampled_from(shape.words)
    if isinstance(shape, Date):
        return st.sampled_from(["2024", "2024-02-02", "1985/..", "1924~", "2024-01-29/2024-02-01"])
    if isinstance(shape, Number):
        whole = st.integers(-(2**53) + 1, 2**53 - 1)
        return whole | st.sampled_from([0.5, -12.25, 1e-9, 2.5e22, "12345678901234567890"])
    if isinstance(shape, Flag):
        return st.booleans()
    if isinstance(shape, Many):
        inner = values(shape.of)
        if isinstance(shape.of, Choice):
            # Boxes are sent in the order they stand in; the list has no other meaning.
            order = shape.of.words.index
            return st.sets(inner, min_size=1).map(lambda found: sorted(found, key=order))
        return st.lists(inner, min_size=1, max_size=2)
    assert isinstance(shape, Fields)
    return st.fixed_dictionaries(
        {name: values(shape.of[name]) for name in shape.required},
        optional={n: values(inner) for n, inner in shape.of.items() if n not in shape.required},
    ).filter(bool)


@pytest.mark.parametrize("kind", KINDS)
def test_every_body_of_every_kind_comes_back_as_it_was(kind):
    # The types of a kind differ in what they need, not in what they can say.
    type_name = next(name for name in EVENT_TYPES if name.startswith(f"{kind}."))

    @settings(max_examples=25, deadline=None)
    @given(values(BODIES[type_name]))
    def comes_back(body: dict[str, Any]) -> None:
        assert through_the_form(type_name, body) == body

    comes_back()


@pytest.mark.parametrize(("source", "file"), SAMPLES)
def test_every_event_of_the_samples_comes_back_as_it_was(source, file):
    seen = 0
    for act in acts_of(read(source, file)).values():
        for body in act.events:
            assert through_the_form(body["type"], dict(body)) == body
            seen += 1
    assert seen >= 20


def test_every_place_that_names_a_party_is_found():
    body = {
        "parties": [{"party": "KAZ", "role": "host"}],
        "by": ["KGZ"],
        "participants": [{"name": "Japarov"}, {"party": "KGZ"}],
    }
    assert dict(party_places(BODIES["visit.held"], body)) == {
        "parties/0/party": "KAZ",
        "by/0": "KGZ",
        "participants/1/party": "KGZ",
    }


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("2000000000", 2_000_000_000),
        ("1.30", 1.3),
        (" 65 ", 65),
        ("-4", -4),
        ("12345678901234567890", "12345678901234567890"),
        ("2,000", "2,000"),
        ("1_000", "1_000"),
        ("nan", "nan"),
        ("1e400", "1e400"),
        ("2.5e-3", 0.0025),
    ],
)
def test_a_number_is_read_only_if_it_is_plainly_one(typed, read_as):
    filled = {"figures/0/name": ["trade"], "figures/0/value": [typed]}
    (figure,) = read_body(BODIES["talk.held"], filled)["figures"]
    assert figure["value"] == read_as


def test_rows_left_empty_are_no_rows_and_the_others_close_up():
    filled = {
        "parties/0/party": [" "],
        "parties/3/party": ["KAZ"],
        "parties/12/party": ["KGZ"],
        "parties/x/party": ["RUS"],
        "topics/0": [""],
    }
    assert read_body(BODIES["talk.held"], filled) == {
        "parties": [{"party": "KAZ"}, {"party": "KGZ"}]
    }
