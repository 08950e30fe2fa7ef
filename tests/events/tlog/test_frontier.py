import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.tlog.errors import ProofError
from events.tlog.merkle import EMPTY_ROOT, Frontier, leaf_hash, root_at
from tests.events.tlog.reading import root_of
from tests.events.tlog.trees import EIGHT, ROOTS_OF_EIGHT, Naive, entry

MOST = 300
TREE = Naive([entry(index) for index in range(MOST)])
LEAVES = [leaf_hash(entry) for entry in TREE.entries]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_of_the_eight_leaves_are_those_everyone_publishes(size: int):
    leaves = [leaf_hash(entry) for entry in EIGHT[:size]]

    assert root_of(leaves).hex() == ROOTS_OF_EIGHT[size - 1]


def test_the_tree_without_leaves_has_the_hash_of_nothing():
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    assert root_of([]) == Frontier().root() == EMPTY_ROOT == bytes.fromhex(nothing)


def test_a_frontier_grown_leaf_by_leaf_has_the_root_of_every_size_on_its_way():
    frontier = Frontier()

    for size in range(MOST + 1):
        assert frontier.root() == root_at(size, TREE.node) == TREE.mth(0, size)
        assert frontier == Frontier.at(size, TREE.node)
        assert Frontier.from_bytes(frontier.to_bytes()) == frontier
        if size < MOST:
            frontier = frontier.append(LEAVES[size])


@given(st.lists(st.integers(0, 90), max_size=6))
def test_it_does_not_matter_in_what_portions_leaves_are_added(portions: list[int]):
    frontier, size = Frontier(), 0

    for portion in portions:
        taken = LEAVES[size : size + portion]
        frontier, size = frontier.extend(taken), size + len(taken)

    assert frontier == Frontier().extend(LEAVES[:size])


def test_a_growing_frontier_tells_of_every_full_subtree_once_and_of_children_first():
    found: dict[tuple[int, int], bytes] = {}

    def completed(level: int, index: int, node: bytes) -> None:
        assert (level, index) not in found
        assert level == 0 or {(level - 1, 2 * index), (level - 1, 2 * index + 1)} <= found.keys()
        found[level, index] = node

    Frontier().extend(LEAVES[:100], completed).extend(LEAVES[100:], completed)

    assert found == {
        (level, index): TREE.node(level, index)
        for level in range(9)
        for index in range(MOST >> level)
    }


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 7,
        b"\x00" * 9,
        (1).to_bytes(8, "big"),
        (1).to_bytes(8, "big") + b"\x00" * 31,
        (3).to_bytes(8, "big") + b"\x00" * 32,
        (2**63).to_bytes(8, "big") + b"\x00" * 32,
    ],
)
def test_bytes_that_are_no_frontier_are_not_taken_for_one(data: bytes):
    with pytest.raises(ProofError):
        Frontier.from_bytes(data)


def test_a_leaf_hash_of_another_length_is_not_appended():
    with pytest.raises(ProofError):
        Frontier().append(b"short")


@pytest.mark.parametrize("peaks", [(), (LEAVES[0],), (LEAVES[0],) * 3])
def test_a_frontier_of_three_leaves_has_two_peaks(peaks: tuple[bytes, ...]):
    with pytest.raises(ProofError) as raised:
        Frontier(3, peaks)

    assert raised.value.reason == "wrong_length"
