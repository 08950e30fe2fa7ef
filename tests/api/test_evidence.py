"""Evidence and audit over HTTP and from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from api.app import create_app
from api.cli.main import run
from api.settings import Settings
from api.signing.key_files import fresh_key, read_keys, write_new
from events.evidence import verify_bundle
from events.registry import load_registry
from tests.api.conftest import BASE, TestClient, seeded

ORIGIN = "chancery.example/log"
PAIR = "/v1/relationships/KAZ-KGZ"
VISIT = "eurasian-2024:a03"


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "log.key"
    write_new(path, fresh_key(ORIGIN))
    return path


@pytest.fixture(scope="module")
def vkey(key_file: Path) -> str:
    return read_keys(key_file)[0].verifier.encode()


@pytest.fixture(scope="module")
def signed(key_file: Path) -> Iterator[TestClient]:
    app = create_app(Settings(log_key=key_file), seeded())
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def bundle(signed: TestClient) -> bytes:
    return signed.get(f"{PAIR}/evidence?as_of=2024-02-02&known_at=20").content


@pytest.fixture
def chancery(tmp_path, capfdbinary, monkeypatch, key_file):
    """A command in a folder of its own, on a store with the seed history."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHANCERY_STORE", f"sqlite:///{tmp_path / 'acts.db'}")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("CHANCERY_LOG_KEY", raising=False)
    # The key signs another log in other tests.
    monkeypatch.setenv("CHANCERY_LOG_HEADS", str(tmp_path / "log.signed"))

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        printed = capfdbinary.readouterr()
        return code, printed.out.decode(), printed.err.decode()

    command("sample", "eurasian-2024")
    return command


def test_the_state_of_2_february_is_given_in_a_file_that_proves_it(signed, bundle, key_file):
    trusted = [key.verifier for key in read_keys(key_file)]
    verdict = verify_bundle(bundle, load_registry(), trusted)
    assert verdict.differences == ()
    state = signed.get(f"{PAIR}?as_of=2024-02-02&known_at=20").json()
    assert orjson.loads(bundle)["answer"] == state


def test_the_file_is_told_as_one_to_keep_under_the_key_of_the_pair(signed):
    got = signed.get("/v1/relationships/KGZ-KAZ/evidence?as_of=2024-02-02")
    assert got.headers["Content-Location"] == f"{PAIR}/evidence?as_of=2024-02-02"
    assert got.headers["Content-Disposition"] == 'attachment; filename="evidence-KAZ-KGZ.json"'
    assert got.headers["Content-Type"] == "application/json"
    held = {"If-None-Match": got.headers["ETag"]}
    again = signed.get(f"{PAIR}/evidence?as_of=2024-02-02", headers=held)
    assert (again.status_code, again.content) == (304, b"")


def test_without_a_key_of_the_log_there_is_none(reader):
    got = reader.get(f"{PAIR}/evidence")
    assert (got.status_code, got.json()["type"]) == (404, "/problems/no-checkpoint")


@pytest.mark.parametrize(
    "asked",
    [
        f"{PAIR}/evidence?as_of=2024-02-30",
        f"{PAIR}/evidence?known_at=2099-01-01",
        f"{PAIR}/belief?asof=2024-02-02",
        "/v1/audit/records?from=yesterday",
        "/v1/audit/records?from=2024-03-10&to=2024-03-09",
        "/v1/audit/records?relationship=KAZ",
        "/v1/audit/records?limit=501",
        "/v1/audit/late-changes?did=changed",
        "/v1/audit/late-changes?after=-1",
    ],
)
def test_what_cannot_be_asked_is_a_problem(signed, asked):
    got = signed.get(asked)
    assert (got.status_code, got.headers["Content-Type"]) == (422, "application/problem+json")


def test_an_act_or_party_that_is_not_there_is_not_found(signed):
    assert signed.get("/v1/audit/records?act=nothing:1").status_code == 404
    assert signed.get("/v1/audit/records?relationship=KAZ-QQQ").status_code == 404


def test_the_audit_tells_who_corrected_what_and_why_and_the_answers_it_changed(client):
    event = client.get(f"/v1/acts/{VISIT}/history").json()["records"][0]["body"]
    body = {"type": "visit.announced", **event, "planned_for": "2024-05"}
    correction = {"reason": "The visit is in May.", "event": body}
    client.post(f"/v1/acts/{VISIT}/events/1/correction", json=correction)

    records = client.get(f"/v1/audit/records?act={VISIT}").json()["records"]
    assert [(r["did"], r["reason"]) for r in records] == [
        ("recorded", None),
        ("corrected", "The visit is in May."),
    ]
    by_pair = client.get("/v1/audit/records?relationship=KGZ-KAZ&actor=local").json()["records"]
    assert by_pair == records[1:]
    on_day = client.get("/v1/audit/records?from=2024-03-09&to=2024-03-09&limit=500").json()
    assert len(on_day["records"]) == client.get("/v1/events?limit=500").json()["next"]

    (late,) = client.get("/v1/audit/late-changes?did=corrected").json()["late_changes"]
    assert late["relationships"] == [{"relationship": "KAZ-KGZ", "since": "2024-01-29", "days": 40}]

    (day,) = client.get(f"{PAIR}/belief?as_of=2024-02-02").json()["days"]
    planned = [c["after"]["window"] for c in day["changes"] if c["path"] == "visits.planned"]
    assert (day["day"], planned) == ("2024-03-09", ["2024-05"])


def test_evidence_is_made_verified_and_its_page_written(chancery, key_file, vkey, tmp_path):
    asked = ("KGZ-KAZ", "--as-of", "2024-02-02", "--log-key", str(key_file))
    assert chancery("evidence", *asked, "-o", "evidence.json") == (0, "", "")
    assert chancery("evidence", *asked)[1].encode() == Path("evidence.json").read_bytes()

    code, out, err = chancery("verify", "evidence.json", "--key", vkey, "--page", "page.html")
    assert (code, err) == (0, "")
    assert "KAZ-KGZ as of 2024-02-02" in out
    assert f"signed by {vkey}" in out
    assert "<h1>Kazakhstan and Kyrgyzstan</h1>" in Path("page.html").read_text("utf-8")

    report = orjson.loads(chancery("verify", "evidence.json", "--key", vkey, "--json")[1])
    assert (report["differences"], report["trusted"], report["log"]["keys"]) == ([], True, [vkey])


def test_without_a_key_named_the_file_is_taken_at_its_word_and_that_is_said(chancery, bundle):
    Path("evidence.json").write_bytes(bundle)
    code, _, err = chancery("verify", "evidence.json")
    assert code == 0
    assert "the keys are the file's own word" in err


def test_evidence_of_another_log_is_refused(chancery, bundle):
    Path("evidence.json").write_bytes(bundle)
    other = fresh_key(ORIGIN).verifier.encode()
    code, _, err = chancery("verify", "evidence.json", "--key", other, "--page", "page.html")
    assert (code, Path("page.html").exists()) == (1, False)
    assert "calculated a signature of a key of the log, claimed none" in err
    assert chancery("verify", "evidence.json", "--key", "nonsense")[0] == 2


@pytest.mark.parametrize("place", [*range(14), 500, -2, -1])
def test_a_changed_byte_is_never_verified_whatever_the_file_is_taken_for(chancery, bundle, place):
    changed = bytearray(bundle)
    changed[place] ^= 1
    Path("evidence.json").write_bytes(changed)
    code, out, _ = chancery("verify", "evidence.json")
    assert code in (1, 2)
    assert "verified" not in out


def test_what_differs_is_told_as_calculated_and_claimed(chancery, bundle):
    Path("evidence.json").write_bytes(bundle.replace(b'\\"2024-04\\"', b'\\"2024-05\\"'))
    code, _, err = chancery("verify", "evidence.json")
    assert code == 1
    assert err.startswith("chancery: digest of record 3: calculated sha256:")
    report = orjson.loads(chancery("verify", "evidence.json", "--json")[1])
    assert [one["what"] for one in report["differences"]][::2] == ["digest of record 3", "seal"]


def test_keys_and_pages_are_for_evidence_alone(chancery, vkey):
    assert chancery("verify", "--page", "page.html")[0] == 2
    assert chancery("verify", "--json")[0] == 0


def test_no_evidence_without_a_key(chancery):
    code, _, err = chancery("evidence", "KAZ-KGZ")
    assert code == 2
    assert "CHANCERY_LOG_KEY" in err


def test_the_audit_is_told_to_people_and_to_programs(chancery):
    code, out, _ = chancery("audit", "--relationship", "KAZ-KGZ", "--actor", "import:eurasian-2024")
    assert code == 0
    assert VISIT in out
    assert "from 29 January to 1 February 2024" in out
    lines = [orjson.loads(line) for line in chancery("audit", "--json")[1].splitlines()]
    assert [line["position"] for line in lines] == list(range(1, len(lines) + 1))
    assert len(lines) >= 20
    assert chancery("audit", "--act", "nothing:1")[0] == 1


def test_belief_and_late_changes_are_told_to_people_and_to_programs(chancery):
    code, out, _ = chancery("belief", "KAZ-KGZ", "--as-of", "2024-02-02")
    assert code == 0
    assert "visits.planned" in out
    assert "import:eurasian-2024 recorded visit.announced" in out
    belief = orjson.loads(chancery("belief", "KAZ-KGZ", "--as-of", "2024-02-02", "--json")[1])
    assert belief["relationship"] == "KAZ-KGZ"
    code, out, _ = chancery("late-changes")
    assert code == 0
    assert "changed KGZ-RUS since 2024-02-01" in out
    lines = [orjson.loads(line) for line in chancery("late-changes", "--json")[1].splitlines()]
    assert all(line["count"] for line in lines)
    assert chancery("late-changes", "--did", "corrected")[1].count("\n") == 1
