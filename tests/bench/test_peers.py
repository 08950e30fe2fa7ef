"""Peers that need no server and no package of their own give the plain fold's answers."""

import ast
import dataclasses
import json
from pathlib import Path

import pytest

import bench
from bench.history import Sizes
from bench.peers import PEERS, peer
from bench.peers.peer import Peer
from bench.plan import batches, read_plan, write_plan, wrong
from bench.reduced import Known, line_of
from bench.worker import run

#: Their packages come with the program and with its tests.
HERE = ("chancery", "eventsourcing-aggregates", "eventsourcing-log", "duckdb")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("run")
    write_plan(found, Sizes(250), tail=60, late=3, questions=4)
    return found


@pytest.mark.parametrize("name", HERE)
def test_a_peer_answers_like_the_plain_fold(name, folder, tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    figures = run(name, folder, store, 30.0)
    assert figures["checked"]["wrong"] == 0, figures["checked"]["first"]
    assert figures["checked"]["answers"] == len(read_plan(folder).check)
    assert len(figures["append"]) == 60
    assert figures["disk"]["bytes"] > 0
    assert figures["rebuild"] > 0


@pytest.mark.parametrize("name", HERE)
def test_a_rebuild_changes_no_answer(name, folder, tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    made = peer(name)(store)
    for batch in batches(folder / "history.jsonl", made.batch):
        made.load(batch)
    made.loaded()
    asked = [(key, 730_000, None) for key in read_plan(folder).relationships.values()]
    before = made.timed_states(asked, 30.0)[1]
    made.rebuild()
    assert made.timed_states(asked, 30.0)[1] == before
    made.close()


def test_an_answer_that_differs_is_reported(folder):
    asked = read_plan(folder).check[0]
    other = {**asked.expected, "many_party": asked.expected["many_party"] + 1}
    assert wrong([(asked, asked.expected)]) == []
    assert len(wrong([(asked, other)])) == 1


def test_a_plan_on_disk_is_the_plan_that_was_made(tmp_path):
    made = write_plan(tmp_path, Sizes(120), tail=10, late=1, questions=2)
    assert dataclasses.asdict(read_plan(tmp_path)) == dataclasses.asdict(made)


def test_a_tail_has_late_acts_and_retractions(folder):
    (tail,) = batches(folder / "tail.jsonl", 1_000)
    assert {one.op for one in tail} >= {"event", "retraction"}
    retracted = next(one for one in tail if one.op == "retraction")
    assert retracted.body is None


def test_what_is_retracted_is_no_longer_counted(folder):
    known = Known()
    (history,) = batches(folder / "history.jsonl", 1_000)
    one = next(one for one in history if one.op == "event" and one.direct)
    known.take("event", line_of(one))
    assert known.state(one.begins)["acts"] == {one.kind: 1}
    assert known.state(one.begins - 1)["acts"] == {}
    known.take("retraction", line_of(one))
    assert known.state(one.begins)["acts"] == {}


@pytest.mark.parametrize("place", PEERS.values())
def test_each_peer_does_all_that_is_asked_of_one(place):
    # Read and not loaded: some need packages of the benchmark's own.
    module, _, name = place.partition(":")
    source = Path(bench.__file__).parent.parent / f"{module.replace('.', '/')}.py"
    classes = {c.name: c for c in ast.parse(source.read_text()).body if isinstance(c, ast.ClassDef)}
    does: set[str] = set()
    while name in classes:
        does |= {part.name for part in classes[name].body if isinstance(part, ast.FunctionDef)}
        (base,) = classes[name].bases
        name = ast.unparse(base)
    assert name == "Peer"
    assert does >= Peer.__abstractmethods__


def test_the_lock_of_the_peer_on_node_names_no_registry():
    lock = json.loads((Path(bench.__file__).parent / "emmett" / "package-lock.json").read_text())
    assert len(lock["packages"]) > 20
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
