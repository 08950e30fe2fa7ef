"""The seed history: one article restated as twenty-two acts."""

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


def test_twenty_two_acts_and_nothing_else():
    items = read("eurasian-2024", SEED)
    assert rows_of(items) == len(acts_of(items)) == 22


def test_the_bundled_file_holds_the_article_and_none_of_its_enrichment():
    document = json.loads((SAMPLES / SEED).read_text("utf-8"))
    assert set(document) == {"source", "parties", "acts", "expected_relationship_states"}


def test_the_types_of_the_acts(events):
    assert {key: event["type"] for key, event in events.items()} == {
        **dict.fromkeys(("a01", "a04", "a06", "a08", "a09", "a11", "a16", "a19"), "talk.held"),
        **dict.fromkeys(("a05", "a07", "a12", "a14", "a15", "a22"), "proposal.tabled"),
        **dict.fromkeys(("a13", "a20", "a21"), "agreement.agreed_in_principle"),
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


def test_a_doubtful_mine_is_not_moved(events):
    mine = events["a01"]["projects"][1]
    assert mine == {
        "name": "Bozshakol copper and gold mine",
        "host": "KGZ (as the article says)",
    }


def test_what_the_article_does_not_say_stands_in_no_note(events):
    document = json.loads((SAMPLES / SEED).read_text("utf-8"))
    assert any("note" in act for act in document["acts"])
    for event in events.values():
        assert "note" not in event
        assert not any("note" in project for project in event.get("projects", ()))


def test_the_same_prime_minister_makes_both_offers(events):
    mishustin = {"office": "Prime Minister", "party": "RUS", "name": "M. Mishustin"}
    assert events["a05"]["participants"] == events["a07"]["participants"] == [mishustin]


def test_a_visit_has_the_level_of_who_travels(events):
    assert events["a03"]["levels"] == events["a10"]["levels"] == ["head_of_state"]
    assert events["a18"]["levels"] == ["foreign_minister"]


def test_what_is_to_be_built_is_a_project_of_the_summit_and_no_topic(events):
    names = [project["name"] for project in events["a11"]["projects"]]
    assert names == [
        "trans-Afghan railway",
        "branches of Belarusian universities",
        "poultry farms",
        "TEXNOPARK production complex",
    ]
    assert not set(names) & set(events["a11"]["topics"])


def test_political_support_was_agreed_in_principle_apart_from_the_company(events):
    for key in ("a13", "a21"):
        assert events[key]["type"] == "agreement.agreed_in_principle"
        assert events[key]["form"] == "commitment_in_principle"
    assert "UN, CIS and SCO" in events["a21"]["title"]
    assert events["a17"]["form"] == "contract_package"
    assert events["a20"]["form"] == "other"


def test_technology_is_offered_apart_from_the_pharmaceutical_enterprise(events):
    assert events["a14"]["topics"] == ["joint pharmaceutical enterprise"]
    assert events["a22"]["topics"] == ["technology sharing"]
    assert events["a14"]["by"] == events["a22"]["by"] == ["BLR"]


def test_a_place_told_of_the_council_alone_is_inferred_for_the_talks_beside_it(events):
    inferred = {key for key, event in events.items() if event.get("place_inferred")}
    assert inferred == {"a04", "a06"}
    assert events["a04"]["place"] == events["a09"]["place"] == "Almaty"


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("a01", "Official talks of Kazakhstan and Kyrgyzstan"),
        ("a03", "Visit of the President of Kyrgyzstan to Kazakhstan"),
        ("a05", "Offer: building new production chains"),
        ("a09", "EAEU Intergovernmental Council"),
        ("a10", "Visit of the President of Belarus, Alexander Lukashenko, to Tashkent"),
        ("a17", "Package of agreements of Belarus and Uzbekistan"),
    ],
)
def test_a_title_names_the_act_and_lists_no_topics(events, key, title):
    assert events[key]["title"] == title


def test_parts_name_their_whole_and_what_they_follow(events):
    assert {"rel": "part_of", "act_id": "eurasian-2024:a06"} in events["a07"]["links"]
    assert {"rel": "follows", "act_id": "eurasian-2024:a08"} in events["a07"]["links"]
    assert {"rel": "follows", "act_id": "eurasian-2024:a20"} in events["a19"]["links"]
    for part, whole in (("a04", "a09"), ("a06", "a09"), ("a11", "a10"), ("a16", "a10")):
        assert {"rel": "part_of", "act_id": f"eurasian-2024:{whole}"} in events[part]["links"]


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


def test_on_8_february_four_proposals_of_tashkent_are_open_and_what_was_agreed_awaits_nobody():
    blr_uzb = state("BLR-UZB", "2024-02-08")
    assert ids(blr_uzb["proposals"]["open"]) == {"a12", "a14", "a15", "a22"}
    assert ids(blr_uzb["agreements"]["commitments"]) == {"a13", "a17", "a21"}
    assert not blr_uzb["agreements"]["in_force"]
    assert blr_uzb["visits"]["last_held"]["BLR"]["date"] == "2024-02-07/"


def test_on_1_may_the_april_visit_is_unconfirmed_and_not_held():
    kaz_kgz = state("KAZ-KGZ", "2024-05-01")
    assert ids(kaz_kgz["visits"]["unconfirmed"]) == {"a03"}
    assert kaz_kgz["visits"]["last_held"] == {"KAZ": None, "KGZ": None}
