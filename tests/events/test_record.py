import hashlib
import subprocess
import sys

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import UnreadableRecord
from events.log.record import (
    Record,
    decode,
    digest_holds,
    encode,
    fresh_salt,
    header_of,
    instant_text,
    instant_us,
    recorded_at_of,
)

SALT = bytes(range(16))
TREATY = {
    "date": "1992-05-30",
    "title": "Treaty on the Foundations of Relations",
    "parties": [{"party": "KAZ"}, {"party": "RUS"}],
    "note": "signed\nin Moscow",
}


def stored(
    body: dict[str, object] = TREATY, salt: bytes = SALT, **header: object
) -> tuple[Record, bytes]:
    fields = {
        "position": 7,
        "act_id": "treaty:1",
        "version": 1,
        "type": "agreement.signed",
        "schema": 1,
        "recorded_at": instant_us("2026-11-25T10:00:00.000001Z"),
        "recorded_by": "historian",
    }
    return encode(**(fields | header), salt=salt, body=body)  # type: ignore[arg-type]


def test_a_record_is_three_lines_header_salt_and_body_each_canonical():
    record, state = stored()

    header, salt, body = state.split(b"\n")

    assert header == (
        b'{"digest":"' + record.digest.encode() + b'","position":7,'
        b'"recorded_at":"2026-11-25T10:00:00.000001Z","recorded_by":"historian","schema":1,'
        b'"stream":"treaty:1","type":"agreement.signed","version":1}'
    )
    assert bytes.fromhex(salt.decode()) == SALT
    assert orjson.loads(body) == TREATY
    assert header_of(state) == header
    assert recorded_at_of(header) == record.recorded_at


def test_the_digest_commits_to_salt_and_body_as_anyone_can_compute():
    record, state = stored()
    _, salt, body = state.split(b"\n")

    expected = hashlib.sha256(bytes.fromhex(salt.decode()) + body).hexdigest()

    assert record.digest == f"sha256:{expected}"
    assert digest_holds(state)


def test_the_same_body_told_twice_cannot_be_recognised_by_its_digest():
    assert stored(salt=fresh_salt())[0].digest != stored(salt=fresh_salt())[0].digest
    assert len(fresh_salt()) == 16


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
bodies = st.dictionaries(
    texts,
    texts
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(texts, max_size=3),
    max_size=4,
)


@given(bodies, st.integers(0, 2**50), texts)
def test_what_is_read_back_is_what_the_writer_was_given(
    body: dict[str, object], recorded_at: int, recorded_by: str
):
    record, state = stored(body, recorded_at=recorded_at, recorded_by=recorded_by)

    assert decode(state) == record
    assert repr(decode(state).body) == repr(record.body)  # 1 is 1, and not 1.0, from the start
    assert digest_holds(state)


@given(st.integers(0, 253_402_300_799_999_999))
def test_an_instant_keeps_its_microsecond_through_its_text(instant: int):
    text = instant_text(instant)

    assert len(text) == 27
    assert instant_us(text) == instant


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"Moscow", b"Mosc0w"), (b"1992-05-30", b"1992-05-31"), (b"\n000102", b"\n000103")],
    ids=["a word of the body", "its date", "the salt"],
)
def test_a_body_or_salt_changed_by_one_character_no_longer_fits_the_digest(
    before: bytes, after: bytes
):
    _, state = stored()
    assert before in state

    assert not digest_holds(state.replace(before, after))


def test_an_erased_record_keeps_its_header_and_says_nothing_more():
    record, state = stored()
    erased = header_of(state) + b"\n\n"

    remains = decode(erased)

    assert (remains.body, remains.salt) == (None, None)
    assert remains.digest == record.digest
    assert header_of(erased) == header_of(state)
    assert digest_holds(erased)


@pytest.mark.parametrize(
    "damage",
    [
        lambda state: b"",
        lambda state: state[:40],
        lambda state: state.replace(b"\n", b" "),
        lambda state: state.replace(b'"position":7,', b""),
        lambda state: state.replace(b"agreement.signed", b"agreement.sealed"),
        lambda state: state.replace(b'"schema":1', b'"schema":9'),
        lambda state: state.replace(b"\n00", b"\nxx"),
        lambda state: state[:-1],
    ],
    ids=["nothing", "cut", "one line", "no position", "type", "newer schema", "salt", "body cut"],
)
def test_damaged_bytes_are_no_record(damage):
    _, state = stored()
    assert damage(state) != state

    with pytest.raises(UnreadableRecord):
        decode(damage(state))


def test_a_body_without_canonical_form_is_refused_before_it_is_stored():
    with pytest.raises(ValueError, match=r"2\^53"):
        stored({"date": "1992", "figures": [{"name": "trade", "value": 2**53 + 1}]})


def test_no_salt_comes_twice_also_not_in_a_copy_of_the_process():
    program = (
        "import os\n"
        "from events.log.record import fresh_salt\n"
        "fresh_salt()\n"
        "child = os.fork()\n"
        "if child:\n"
        "    os.waitpid(child, 0)\n"
        "print(*(fresh_salt().hex() for _ in range(200)), flush=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    salts = done.stdout.split()
    assert len(salts) == len({*salts}) == 400
    assert {len(salt) for salt in salts} == {32}
