"""The timeline over HTTP: narrowed by kind, rank and level, and how dense it lies."""

from __future__ import annotations

import pytest

PAIR = "/v1/relationships/KAZ-KGZ"


def test_kinds_of_a_timeline_add_up_to_the_whole(reader):
    whole = reader.get(f"{PAIR}/timeline").json()["events"]
    kinds = ("visit", "talk", "agreement", "proposal", "relation")
    parts = [reader.get(f"{PAIR}/timeline?kind={kind}").json()["events"] for kind in kinds]
    assert sum(len(part) for part in parts) == len(whole)
    for kind, part in zip(kinds, parts, strict=True):
        assert all(event["type"].startswith(f"{kind}.") for event in part)


def test_density_counts_what_the_timeline_tells_by_kind(reader):
    whole = reader.get(f"{PAIR}/timeline").json()["events"]
    density = reader.get(f"{PAIR}/density?stretches=7").json()
    counted = [one["events"] for one in density["stretches"]] + [density["before"]]
    assert density["events"] == sum(sum(one.values()) for one in counted) == len(whole)
    assert len(density["stretches"]) <= 7
    assert sum(one.get("talk", 0) for one in counted) == sum(
        event["type"].startswith("talk.") for event in whole
    )


def test_stretches_lie_in_the_window_side_by_side(reader):
    density = reader.get(f"{PAIR}/density?from=2024-01-01&to=2024-03-31&stretches=3").json()
    assert (density["from"], density["to"], density["days"]) == ("2024-01-01", "2024-03-31", 31)
    assert density["stretches"][-1]["to"] <= "2024-03-31"
    days = [day for one in density["stretches"] for day in (one["from"], one["to"])]
    assert days == sorted(days)


def test_what_reaches_into_a_window_from_before_is_told_apart(reader):
    # The talks of 29 January to 1 February.
    density = reader.get(f"{PAIR}/density?from=2024-02-01&to=2024-02-29&kind=talk").json()
    assert density["before"] == {"talk": 1}


def test_nothing_known_is_no_window_and_no_stretch(reader):
    density = reader.get(f"{PAIR}/density?known_at=0").json()
    assert (density["extent"], density["from"], density["events"], density["stretches"]) == (
        None,
        None,
        0,
        [],
    )


def test_the_same_basis_gives_the_same_density_for_ever(reader):
    first = reader.get(f"{PAIR}/density?known_at=5")
    again = reader.get(
        f"{PAIR}/density?known_at=5", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["timeline", "density"])
@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ("kind=coverage", "kind"),
        ("kind=summit", "kind"),
        ("rank=grand", "rank"),
        ("level=king", "level"),
        ("from=2024-02-30", "from"),
        ("from=2024-02-01&to=2024-01-01", "to"),
    ],
)
def test_a_choice_that_is_none_is_refused_by_name(reader, path, asked, where):
    answer = reader.get(f"{PAIR}/{path}?{asked}")
    assert answer.status_code == 422
    assert [one["where"] for one in answer.json()["problems"]] == [where]
