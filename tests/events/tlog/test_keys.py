from base64 import b64encode
from hashlib import sha256

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
    Note,
    SignatureLine,
    sign_note,
)
from tests.events.tlog.keyring import (
    ASTANA,
    BISHKEK,
    LOG,
    SEEDS,
    SKEY,
    VKEY,
)

TEXT_OF_TWO_LINES = "Treaty signed.\nTreaty ratified.\n"


def test_both_of_go_s_key_encodings_are_read_and_written():
    key, private = parse_verifier_key(VKEY), parse_signing_key(SKEY)

    assert private.verifier == key
    assert (key.encode(), private.encode()) == (VKEY, SKEY)
    assert (key.name, key.key_id.hex()) == ("PeterNeumann", "c74f20a3")


@pytest.mark.parametrize(
    ("seed", "public"),
    [
        (SEEDS[0], "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
        (SEEDS[1], "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
        (SEEDS[2], "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"),
    ],
)
def test_the_keys_are_those_of_rfc_8032(seed: bytes, public: str):
    assert SigningKey("log.example", seed).verifier.public.hex() == public


def test_a_key_id_is_over_the_name_the_type_and_the_key():
    content = LOG.name.encode() + b"\n\x01" + LOG.verifier.public
    cosigning = SigningKey(LOG.name, LOG.seed, SignatureType.COSIGNATURE).verifier

    assert LOG.verifier.key_id == sha256(content).digest()[:4]
    assert cosigning.key_id == sha256(content.replace(b"\n\x01", b"\n\x04")).digest()[:4]


@pytest.mark.parametrize("key", [LOG, BISHKEK, ASTANA], ids=lambda key: key.name)
def test_keys_of_both_types_are_read_as_written(key: SigningKey):
    assert parse_signing_key(key.encode()) == key
    assert parse_verifier_key(key.verifier.encode()) == key.verifier


@pytest.mark.parametrize("written", [VKEY, SKEY])
def test_no_part_of_a_written_key_and_no_changed_one_is_a_key(written: str):
    parse = parse_verifier_key if written == VKEY else parse_signing_key
    parts = {
        written[first:last]
        for first in range(len(written))
        for last in range(first, len(written) + 1)
    }
    mangled = {
        written[:at] + chr(ord(written[at]) + 1) + written[at + 1 :] for at in range(len(written))
    }

    for wrong in (parts | mangled) - {written}:
        with pytest.raises(ProofError):
            parse(wrong)


def key_text(name: str, material: bytes) -> str:
    key_id = sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    return f"{name}+{key_id}+{b64encode(material).decode()}"


@pytest.mark.parametrize(
    "written",
    [
        key_text("log.example", b"\x01" + LOG.verifier.public + b"\x00"),
        key_text("log.example", b"\x01" + LOG.verifier.public[:31]),
        key_text("log.example", b"\x02" + LOG.verifier.public),
        key_text("log.example", b""),
        key_text("", b"\x01" + LOG.verifier.public),
        key_text("log example", b"\x01" + LOG.verifier.public),
        VKEY.replace("c74f20a3", "C74F20A3"),
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY + "\n",
    ],
)
def test_a_key_of_another_length_type_name_or_id_is_no_key(written: str):
    with pytest.raises(ProofError) as raised:
        parse_verifier_key(written)

    assert raised.value.reason == "malformed"


@pytest.mark.parametrize("wrong", [SKEY[:-1], SKEY.replace("c74f", "c740"), "x" + SKEY, SKEY * 2])
def test_neither_a_printed_key_nor_a_refusal_tells_the_secret(wrong: str):
    secret = SKEY.rpartition("+AYEK")[2]
    with pytest.raises(ProofError) as raised:
        parse_signing_key(wrong)

    key = parse_signing_key(SKEY)
    assert secret[:12] not in f"{raised.value}{raised.value.got}"
    assert secret[:12] not in repr(key)
    assert repr(key.seed) not in repr(key)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a b",
        "a+b",
        "a\tb",
        "a\nb",
        "a\u00a0b",
        "a\u2003b",
        "a\u2028b",
        "a\u3000",
        "\x00",
        "\ud800",
    ],
)
def test_a_name_holds_no_space_of_any_script_and_no_plus(name: str):
    for build in (
        lambda: SigningKey(name, SEEDS[0]),
        lambda: VerifierKey(name, LOG.verifier.public),
        lambda: SignatureLine(name, b"1234", b"signature"),
    ):
        with pytest.raises(ProofError):
            build()


def test_a_cosignature_is_a_time_and_ed25519_over_a_header_and_the_text():
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    (line,) = (
        Note(text, sign_note(text, LOG).signatures).signed(BISHKEK, 1_679_315_147).signatures[1:]
    )

    assert line.signature[:8] == (1_679_315_147).to_bytes(8, "big")
    Ed25519PublicKey.from_public_bytes(BISHKEK.verifier.public).verify(
        line.signature[8:], f"cosignature/v1\ntime 1679315147\n{text}".encode()
    )
    assert BISHKEK.verifier.verify(text, line.signature) == 1_679_315_147


@given(st.integers(0, 2**63 - 1), st.integers(0, 71), st.integers(1, 255))
def test_no_byte_of_a_cosignature_can_be_changed_its_time_included(time: int, at: int, mask: int):
    signature = BISHKEK.sign(TEXT_OF_TWO_LINES, time)
    wrong = bytes([*signature[:at], signature[at] ^ mask, *signature[at + 1 :]])

    assert BISHKEK.verifier.verify(TEXT_OF_TWO_LINES, signature) == time
    with pytest.raises(ProofError) as raised:
        BISHKEK.verifier.verify(TEXT_OF_TWO_LINES, wrong)
    assert raised.value.reason == "bad_signature"


@pytest.mark.parametrize("length", [0, 1, 8, 63, 65, 71, 73])
def test_a_signature_of_another_length_does_not_hold(length: int):
    for key in (LOG, BISHKEK):
        with pytest.raises(ProofError) as raised:
            key.verifier.verify(TEXT_OF_TWO_LINES, bytes(length))
        assert raised.value.reason == "bad_signature"


@pytest.mark.parametrize(
    ("key", "timestamp", "reason"),
    [
        (LOG, 1, "wrong_key"),
        (BISHKEK, None, "wrong_key"),
        (BISHKEK, -1, "out_of_range"),
        (BISHKEK, 2**63, "out_of_range"),
    ],
)
def test_a_time_belongs_to_cosignatures_and_to_no_other(
    key: SigningKey, timestamp: int | None, reason: str
):
    with pytest.raises(ProofError) as raised:
        key.sign(TEXT_OF_TWO_LINES, timestamp)

    assert raised.value.reason == reason
