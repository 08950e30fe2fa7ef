import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.tlog.checkpoint import Checkpoint, Policy, TreeHead, sign_checkpoint
from events.tlog.errors import ProofError
from events.tlog.lines import base64_text
from events.tlog.merkle import inclusion_proof, leaf_hash
from events.tlog.offline import OfflineProof, parse_proof
from tests.events.tlog.keyring import BISHKEK, LOG, ORIGIN, POLICY, changed
from tests.events.tlog.trees import Naive, entry

SIZE, INDEX = 1000, 733
TREE = Naive([entry(index) for index in range(SIZE)])
CHECKPOINT = sign_checkpoint(Checkpoint(ORIGIN, TreeHead(SIZE, TREE.mth(0, SIZE))), LOG).signed(
    BISHKEK, 1_700_000_000
)
LEAF = leaf_hash(entry(INDEX))
PROOF = OfflineProof(INDEX, tuple(inclusion_proof(INDEX, SIZE, TREE.node)), CHECKPOINT.encode())
WITNESSED = Policy(ORIGIN, (LOG.verifier,), (BISHKEK.verifier,), quorum=1)


def refused(data: bytes, leaf: bytes = LEAF, policy: Policy = WITNESSED) -> str:
    with pytest.raises(ProofError) as raised:
        parse_proof(data).verify(leaf, policy)
    return raised.value.reason


def test_a_proof_is_one_file_of_the_lines_the_specification_orders():
    lines = PROOF.encode().decode().split("\n")

    assert lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {INDEX}"]
    assert lines[2:12] == [base64_text(node) for node in PROOF.hashes]
    assert lines[12] == ""
    assert PROOF.encode().endswith(b"\n\n" + CHECKPOINT.encode())


def test_a_proof_holds_for_its_leaf_and_tells_the_checkpoint_and_the_time_it_was_seen():
    verified = parse_proof(PROOF.encode()).verify(LEAF, WITNESSED)

    assert verified.checkpoint.head.size == SIZE
    assert verified.cosignatures[0].timestamp == 1_700_000_000


def test_the_only_entry_of_a_log_needs_no_hash():
    checkpoint = sign_checkpoint(Checkpoint(ORIGIN, TreeHead(1, leaf_hash(b"x"))), LOG)
    proof = OfflineProof(0, (), checkpoint.encode())

    assert proof.encode() == b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + checkpoint.encode()
    assert parse_proof(proof.encode()).verify(leaf_hash(b"x"), POLICY).checkpoint.head.size == 1


def test_extra_data_is_carried_and_proves_nothing():
    proof = OfflineProof(INDEX, PROOF.hashes, PROOF.checkpoint, b"salt and body")
    data = proof.encode()
    other = data.replace(base64_text(b"salt and body").encode(), base64_text(b"anything").encode())

    assert b"\nextra c2FsdCBhbmQgYm9keQ==\nindex " in data
    assert parse_proof(data) == proof
    assert parse_proof(data).verify(LEAF, WITNESSED) == parse_proof(other).verify(LEAF, WITNESSED)


def test_a_proof_says_nothing_of_another_leaf_log_or_unwitnessed_tree():
    unwitnessed = OfflineProof(
        INDEX,
        PROOF.hashes,
        sign_checkpoint(Checkpoint(ORIGIN, TreeHead(SIZE, TREE.mth(0, SIZE))), LOG).encode(),
    )

    assert refused(PROOF.encode(), leaf_hash(entry(INDEX + 1))) == "root_mismatch"
    assert refused(PROOF.encode(), policy=Policy("other.example", (LOG.verifier,))) == (
        "wrong_origin"
    )
    assert refused(PROOF.encode(), policy=Policy(ORIGIN, ())) == "unsigned"
    assert refused(unwitnessed.encode()) == "too_few_witnesses"


def test_an_index_beyond_the_checkpoint_s_tree_is_refused():
    proof = OfflineProof(SIZE, PROOF.hashes, PROOF.checkpoint)

    assert refused(proof.encode()) == "out_of_range"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"tlog-proof@v1", b"tlog-proof@v2"),
        (b"c2sp.org", b" c2sp.org"),
        (b"index 733", b"index 0733"),
        (b"index 733", b"index -1"),
        (b"index 733", b"index"),
        (b"index 733", b"Index 733"),
        (b"index 733\n", b""),
        (b"index 733", b"extra \nindex 733"),
        (b"index 733", b"extra\nindex 733"),
        (b"index 733", b"extra AAB=\nindex 733"),
        (b"index 733", b"extra AAA=\nextra AAA=\nindex 733"),
        (b"index 733", b"index 733\nextra AAA="),
        (b"index 733", b"index 733\nAAAA"),
        (b"index 733", b"index 733\n\xc3\xa9"),
        (b"\n", b"\r\n"),
    ],
)
def test_a_file_of_another_form_is_no_proof(old: bytes, new: bytes):
    assert refused(PROOF.encode().replace(old, new)) == "malformed"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"c2sp.org/tlog-proof@v1\n\n", b"index 0"])
def test_a_beginning_alone_is_no_proof(data: bytes):
    assert refused(data) == "malformed"


def test_more_hashes_than_any_tree_has_levels_are_refused():
    with pytest.raises(ProofError) as raised:
        OfflineProof(0, (LEAF,) * 64, PROOF.checkpoint)

    assert raised.value.reason == "wrong_length"


@pytest.mark.parametrize(
    ("index", "hashes", "checkpoint", "extra"),
    [
        (-1, (), CHECKPOINT.encode(), None),
        (2**63, (), CHECKPOINT.encode(), None),
        (0, (b"short",), CHECKPOINT.encode(), None),
        (0, (), b"no note", None),
        (0, (), CHECKPOINT.encode(), b""),
    ],
)
def test_what_no_file_could_say_is_no_proof(
    index: int, hashes: tuple[bytes, ...], checkpoint: bytes, extra: bytes | None
):
    with pytest.raises(ProofError):
        OfflineProof(index, hashes, checkpoint, extra)


@given(st.integers(0, SIZE - 1), st.binary(min_size=1, max_size=9) | st.none())
def test_a_proof_is_read_back_as_it_was_written(index: int, extra: bytes | None):
    hashes = tuple(inclusion_proof(index, SIZE, TREE.node))
    proof = OfflineProof(index, hashes, CHECKPOINT.encode(), extra)

    assert parse_proof(proof.encode()) == proof
    assert proof.verify(leaf_hash(entry(index)), WITNESSED).note == CHECKPOINT


@given(changed(PROOF.encode()))
def test_one_changed_byte_anywhere_in_a_proof_file_undoes_it(data: bytes):
    # There is no `extra` line in it, and every signer is known and asked for.
    refused(data)
