"""What a record says, read from the body it is stored as."""

from __future__ import annotations

import pytest

from domain.acts import Participation
from events.log.content import (
    Correction,
    Dropped,
    Erasure,
    NewEvent,
    Remains,
    Retraction,
    body_of,
    content_of,
    wording_in,
)
from events.log.upcasting import CORRECTED, ERASED, RETRACTED

WORDING = {"type": "visit.held", "date": "2024-02-01"}
ABOUT = [
    (CORRECTED, Correction(1, "a day late", WORDING)),
    (RETRACTED, Retraction(2, "never held")),
    (
        ERASED,
        Erasure(
            1,
            "a court's order",
            (
                Remains(1, (Participation("FRA", "host"), Participation("DEU")), "sha256:00"),
                Remains(2, (), None),
            ),
        ),
    ),
]


def test_an_event_is_worded_with_its_type() -> None:
    content = content_of("visit.held", {"date": "2024-02-01"})
    assert content == NewEvent(WORDING)
    assert wording_in(content) == WORDING


@pytest.mark.parametrize(("name", "content"), ABOUT)
def test_what_speaks_about_an_event_is_read_as_it_was_written(name, content) -> None:
    assert content_of(name, body_of(content)) == content


@pytest.mark.parametrize("name", ["visit.held", CORRECTED, RETRACTED, ERASED])
def test_of_what_was_erased_nothing_is_said(name) -> None:
    content = content_of(name, None)
    assert content == Dropped()
    assert wording_in(content) is None


def test_of_what_speaks_about_an_event_only_a_correction_words_one() -> None:
    assert [wording_in(content) for _, content in ABOUT] == [WORDING, None, None]


@pytest.mark.parametrize("name", [CORRECTED, RETRACTED, ERASED])
@pytest.mark.parametrize("body", [{}, {"version": 1}, {"reason": "none"}])
def test_a_body_of_another_type_is_refused(name, body) -> None:
    with pytest.raises(KeyError):
        content_of(name, body)
