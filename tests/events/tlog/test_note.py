import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from events.tlog.errors import ProofError
from events.tlog.keys import (
    SignatureType,
    SigningKey,
    VerifierKey,
    parse_signing_key,
    parse_verifier_key,
)
from events.tlog.note import (
    LARGEST_NOTE,
    MOST_SIGNATURES,
    Note,
    SignatureLine,
    Verified,
    parse_note,
    sign_note,
    verified_signatures,
)
from tests.events.tlog.keyring import BISHKEK, GO_NOTE, LOG, SEEDS, SKEY, TEXT, VKEY, changed
from tests.events.tlog.reading import verify_note

#: A text may hold empty lines of its own; the last one ends it.
POEM = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n"


def refused(data: bytes, *known: VerifierKey) -> str:
    with pytest.raises(ProofError) as raised:
        verify_note(data, known)
    return raised.value.reason


def test_the_note_that_go_publishes_holds_and_is_made_again_byte_for_byte():
    key = parse_verifier_key(VKEY)

    assert verify_note(GO_NOTE, [key]) == (TEXT, (Verified(key, None),))
    assert sign_note(TEXT, parse_signing_key(SKEY)).encode() == GO_NOTE


def test_a_name_may_be_in_any_script():
    key = SigningKey("бишкек.example/журнал", SEEDS[0])
    note = sign_note(POEM, key)

    assert verify_note(note.encode(), [key.verifier])[0] == POEM


def test_the_text_ends_at_the_last_empty_line_and_not_before():
    note = sign_note(POEM, LOG)

    assert parse_note(note.encode()) == note
    assert verify_note(note.encode(), [LOG.verifier]) == (POEM, (Verified(LOG.verifier, None),))
    assert note.encode().startswith(POEM.encode() + "\n— ".encode())


def test_ed25519_signs_the_text_with_its_last_line_feed_and_without_the_empty_line():
    (line,) = sign_note(POEM, LOG).signatures

    Ed25519PublicKey.from_public_bytes(LOG.verifier.public).verify(line.signature, POEM.encode())


def test_signatures_of_strangers_are_passed_over():
    stranger = SigningKey("stranger.example", SEEDS[2])
    note = sign_note(POEM, stranger, LOG)

    assert verify_note(note.encode(), [LOG.verifier])[1] == (Verified(LOG.verifier, None),)
    assert refused(sign_note(POEM, stranger).encode(), LOG.verifier) == "unsigned"
    assert refused(note.encode()) == "unsigned"


def test_a_stranger_may_share_a_known_key_s_name_or_id_but_not_both():
    signature = LOG.sign(POEM)
    key_id = LOG.verifier.key_id
    namesake = SignatureLine(LOG.name, b"\x00\x00\x00\x00", signature)
    same_id = SignatureLine("other.example", key_id, b"rubbish")
    forged = SignatureLine(LOG.name, key_id, b"rubbish")
    signed = sign_note(POEM, LOG).signatures

    assert verify_note(Note(POEM, (namesake, same_id, *signed)).encode(), [LOG.verifier])
    assert refused(Note(POEM, (namesake, same_id)).encode(), LOG.verifier) == "unsigned"
    assert refused(Note(POEM, (*signed, forged)).encode(), LOG.verifier) == "bad_signature"
    assert refused(Note(POEM, (forged, *signed)).encode(), LOG.verifier) == "bad_signature"


def test_one_failing_signature_of_a_known_key_rejects_what_another_has_signed():
    other = SigningKey("other.example", SEEDS[2])
    wrong = SignatureLine(other.name, other.verifier.key_id, other.sign("another text\n"))
    note = Note(POEM, (*sign_note(POEM, LOG).signatures, wrong))

    assert refused(note.encode(), LOG.verifier, other.verifier) == "bad_signature"
    assert verify_note(note.encode(), [LOG.verifier])


def test_a_key_that_signs_twice_counts_once():
    note = sign_note(POEM, LOG, LOG)

    assert len(note.signatures) == 2
    assert verified_signatures(note, [LOG.verifier, LOG.verifier]) == (
        Verified(LOG.verifier, None),
    )


def test_two_known_keys_of_one_name_and_id_cannot_be_told_apart(monkeypatch: pytest.MonkeyPatch):
    twin = VerifierKey(LOG.name, BISHKEK.verifier.public)
    monkeypatch.setattr(VerifierKey, "key_id", b"same")

    assert refused(sign_note(POEM, LOG).encode(), LOG.verifier, twin) == "ambiguous_key"


def test_a_log_s_signature_is_no_cosignature_and_the_other_way_round():
    cosigner = SigningKey(LOG.name, LOG.seed, SignatureType.COSIGNATURE)
    note = sign_note(POEM, LOG)

    assert refused(note.encode(), cosigner.verifier) == "unsigned"
    assert refused(Note(POEM, note.signed(cosigner, 5).signatures[1:]).encode(), LOG.verifier) == (
        "unsigned"
    )


GOOD = sign_note("Treaty signed.\n", LOG).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n\n",
        b"Treaty signed.\n",
        b"Treaty signed.\n\n",
        GOOD[:-1],
        GOOD + b"\n",
        GOOD + b"x",
        GOOD.replace(b"\n\n", b"\n"),
        GOOD.replace(b"\n\n", b"\r\n\r\n"),
        GOOD.replace("— ".encode(), b"- "),
        GOOD.replace("— ".encode(), "–".encode()),
        GOOD.replace("— ".encode(), "—".encode()),
        GOOD.replace("— ".encode(), "—\u00a0".encode()),
        GOOD.replace(b"Treaty", b"Treaty\t"),
        GOOD.replace(b"Treaty", b"Treaty\x00"),
        GOOD.replace(b"Treaty", b"Treaty\xff"),
        GOOD.replace(LOG.name.encode(), b"a b"),
        GOOD.replace(LOG.name.encode(), b""),
        GOOD.replace(LOG.name.encode(), b"a+b"),
        GOOD.replace(b"=\n", b"\n"),
        GOOD.replace(b"=\n", b"==\n"),
        GOOD.replace(b"=\n", b" =\n"),
        GOOD.replace(b"=\n", b"=\xc2\xa0\n"),
        GOOD + "— log.example AAAA\n".encode(),
        GOOD + "— log.example AAAAAA==\n".encode(),
        GOOD + "— log.example AAAAAAB=\n".encode(),
        GOOD + "— log.example\n".encode(),
        GOOD + "— log.example \n".encode(),
    ],
)
def test_bytes_of_another_form_are_no_note(data: bytes):
    assert refused(data, LOG.verifier) == "malformed"


def test_a_note_has_at_most_a_hundred_signatures_and_a_million_bytes():
    most = Note(POEM, sign_note(POEM, LOG).signatures * MOST_SIGNATURES)
    beyond = most.encode() + most.signatures[0].encode().encode()
    long = "x" * LARGEST_NOTE + "\n"

    assert parse_note(most.encode()) == most
    assert refused(beyond, LOG.verifier) == "malformed"
    assert refused(sign_note(long, LOG).encode(), LOG.verifier) == "malformed"


@pytest.mark.parametrize("text", ["", "no line feed", "a\r\n", "a\tb\n", "\ud800\n"])
def test_what_is_no_text_of_a_note_is_not_signed(text: str):
    with pytest.raises(ProofError):
        sign_note(text, LOG)


def test_a_note_without_signatures_is_none():
    with pytest.raises(ProofError):
        sign_note(POEM)


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=60)


@given(texts)
def test_whatever_the_text_a_signed_note_is_read_back_and_holds(line: str):
    text = f"{line}\n"
    note = sign_note(text, LOG)

    assert parse_note(note.encode()) == note
    assert verify_note(note.encode(), [LOG.verifier])[0] == text


@given(changed(GO_NOTE))
def test_one_changed_byte_anywhere_in_a_note_undoes_it(data: bytes):
    refused(data, parse_verifier_key(VKEY))


@given(changed(sign_note(POEM, SigningKey("stranger.example", SEEDS[2]), LOG).encode()))
def test_a_changed_byte_passes_only_in_the_line_of_a_stranger(data: bytes):
    # No one checks a stranger's line but for its form: it could be left out altogether.
    try:
        text, verified = verify_note(data, [LOG.verifier])
    except ProofError:
        return
    assert (text, verified) == (POEM, (Verified(LOG.verifier, None),))
    assert sign_note(POEM, LOG).signatures[0] in parse_note(data).signatures
