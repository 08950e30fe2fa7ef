"""Lawful erasure: content is gone for ever, proofs stay, and every answer says what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from domain.acts import InvalidEvent
from events.application import Chancery, open_chancery
from events.errors import IdempotencyMismatch, NoSuchVersion, VersionConflict
from events.log.record import decode, digest_holds, header_of
from events.tlog.merkle import leaf_hash
from events.write.commands import AddEvents, CorrectEvent, EraseEvent, RecordAct, RetractEvent
from events.write.receipt import Request
from tests.domain.given import between, event, visit_of
from tests.events.tlog.reading import root_of

COURT = "by order of the court"
VISIT = event(
    "visit.held",
    "2014-01-12",
    parties=visit_of("FRA", "DEU"),
    title="Geheimrat Unbekannt in Paris",
    note="Unbekannt " * 900,
    key="row 7",
)
TREATY = event("agreement.signed", "1963-01-22", parties=between("FRA", "DEU"), title="Élysée")
DAYS = ("1900-01-01", "2014-06-01", "2030-01-01")


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    chancery = open_chancery("sqlite:///:memory:")
    chancery.commands.execute(RecordAct("elysee", [TREATY], recorded_by="clerk"))
    chancery.commands.execute(RecordAct("v", [VISIT], recorded_by="clerk"))
    chancery.commands.execute(
        CorrectEvent("v", 1, VISIT | {"date": "2014-02"}, "a month", recorded_by="clerk")
    )
    chancery.commands.execute(
        RecordAct("london", [VISIT | {"parties": visit_of("FRA", "GBR")}], recorded_by="clerk")
    )
    yield chancery
    chancery.close()


def answers(chancery: Chancery, pair: str, last: int) -> dict[tuple[str, int], bytes]:
    return {
        (day, position): orjson.dumps(chancery.query.state(pair, day, position))
        for day in DAYS
        for position in range(last + 1)
    }


def headers(chancery: Chancery) -> list[bytes]:
    with chancery._store.read() as reader:
        return [header_of(row.state) for row in reader.log(0, 100)]


def test_an_answer_that_rested_on_it_says_what_was_erased_at_every_known_at(chancery: Chancery):
    chancery.commands.execute(EraseEvent("v", 1, COURT, recorded_by="registrar"))
    for position, held in ((2, 2), (3, 3), (4, 3), (5, 3)):
        for day in DAYS:
            state = chancery.query.state("DEU-FRA", day, position)
            line = {"act_id": "v", "kind": "visit", "reason": COURT, "records": [held, 5]}
            assert state["erased"] == [line]
            assert state["visits"]["last_held"] == {"DEU": None, "FRA": None}
    assert chancery.query.state("DEU-FRA", "2030-01-01", 1)["erased"] == []


def test_answers_of_other_acts_and_of_earlier_knowledge_keep_their_bytes(chancery: Chancery):
    others = answers(chancery, "FRA-GBR", 4)
    before = answers(chancery, "DEU-FRA", 4)
    chancery.commands.execute(EraseEvent("v", 1, COURT, recorded_by="registrar"))
    assert answers(chancery, "FRA-GBR", 4) == others
    after = answers(chancery, "DEU-FRA", 4)
    assert {place for place in before if before[place] != after[place]} == {
        (day, position) for day in DAYS for position in (2, 3, 4)
    }


def test_the_tree_and_every_header_outlive_the_erasure(chancery: Chancery):
    before = headers(chancery)
    proof = chancery.admin.notary().inclusion(2, 4)
    chancery.commands.execute(EraseEvent("v", 1, COURT, recorded_by="registrar"))
    assert headers(chancery)[:4] == before
    assert chancery.admin.notary().inclusion(2, 4) == proof
    assert proof.root == root_of(leaf_hash(header) for header in before)
    with chancery._store.read() as reader:
        rows = reader.log(0, 100)
    assert [row.position for row in rows if row.state.endswith(b"\n\n")] == [2, 3]
    assert all(digest_holds(row.state) for row in rows)
    assert list(chancery.admin.verify()) == []
    assert chancery.admin.rebuild() == 5
    assert list(chancery.admin.verify()) == []


def test_act_history_timeline_and_replay_say_that_it_is_erased(chancery: Chancery):
    chancery.commands.execute(EraseEvent("v", 1, COURT, recorded_by="registrar"))
    act = chancery.query.act("v")
    gone = {"version": 1, "type": "visit.held", "reason": COURT, "records": [3, 5]}
    assert (act["events"], act["title"], act["erased"]) == ([], None, [gone])
    assert [party["party"] for party in act["parties"]] == ["FRA", "DEU"]
    assert chancery.query.act("v", known_at=2)["erased"] == [gone | {"records": [2, 5]}]
    history = chancery.query.history("v")
    assert history["events"] == [
        {"version": 1, "type": "visit.held", "fate": "erased", "records": [2, 3, 5]}
    ]
    assert [record["body"] is None for record in history["records"]] == [True, True, False]
    first, *rest = chancery.query.timeline("DEU-FRA", day_from="1990-01-01")["events"]
    assert (first["act_id"], first["erased"], first["records"]) == ("v", COURT, [3, 5])
    assert "date" not in first
    assert (first["earliest"], first["latest"]) == (None, None)
    assert rest == []
    steps = {step["position"]: step["changes"] for step in chancery.query.replay("DEU-FRA")}
    assert [change["path"] for change in steps[2]] == ["erased"]
    assert 5 not in steps
    assert "v" not in {line["act_id"] for line in chancery.query.acts(party="DEU")["acts"]}
    assert chancery.query.acts(q="unbekannt")["acts"] == chancery.query.acts(party="GBR")["acts"]


def test_the_rest_of_an_act_stays_between_the_parties_the_erased_event_named(chancery: Chancery):
    announced = event(
        "visit.announced",
        "2015-12-01",
        planned_for="2016-01",
        parties=visit_of("FRA", "DEU"),
        title="Unbekannt again",
    )
    held = event("visit.held", "2016-01-05")
    chancery.commands.execute(RecordAct("w", [announced, held], recorded_by="clerk"))
    chancery.commands.execute(EraseEvent("w", 1, COURT, recorded_by="registrar"))
    state = chancery.query.state("DEU-FRA", "2020-01-01")
    assert state["visits"]["last_held"]["FRA"]["act_id"] == "w"
    assert [line["act_id"] for line in state["erased"]] == ["w"]
    chancery.commands.execute(
        CorrectEvent("w", 2, held | {"date": "2016-01-06"}, "a day on", recorded_by="clerk")
    )
    assert chancery.query.act("w")["events"][0]["event"]["date"] == "2016-01-06"


def test_what_may_be_said_can_be_told_again_by_a_correction_and_erased_again(chancery: Chancery):
    chancery.commands.execute(EraseEvent("v", 1, COURT, recorded_by="registrar"))
    redacted = event("visit.held", "2014-02", parties=visit_of("FRA", "DEU"))
    chancery.commands.execute(
        CorrectEvent("v", 1, redacted, "without the name", recorded_by="registrar")
    )
    state = chancery.query.state("DEU-FRA", "2020-01-01")
    assert state["erased"] == []
    assert state["visits"]["last_held"]["FRA"]["records"] == [6]
    assert chancery.query.history("v")["events"][0]["fate"] == "corrected"
    assert chancery.query.state("DEU-FRA", "2020-01-01", 5)["erased"] != []
    chancery.commands.execute(EraseEvent("v", 1, "that too", recorded_by="registrar"))
    assert chancery.query.state("DEU-FRA", "2020-01-01")["erased"][0]["records"] == [6, 7]
    assert chancery.query.state("DEU-FRA", "2020-01-01", 5)["erased"][0]["records"] == [3, 5]
    assert list(chancery.admin.verify()) == []


def test_an_erasure_of_a_retracted_event_shows_only_where_it_was_in_force(chancery: Chancery):
    chancery.commands.execute(RetractEvent("v", 1, "a hoax", recorded_by="clerk"))
    chancery.commands.execute(EraseEvent("v", 1, COURT, recorded_by="registrar"))
    shown = [bool(chancery.query.state("DEU-FRA", "2020-01-01", p)["erased"]) for p in range(7)]
    assert shown == [False, False, True, True, True, False, False]
    assert chancery.query.history("v")["events"][0]["fate"] == "retracted"
    assert chancery.query.history("v")["records"][2]["body"]["reason"] == "a hoax"


def test_what_is_no_event_or_is_erased_already_is_refused_by_name(chancery: Chancery):
    with pytest.raises(NoSuchVersion, match="corrects version 1"):
        chancery.commands.execute(EraseEvent("v", 2, COURT, recorded_by="registrar"))
    with pytest.raises(VersionConflict):
        chancery.commands.execute(
            EraseEvent("v", 1, COURT, recorded_by="registrar", expected_version=1)
        )
    chancery.commands.execute(EraseEvent("v", 1, COURT, recorded_by="registrar"))
    with pytest.raises(NoSuchVersion, match="erased already"):
        chancery.commands.execute(EraseEvent("v", 1, COURT, recorded_by="registrar"))
    with pytest.raises(NoSuchVersion, match="nothing is left to retract"):
        chancery.commands.execute(RetractEvent("v", 1, COURT, recorded_by="registrar"))
    with pytest.raises(NoSuchVersion, match="corrects version 1"):
        chancery.commands.execute(CorrectEvent("v", 2, VISIT, "back", recorded_by="clerk"))
    with pytest.raises(NoSuchVersion, match="erases version 1"):
        chancery.commands.execute(EraseEvent("v", 3, COURT, recorded_by="registrar"))


def test_the_next_import_does_not_bring_back_what_was_erased(chancery: Chancery):
    other = event("visit.held", "2014-03-01")
    rows = [SimpleNamespace(act_id="v", events=[VISIT | {"title": "Unbekannt, revised"}, other])]

    def imported() -> tuple[int, int, int]:
        (outcome,) = chancery.commands.import_acts(rows, recorded_by="clerk", reason="revised")
        assert outcome.problems == ()
        return outcome.recorded, outcome.known, outcome.revised

    chancery.commands.execute(EraseEvent("v", 1, COURT, recorded_by="registrar"))
    assert imported() == (1, 1, 0)
    assert imported() == (0, 2, 0)
    chancery.commands.execute(
        EraseEvent("v", chancery.query.act("v")["version"], COURT, recorded_by="registrar")
    )
    assert imported() == (0, 2, 0)
    redacted = event("visit.held", "2014-02", parties=visit_of("FRA", "DEU"))
    chancery.commands.execute(
        CorrectEvent("v", 1, redacted, "without the name", recorded_by="registrar")
    )
    assert imported() == (0, 2, 0)


def test_a_request_that_told_it_cannot_be_sent_again_nor_be_guessed(chancery: Chancery):
    request = Request("k", "sha256:of the body")
    chancery.commands.execute(RecordAct("x", [VISIT], recorded_by="clerk", request=request))
    chancery.commands.execute(EraseEvent("x", 1, COURT, recorded_by="registrar"))
    with pytest.raises(IdempotencyMismatch):
        chancery.commands.execute(RecordAct("x", [VISIT], recorded_by="clerk", request=request))
    with chancery._store.read() as reader:
        kept = reader.remembered("k")
    assert kept is not None
    assert kept.request_digest == "erased"


def words(folder: Path, *more: bytes) -> list[tuple[str, bytes]]:
    """Which of the secret words stand in which file of a store."""
    secrets = [b"Unbekannt", b"unbekannt", b"nbekann", b"Geheimrat", b"geheimrat", *more]
    return [
        (f.name, s)
        for f in folder.rglob("*")
        if f.is_file()
        for s in secrets
        if s in f.read_bytes()
    ]


def crowded(url: str) -> Chancery:
    """A store in which acts of many sizes were told, corrected, retracted and rebuilt."""
    chancery = open_chancery(url)
    for number in range(1, 60):
        plain = event("visit.held", f"19{10 + number}", parties=visit_of("FRA", "DEU"))
        chancery.commands.execute(
            RecordAct(f"n:{number}", [plain | {"note": "x" * number * 97}], recorded_by="clerk")
        )
        if number % 20 == 5:
            chancery.commands.execute(RecordAct(f"s:{number}", [VISIT], recorded_by="clerk"))
        if number % 3 == 0:
            chancery.commands.execute(
                CorrectEvent(f"n:{number}", 1, plain, "shorter", recorded_by="clerk")
            )
    chancery.commands.execute(
        CorrectEvent("s:5", 1, VISIT | {"date": "2014-03"}, "Unbekannt", recorded_by="clerk")
    )
    chancery.commands.execute(
        AddEvents("s:5", [event("visit.held", "2014-04")], recorded_by="clerk")
    )
    chancery.commands.execute(RetractEvent("s:25", 1, "of another name", recorded_by="clerk"))
    chancery.admin.rebuild()
    return chancery


def test_the_bytes_are_gone_from_every_file_of_the_store(tmp_path: Path):
    chancery = crowded(f"sqlite:///{tmp_path}/c.db")
    with chancery._store.read() as reader:
        rows = [row.state for row in reader.log(0, 1_000) if b"Unbekannt" in row.state]
    salts = [state.split(b"\n")[1] for state in rows]
    digests = [decode(state).digest.encode() for state in rows]
    assert len(rows) == 4
    assert len(words(tmp_path, *salts, *digests)) > 10
    for number in (5, 25, 45):
        chancery.commands.execute(EraseEvent(f"s:{number}", 1, COURT, recorded_by="registrar"))
    assert chancery.admin.purged()
    assert words(tmp_path, *salts) == []
    assert {found for _, found in words(tmp_path, *digests)} == set(digests)
    assert list(chancery.admin.verify()) == []
    chancery.close()
    assert words(tmp_path, *salts) == []


def test_a_reader_may_put_the_last_bytes_off_and_the_next_write_ends_them(tmp_path: Path):
    chancery = open_chancery(f"sqlite:///{tmp_path}/c.db")
    chancery.commands.execute(RecordAct("v", [VISIT], recorded_by="clerk"))
    with chancery._store.read() as reader:
        assert reader.record(1) is not None
        chancery.commands.execute(EraseEvent("v", 1, COURT, recorded_by="registrar"))
        assert words(tmp_path)
        assert not chancery.admin.purged()
        assert [finding.what for finding in chancery.admin.verify()] == ["erased content"]
    chancery.commands.execute(RecordAct("elysee", [TREATY], recorded_by="clerk"))
    assert words(tmp_path) == []
    assert chancery.admin.purged()
    chancery.close()


def test_a_store_that_was_left_with_bytes_to_purge_purges_them_when_it_is_opened(tmp_path: Path):
    first = open_chancery(f"sqlite:///{tmp_path}/c.db")
    first.commands.execute(RecordAct("v", [VISIT], recorded_by="clerk"))
    with first._store.read() as reader:
        assert reader.record(1) is not None
        first.commands.execute(EraseEvent("v", 1, COURT, recorded_by="registrar"))
    assert words(tmp_path)
    second = open_chancery(f"sqlite:///{tmp_path}/c.db")
    assert words(tmp_path) == []
    second.close()
    first.close()


def test_an_erased_claim_of_coverage_claims_nothing(chancery: Chancery):
    claim: dict[str, Any] = event("coverage.claimed", "1900/1950", title="Unbekannt's list")
    chancery.commands.execute(RecordAct("claim", [claim], recorded_by="clerk"))
    assert chancery.query.state("DEU-FRA", "1910-01-01")["coverage"] != []
    chancery.commands.execute(EraseEvent("claim", 1, COURT, recorded_by="registrar"))
    assert chancery.query.state("DEU-FRA", "1910-01-01")["coverage"] == []
    assert list(chancery.admin.verify()) == []


def test_a_queued_erasure_is_repeatable_and_its_receipt_is_that_of_one_at_once(chancery: Chancery):
    request = Request("clerk erase", "sha256:1")
    command = EraseEvent("v", 1, COURT, recorded_by="registrar", request=request)
    receipt = chancery.commands.submit(command).result(timeout=30)
    assert (receipt.act_id, receipt.version, receipt.positions) == ("v", 3, (5,))
    again = chancery.commands.submit(command).result(timeout=30)
    assert (again, again.replayed) == (replace(receipt, replayed=True), True)
    assert chancery.commands.execute(command) == again
    other = replace(command, request=Request("clerk erase", "sha256:2"))
    with pytest.raises(IdempotencyMismatch):
        chancery.commands.submit(other).result(timeout=30)
    with pytest.raises(NoSuchVersion, match="erased already"):
        chancery.commands.submit(replace(command, request=None)).result(timeout=30)
    with pytest.raises(InvalidEvent):
        chancery.commands.submit(replace(command, reason=" "))
    assert chancery.query.head().position == 5
    assert list(chancery.admin.verify()) == []
