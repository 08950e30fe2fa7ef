"""What every store takes over from another: the same bytes at the same positions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from events.errors import UnreadableRecord
from events.store.protocol import Reader, Store
from events.store.raw import LogRow, row_of
from events.store.sqlite.store import open_sqlite
from events.tlog.merkle import root_at
from events.tlog.tree import nodes
from tests.events.recording import corrected, tell
from tests.events.store_case import GENEVA, NOON, RETURN, VISIT, Clock, StoreCase


def root(reader: Reader) -> bytes:
    return root_at(reader.head().position, nodes(reader.tile))


class TranscriptionContract(StoreCase):
    @pytest.fixture
    def other(self) -> Iterator[Store]:
        """Another store's history: an act corrected, one erased, and one as it was told."""
        store = open_sqlite("sqlite:///:memory:", Clock())
        tell(store, "visit:1", VISIT, corrected(1, RETURN))
        tell(store, "visit:2", RETURN)
        tell(store, "geneva", GENEVA)
        store.write(lambda writer: writer.erase(3))
        yield store
        store.close()

    @pytest.fixture
    def written(self, other: Store) -> list[LogRow]:
        with other.read() as reader:
            return reader.log(0, 99)

    def test_the_log_is_the_same_to_the_byte_and_so_is_its_tree(
        self, store: Store, other: Store, written: list[LogRow]
    ):
        store.write(lambda writer: writer.transcribe(written[:1]))
        store.write(lambda writer: writer.transcribe(written[1:]))

        with store.read() as reader, other.read() as theirs:
            assert reader.log(0, 99) == written == [row_of(row.state) for row in written]
            assert reader.head() == theirs.head()
            assert root(reader) == root(theirs)
            assert reader.bare().acts("", 9) == []

    def test_what_is_recorded_after_it_counts_on_and_is_no_earlier(
        self, store: Store, clock: Clock, written: list[LogRow]
    ):
        clock.now = NOON - 1_000_000
        store.write(lambda writer: writer.transcribe(written))
        (record,) = tell(store, "visit:3", VISIT)
        assert (record.position, record.recorded_at) == (5, NOON + 4)

    @pytest.mark.parametrize(
        ("what", "expected"),
        [
            ("a gap", "the one at position 1"),
            ("another act", "its header tells"),
            ("another position", "its header tells"),
            ("another body", "the content its header commits to"),
            ("no record", "three lines"),
        ],
    )
    def test_a_row_that_is_not_the_next_as_it_was_recorded_is_refused_and_nothing_kept(
        self, store: Store, written: list[LogRow], what: str, expected: str
    ):
        first = written[0]
        wrong = {
            "a gap": written[1],
            "another act": replace(first, act_id="visit:9"),
            "another position": replace(first, position=7),
            "another body": replace(first, state=first.state.replace(b"Khrushchev", b"Gromyko")),
            "no record": replace(first, state=b"visit"),
        }[what]
        with pytest.raises(UnreadableRecord, match=expected):
            store.write(lambda writer: writer.transcribe([wrong]))
        with store.read() as reader:
            assert reader.head().position == 0
            assert reader.log(0, 9) == []

    def test_a_checkpoint_keeps_the_instant_it_was_made_at(self, store: Store):
        store.write(lambda writer: writer.keep_checkpoint(0, b"note", NOON - 7))
        store.write(lambda writer: writer.keep_checkpoint(0, b"cosigned", NOON))
        with store.read() as reader:
            kept = reader.checkpoint(0)
        assert kept is not None
        assert (kept.note, kept.made_at) == (b"cosigned", NOON - 7)

    def test_of_its_remarks_those_of_the_store_itself_are_not_taken_along(self, store: Store):
        store.write(lambda writer: writer.set_meta("webhooks", "[]"))
        store.write(lambda writer: writer.set_meta("edition", "1"))
        with store.read() as reader:
            assert reader.bare().remarks() == [("webhooks", "[]")]
