"""What a store does when content is erased, and how it lies bare to verification."""

from __future__ import annotations

import pytest

from events.log.record import CORRECTED, decode, digest_holds
from events.projection.rows import OPEN, ChangeRow
from events.segments import signature_of
from events.store.protocol import Store, Writer
from tests.events.recording import corrected, tell
from tests.events.store_case import GENEVA, RETURN, VISIT, StoreCase


class ErasureContract(StoreCase):
    def test_an_erased_record_keeps_its_header_and_loses_the_rest(self, store: Store):
        tell(store, "visit:1", VISIT, corrected(1, VISIT | {"title": "Khrushchev"}))
        with store.read() as reader:
            before = reader.log(0, 9)
            tile = reader.tile(0, 0)
        store.write(lambda writer: writer.erase(1))
        with store.read() as reader:
            after = reader.log(0, 9)
            record = reader.record(1)
            assert after[0].state == before[0].state.split(b"\n")[0] + b"\n\n"
            assert after[1] == before[1]
            assert reader.tile(0, 0) == tile
            assert [r.type for r in reader.stream("visit:1")] == ["visit.held", CORRECTED]
        assert record is not None
        assert (record.salt, record.body) == (None, None)
        assert record.digest == decode(before[0].state).digest
        assert digest_holds(after[0].state)
        assert store.purge()

    def test_an_erasure_that_fails_erases_nothing(self, store: Store):
        tell(store, "visit:1", VISIT)

        def fails(writer: Writer) -> None:
            writer.erase(1)
            writer.clear_index("visit:1")
            raise RuntimeError

        with store.read() as reader:
            before = reader.bare().rows_of("visit:1")
        with pytest.raises(RuntimeError):
            store.write(fails)
        with store.read() as reader:
            record = reader.record(1)
            assert reader.bare().rows_of("visit:1") == before
        assert record is not None
        assert record.body is not None

    def test_the_digest_of_the_request_that_brought_it_goes_with_it(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "visit:2", RETURN)

        def erase(writer: Writer) -> None:
            writer.remember("one", "sha256:1", b'{"positions":[1]}', 1)
            writer.remember("two", "sha256:2", b'{"positions":[2]}', 2)

        store.write(erase)
        store.write(lambda writer: writer.erase(1))
        with store.read() as reader:
            kept = [reader.remembered("one"), reader.remembered("two")]
            assert [one.request_digest for one in kept if one] == ["erased", "sha256:2"]
            assert [(r.key, r.position) for r in reader.bare().receipts("", 9)] == [
                ("one", 1),
                ("two", 2),
            ]

    def test_the_index_of_one_act_is_cleared_alone(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "geneva", GENEVA)
        with store.read() as reader:
            before = reader.bare().rows_of("geneva")
        store.write(lambda writer: writer.clear_index("visit:1"))
        with store.read() as reader:
            assert reader.bare().acts("", 9) == ["geneva"]
            assert reader.bare().rows_of("geneva") == before
            assert reader.bare().rows_of("visit:1") == []

    def test_a_store_lies_bare_with_all_its_rows(self, store: Store):
        tell(store, "visit:1", VISIT)
        tell(store, "visit:2", RETURN)
        with store.read() as reader:
            bare = reader.bare()
            assert bare.flaws() == []
            assert bare.acts("", 1) == ["visit:1"]
            assert bare.acts("visit:1", 9) == ["visit:2"]
            assert bare.relationships("", 9) == [("FRA-SUN", "FRA", "SUN")]
            assert bare.relationships("FRA-SUN", 9) == []
            (tile,) = bare.tiles((-1, -1), 9)
            assert (tile.level, tile.number, tile.hashes) == (0, 0, reader.tile(0, 0))
            assert bare.tiles((0, 0), 9) == []
            rows = bare.rows_of("visit:2")
            assert {(known.known_from, known.known_to) for known in rows} == {(2, OPEN)}
            for known in rows:
                if isinstance(known.row, ChangeRow):
                    signature = signature_of(known.row.change.effect)
                    assert known.listed == (
                        known.row.acts,
                        known.row.shared,
                        known.row.contact,
                        signature,
                    )
