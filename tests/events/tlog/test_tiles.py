from collections.abc import Callable
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.tlog.errors import ProofError
from events.tlog.merkle import (
    Frontier,
    Node,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_at,
)
from events.tlog.tiles import Bundle, Tile, encode_entries, parse_path
from tests.events.tlog.reading import (
    bundles,
    decode_entries,
    full_tiles,
    node_from_tiles,
    partial_tiles,
    root_of,
    tile_bytes,
    tile_hashes,
    verify_tiles,
)
from tests.events.tlog.trees import entry

MOST = 70_000


@cache
def leaves() -> list[bytes]:
    return [leaf_hash(entry(index)) for index in range(MOST)]


@cache
def tree() -> Node:
    nodes: dict[tuple[int, int], bytes] = {}
    Frontier().extend(leaves(), lambda level, index, node: nodes.update({(level, index): node}))
    return lambda level, index: nodes[level, index]


def published(size: int) -> dict[str, bytes]:
    """The hash tiles of a log of that size, as files."""
    tiles = [*full_tiles(size), *partial_tiles(size)]
    return {tile.path: tile_bytes(tile, tree()) for tile in tiles}


def reader(files: dict[str, bytes]) -> Callable[[Tile], bytes]:
    return lambda tile: files[tile.path]


def test_a_log_of_70_000_entries_has_the_tiles_of_the_specification_s_example():
    full = list(full_tiles(70_000))

    assert [sum(tile.level == level for tile in full) for level in range(4)] == [273, 1, 0, 0]
    assert list(partial_tiles(70_000)) == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [tile.path for tile in partial_tiles(70_000)] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert [place.path for place in bundles(70_000)][-2:] == [
        "tile/entries/272",
        "tile/entries/273.p/112",
    ]


def test_a_log_of_256_entries_has_one_full_tile_and_above_it_one_of_width_one():
    assert list(full_tiles(256)) == [Tile(0, 0)]
    assert list(partial_tiles(256)) == [Tile(1, 0, 1)]


@pytest.mark.parametrize(
    ("index", "path"),
    [
        (0, "tile/0/000"),
        (999, "tile/0/999"),
        (1000, "tile/0/x001/000"),
        (1234067, "tile/0/x001/x234/067"),
        (1000000, "tile/0/x001/x000/000"),
    ],
)
def test_an_index_is_written_in_groups_of_three_digits(index: int, path: str):
    assert Tile(0, index).path == path
    assert parse_path(path) == Tile(0, index)
    assert parse_path(path.replace("/0/", "/entries/", 1) + ".p/7") == Bundle(index, 7)


def test_the_tiles_of_every_size_have_the_widths_of_the_specification():
    for size in range(MOST + 1):
        assert [(tile.level, tile.index, tile.width) for tile in partial_tiles(size)] == [
            (level, (size >> 8 * level) // 256, width)
            for level in range(3)
            if (width := (size >> 8 * level) % 256)
        ]


def test_each_size_adds_one_leaf_to_the_tiles_and_loses_none():
    before: set[Tile] = set()
    for size in (*range(1, 1200), *range(65_400, 65_700)):
        full = set(full_tiles(size))
        assert before <= full or size == 65_400
        assert full == {tile for tile in full if tile.within(size)}
        held = sum(tile.width for tile in (*full, *partial_tiles(size)) if tile.level == 0)
        assert held == sum(place.width for place in bundles(size)) == size
        before = full


def test_every_path_that_any_size_up_to_70_000_asks_for_is_read_back():
    asked = [tile for size in range(MOST + 1) for tile in partial_tiles(size)]
    tiles = {*asked, *full_tiles(MOST)}
    paths = {tile.path for tile in tiles}

    assert len(paths) == len(tiles)
    assert {parse_path(path) for path in paths} == tiles
    for place in (*bundles(MOST), *(Bundle(tile.index, tile.width) for tile in tiles)):
        assert parse_path(place.path) == place


@given(st.integers(0, 63), st.integers(0, 10**21 - 1), st.integers(1, 256))
def test_a_path_and_a_place_are_one_and_the_same(level: int, index: int, width: int):
    assert parse_path(Tile(level, index, width).path) == Tile(level, index, width)
    assert parse_path(Bundle(index, width).path) == Bundle(index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/00/001",
        "tile/64/001",
        "tile/-1/001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/07",
        "tile/0/001.p/",
        "tile/0/001.p",
        "tile/0/001/",
        "/tile/0/001",
        "tile/0/001\n",
        "tile/0/٠٠١",
        "tile/entries/x001",
        "tile/entries/../0/001",
        "tile/data/001",
        "tile/0/" + "x001/" * 2000 + "001",
    ],
)
def test_a_path_spelt_otherwise_is_no_path(path: str):
    with pytest.raises(ProofError) as raised:
        parse_path(path)

    assert raised.value.reason == "malformed"


@pytest.mark.parametrize(
    "place", [(0, -1, 256), (64, 0, 256), (-1, 0, 256), (0, 0, 0), (0, 0, 257)]
)
def test_there_is_no_tile_outside_the_levels_and_widths(place: tuple[int, int, int]):
    with pytest.raises(ProofError):
        Tile(*place)


def test_a_tile_is_within_a_tree_from_the_size_that_fills_it():
    assert [Tile(0, 1, 3).within(size) for size in (258, 259, 260)] == [False, True, True]
    assert [Tile(1, 0).within(size) for size in (65_535, 65_536)] == [False, True]
    assert [Bundle(1, 3).within(size) for size in (258, 259)] == [False, True]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 1000, 65_536, 65_537, 70_000])
def test_the_root_is_made_anew_from_tiles_alone(size: int):
    files = published(size)
    root = root_of(leaves()[:size])

    verify_tiles(size, root, reader(files))
    assert root_at(size, node_from_tiles(size, reader(files))) == root
    assert all(len(files[tile.path]) == 8192 for tile in full_tiles(size))


def test_an_empty_log_has_no_tiles():
    assert published(0) == {}
    assert list(bundles(0)) == []
    verify_tiles(0, root_of([]), reader({}))


@pytest.mark.parametrize("size", [300, 65_793])
def test_proofs_from_tiles_are_those_from_the_tree(size: int):
    node = node_from_tiles(size, cache(reader(published(size))))

    for index in (0, 1, 255, 256, size // 2, size - 2, size - 1):
        assert inclusion_proof(index, size, node) == inclusion_proof(index, size, tree())
        assert consistency_proof(index, size, node) == consistency_proof(index, size, tree())


def test_a_subtree_that_reaches_beyond_the_tree_is_not_made_up():
    node = node_from_tiles(300, reader(published(300)))

    with pytest.raises(ProofError) as raised:
        node(8, 1)

    assert raised.value.reason == "out_of_range"


#: Two full tiles, a partial one, and one above them.
SMALL = 600


@given(st.integers(0, 2**31), st.integers(1, 255))
def test_one_changed_byte_in_any_tile_is_found(place: int, mask: int):
    files = published(SMALL)
    path = sorted(files)[place % len(files)]
    data = bytearray(files[path])
    data[place // len(files) % len(data)] ^= mask
    files[path] = bytes(data)

    with pytest.raises(ProofError) as raised:
        verify_tiles(SMALL, root_of(leaves()[:SMALL]), reader(files))

    assert raised.value.reason in {"tile_mismatch", "root_mismatch"}


@pytest.mark.parametrize("cut", [0, 31, 32, 8160, 8191])
def test_a_tile_of_another_length_is_refused(cut: int):
    with pytest.raises(ProofError) as raised:
        tile_hashes(Tile(0, 0), bytes(cut))

    assert raised.value.reason == "malformed"


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]):
    assert decode_entries(Bundle(0, len(entries)), encode_entries(entries)) == entries


def test_a_bundle_is_lengths_in_big_endian_and_bytes():
    entries = [b"", b"visit.held", b"x" * 65_535]

    assert encode_entries(entries) == b"\0\0" + b"\0\x0avisit.held" + b"\xff\xff" + entries[2]
    assert decode_entries(Bundle(4, 3), encode_entries(entries)) == entries


@pytest.mark.parametrize("entries", [[], [b"x" * 65_536], [b""] * 257])
def test_what_fits_no_bundle_is_not_written(entries: list[bytes]):
    with pytest.raises(ProofError) as raised:
        encode_entries(entries)

    assert raised.value.reason == "out_of_range"


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\1", b"\0\0\0", b"\0\1a\0\1b", b"\0\2a"])
def test_bytes_that_are_not_one_entry_are_no_bundle_of_width_one(data: bytes):
    with pytest.raises(ProofError) as raised:
        decode_entries(Bundle(0, 1), data)

    assert raised.value.reason == "malformed"


@given(st.integers(0, 2**20), st.integers(1, 255))
def test_one_changed_byte_in_a_bundle_gives_other_leaf_hashes_or_no_bundle(place: int, mask: int):
    entries = [entry(index) for index in range(40)]
    data = bytearray(encode_entries(entries))
    data[place % len(data)] ^= mask

    try:
        hashes = [leaf_hash(changed) for changed in decode_entries(Bundle(0, 40), bytes(data))]
    except ProofError:
        return
    assert hashes != [leaf_hash(one) for one in entries]


def test_a_tile_that_claims_a_root_of_its_own_is_found_although_the_leaves_agree():
    size = 512
    files = published(size)
    files["tile/1/000.p/2"] = sha256(b"forged").digest() * 2

    with pytest.raises(ProofError) as raised:
        verify_tiles(size, root_of(leaves()[:size]), reader(files))

    assert raised.value.reason == "tile_mismatch"
