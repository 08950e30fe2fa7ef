"""The log over HTTP: any tlog client can read it, and what it reads fits together."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from api.signing.key_files import fresh_key, read_keys, rotate, write_new
from events.application import open_chancery
from events.tlog.checkpoint import Policy, VerifiedCheckpoint, verify_checkpoint
from events.tlog.keys import parse_verifier_key
from events.tlog.lines import hash_of
from events.tlog.merkle import leaf_hash, verify_consistency, verify_inclusion
from events.tlog.offline import parse_proof
from events.tlog.tiles import Tile
from events.write.commands import RecordAct
from tests.api.conftest import BASE, Service, TestClient, seeded
from tests.events.tlog.reading import (
    bundles,
    decode_entries,
    full_tiles,
    partial_tiles,
    root_of,
    verify_tiles,
)

ORIGIN = "chancery.example/log"


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "log.key"
    write_new(path, fresh_key(ORIGIN))
    return path


@pytest.fixture(scope="module")
def policy(key_file: Path) -> Policy:
    return Policy(ORIGIN, tuple(key.verifier for key in read_keys(key_file)))


@pytest.fixture(scope="module")
def signed(key_file: Path) -> Iterator[TestClient]:
    app = create_app(Settings(log_key=key_file), seeded())
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        yield client


def act(number: int) -> dict:
    sides = [{"party": "FRA", "role": "visitor"}, {"party": "DEU", "role": "host"}]
    event = {"type": "visit.held", "date": "1990-05", "title": f"{number}", "parties": sides}
    return {"act_id": f"made-up:{number}", "events": [event]}


def newest(client: httpx.Client | TestClient, policy: Policy) -> VerifiedCheckpoint:
    return verify_checkpoint(client.get("/v1/log/checkpoint").content, policy)


@pytest.fixture
def serving(tmp_path: Path, key_file: Path) -> Iterator[Service]:
    """A real service whose log has 300 records."""
    chancery = open_chancery(f"sqlite:///{tmp_path / 'acts.db'}")
    for number in range(300):
        chancery.commands.execute(RecordAct(**act(number), recorded_by="clerk"))
    chancery.close()
    service = Service(
        tmp_path,
        CHANCERY_LOG_KEY=str(key_file),
        CHANCERY_LOG_HEADS=str(tmp_path / "log.signed"),
        CHANCERY_CHECKPOINT_SECONDS="0.2",
    )
    yield service
    service.stop()


def test_a_tlog_client_rebuilds_the_root_from_tiles_and_entries(serving, policy):
    with serving.client() as client:
        head = newest(client, policy).checkpoint.head
        assert head.size == 300

        def read(place):
            answer = client.get(f"/v1/log/{place.path}")
            assert answer.status_code == 200, place
            assert answer.headers["content-type"] == "application/octet-stream"
            assert "immutable" in answer.headers["cache-control"]
            return answer.content

        verify_tiles(head.size, head.root, read)
        leaves = [
            leaf_hash(entry)
            for bundle in bundles(head.size)
            for entry in decode_entries(bundle, read(bundle))
        ]
        assert root_of(leaves) == head.root
        paths = {tile.path for tile in (*full_tiles(300), *partial_tiles(300))}
        assert paths == {"tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"}
        assert read(Tile(0, 0)) == b"".join(leaves[:256])

        feed = client.get("/v1/events?limit=1&after=299").json()["events"][0]
        proof = client.get("/v1/log/proof/300").content
        assert parse_proof(proof).verify(leaves[299], policy).checkpoint.head == head
        assert feed["digest"].encode() in decode_entries(*last_bundle(client))[-1]


def last_bundle(client):
    (*_, bundle) = bundles(300)
    return bundle, client.get(f"/v1/log/{bundle.path}").content


def test_checkpoints_are_made_on_an_interval_without_being_asked_for(serving, policy, tmp_path):
    with serving.client() as client:
        client.post("/v1/acts", json=act(900)).raise_for_status()
    beside = open_chancery(f"sqlite:///{tmp_path / 'acts.db'}").admin.notary()
    deadline = time.monotonic() + 20
    while beside.kept(301) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    kept = beside.kept(301)
    assert kept is not None
    assert verify_checkpoint(kept.note, policy).checkpoint.head.size == 301


def test_the_checkpoint_is_the_same_bytes_until_the_log_grows(signed, policy):
    first = signed.get("/v1/log/checkpoint")
    assert first.headers["content-type"] == "text/plain; charset=utf-8"
    again = signed.get("/v1/log/checkpoint")
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    tag = {"If-None-Match": first.headers["etag"]}
    assert signed.get("/v1/log/checkpoint", headers=tag).status_code == 304

    signed.post("/v1/acts", json=act(901)).raise_for_status()
    head = newest(signed, policy).checkpoint.head
    before = verify_checkpoint(first.content, policy).checkpoint.head
    assert head.size == before.size + 1
    asked = {"from": before.size, "to": head.size}
    proof = signed.get("/v1/log/consistency", params=asked).json()
    hashes = [hash_of(one, "hash") for one in proof["hashes"]]
    verify_consistency(before.size, head.size, before.root, head.root, hashes)


def test_proofs_between_random_pairs_hold_and_stay_byte_for_byte_after_appends(signed):
    chosen = random.Random(5)
    size = signed.app.state.chancery.query.head().position
    pairs = [sorted((chosen.randint(1, size), chosen.randint(1, size))) for _ in range(25)]
    questions = [
        f"/v1/log/{question}"
        for low, high in pairs
        for question in (
            f"inclusion?position={low}&size={high}",
            f"consistency?from={low}&to={high}",
        )
    ]
    answers = [signed.get(question) for question in questions]
    for answer in answers:
        proof = answer.json()
        hashes = [hash_of(one, "hash") for one in proof["hashes"]]
        if "entry" in proof:
            leaf = leaf_hash(proof["entry"].encode())
            root = hash_of(proof["root"], "root")
            verify_inclusion(proof["index"], proof["size"], leaf, hashes, root)
        else:
            roots = [hash_of(proof[name], "root") for name in ("from_root", "to_root")]
            verify_consistency(proof["from"], proof["to"], *roots, hashes)
    for number in range(3):
        signed.post("/v1/acts", json=act(910 + number)).raise_for_status()
    assert [signed.get(question).content for question in questions] == [
        answer.content for answer in answers
    ]


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000",  # not full yet
        "tile/0/001.p/1",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/0",
        "tile/00/000.p/1",
        "tile/0/x000/000.p/1",
        "tile/1/000.p/1",
        "tile/64/000.p/1",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/entries/000",
        "tile/entries/000.p/99",
        "tile/entries/001.p/1",
        "tile/data/000",
        "tile/",
    ],
)
def test_no_other_path_than_a_tile_s_own_is_answered(reader, path):
    answer = reader.get(f"/v1/log/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_log_without_a_key_has_tiles_and_proofs_but_no_checkpoint(reader):
    for path in ("checkpoint", "proof/1"):
        answer = reader.get(f"/v1/log/{path}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-checkpoint")
    assert reader.get("/v1/log/keys").content == b""
    assert len(reader.get("/v1/log/tile/0/000.p/3").content) == 96
    assert reader.get("/v1/log/inclusion?position=3").json()["size"] > 3


def test_what_is_beyond_the_log_is_asked_in_vain(reader):
    last = reader.app.state.chancery.query.head().position
    for question in (
        f"inclusion?position={last + 1}",
        f"inclusion?position=1&size={last + 1}",
        "inclusion?position=2&size=1",
        "inclusion?position=0",
        "consistency?from=2&to=1",
        f"consistency?from=1&to={last + 1}",
        "consistency?to=1",
        "inclusion",
        "checkpoint?size=1",
    ):
        answer = reader.get(f"/v1/log/{question}")
        assert (answer.status_code, question) == (422, question)
        assert answer.json()["problems"], question


def test_after_a_rotation_the_keys_are_shown_and_both_sign(tmp_path):
    path = tmp_path / "log.key"
    write_new(path, fresh_key(ORIGIN))
    rotate(path)
    app = create_app(Settings(log_key=path), seeded())
    with TestClient(app, base_url=BASE) as client:
        keys = [parse_verifier_key(line) for line in client.get("/v1/log/keys").text.splitlines()]
        assert keys == [key.verifier for key in read_keys(path)]
        for key in keys:
            newest(client, Policy(ORIGIN, (key,)))


def test_the_reader_of_the_docs_finds_the_root_with_the_standard_library_alone(serving, tmp_path):
    page = (Path(__file__).resolve().parents[2] / "docs" / "log.md").read_text("utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "reader.py"
    path.write_text(script)
    arguments = [sys.executable, "-I", str(path), f"{serving.address}/v1/log"]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{ORIGIN}: 300 entries lead to the root\n"
