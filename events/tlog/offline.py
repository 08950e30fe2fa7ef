"""Offline proofs: all that shows an entry to be in a log, in one file (c2sp.org/tlog-proof).

c2sp.org/tlog-proof@v1
extra <base64>                   seldom; nothing authenticates it
index <i>
<base64 of a hash>               one a line, from the leaf's sibling upwards; none in a tree of one
<an empty line>
<the checkpoint, byte for byte>
"""

from __future__ import annotations

from dataclasses import dataclass

from events.tlog.checkpoint import Policy, VerifiedCheckpoint, verify_checkpoint
from events.tlog.errors import ProofError
from events.tlog.lines import (
    HASH_BYTES,
    LARGEST,
    base64_bytes,
    base64_text,
    hash_of,
    number_of,
)
from events.tlog.merkle import verify_inclusion
from events.tlog.note import parse_note

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63
"""The levels of the largest tree."""

_EXTRA = "extra "
_INDEX = "index "


@dataclass(frozen=True, slots=True)
class OfflineProof:
    """An inclusion proof with the checkpoint it leads to; not yet verified."""

    index: int
    """Counted from 0."""
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    """A signed note, verbatim."""
    extra: bytes | None = None
    """Whatever the application adds. Never to be trusted: no hash and no signature covers it."""

    def __post_init__(self) -> None:
        if not 0 <= self.index <= LARGEST:
            raise ProofError("out_of_range", "leaf index", f"0 to {LARGEST}", f"{self.index}")
        if len(self.hashes) > MOST_HASHES:
            got = f"{len(self.hashes)}"
            raise ProofError("wrong_length", "proof", f"at most {MOST_HASHES} hashes", got)
        for node in self.hashes:
            if len(node) != HASH_BYTES:
                raise ProofError("malformed", "proof", f"{HASH_BYTES} bytes", f"{len(node)}")
        if self.extra == b"":
            raise ProofError("malformed", "extra", "data, or no such line", "nothing")
        parse_note(self.checkpoint)

    def encode(self) -> bytes:
        """The file."""
        lines = [FIRST_LINE]
        if self.extra is not None:
            lines.append(_EXTRA + base64_text(self.extra))
        lines.append(f"{_INDEX}{self.index}")
        lines.extend(base64_text(node) for node in self.hashes)
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.checkpoint

    def verify(self, leaf: bytes, policy: Policy) -> VerifiedCheckpoint:
        """The checkpoint, if it fulfils the policy and its tree holds the leaf hash at the index.

        Raises `ProofError`.
        """
        verified = verify_checkpoint(self.checkpoint, policy)
        head = verified.checkpoint.head
        verify_inclusion(self.index, head.size, leaf, self.hashes, head.root)
        return verified


def parse_proof(data: bytes) -> OfflineProof:
    """The proof of a file; `OfflineProof.encode` gives it back."""
    head, gap, checkpoint = data.partition(b"\n\n")
    if not gap:
        raise ProofError("malformed", "proof", "an empty line before the checkpoint", "none")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise ProofError("malformed", "proof", "ASCII", str(error)) from None
    if lines[0] != FIRST_LINE:
        raise ProofError("malformed", "proof", FIRST_LINE, repr(lines[0]))
    at, extra = 1, None
    if lines[at:] and lines[at].startswith(_EXTRA):
        extra = base64_bytes(lines[at].removeprefix(_EXTRA), "extra")
        at += 1
    if not lines[at:] or not lines[at].startswith(_INDEX):
        raise ProofError("malformed", "proof", "a line of the index", repr(lines[at : at + 1]))
    index = number_of(lines[at].removeprefix(_INDEX), "leaf index")
    hashes = tuple(hash_of(line, "proof") for line in lines[at + 1 :])
    return OfflineProof(index, hashes, checkpoint, extra)
