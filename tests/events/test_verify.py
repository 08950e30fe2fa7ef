"""Verification: an honest store has nothing to tell, and an altered one is told of by name."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.application import open_chancery, system_clock
from events.errors import StoreUnavailable
from events.log.record import decode
from events.segments import Sizes
from events.store.sqlite.store import open_sqlite
from events.tlog.keys import SigningKey
from events.verify import Against, Finding
from events.write.commands import CorrectEvent, EraseEvent, RecordAct, RetractEvent
from events.write.receipt import Request
from tests.domain.given import between, event, visit_of
from tests.events.alterations import note_of, rewritten, truncated
from tests.events.tampering import Alter, connected, flipped, sql
from tests.events.tamperings import TAMPERINGS

KEY = SigningKey("chancery.example/log", b"k" * 32)
VISIT = event("visit.held", "1990-05-01", parties=visit_of("FRA", "DEU"), title="A visit")
#: Everything that may be looked at: signatures, and every state.
ALL = Against(keys=(KEY.verifier,), states=None)


FINE = Sizes(batch=1, spread=3, levels=2, segment=1)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with acts told, corrected, retracted and erased, a checkpoint, a remembered answer.

    1 visit a, 2 and 3 treaty b, 4 correction of 1, 5 retraction of 3, 6 visit c, 7 correction of
    6, 8 erasure of both, 9 to 11 visits of two parties' own; checkpoints of 5, of 8 and of 11.
    """
    path = tmp_path_factory.mktemp("store") / "chancery.db"
    # Its runs are of one act each, so that there are some.
    open_sqlite(f"sqlite:///{path}", system_clock, sizes=FINE).close()
    chancery = open_chancery(f"sqlite:///{path}")
    notary = chancery.admin.notary((KEY,))
    chancery.commands.execute(
        RecordAct("a", [VISIT], recorded_by="clerk", request=Request("k", "sha256:0"))
    )
    treaty = event("agreement.signed", "1963-01-22", parties=between("FRA", "DEU"))
    consent = event("agreement.ratified", "1963-07-02", by=["FRA"])
    chancery.commands.execute(RecordAct("b", [treaty, consent], recorded_by="clerk"))
    chancery.commands.execute(
        CorrectEvent("a", 1, VISIT | {"date": "1990-06"}, "June", recorded_by="editor")
    )
    chancery.commands.execute(RetractEvent("b", 2, "of another treaty", recorded_by="editor"))
    notary.checkpoint()
    third = VISIT | {"parties": visit_of("FRA", "GBR"), "title": "A secret"}
    chancery.commands.execute(RecordAct("c", [third], recorded_by="clerk"))
    chancery.commands.execute(
        CorrectEvent("c", 1, third | {"date": "1991"}, "a year on", recorded_by="editor")
    )
    chancery.commands.execute(EraseEvent("c", 1, "by order", recorded_by="court"))
    notary.checkpoint()
    for year in (1992, 1993, 1994):
        chancery.commands.execute(
            RecordAct(f"d:{year}", [VISIT | {"date": f"{year}"}], recorded_by="clerk")
        )
    notary.checkpoint()
    chancery.close()
    return path


@pytest.fixture
def file(pristine: Path, tmp_path: Path) -> Path:
    """A copy to do with as one likes."""
    return Path(shutil.copy(pristine, tmp_path / "chancery.db"))


def found(path: Path, against: Against = ALL) -> list[Finding]:
    """What verification says of a store."""
    chancery = open_chancery(f"sqlite:///{path}", as_it_lies=True)
    try:
        return list(chancery.admin.verify(against))
    finally:
        chancery.close()


def test_an_honest_store_has_nothing_to_tell(file: Path) -> None:
    assert found(file) == []


def test_verification_changes_nothing(file: Path) -> None:
    sql("UPDATE meta SET value = 'x' WHERE name = 'edition'")(file)
    before = file.read_bytes()
    assert found(file)
    assert file.read_bytes() == before


def test_a_rebuild_derives_the_index_there_was(file: Path) -> None:
    chancery = open_chancery(f"sqlite:///{file}")
    acts = ("a", "b", "c", "d:1992")
    with chancery._store.read() as reader:
        before = {act: sorted(map(repr, reader.bare().rows_of(act))) for act in acts}
    assert chancery.admin.rebuild() == 11
    with chancery._store.read() as reader:
        assert before == {act: sorted(map(repr, reader.bare().rows_of(act))) for act in acts}
    chancery.close()
    assert found(file) == []


def test_there_are_forty_ways_and_more() -> None:
    assert len({what for what, *_ in TAMPERINGS}) == len(TAMPERINGS) >= 40


@pytest.mark.parametrize(
    ("what", "alter", "position", "named"), TAMPERINGS, ids=[row[0] for row in TAMPERINGS]
)
def test_what_was_altered_is_named_with_the_first_record_concerned(
    file: Path, what: str, alter: Alter, position: int, named: str
) -> None:
    alter(file)
    findings = found(file)
    assert findings, what
    assert any(f.position == position and named in f.what for f in findings), [*map(str, findings)]
    assert all("calculated" in str(finding) for finding in findings)


def foreign(statement: str) -> Alter:
    def alter(path: Path) -> None:
        with connected(path) as connection:
            connection.execute(statement)

    return alter


SCHEMA = [
    (
        "a trigger",
        "CREATE TRIGGER t AFTER INSERT ON tile BEGIN SELECT 1; END",
        "trigger t is foreign",
    ),
    ("an index gone", "DROP INDEX change_day", "index change_day is missing"),
    ("a table more", "CREATE TABLE shadow (x)", "table shadow is foreign"),
    ("a column more", "ALTER TABLE meta ADD COLUMN x", "table meta is altered"),
]


@pytest.mark.parametrize(("what", "statement", "flaw"), SCHEMA, ids=[row[0] for row in SCHEMA])
def test_tables_that_are_not_the_programs_own_are_named(
    file: Path, what: str, statement: str, flaw: str
) -> None:
    foreign(statement)(file)
    assert flaw in [finding.claimed for finding in found(file)], what


def test_a_log_cut_short_with_all_that_rests_on_it_is_caught_by_a_checkpoint_kept_elsewhere(
    file: Path,
) -> None:
    kept = note_of(file, 11)
    truncated(file)
    assert found(file) == []
    (finding,) = found(file, replace(ALL, checkpoints=(("checkpoint mine.txt", kept),)))
    assert finding.position == 10
    assert finding.what == "log of checkpoint mine.txt"
    assert (finding.calculated, finding.claimed) == ("11 records or more", "9")


def test_a_log_made_anew_with_its_checkpoints_is_caught_by_one_kept_elsewhere(file: Path) -> None:
    kept = note_of(file, 11)
    with connected(file) as connection:
        connection.execute("DELETE FROM checkpoint")
    rewritten(file)
    assert found(file) == []
    (finding,) = found(file, replace(ALL, checkpoints=(("checkpoint mine.txt", kept),)))
    assert finding.what == "root of checkpoint mine.txt"


def test_states_are_folded_again_even_where_the_index_was_made_by_another_fold(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the index derived itself wrongly: only the plain fold can tell. It is the last visit
    # that is wrong, since the last basis is always asked; the others are drawn by lot.
    monkeypatch.setattr("events.verify.verify_index", lambda *_: iter(()))
    otherwise = "CAST(replace(CAST(effect AS TEXT), '1994', '1995') AS BLOB)"
    sql(f"UPDATE change_known SET effect = {otherwise} WHERE act_id = 'd:1994'")(file)
    findings = found(file, Against(states=None))
    assert any("of the state of DEU-FRA as of" in finding.what for finding in findings)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(1, 11), st.integers(0, 10_000), st.integers(1, 255))
def test_any_byte_flipped_in_any_record_is_found(
    pristine: Path, tmp_path: Path, position: int, place: int, mask: int
) -> None:
    path = Path(shutil.copy(pristine, tmp_path / "flipped.db"))
    flipped(path, position, place, mask)
    findings = found(path, Against())
    assert any(finding.position == position for finding in findings), findings


def logical(path: Path) -> list[str]:
    """All that a store says, whatever bytes lie between."""
    with connected(path) as connection:
        return list(connection.iterdump())


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_any_byte_flipped_in_the_file_is_found_or_says_nothing(
    pristine: Path, tmp_path: Path, place: float, mask: int
) -> None:
    data = bytearray(pristine.read_bytes())
    at = int(place * len(data))
    data[at] ^= mask
    path = tmp_path / "flipped.db"
    for name in ("flipped.db-wal", "flipped.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    path.write_bytes(data)
    try:
        findings = found(path)
    except StoreUnavailable:
        return
    if not findings:
        said, before = logical(path), logical(pristine)
        differing = [one for one, other in zip(said, before, strict=True) if one != other]
        # Who asked, and when a checkpoint was made, rests on nothing that could contradict it.
        assert all('"remembered"' in line or '"checkpoint"' in line for line in differing)


def test_the_header_commits_to_the_body_as_it_is_stored(file: Path) -> None:
    with connected(file) as connection:
        for (state,) in connection.execute("SELECT state FROM stored_events"):
            assert decode(state).digest in state.decode()


def test_a_store_that_grows_past_a_tile_verifies(tmp_path: Path) -> None:
    path = tmp_path / "chancery.db"
    chancery = open_chancery(f"sqlite:///{path}", system_clock)
    for number in range(30):
        events = [event("visit.held", f"{1900 + n}") for n in range(9)]
        first = event("visit.held", "1899", parties=visit_of("FRA", "DEU"))
        chancery.commands.execute(RecordAct(f"v:{number}", [first, *events], recorded_by="clerk"))
    chancery.close()
    assert found(path, Against(states=None)) == []
    sql("UPDATE tile SET hashes = zeroblob(32) WHERE level = 1")(path)
    (finding,) = found(path)
    assert (finding.position, finding.what) == (1, "hash 0 of tile 1/0")
