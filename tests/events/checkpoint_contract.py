"""What every store keeps of its checkpoints."""

from __future__ import annotations

import pytest

from events.store.beside import KeptCheckpoint
from events.store.protocol import Reader, Store, Writer
from events.tlog.merkle import root_at
from events.tlog.tree import nodes
from tests.events.recording import tell, write
from tests.events.store_case import NOON, RETURN, VISIT, Clock, StoreCase


class CheckpointContract(StoreCase):
    def test_a_store_keeps_no_checkpoint_until_one_is_made(self, store: Store):
        with store.read() as reader:
            assert reader.checkpoint() is None
            assert reader.checkpoint(0) is None
            assert reader.checkpoints(-1, 9) == []

    def test_checkpoints_are_kept_by_size_with_the_instant_they_were_made(
        self, store: Store, clock: Clock
    ):
        store.write(lambda writer: writer.keep_checkpoint(0, b"nothing"))
        tell(store, "visit:1", VISIT)
        tell(store, "visit:2", RETURN)
        clock.now = NOON + 7
        store.write(lambda writer: writer.keep_checkpoint(2, b"two"))

        zero, two = KeptCheckpoint(0, b"nothing", NOON), KeptCheckpoint(2, b"two", NOON + 7)
        with store.read() as reader:
            assert reader.checkpoint() == two
            assert reader.checkpoint(0) == zero
            assert reader.checkpoint(1) is None
            assert reader.checkpoints(-1, 9) == [zero, two]
            assert reader.checkpoints(-1, 1) == [zero]
            assert reader.checkpoints(0, 9) == [two]
            assert reader.head().position == 2

    def test_a_cosigned_checkpoint_takes_the_place_of_the_one_of_its_size_but_not_its_instant(
        self, store: Store, clock: Clock
    ):
        store.write(lambda writer: writer.keep_checkpoint(0, b"signed"))
        clock.now = NOON + 7
        store.write(lambda writer: writer.keep_checkpoint(0, b"signed and cosigned"))

        with store.read() as reader:
            assert reader.checkpoint() == KeptCheckpoint(0, b"signed and cosigned", NOON)

    def test_a_checkpoint_of_a_plan_that_raises_is_not_kept(self, store: Store):
        def plan(writer: Writer) -> None:
            writer.keep_checkpoint(0, b"nothing")
            assert writer.checkpoint() is not None
            raise LookupError

        with pytest.raises(LookupError):
            store.write(plan)
        with store.read() as reader:
            assert reader.checkpoint() is None

    def test_a_plan_sees_the_tree_over_what_it_has_appended_and_of_one_that_raises_nothing_is_left(
        self, store: Store
    ):
        def root(reader: Reader) -> bytes:
            return root_at(reader.head().position, nodes(reader.tile))

        def plan(writer: Writer) -> bytes:
            write(writer, "visit:2", RETURN, by="historian")
            return root(writer)

        def fails(writer: Writer) -> None:
            plan(writer)
            raise LookupError

        tell(store, "visit:1", VISIT)
        with store.read() as reader:
            before = root(reader)
        with pytest.raises(LookupError):
            store.write(fails)
        assert store.write(root) == before
        seen = store.write(plan)
        with store.read() as reader:
            assert root(reader) == seen != before
