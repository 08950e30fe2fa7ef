"""The notary: the log's checkpoints, its tiles and its proofs, out of a store.

The tree of size n is over the first n records, so the record at position p is leaf p - 1. Keys
are given, and so is what they have signed; neither is ever kept in the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from events.errors import LogBehind, NoCheckpoint, NoLogKey, NotInLog
from events.log.record import header_of
from events.notary.proving import (
    Consistency,
    Inclusion,
    check_growth,
    consistency,
    inclusion,
    within,
)
from events.notary.witnesses import Witness, remember, witnesses_of
from events.store.beside import KeptCheckpoint
from events.store.protocol import Reader, Store, Writer
from events.tlog.checkpoint import Checkpoint, TreeHead, parse_checkpoint, sign_checkpoint
from events.tlog.errors import ProofError
from events.tlog.keys import SignatureType, SigningKey, VerifierKey
from events.tlog.lines import HASH_BYTES
from events.tlog.merkle import root_at
from events.tlog.note import Note, parse_note, sign_note, verified_signatures
from events.tlog.offline import OfflineProof
from events.tlog.signed import HeadsInMemory, SignedHeads
from events.tlog.tiles import WIDTH, Bundle, Tile, encode_entries
from events.tlog.tree import nodes


class Notary:
    """Vouches for the log of a store. What it gives of the log's past stays as it is for ever."""

    def __init__(
        self,
        store: Store,
        keys: Sequence[SigningKey] = (),
        heads: SignedHeads | None = None,
    ) -> None:
        """`keys` sign in their order; all bear the log's name, its origin. Raises `ProofError`.

        `heads` are what they have signed; without them that is remembered by this notary alone.
        """
        check_keys(keys)
        self._store = store
        self._keys = tuple(keys)
        self._heads = HeadsInMemory() if heads is None else heads
        self.verifier_keys: tuple[VerifierKey, ...] = tuple(key.verifier for key in keys)

    def sign(self, text: str) -> Note:
        """A note of another text than a checkpoint's; raises `NoLogKey`.

        The text's first line says what it is, and it has not the three lines of a checkpoint.
        """
        if not self._keys:
            raise NoLogKey
        return sign_note(text, *self._keys)

    # Checkpoints

    def checkpoint(self) -> bytes:
        """The signed note of the log as it is now, kept; the same bytes as long as it is the same.

        Raises `NoLogKey`, `NotSigned`, and `LogBehind` or `ProofError` rather than sign what
        contradicts an earlier one.
        """
        if not self._keys:
            raise NoLogKey
        known = self._known()
        with self._store.read() as reader:
            kept = reader.checkpoint(reader.head().position)
            if kept is not None and self._have_signed(known, parse_note(kept.note)):
                _check_known(reader, known)
                return kept.note
        with self._heads.alone():
            known = self._known()
            # What a transaction holds that is still written may be undone, and has no tree yet.
            with self._store.read() as reader:
                _check_known(reader, known)
                checkpoint = self._made(reader)
            # Before the signature is made, so that none ever leaves that is forgotten.
            self._heads.keep(self.verifier_keys, checkpoint.head)
        return self._store.write(partial(_keep, sign_checkpoint(checkpoint, *self._keys)))

    def signed(self) -> int:
        """The largest number of records that a key has signed; 0 for none. Raises `NotSigned`."""
        return max((head.size for head in self._known().values()), default=0)

    def check(self) -> None:
        """Return where the store holds all that the keys have signed; raises `LogBehind`.

        Waits for few seconds, as `Store.ping` does.
        """
        known = self._known()
        if known:
            with self._store.read(briefly=True) as reader:
                _check_known(reader, known)

    def latest(self) -> bytes:
        """The newest checkpoint: made now where the log has grown and there is a key.

        Raises `NoCheckpoint` where there is no key and none was ever made.
        """
        if self._keys:
            return self.checkpoint()
        with self._store.read() as reader:
            kept = reader.checkpoint()
        if kept is None:
            raise NoCheckpoint
        return kept.note

    def kept(self, size: int) -> KeptCheckpoint | None:
        """The checkpoint that was made at a size, or None."""
        with self._store.read() as reader:
            return reader.checkpoint(size)

    def add_cosignatures(self, cosigned: Note) -> bytes:
        """Keep the signatures that a note has beyond the kept one of its size; gives the note.

        A newer signature takes the place of one by the same key. The caller has verified them.
        """
        size = parse_checkpoint(cosigned.text).head.size

        def plan(writer: Writer) -> bytes:
            if writer.checkpoint(size) is None:
                raise ProofError("root_mismatch", "note", f"the checkpoint of size {size}", "other")
            return _keep(cosigned, writer)

        return self._store.write(plan)

    # Witnesses

    def witnesses(self) -> tuple[Witness, ...]:
        """Who is asked to cosign, in the order they were added."""
        with self._store.read() as reader:
            return witnesses_of(reader)

    def add_witness(self, witness: Witness) -> None:
        """Ask a witness from now on; one of the same key is asked here instead of there."""
        self._store.write(lambda writer: remember(writer, (*witnesses_of(writer), witness)))

    def remove_witness(self, url: str) -> bool:
        """Ask there no more; gives whether anyone was asked there."""

        def plan(writer: Writer) -> bool:
            before = witnesses_of(writer)
            after = tuple(witness for witness in before if witness.url != url)
            remember(writer, after)
            return after != before

        return self._store.write(plan)

    def _made(self, reader: Reader) -> Checkpoint:
        """A checkpoint, as yet unsigned, of all there is in a snapshot."""
        size = reader.head().position
        head = TreeHead(size, root_at(size, nodes(reader.tile)))
        checkpoint = Checkpoint(self._keys[0].name, head)
        last = reader.checkpoint()
        if last is not None:
            check_growth(parse_checkpoint(parse_note(last.note).text), checkpoint, reader)
        return checkpoint

    def _known(self) -> dict[VerifierKey, TreeHead]:
        """What these keys have signed last.

        Asked before a snapshot is taken, which then shows all that was signed by now.
        """
        heads = self._heads.all()
        return {key: heads[key] for key in self.verifier_keys if key in heads}

    def _have_signed(self, known: Mapping[VerifierKey, TreeHead], note: Note) -> bool:
        """Whether all keys have signed a note, and a head is known of each."""
        return not self._unsigned(note) and known.keys() == set(self.verifier_keys)

    def _unsigned(self, note: Note) -> list[SigningKey]:
        """The keys that have not signed a note; raises where a signature of theirs is false."""
        signed = {verified.key for verified in verified_signatures(note, self.verifier_keys)}
        return [
            key
            for key, verifier in zip(self._keys, self.verifier_keys, strict=True)
            if verifier not in signed
        ]

    # Tiles

    def tile(self, tile: Tile) -> bytes:
        """A tile's hashes; raises `NotInLog` where the log is too short for it."""
        with self._store.read() as reader:
            size = reader.head().position
            if not tile.within(size):
                raise NotInLog(tile.path, size)
            return reader.tile(tile.level, tile.index)[: HASH_BYTES * tile.width]

    def entries(self, bundle: Bundle) -> bytes:
        """A bundle of entries, which are headers; raises `NotInLog`."""
        with self._store.read() as reader:
            size = reader.head().position
            if not bundle.within(size):
                raise NotInLog(bundle.path, size)
            rows = reader.log(bundle.index * WIDTH, bundle.width)
        return encode_entries([header_of(row.state) for row in rows])

    # Proofs

    def inclusion(self, position: int, size: int | None = None) -> Inclusion:
        """That a record is in the tree of a size, or of all there is.

        Raises `InvalidBasis`, and `ProofError` where the record is not the one of the tree.
        """
        with self._store.read() as reader:
            return inclusion(reader, position, size)

    def consistency(self, earlier: int, later: int | None = None) -> Consistency:
        """That the log of a size, or all of it, begins with the log of an earlier size."""
        with self._store.read() as reader:
            return consistency(reader, earlier, later)

    def offline_proof(self, position: int) -> bytes:
        """A tlog-proof: that a record is in the log, against its newest checkpoint.

        Raises `NoCheckpoint`, `InvalidBasis`, and `ProofError` as `inclusion` does.
        """
        note = self.latest()
        head = parse_checkpoint(parse_note(note).text).head
        given = self.inclusion(within("position", position, 1, head.size), head.size)
        if given.root != head.root:
            raise ProofError("root_mismatch", "tree", f"root {head.root.hex()}", given.root.hex())
        return OfflineProof(given.index, given.hashes, note).encode()


def _check_known(reader: Reader, known: Mapping[VerifierKey, TreeHead]) -> None:
    """Raise `LogBehind` unless a snapshot's log begins with every tree that is known."""
    size, node = reader.head().position, nodes(reader.tile)
    for key, head in known.items():
        if size < head.size:
            raise LogBehind(key.encode(), f"{head.size} records or more", f"{size}")
        root = root_at(head.size, node)
        if root != head.root:
            expected = f"root {head.root.hex()} of the first {head.size} records"
            raise LogBehind(key.encode(), expected, root.hex())


def _keep(note: Note, writer: Writer) -> bytes:
    """Keep a checkpoint, or what signatures it has beyond the kept one of its size; gives the note.

    Raises `ProofError` where another checkpoint of the size is kept.
    """
    size = parse_checkpoint(note.text).head.size
    kept = writer.checkpoint(size)
    before = note if kept is None else parse_note(kept.note)
    if before.text != note.text:
        raise ProofError("root_mismatch", "note", f"the checkpoint of size {size}", "other")
    lines = {(line.name, line.key_id): line for line in (*before.signatures, *note.signatures)}
    data = Note(note.text, tuple(lines.values())).encode()
    writer.keep_checkpoint(size, data)
    return data


def check_keys(keys: Sequence[SigningKey]) -> None:
    """Raise `ProofError` unless all are keys of one log."""
    for key in keys:
        if key.type is not SignatureType.ED25519:
            raise ProofError("wrong_key", f"log key {key.name}", "a log's key", "a witness's")
        if key.name != keys[0].name:
            raise ProofError("wrong_key", "log keys", f"the name {keys[0].name!r}", key.name)
