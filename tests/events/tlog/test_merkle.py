import random
from collections.abc import Callable
from hashlib import sha256

import pytest

from events.tlog.errors import ProofError
from events.tlog.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from tests.events.tlog.trees import EIGHT, ROOTS_OF_EIGHT, Naive, entry

#: Every size, index and pair of sizes up to here is tried.
MOST = 300
TREE = Naive([entry(index) for index in range(MOST)])
LEAVES = [leaf_hash(entry) for entry in TREE.entries]
STRANGER = sha256(b"no hash of this tree").digest()


def refused(verify: Callable[..., None], *given: object) -> str:
    try:
        verify(*given)
    except ProofError as error:
        return error.reason
    pytest.fail(f"accepted: {given}")


def flipped(data: bytes, bit: int) -> bytes:
    return bytes([data[0] ^ 1 << bit, *data[1:]])


def spoilt(proof: list[bytes], dice: random.Random) -> list[bytes]:
    """One of: a hash wrong, one missing, one too many at either end, two exchanged."""
    wrong = [[*proof, STRANGER], [STRANGER, *proof]]
    if proof:
        at = dice.randrange(len(proof))
        wrong.append([*proof[:at], flipped(proof[at], dice.randrange(8)), *proof[at + 1 :]])
        wrong.append([*proof[:at], *proof[at + 1 :]])
        wrong.append([*proof, proof[-1]])
    if len(proof) > 1:
        wrong.append([proof[1], proof[0], *proof[2:]])
    return dice.choice(wrong)


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)
def test_the_published_inclusion_proofs_are_made_and_hold(index: int, size: int, proof: list[str]):
    tree = Naive(EIGHT)
    root = bytes.fromhex(ROOTS_OF_EIGHT[size - 1])

    made = inclusion_proof(index, size, tree.node)

    assert [node.hex() for node in made] == proof
    verify_inclusion(index, size, leaf_hash(EIGHT[index]), made, root)


@pytest.mark.parametrize(
    ("earlier", "later", "proof"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_the_published_consistency_proofs_are_made_and_hold(
    earlier: int, later: int, proof: list[str]
):
    roots = [bytes.fromhex(node) for node in ROOTS_OF_EIGHT]

    made = consistency_proof(earlier, later, Naive(EIGHT).node)

    assert [node.hex() for node in made] == proof
    verify_consistency(earlier, later, roots[earlier - 1], roots[later - 1], made)


def test_every_leaf_of_every_tree_is_proven_and_no_spoilt_proof_passes():
    dice = random.Random(6962)
    for size in range(1, MOST + 1):
        root = TREE.mth(0, size)
        for index in range(size):
            leaf = LEAVES[index]
            proof = inclusion_proof(index, size, TREE.node)
            assert proof == TREE.path(index, 0, size)
            verify_inclusion(index, size, leaf, proof, root)
            refused(verify_inclusion, index, size, leaf, spoilt(proof, dice), root)
            other = dice.randrange(size)
            if other != index:
                refused(verify_inclusion, other, size, leaf, proof, root)
                refused(verify_inclusion, index, size, LEAVES[other], proof, root)


def test_every_tree_is_proven_to_begin_with_every_smaller_one_and_no_spoilt_proof_passes():
    dice = random.Random(9162)
    for later in range(1, MOST + 1):
        root2 = TREE.mth(0, later)
        for earlier in range(1, later + 1):
            root1 = TREE.mth(0, earlier)
            proof = consistency_proof(earlier, later, TREE.node)
            assert proof == TREE.proof(earlier, later)
            verify_consistency(earlier, later, root1, root2, proof)
            refused(verify_consistency, earlier, later, root1, root2, spoilt(proof, dice))
            roots = (STRANGER, root2) if dice.random() < 0.5 else (root1, STRANGER)
            refused(verify_consistency, earlier, later, *roots, proof)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 64, 65, 255, 256, 257, 300])
def test_a_proof_is_refused_whichever_of_its_hashes_is_changed(size: int):
    root = TREE.mth(0, size)
    for index in range(size):
        proof = inclusion_proof(index, size, TREE.node)
        for at in range(len(proof)):
            wrong = [*proof[:at], flipped(proof[at], 0), *proof[at + 1 :]]
            assert refused(verify_inclusion, index, size, LEAVES[index], wrong, root)
    for earlier in range(1, size):
        proof = consistency_proof(earlier, size, TREE.node)
        for at in range(len(proof)):
            wrong = [*proof[:at], flipped(proof[at], 7), *proof[at + 1 :]]
            assert refused(verify_consistency, earlier, size, TREE.mth(0, earlier), root, wrong)


@pytest.mark.parametrize("size", [2, 3, 6, 8, 11, 64, 100])
def test_a_proof_of_one_place_is_none_of_any_other(size: int):
    root = TREE.mth(0, size)
    for index in range(size):
        proof = inclusion_proof(index, size, TREE.node)
        for other in range(size):
            if other != index:
                refused(verify_inclusion, other, size, LEAVES[index], proof, root)


@pytest.mark.parametrize(
    ("index", "size", "proof", "reason"),
    [
        (5, 5, [], "out_of_range"),
        (-1, 5, [], "out_of_range"),
        (0, 0, [], "out_of_range"),
        (0, 2**63, [], "out_of_range"),
        (0, 8, [], "wrong_length"),
        (0, 1, [STRANGER], "wrong_length"),
        (0, 2, [STRANGER], "root_mismatch"),
        (0, 2, [STRANGER[:31]], "malformed"),
        (0, 2, [STRANGER + b"\x00"], "malformed"),
    ],
)
def test_a_refused_inclusion_says_why(index: int, size: int, proof: list[bytes], reason: str):
    assert refused(verify_inclusion, index, size, LEAVES[0], proof, TREE.mth(0, 2)) == reason


@pytest.mark.parametrize(
    ("earlier", "later", "proof", "reason"),
    [
        (4, 3, [STRANGER], "out_of_range"),
        (0, 3, [], "out_of_range"),
        (-1, 3, [STRANGER], "out_of_range"),
        (1, 2**63, [STRANGER], "out_of_range"),
        (3, 3, [STRANGER], "wrong_length"),
        (3, 3, [], "root_mismatch"),
        (2, 3, [], "wrong_length"),
        (2, 3, [STRANGER, STRANGER], "wrong_length"),
        (3, 7, [STRANGER], "wrong_length"),
        (2, 3, [STRANGER], "root_mismatch"),
        (2, 3, [b""], "malformed"),
    ],
)
def test_a_refused_consistency_says_why(earlier: int, later: int, proof: list[bytes], reason: str):
    roots = TREE.mth(0, 2), TREE.mth(0, 3)

    assert refused(verify_consistency, earlier, later, *roots, proof) == reason


def test_two_empty_trees_are_consistent_and_from_the_empty_tree_nothing_is_proven():
    verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])

    assert consistency_proof(0, 5, TREE.node) == []
    assert refused(verify_consistency, 0, 5, EMPTY_ROOT, TREE.mth(0, 5), []) == "out_of_range"


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_is_made_of_a_leaf_outside_the_tree(index: int, size: int):
    with pytest.raises(ProofError):
        inclusion_proof(index, size, TREE.node)


def test_no_proof_is_made_from_a_larger_tree_to_a_smaller():
    with pytest.raises(ProofError):
        consistency_proof(4, 3, TREE.node)
