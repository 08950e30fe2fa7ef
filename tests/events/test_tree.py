"""The tree over the log: tiles that only grow, and give every root there ever was."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from events.application import open_chancery
from events.log.record import header_of
from events.tlog.merkle import leaf_hash, root_at
from events.tlog.tree import grown, nodes
from events.write.commands import RecordAct
from tests.domain.given import event, visit_of
from tests.events.tlog.reading import root_of


class Tiles(dict[tuple[int, int], bytes]):
    """Tiles in memory."""

    def read(self, level: int, number: int) -> bytes:
        return self.get((level, number), b"")

    def grow(self, size: int, leaves: list[bytes]) -> None:
        for level, number, tile in grown(self.read, size, leaves):
            assert tile.startswith(self.read(level, number))
            self[level, number] = tile


def leaves(first: int, count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(first, first + count)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 900), max_size=8))
def test_tiles_grown_in_any_steps_are_the_tiles_grown_at_once(steps: list[int]) -> None:
    stepwise, at_once = Tiles(), Tiles()
    size = 0
    for step in steps:
        stepwise.grow(size, leaves(size, step))
        size += step
    at_once.grow(0, leaves(0, size))
    assert stepwise == at_once
    assert root_at(size, nodes(stepwise.read)) == root_of(leaves(0, size))


def test_every_size_of_the_past_has_its_root_in_the_tiles_of_today() -> None:
    tiles = Tiles()
    tiles.grow(0, leaves(0, 70_000))
    assert {key: len(tile) // 32 for key, tile in tiles.items() if len(tile) < 8_192} == {
        (0, 273): 112,
        (1, 1): 17,
        (2, 0): 1,
    }
    for size in (0, 1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 69_999, 70_000):
        assert root_at(size, nodes(tiles.read)) == root_of(leaves(0, size))


def test_a_stores_tree_is_that_of_its_headers_and_a_snapshot_keeps_its_own() -> None:
    chancery = open_chancery("sqlite:///:memory:")
    visit = event("visit.held", "1990-05-01", parties=visit_of("FRA", "DEU"))
    for number in range(300):
        chancery.commands.execute(RecordAct(f"v:{number}", [visit], recorded_by="clerk"))
    with chancery._store.read() as reader:
        headers = [leaf_hash(header_of(row.state)) for row in reader.log(0, 1_000)]
        for size in (1, 255, 256, 300):
            assert root_at(size, nodes(reader.tile)) == root_of(headers[:size])
        assert reader.tile(0, 1) == b"".join(headers[256:])
        assert reader.tile(1, 0) == root_of(headers[:256])
        assert reader.tile(2, 0) == b""
    chancery.close()
