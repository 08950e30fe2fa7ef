"""CAMEO's codes: text, each with what it becomes and why."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import api
from api.exchange.cameo import codebook
from api.exchange.row import NotUnderstood
from domain.acts import EVENT_TYPES
from domain.kinds.talk import MODES
from events.registry import load_registry

DATA = Path(api.__file__).parent / "exchange" / "data"


def table(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_code_says_what_it_becomes_why_and_where_it_comes_from():
    rows = table("cameo.csv")
    assert len(rows) == len({row["code"] for row in rows}) == 312
    for row in rows:
        assert row["label"], row
        assert row["why"], row
        assert row["code"] in row["source"], row
        assert row["becomes"] in ("", *EVENT_TYPES), row
        assert row["mode"] in ("", *MODES), row
        assert bool(row["becomes"]) == bool(row["side"]), row


def test_what_becomes_an_act_is_consultation_and_signature_alone():
    acts = {row["code"]: row["becomes"] for row in table("cameo.csv") if row["becomes"]}
    assert acts == {
        "04": "talk.held",
        "040": "talk.held",
        "041": "talk.held",
        "042": "visit.held",
        "043": "visit.held",
        "044": "talk.held",
        "045": "talk.held",
        "046": "talk.held",
        "057": "agreement.signed",
    }


def test_statements_votes_and_conflict_are_no_acts():
    for row in table("cameo.csv"):
        if row["code"][0] in "12" or row["code"].startswith(("01", "02", "03")):
            assert row["becomes"] == "", row


@pytest.mark.parametrize(
    ("code", "goldstein", "meant"),
    [
        ("012", "-0.4", "012"),
        ("12", "-0.4", "012"),
        ("12", "-4.0", "12"),
        ("12", "", "12"),
        ("42", "1.9", "042"),
        ("57", "8.0", "057"),
        ("13", "0.4", "013"),
        ("130", "-4.4", "130"),
        ("20", "3.0", "020"),
        ("042", "2.8", "042"),
        ("211", "3.4", "0211"),
    ],
)
def test_a_code_that_lost_its_zero_is_known_by_its_goldstein_value(code, goldstein, meant):
    assert codebook().meaning(code, goldstein).code == meant


@pytest.mark.parametrize(
    ("code", "goldstein"),
    [("13y", ""), ("", ""), ("42", ""), ("42", "-9.0"), ("42", "x"), ("---", "")],
)
def test_a_code_that_is_in_no_codebook_is_named(code, goldstein):
    with pytest.raises(NotUnderstood) as refusal:
        codebook().meaning(code, goldstein)
    assert repr(code) in refusal.value.reason


def test_every_party_that_a_publisher_writes_in_his_own_way_is_in_the_registry(registry):
    rows = table("party_names.csv")
    assert len(rows) == len({(row["format"], row["name"]) for row in rows})
    for row in rows:
        assert row["party"] in registry, row
        assert row["why"], row


def test_every_role_that_speaks_for_a_state_says_by_what():
    assert all(row["source"] for row in table("icews_roles.csv"))
    roles = {row["role"] for row in table("icews_roles.csv")}
    assert {"Foreign Affairs", "Head of Government", "Military"} <= roles
    assert not roles & {"Citizen", "Media", "Business", "Protester", "Armed Rebel"}


@pytest.fixture
def registry():
    return load_registry()
