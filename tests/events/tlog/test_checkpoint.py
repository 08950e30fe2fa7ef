import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.tlog.checkpoint import (
    Checkpoint,
    Policy,
    TreeHead,
    parse_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from events.tlog.errors import ProofError
from events.tlog.keys import SignatureType, SigningKey
from events.tlog.lines import base64_text
from events.tlog.merkle import EMPTY_ROOT
from events.tlog.note import Note, Verified, sign_note
from tests.events.tlog.keyring import (
    ASTANA,
    BISHKEK,
    LOG,
    ORIGIN,
    POLICY,
    SEEDS,
    changed,
)

ROOT = bytes(range(32))
CHECKPOINT = Checkpoint(ORIGIN, TreeHead(1234, ROOT))
NOTE = sign_checkpoint(CHECKPOINT, LOG)


def refused(data: bytes, policy: Policy = POLICY) -> str:
    with pytest.raises(ProofError) as raised:
        verify_checkpoint(data, policy)
    return raised.value.reason


def test_the_specification_s_example_is_read_and_written_back():
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    checkpoint = parse_checkpoint(text)

    assert (checkpoint.origin, checkpoint.head.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.head.root.hex().startswith("0ac5186a9186")
    assert checkpoint.text == text


def test_a_checkpoint_is_origin_size_and_root_a_line_each():
    assert CHECKPOINT.text == f"{ORIGIN}\n1234\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


def test_extension_lines_are_kept_and_signed():
    checkpoint = Checkpoint(ORIGIN, TreeHead(7, ROOT), ("as of 2024-02-01", "—"))
    data = sign_checkpoint(checkpoint, LOG).encode()

    assert verify_checkpoint(data, POLICY).checkpoint == checkpoint
    assert refused(data.replace(b"2024", b"2025")) == "bad_signature"


origins = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(origins, st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(origins))
@example("o", 0, EMPTY_ROOT, [])
def test_a_checkpoint_is_read_back_as_it_was_written(
    origin: str, size: int, root: bytes, extensions: list[str]
):
    checkpoint = Checkpoint(origin, TreeHead(size, root), tuple(extensions))

    assert parse_checkpoint(checkpoint.text) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n",
        f"{ORIGIN}\n1234\n",
        CHECKPOINT.text[:-1],
        CHECKPOINT.text + "\n",
        CHECKPOINT.text + "extension\n\nextension\n",
        CHECKPOINT.text.replace(ORIGIN, ""),
        *(
            CHECKPOINT.text.replace("1234", size)
            for size in ("", "01234", "00", "+1", "-1", " 1", "1 ", "0x1", "1_0", "1.0", "١٢")
        ),
        CHECKPOINT.text.replace("1234", str(2**63)),
        CHECKPOINT.text.replace("1234", "9" * 5000),
        CHECKPOINT.text.replace("1234", "0"),
        CHECKPOINT.text.replace("h8=", "h8"),
        CHECKPOINT.text.replace("h8=", "h9="),
        CHECKPOINT.text.replace("h8=", "h8=="),
        f"{ORIGIN}\n1\n{base64_text(ROOT[:31])}\n",
        f"{ORIGIN}\n1\n{base64_text(ROOT + ROOT)}\n",
        f"{ORIGIN}\n1\n{ROOT.hex()}\n",
    ],
)
def test_a_text_of_another_form_is_no_checkpoint(text: str):
    with pytest.raises(ProofError) as raised:
        parse_checkpoint(text)

    assert raised.value.reason == "malformed"


@pytest.mark.parametrize(
    "build",
    [
        lambda: TreeHead(-1, ROOT),
        lambda: TreeHead(2**63, ROOT),
        lambda: TreeHead(1, b""),
        lambda: TreeHead(0, ROOT),
        lambda: Checkpoint("", TreeHead(1, ROOT)),
        lambda: Checkpoint("a\nb", TreeHead(1, ROOT)),
        lambda: Checkpoint(ORIGIN, TreeHead(1, ROOT), ("",)),
    ],
)
def test_what_no_checkpoint_can_say_cannot_be_said(build):
    with pytest.raises(ProofError):
        build()


def test_a_checkpoint_holds_when_the_log_signed_it_and_cosignatures_tell_their_time():
    note = NOTE.signed(BISHKEK, 1_700_000_000).signed(ASTANA, 1_700_000_001)

    verified = verify_checkpoint(note.encode(), POLICY)

    assert verified.checkpoint == CHECKPOINT
    assert verified.note == note
    assert verified.signatures == (Verified(LOG.verifier, None),)
    assert verified.cosignatures == (
        Verified(BISHKEK.verifier, 1_700_000_000),
        Verified(ASTANA.verifier, 1_700_000_001),
    )


def test_witnesses_alone_do_not_make_a_log_s_checkpoint():
    cosigned = NOTE.signed(BISHKEK, 1).signed(ASTANA, 2)

    assert refused(Note(cosigned.text, cosigned.signatures[1:]).encode()) == "unsigned"


def test_a_quorum_counts_witnesses_and_not_lines():
    two = Policy(ORIGIN, POLICY.log_keys, POLICY.witness_keys, quorum=2)
    once = NOTE.signed(BISHKEK, 1)

    assert refused(NOTE.encode(), two) == "too_few_witnesses"
    assert refused(once.signed(BISHKEK, 2).encode(), two) == "too_few_witnesses"
    assert verify_checkpoint(once.signed(ASTANA, 2).encode(), two)


def test_one_key_under_two_names_is_one_witness():
    alias = SigningKey("alias.example", BISHKEK.seed, SignatureType.COSIGNATURE)
    note = NOTE.signed(BISHKEK, 1).signed(alias, 1)
    keys = (BISHKEK.verifier, alias.verifier, ASTANA.verifier)

    assert refused(note.encode(), Policy(ORIGIN, POLICY.log_keys, keys, 2)) == "too_few_witnesses"


def test_a_wrong_cosignature_of_a_known_witness_rejects_the_checkpoint():
    wrong = sign_checkpoint(Checkpoint(ORIGIN, TreeHead(9, ROOT)), LOG).signed(BISHKEK, 1)
    note = Note(NOTE.text, (*NOTE.signatures, wrong.signatures[1]))

    assert refused(note.encode()) == "bad_signature"
    assert verify_checkpoint(note.encode(), Policy(ORIGIN, POLICY.log_keys))


def test_a_checkpoint_of_another_log_is_refused_even_under_the_same_key():
    other = Checkpoint("chancery.example/other", TreeHead(1234, ROOT))

    assert refused(sign_note(other.text, LOG).encode()) == "wrong_origin"


def test_a_signed_text_that_is_no_checkpoint_is_refused():
    assert refused(sign_note("Treaty signed.\n", LOG).encode()) == "malformed"


def test_a_log_signs_only_under_its_own_name():
    with pytest.raises(ProofError) as raised:
        sign_checkpoint(CHECKPOINT, SigningKey("chancery.example", SEEDS[0]))

    assert raised.value.reason == "wrong_key"


@pytest.mark.parametrize("origin", ["https://chancery.example/log", "chancery.example/log/"])
def test_a_log_of_ours_is_named_without_scheme_and_last_slash(origin: str):
    with pytest.raises(ProofError) as raised:
        sign_checkpoint(Checkpoint(origin, TreeHead(1, ROOT)), SigningKey(origin, SEEDS[0]))

    assert raised.value.reason == "wrong_origin"


def test_a_policy_asks_for_no_more_witnesses_than_it_knows_and_for_cosigning_ones_only():
    keys = POLICY.log_keys
    for witnesses, quorum, reason in (
        ((), 1, "out_of_range"),
        ((BISHKEK.verifier,), 2, "out_of_range"),
        ((BISHKEK.verifier,), -1, "out_of_range"),
        (keys, 1, "wrong_key"),
    ):
        with pytest.raises(ProofError) as raised:
            Policy(ORIGIN, keys, witnesses, quorum)
        assert raised.value.reason == reason


@given(changed(NOTE.signed(BISHKEK, 1_700_000_000).encode()))
def test_one_changed_byte_anywhere_in_a_cosigned_checkpoint_undoes_it(data: bytes):
    # With every signer known and asked for, no line is a stranger's.
    refused(data, Policy(ORIGIN, (LOG.verifier,), (BISHKEK.verifier,), quorum=1))
