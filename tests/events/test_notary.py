"""The notary: what it signs once it stands by, and its proofs of the past stay valid."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from api.export.evidence_page import page
from events.application import Chancery, open_chancery
from events.errors import InvalidBasis, LogBehind, NoCheckpoint, NoLogKey, NotInLog, NotSigned
from events.tlog.checkpoint import Policy, TreeHead, verify_checkpoint
from events.tlog.errors import ProofError
from events.tlog.keys import SignatureType, SigningKey, VerifierKey
from events.tlog.merkle import EMPTY_ROOT, leaf_hash, verify_consistency, verify_inclusion
from events.tlog.note import parse_note
from events.tlog.offline import parse_proof
from events.tlog.signed import HeadsInMemory
from events.tlog.tiles import Bundle, Tile
from events.write.commands import RecordAct
from tests.domain.given import event, visit_of
from tests.events.tlog.reading import (
    bundles,
    decode_entries,
    full_tiles,
    node_from_tiles,
    partial_tiles,
    root_of,
    tile_bytes,
    verify_tiles,
)

ORIGIN = "chancery.example/log"
FIRST = SigningKey(ORIGIN, bytes(range(32)))
SECOND = SigningKey(ORIGIN, bytes(range(1, 33)))
WITNESS = SigningKey("witness.example/w", bytes(32), SignatureType.COSIGNATURE)
VISIT = event("visit.held", "1990-05-01", parties=visit_of("FRA", "DEU"))
POLICY = Policy(ORIGIN, (FIRST.verifier,))


def grow(chancery: Chancery, count: int) -> None:
    """Record more acts of one event each, in appends of up to fifty events."""
    start = chancery.query.head().position
    events = [{**VISIT, "key": f"{number}"} for number in range(50)]
    while (done := chancery.query.head().position - start) < count:
        chancery.commands.execute(RecordAct(None, events[: count - done], recorded_by="clerk"))


@pytest.fixture
def chancery() -> Iterator[Chancery]:
    chancery = open_chancery("sqlite:///:memory:")
    yield chancery
    chancery.close()


def headers(chancery: Chancery) -> list[bytes]:
    notary, size = chancery.admin.notary(), chancery.query.head().position
    return [
        entry
        for bundle in bundles(size)
        for entry in decode_entries(bundle, notary.entries(bundle))
    ]


def test_two_checkpoints_of_one_size_are_the_same_bytes(chancery: Chancery):
    notary = chancery.admin.notary([FIRST])
    empty = notary.checkpoint()
    assert verify_checkpoint(empty, POLICY).checkpoint.head.root == EMPTY_ROOT
    grow(chancery, 3)
    three = notary.checkpoint()

    assert notary.checkpoint() == three == chancery.admin.notary([FIRST]).checkpoint()
    assert chancery.admin.notary().latest() == three
    head = verify_checkpoint(three, POLICY).checkpoint.head
    assert (head.size, head.root) == (3, root_of(map(leaf_hash, headers(chancery))))
    kept = notary.kept(0)
    assert kept is not None
    assert kept.note == empty


def test_without_a_key_nothing_is_signed_but_what_was_signed_is_shown(chancery: Chancery):
    grow(chancery, 1)
    with pytest.raises(NoLogKey):
        chancery.admin.notary().checkpoint()
    with pytest.raises(NoCheckpoint):
        chancery.admin.notary().latest()
    signed = chancery.admin.notary([FIRST]).latest()
    grow(chancery, 1)
    assert chancery.admin.notary().latest() == signed


def test_after_a_rotation_both_keys_sign_and_later_the_new_one_alone(chancery: Chancery):
    grow(chancery, 2)
    before = chancery.admin.notary([FIRST]).checkpoint()
    both = chancery.admin.notary([SECOND, FIRST])
    rotated = both.checkpoint()

    # The text is the same, so what an old verifier trusted it still trusts.
    assert parse_note(rotated).text == parse_note(before).text
    assert rotated.startswith(before)
    assert both.checkpoint() == rotated
    for key in (FIRST, SECOND):
        verify_checkpoint(rotated, Policy(ORIGIN, (key.verifier,)))
    grow(chancery, 1)
    assert len(parse_note(both.checkpoint()).signatures) == 2
    grow(chancery, 1)
    alone = chancery.admin.notary([SECOND]).checkpoint()
    verify_checkpoint(alone, Policy(ORIGIN, (SECOND.verifier,)))
    with pytest.raises(ProofError, match="a signature of a key of the log"):
        verify_checkpoint(alone, POLICY)


def test_a_log_keeps_its_name_and_a_witness_key_is_no_log_key(chancery: Chancery):
    chancery.admin.notary([FIRST]).checkpoint()
    grow(chancery, 1)
    with pytest.raises(ProofError, match="which this log has been called"):
        chancery.admin.notary([SigningKey("other.example/log", FIRST.seed)]).checkpoint()
    with pytest.raises(ProofError, match="a log's key"):
        chancery.admin.notary([WITNESS])
    with pytest.raises(ProofError, match="the name"):
        chancery.admin.notary([FIRST, SigningKey("other.example/log", FIRST.seed)])


def test_every_path_of_the_tiles_is_served_and_no_other(chancery: Chancery):
    grow(chancery, 601)
    notary, size = chancery.admin.notary([FIRST]), 601
    head = verify_checkpoint(notary.checkpoint(), POLICY).checkpoint.head
    leaves = [leaf_hash(entry) for entry in headers(chancery)]

    verify_tiles(size, head.root, notary.tile)
    node = node_from_tiles(size, notary.tile)
    for tile in (*full_tiles(size), *partial_tiles(size)):
        for width in {1, 2, tile.width // 2 or 1, tile.width - 1 or 1, tile.width}:
            part = Tile(tile.level, tile.index, width)
            assert notary.tile(part) == tile_bytes(part, node)
    for number in range(2):
        assert notary.tile(Tile(0, number)) == b"".join(leaves[number * 256 :][:256])
        for width in (1, 99, 255, 256):
            entries = decode_entries(Bundle(number, width), notary.entries(Bundle(number, width)))
            assert list(map(leaf_hash, entries)) == leaves[number * 256 :][:width]
    for absent in (Tile(0, 2), Tile(0, 2, 90), Tile(0, 3, 1), Tile(1, 0, 3), Tile(2, 0, 1)):
        with pytest.raises(NotInLog):
            notary.tile(absent)
    for beyond in (Tile(63, 10**20), Tile(0, 10**20)):
        with pytest.raises(NotInLog):
            notary.tile(beyond)
    for missing in (Bundle(2), Bundle(2, 90), Bundle(3, 1), Bundle(10**20)):
        with pytest.raises(NotInLog):
            notary.entries(missing)


def test_proofs_of_any_past_size_hold_and_stay_as_they_were_after_appends(chancery: Chancery):
    notary = chancery.admin.notary([FIRST])
    grow(chancery, 300)
    chosen = random.Random(3)
    pairs = [(0, 300), (1, 300), (300, 300), (256, 257)]
    pairs += [tuple(sorted((chosen.randint(1, 300), chosen.randint(1, 300)))) for _ in range(60)]
    leaves = [leaf_hash(entry) for entry in headers(chancery)]
    roots = [root_of(leaves[:size]) for size in range(301)]
    before = []
    for earlier, later in pairs:
        grown = notary.consistency(earlier, later)
        assert (grown.earlier.root, grown.later.root) == (roots[earlier], roots[later])
        if earlier:
            verify_consistency(earlier, later, roots[earlier], roots[later], grown.hashes)
        held = notary.inclusion(max(earlier, 1), later)
        verify_inclusion(held.index, later, leaves[held.index], held.hashes, roots[later])
        before.append((grown, held))

    grow(chancery, 250)
    for (earlier, later), (grown, held) in zip(pairs, before, strict=True):
        assert notary.consistency(earlier, later) == grown
        assert notary.inclusion(max(earlier, 1), later) == held


def test_an_offline_proof_needs_only_the_header_and_the_key(chancery: Chancery):
    grow(chancery, 257)
    notary = chancery.admin.notary([FIRST])
    entries = headers(chancery)
    for position in (1, 2, 128, 256, 257):
        proof = notary.offline_proof(position)
        parse_proof(proof).verify(leaf_hash(entries[position - 1]), POLICY)
        with pytest.raises(ProofError):
            parse_proof(proof).verify(leaf_hash(entries[position - 2]), POLICY)
    with pytest.raises(InvalidBasis, match="position: expected 1 to 257"):
        notary.offline_proof(258)


@pytest.mark.parametrize(("position", "size"), [(0, 3), (4, 3), (1, 4), (1, 0), (-1, None)])
def test_no_proof_is_given_of_what_the_log_does_not_hold(
    chancery: Chancery, position: int, size: int | None
):
    grow(chancery, 3)
    with pytest.raises(InvalidBasis):
        chancery.admin.notary().inclusion(position, size)
    with pytest.raises(InvalidBasis):
        chancery.admin.notary().consistency(2, 1)
    with pytest.raises(InvalidBasis):
        chancery.admin.notary().consistency(1, 4)


def test_cosignatures_are_kept_with_the_checkpoint_they_are_over(chancery: Chancery):
    grow(chancery, 1)
    notary = chancery.admin.notary([FIRST])
    note = parse_note(notary.checkpoint())
    notary.add_cosignatures(note.signed(WITNESS, 1_000))
    notary.add_cosignatures(note.signed(WITNESS, 2_000))

    policy = Policy(ORIGIN, (FIRST.verifier,), (WITNESS.verifier,), 1)
    verified = verify_checkpoint(notary.checkpoint(), policy)
    assert [signature.timestamp for signature in verified.cosignatures] == [2_000]
    grow(chancery, 1)
    with pytest.raises(ProofError, match="the checkpoint of size 1"):
        notary.add_cosignatures(note_of_another_root().signed(WITNESS, 1))


def note_of_another_root():
    other = open_chancery("sqlite:///:memory:")
    grow(other, 1)
    note = parse_note(other.admin.notary([FIRST]).checkpoint())
    other.close()
    return note


class TestAStoreThatWasAltered:
    """The notary signs and proves nothing that contradicts what it signed before."""

    def altered(self, path: Path, *statements: str) -> None:
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "acts.db"
        chancery = open_chancery(f"sqlite:///{path}")
        grow(chancery, 5)
        chancery.admin.notary([FIRST]).checkpoint()
        grow(chancery, 1)
        chancery.close()
        return path

    def refused(self, path: Path, match: str) -> None:
        chancery = open_chancery(f"sqlite:///{path}")
        try:
            with pytest.raises(ProofError, match=match):
                chancery.admin.notary([FIRST]).checkpoint()
        finally:
            chancery.close()

    def test_a_tree_that_forgot_a_signed_record_is_not_signed(self, path: Path):
        self.altered(
            path,
            "UPDATE tile SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB)",
        )
        self.refused(path, "consistency proof: expected root")

    def test_a_log_shorter_than_its_checkpoint_is_not_signed(self, path: Path):
        self.altered(path, "DELETE FROM stored_events WHERE rowid > 4")
        self.refused(path, "expected 5 records or more")

    def test_a_header_that_is_not_the_tree_s_leaf_is_not_proved(self, path: Path):
        self.altered(
            path,
            "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), 'clerk', 'friar')"
            " AS BLOB) WHERE rowid = 2",
        )
        chancery = open_chancery(f"sqlite:///{path}")
        with pytest.raises(ProofError, match="inclusion proof: expected root"):
            chancery.admin.notary().inclusion(2)
        chancery.admin.notary().inclusion(3)
        chancery.close()


class TestAStoreThatWasPutBack:
    """What a key has signed is remembered outside the store, and a key contradicts itself never."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "acts.db"

    def opened(self, path: Path) -> Chancery:
        return open_chancery(f"sqlite:///{path}")

    def put_back(self, path: Path, heads: HeadsInMemory) -> Path:
        """A store of three records, of which a key has signed six."""
        chancery = self.opened(path)
        grow(chancery, 3)
        chancery.admin.notary([FIRST], heads).checkpoint()
        chancery.close()
        older = path.with_suffix(".older")
        shutil.copy(path, older)
        chancery = self.opened(path)
        grow(chancery, 3)
        chancery.admin.notary([FIRST], heads).checkpoint()
        chancery.close()
        path.rename(path.with_suffix(".newer"))
        older.replace(path)
        return path

    @pytest.mark.parametrize(
        ("recorded", "match"),
        [
            (0, "expected 6 records or more, got 3"),
            (2, "expected 6 records or more, got 5"),
            (3, "expected root [0-9a-f]{64} of the first 6 records"),
            (4, "expected root [0-9a-f]{64} of the first 6 records"),
        ],
        ids=["as it was", "shorter", "of the same size", "grown beyond"],
    )
    def test_is_not_signed_and_nothing_of_it_is_kept(self, path: Path, recorded: int, match: str):
        heads = HeadsInMemory()
        chancery = self.opened(self.put_back(path, heads))
        grow(chancery, recorded)
        notary, before = chancery.admin.notary([FIRST], heads), heads.all()
        for sign in (notary.checkpoint, notary.latest, notary.check):
            with pytest.raises(LogBehind, match=match):
                sign()
        with pytest.raises(LogBehind):
            chancery.inspection.evidence("DEU-FRA", "1991-01-01", notary=notary, page=page)
        assert heads.all() == before
        assert [notary.kept(size) is None for size in (3, 5, 6, 7)] == [False, True, True, True]
        chancery.close()

    def test_is_signed_by_a_new_key_alone_which_has_said_nothing_yet(self, path: Path):
        heads = HeadsInMemory()
        chancery = self.opened(self.put_back(path, heads))
        grow(chancery, 3)
        with pytest.raises(LogBehind):
            chancery.admin.notary([SECOND, FIRST], heads).checkpoint()
        notary = chancery.admin.notary([SECOND], heads)
        signed = verify_checkpoint(notary.checkpoint(), Policy(ORIGIN, (SECOND.verifier,)))
        assert signed.checkpoint.head.size == notary.signed() == 6
        notary.check()
        # The old key's word stands as it was.
        assert heads.all()[FIRST.verifier].root != signed.checkpoint.head.root
        chancery.close()

    def test_is_signed_again_once_the_newer_one_is_back(self, path: Path):
        heads = HeadsInMemory()
        self.put_back(path, heads)
        path.with_suffix(".newer").replace(path)
        chancery = self.opened(path)
        grow(chancery, 1)
        notary = chancery.admin.notary([FIRST], heads)
        notary.check()
        assert verify_checkpoint(notary.checkpoint(), POLICY).checkpoint.head.size == 7
        chancery.close()

    def test_one_key_does_not_sign_the_logs_of_two_stores(self, path: Path):
        heads = HeadsInMemory()
        one, other = self.opened(path), self.opened(path.with_suffix(".other"))
        for chancery in (one, other):
            grow(chancery, 2)
        one.admin.notary([FIRST], heads).checkpoint()
        with pytest.raises(LogBehind):
            other.admin.notary([FIRST], heads).checkpoint()
        one.close()
        other.close()


class TestWhatAKeyHasSigned:
    def test_is_kept_before_the_signature_leaves(self, chancery: Chancery):
        class Full(HeadsInMemory):
            def keep(self, keys: Iterable[VerifierKey], head: TreeHead) -> None:
                raise NotSigned("there is no room")

        grow(chancery, 1)
        notary = chancery.admin.notary([FIRST], Full())
        with pytest.raises(NotSigned, match="no room"):
            notary.checkpoint()
        assert notary.kept(1) is None

    def test_is_known_of_a_log_that_was_signed_before_heads_were_kept(self, chancery: Chancery):
        grow(chancery, 1)
        before = chancery.admin.notary([FIRST]).checkpoint()
        heads = HeadsInMemory()
        notary = chancery.admin.notary([FIRST], heads)
        assert notary.signed() == 0
        assert notary.checkpoint() == before
        assert heads.all()[FIRST.verifier].size == notary.signed() == 1

    def test_is_not_forgotten_where_the_checkpoint_was_not_kept_in_the_store(
        self, chancery: Chancery
    ):
        heads = HeadsInMemory()
        grow(chancery, 1)
        notary = chancery.admin.notary([FIRST], heads)
        head = verify_checkpoint(notary.checkpoint(), POLICY).checkpoint.head
        grow(chancery, 1)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(chancery._store, "write", lambda plan: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                notary.checkpoint()
        assert heads.all()[FIRST.verifier].size == 2 != head.size
        assert verify_checkpoint(notary.checkpoint(), POLICY).checkpoint.head.size == 2
