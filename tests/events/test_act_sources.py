"""What each source says of an act: every claim is kept, and where they differ is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from events.application import Chancery, open_chancery
from events.errors import UnknownAct
from events.write.commands import (
    AddEvents,
    CorrectEvent,
    EraseEvent,
    RecordAct,
    RetractEvent,
)
from tests.domain.given import event, visit_of

Json = dict[str, Any]
VISIT = event("visit.held", "2017-01-27", parties=visit_of("GBR", "USA"), rank="state", key="1")


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    """A visit that one import tells, that another and a person tell otherwise."""
    opened = open_chancery("sqlite:///:memory:")
    opened.commands.execute(RecordAct("v:1", [VISIT], recorded_by="import:a"))
    other = VISIT | {"date": "2017-01-26", "key": "x"}
    opened.commands.execute(CorrectEvent("v:1", 1, other, "revised", recorded_by="import:b"))
    cited = {name: value for name, value in VISIT.items() if name != "rank"}
    cited |= {"sources": [{"title": "The Times"}]}
    opened.commands.execute(CorrectEvent("v:1", 1, cited, "read", recorded_by="desk"))
    yield opened
    opened.close()


def test_every_claim_is_kept_with_its_source_and_what_differs_is_told(chancery: Chancery):
    found = chancery.query.act_sources("v:1")
    (told,) = found["events"]
    assert found["sources"] == ["The Times", "a", "b"]
    assert found["sources_differ"]
    assert told["in_force"] == 3
    said = {claim["source"]: (claim["event"]["date"], claim["records"]) for claim in told["claims"]}
    assert said == {
        "The Times": ("2017-01-27", [3]),
        "a": ("2017-01-27", [1]),
        "b": ("2017-01-26", [2]),
    }
    assert told["differ"] == {
        "date": {"The Times": "2017-01-27", "a": "2017-01-27", "b": "2017-01-26"},
        "rank": {"The Times": None, "a": "state", "b": "state"},
    }


def test_each_position_has_the_claims_that_were_known(chancery: Chancery):
    known = [chancery.query.act_sources("v:1", position) for position in (1, 2)]
    assert [(one["sources"], one["sources_differ"]) for one in known] == [
        (["a"], False),
        (["a", "b"], True),
    ]
    with pytest.raises(UnknownAct):
        chancery.query.act_sources("v:1", 0)
    with pytest.raises(UnknownAct):
        chancery.query.act_sources("v:2")


def test_a_source_that_says_the_same_again_no_longer_differs(chancery: Chancery):
    again = VISIT | {"date": "2017-01-27", "rank": "state"}
    chancery.commands.execute(CorrectEvent("v:1", 1, again, "so too", recorded_by="import:b"))
    (told,) = chancery.query.act_sources("v:1")["events"]
    assert list(told["differ"]) == ["rank"]


def test_what_one_source_alone_tells_differs_from_nothing(chancery: Chancery):
    talk = event("visit.cancelled", "2018-01-01", by=["GBR"])
    chancery.commands.execute(AddEvents("v:1", [talk], recorded_by="import:a"))
    first, second = chancery.query.act_sources("v:1")["events"]
    assert [claim["source"] for claim in second["claims"]] == ["a"]
    assert (first["differ"] != {}, second["differ"]) == (True, {})


def test_a_retracted_event_is_claimed_by_nobody_and_an_erased_one_says_nothing(chancery: Chancery):
    chancery.commands.execute(RetractEvent("v:1", 1, "no visit", recorded_by="desk"))
    assert chancery.query.act_sources("v:1")["events"] == []
    chancery.commands.execute(EraseEvent("v:1", 1, "a court", recorded_by="admin"))
    found = chancery.query.act_sources("v:1", 3)
    assert (found["events"], found["sources_differ"]) == ([], False)
