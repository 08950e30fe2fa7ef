"""The seed history: one article restated as twenty acts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.exchange.eurasian import Eurasian2024
from api.exchange.row import Quarantined
from api.exchange.source import UnreadableSource
from domain.acts import Fact, make_act, validate
from domain.dates import day_of
from domain.relationship import answer, changes, render
from events.registry import load_registry
from tests.api.samples import SAMPLES, acts_of, read, rows_of, told

SEED = "eurasian_partnership_2024.json"


@pytest.fixture(scope="module")
def events():
    return {
        act_id.removeprefix("eurasian-2024:"): act.events[0]
        for act_id, act in acts_of(read("eurasian-2024", SEED)).items()
    }


def test_twenty_acts_and_nothing_else():
    items = read("eurasian-2024", SEED)
    assert rows_of(items) == len(acts_of(items)) == 20


def test_the_bundled_file_holds_the_article_and_none_of_its_enrichment():
    document = json.loads((SAMPLES / SEED).read_text("utf-8"))
    assert set(document) == {"source", "parties", "acts", "expected_relationship_states"}


def test_the_types_of_the_acts(events):
    assert {key: event["type"] for key, event in events.items()} == {
        **dict.fromkeys(("a01", "a04", "a06", "a08", "a09", "a11", "a16", "a19"), "talk.held"),
        **dict.fromkeys(("a05", "a07", "a12", "a14", "a15"), "proposal.tabled"),
        **dict.fromkeys(("a13", "a20"), "agreement.agreed_in_principle"),
        **dict.fromkeys(("a10", "a18"), "visit.held"),
        "a02": "proposal.endorsed",
        "a03": "visit.announced",
        "a17": "agreement.signed",
    }


def test_the_trade_and_its_target_bear_one_name_so_that_65_percent_can_be_said(events):
    (trade, growth), target = events["a01"]["figures"], events["a02"]["target"]
    assert trade["name"] == target["name"] == "bilateral_trade"
    assert trade["unit"] == target["unit"] == "USD"
    assert (trade["value"], target["value"]) == (1_300_000_000, 2_000_000_000)
    assert growth["qualifier"] == "more than"
    assert "bilateral_trade_turnover: 1.3 USD bn 2023" in events["a01"]["verbatim"]["text"]


def test_the_value_of_the_agreements_is_not_the_trade_target_of_the_same_size(events):
    assert events["a17"]["figures"][0]["name"] == "agreements_value"
    assert events["a12"]["target"]["name"] == "bilateral_trade"
    assert events["a12"]["target"]["qualifier"] == "up to"


def test_the_april_visit_is_announced_within_the_talks_and_planned_for_the_month(events):
    assert events["a03"]["date"] == "2024-01-29/2024-02-01"
    assert events["a03"]["planned_for"] == "2024-04"
    assert {entry["role"]: entry["party"] for entry in events["a03"]["parties"]} == {
        "visitor": "KGZ",
        "host": "KAZ",
    }


def test_nobody_is_named_as_the_one_who_tabled_the_trade_target_of_tashkent(events):
    assert "by" not in events["a12"]
    assert [entry.get("role") for entry in events["a12"]["parties"]] == [None, None]


def test_russia_offers_and_kazakhstan_is_asked(events):
    assert events["a05"]["by"] == ["RUS"]
    assert events["a05"]["parties"] == [
        {"party": "RUS", "role": "proposer"},
        {"party": "KAZ", "role": "addressee"},
    ]


def test_the_council_of_four_is_one_many_party_act(events):
    council = events["a09"]
    assert [entry["party"] for entry in council["parties"]] == ["EAEU", "RUS", "KAZ", "KGZ"]
    assert council["mode"] == "multilateral"


def test_dates_keep_their_signs_and_the_source_its_words(events):
    assert events["a10"]["date"] == "2024-02-07/"
    assert events["a16"]["date"] == "2024-02-06~"
    assert events["a11"]["date"] == "2024-02-07?"
    assert events["a08"]["verbatim"]["date"] == "at the end of 2023"
    assert events["a10"]["verbatim"]["names"] == ["Alexander Lukashenko", "Lukashenka"]


def test_a_doubtful_mine_is_annotated_and_not_moved(events):
    mine = events["a01"]["projects"][1]
    assert mine["host"] == "KGZ (as the article says)"
    assert "Bozshakol lies in Kazakhstan" in mine["note"]


def test_parts_name_their_whole_and_what_they_follow(events):
    assert {"rel": "part_of", "act_id": "eurasian-2024:a06"} in events["a07"]["links"]
    assert {"rel": "follows", "act_id": "eurasian-2024:a08"} in events["a07"]["links"]
    assert {"rel": "follows", "act_id": "eurasian-2024:a20"} in events["a19"]["links"]


def test_every_act_cites_the_article_with_its_digest(events):
    for event in events.values():
        (source,) = event["sources"]
        assert source["published"] == "2024-03-09"
        assert len(source["sha256"]) == 64


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "war"}, "war"),
        ({"status": "imagined"}, "imagined"),
        ({"date_edtf": "2023-02-29"}, "2023-02-29"),
        ({"parties": ["KAZ", "Atlantis"]}, "Atlantis"),
        ({"figures": [{"name": "x", "value": 1, "unit": "roubles"}]}, "roubles"),
        ({"parties": None}, "NoneType"),
    ],
)
def test_an_act_that_is_not_understood_is_quarantined_whole(tmp_path, changed, words):
    document = json.loads((SAMPLES / SEED).read_text("utf-8"))
    document["acts"] = [document["acts"][0] | changed]
    (row,) = told(Eurasian2024(), tmp_path, "seed.json", json.dumps(document))
    assert isinstance(row, Quarantined)
    assert words in row.reason
    assert json.loads(row.row) == document["acts"][0]


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"acts": []}', '{"source": {}, "acts": [1]}', b"\xff"]
)
def test_a_file_of_another_form_is_refused_by_name(tmp_path, text):
    with pytest.raises(UnreadableSource, match=r"seed\.json"):
        told(Eurasian2024(), tmp_path, "seed.json", text)


def state(pair: str, day: str) -> dict[str, Any]:
    registry = load_registry()
    found = [
        change
        for position, act in enumerate(acts_of(read("eurasian-2024", SEED)).values(), 1)
        for change in changes(
            make_act(
                act.act_id,
                act.events[0]["type"].partition(".")[0],
                [Fact(validate(act.events[0], registry), 1, position)],
            ),
            registry,
        )
        if change.relationship == pair
    ]
    return render(answer(pair, found, day_of(day)), registry)


def ids(lines: list[dict[str, Any]]) -> set[str]:
    return {line["act_id"].removeprefix("eurasian-2024:") for line in lines}


def test_on_31_january_the_talks_are_under_way_and_their_fruits_only_possible():
    kaz_kgz = state("KAZ-KGZ", "2024-01-31")
    assert ids(kaz_kgz["talks"]["under_way"]) == {"a01"}
    assert ids(kaz_kgz["possible"]) >= {"a02", "a03"}
    assert not kaz_kgz["proposals"]["endorsed"]
    assert not kaz_kgz["visits"]["planned"]


def test_on_2_february_the_target_is_endorsed_at_65_percent_and_a_visit_planned_for_april():
    kaz_kgz = state("KAZ-KGZ", "2024-02-02")
    (target,) = kaz_kgz["proposals"]["endorsed"]
    assert target["reached"] == 0.65
    (planned,) = kaz_kgz["visits"]["planned"]
    assert planned["window"] == "2024-04"
    assert ids(state("KAZ-RUS", "2024-02-02")["proposals"]["open"]) == {"a05"}
    assert ids(state("KGZ-RUS", "2024-02-02")["proposals"]["open"]) == {"a07"}


def test_on_8_february_three_proposals_of_tashkent_are_open_and_a_package_is_signed():
    blr_uzb = state("BLR-UZB", "2024-02-08")
    assert ids(blr_uzb["proposals"]["open"]) == {"a12", "a14", "a15"}
    assert "a17" in ids(blr_uzb["agreements"]["signed"])
    assert not blr_uzb["agreements"]["in_force"]
    assert blr_uzb["visits"]["last_held"]["BLR"]["date"] == "2024-02-07/"


def test_on_1_may_the_april_visit_is_unconfirmed_and_not_held():
    kaz_kgz = state("KAZ-KGZ", "2024-05-01")
    assert ids(kaz_kgz["visits"]["unconfirmed"]) == {"a03"}
    assert kaz_kgz["visits"]["last_held"] == {"KAZ": None, "KGZ": None}
