"""The Merkle tree of RFC 6962, section 2.1, with SHA-256: roots, proofs, and their verification.

Trees are read through a `Node`: the hash of the full subtree over the leaves from `index * 2^level`
to `(index + 1) * 2^level`. Whoever keeps these can serve every proof of every past size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from events.tlog.errors import ProofError
from events.tlog.lines import HASH_BYTES, LARGEST

Node = Callable[[int, int], bytes]
"""Of (level, index): the hash of a full subtree. Asked only for subtrees inside the tree."""

Completed = Callable[[int, int, bytes], None]
"""Told (level, index, hash) of each full subtree, lower ones first."""

EMPTY_ROOT = sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees; its first byte keeps it from ever being a leaf's."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that must be kept of a tree to let it grow: one hash for each bit set in its size."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()
    """Roots of the largest full subtrees, from left to right, so from large to small."""

    def __post_init__(self) -> None:
        _range(0, self.size, LARGEST, "tree size")
        _hashes(self.peaks, "frontier")
        if len(self.peaks) != self.size.bit_count():
            raise _length("frontier", f"{self.size.bit_count()} peaks", self.peaks)

    @classmethod
    def at(cls, size: int, node: Node) -> Frontier:
        """The frontier of a tree of full subtrees that are kept elsewhere."""
        _range(0, size, LARGEST, "tree size")
        return cls(size, _peaks(0, size, node))

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """A frontier as `to_bytes` wrote it."""
        size, hashes = int.from_bytes(data[:8], "big"), data[8:]
        if len(data) < 8 or len(hashes) != HASH_BYTES * size.bit_count():
            raise ProofError("malformed", "frontier", "a size and its peaks", f"{len(data)} bytes")
        peaks = (hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))
        return cls(size, tuple(peaks))

    def to_bytes(self) -> bytes:
        """The size as a big-endian 64-bit integer, then the peaks: at most 2,024 bytes."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    def append(self, leaf: bytes) -> Frontier:
        """The frontier with one leaf hash more."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes], completed: Completed | None = None) -> Frontier:
        """The frontier with more leaf hashes; `completed` learns of every full subtree made."""
        peaks = list(self.peaks)
        size = self.size
        for node in leaves:
            if len(node) != HASH_BYTES:
                _hashes((node,), "leaf hash")
            level, index = 0, size
            if completed:
                completed(0, size, node)
            while index & 1:
                node = sha256(b"\x01" + peaks.pop() + node).digest()
                level, index = level + 1, index >> 1
                if completed:
                    completed(level, index, node)
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """The root of the tree."""
        return _joined(self.peaks) if self.peaks else EMPTY_ROOT


def root_at(size: int, node: Node) -> bytes:
    """The root of the tree's first `size` leaves."""
    return Frontier.at(size, node).root()


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1: the siblings on the way from a leaf to the root."""
    _range(0, index, size - 1, "leaf index")
    first, last = 0, size
    siblings = []
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            siblings.append(_joined(_peaks(middle, last, node)))
            last = middle
        else:
            siblings.append(_joined(_peaks(first, middle, node)))
            first = middle
    return siblings[::-1]


def consistency_proof(earlier: int, later: int, node: Node) -> list[bytes]:
    """PROOF of RFC 6962, section 2.1.2, between two sizes; empty from size 0 and between equals."""
    _range(0, earlier, later, "earlier size")
    if earlier == 0:
        return []
    first, last = 0, later
    siblings: list[bytes] = []
    while last != earlier:
        middle = first + _split(last - first)
        if earlier <= middle:
            siblings.append(_joined(_peaks(middle, last, node)))
            last = middle
        else:
            siblings.append(_joined(_peaks(first, middle, node)))
            first = middle
    if first > 0:
        # The earlier tree ends inside: its last subtree is no root the verifier knows.
        siblings.append(_joined(_peaks(first, last, node)))
    return siblings[::-1]


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Return only if the leaf hash is at the index of the tree; raise `ProofError` otherwise.

    RFC 9162, section 2.1.3.2. Only the root's checkpoint binds the size: a proof may fit another.
    """
    what = "inclusion proof"
    _range(0, size, LARGEST, "tree size")
    _range(0, index, size - 1, "leaf index")
    _hashes((leaf, root, *proof), what)
    fn, sn, reached = index, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            raise _length(what, "no hash beyond the root", proof)
        if fn & 1 or fn == sn:
            reached = node_hash(sibling, reached)
            while fn & 1 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            reached = node_hash(reached, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise _length(what, "hashes up to the root", proof)
    _same(what, root, reached)


def verify_consistency(
    earlier: int, later: int, root1: bytes, root2: bytes, proof: Sequence[bytes]
) -> None:
    """Return only if the later tree begins with all of the earlier; raise `ProofError` otherwise.

    RFC 9162, section 2.1.4.2. Every tree begins with the empty one, of which a proof can say
    nothing: size 0 is out of range unless both are 0.
    """
    what = "consistency proof"
    _range(0, later, LARGEST, "later size")
    _range(min(1, later), earlier, later, "earlier size")
    _hashes((root1, root2, *proof), what)
    if (earlier == later) == bool(proof):
        raise _length(what, "hashes between sizes that differ, and only there", proof)
    if earlier == later:
        _same(what, root2, root1)
        return
    # A full subtree's root is the earlier root itself, which the proof leaves out.
    steps = [root1, *proof] if earlier & (earlier - 1) == 0 else list(proof)
    fn, sn = earlier - 1, later - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = steps[0]
    for step in steps[1:]:
        if sn == 0:
            raise _length(what, "no hash beyond the root", proof)
        if fn & 1 or fn == sn:
            fr, sr = node_hash(step, fr), node_hash(step, sr)
            while fn & 1 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, step)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise _length(what, "hashes up to the root", proof)
    _same(what, root1, fr)
    _same(what, root2, sr)


def _split(leaves: int) -> int:
    """The largest power of two below a number of leaves: where their tree divides."""
    return 1 << ((leaves - 1).bit_length() - 1)


def _peaks(first: int, last: int, node: Node) -> tuple[bytes, ...]:
    """The full subtrees over the leaves from `first` to `last`, which begin a subtree at least."""
    peaks: list[bytes] = []
    for level in range((last - first).bit_length() - 1, -1, -1):
        if (last - first) >> level & 1:
            peaks.append(node(level, first >> level))
            first += 1 << level
    return tuple(peaks)


def _joined(peaks: Sequence[bytes]) -> bytes:
    """The root over peaks, of which there is at least one: smaller ones lie deeper on the right."""
    root = peaks[-1]
    for peak in peaks[-2::-1]:
        root = node_hash(peak, root)
    return root


def _range(least: int, value: int, most: int, what: str) -> None:
    if not least <= value <= most:
        raise ProofError("out_of_range", what, f"{least} to {most}", f"{value}")


def _hashes(values: Iterable[bytes], what: str) -> None:
    for value in values:
        if len(value) != HASH_BYTES:
            raise ProofError("malformed", what, f"{HASH_BYTES} bytes a hash", f"{len(value)}")


def _length(what: str, expected: str, hashes: Sequence[bytes]) -> ProofError:
    return ProofError("wrong_length", what, expected, f"{len(hashes)} hashes")


def _same(what: str, claimed: bytes, calculated: bytes) -> None:
    if claimed != calculated:
        raise ProofError("root_mismatch", what, f"root {claimed.hex()}", calculated.hex())
