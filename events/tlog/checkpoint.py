"""Checkpoints: a log's signed word that its tree of a size has a root (c2sp.org/tlog-checkpoint).

<origin>
<size>
<base64 of the root>
<extension lines, seldom any>
"""

from __future__ import annotations

from dataclasses import dataclass

from events.tlog.errors import ProofError
from events.tlog.keys import SignatureType, SigningKey, VerifierKey
from events.tlog.lines import HASH_BYTES, LARGEST, base64_text, hash_of, number_of
from events.tlog.merkle import EMPTY_ROOT
from events.tlog.note import Note, Verified, parse_note, sign_note, verified_signatures


@dataclass(frozen=True, slots=True)
class TreeHead:
    """A tree by its size and root."""

    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.size <= LARGEST:
            raise ProofError("out_of_range", "tree size", f"0 to {LARGEST}", f"{self.size}")
        if len(self.root) != HASH_BYTES:
            raise ProofError("malformed", "root", f"{HASH_BYTES} bytes", f"{len(self.root)}")
        if self.size == 0 and self.root != EMPTY_ROOT:
            # RFC 6962, section 2.1: there is one empty tree.
            raise ProofError("malformed", "root", "the empty tree's at size 0", self.root.hex())


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says, apart from who has signed it."""

    origin: str
    """The log: a URL without scheme and without slash at the end, in logs of ours."""
    head: TreeHead
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise ProofError("malformed", "checkpoint", "lines that are not empty", repr(line))

    @property
    def text(self) -> str:
        """The text that is signed."""
        root = base64_text(self.head.root)
        lines = (self.origin, f"{self.head.size}", root, *self.extensions)
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Policy:
    """Whose word on a log is taken (in the manner of c2sp.org/tlog-policy)."""

    origin: str
    log_keys: tuple[VerifierKey, ...]
    """One of them must have signed."""
    witness_keys: tuple[VerifierKey, ...] = ()
    quorum: int = 0
    """How many witnesses must have cosigned, counted by their public keys."""

    def __post_init__(self) -> None:
        for key in self.witness_keys:
            if key.type is not SignatureType.COSIGNATURE:
                raise ProofError("wrong_key", f"witness {key.name}", "a cosigning key", "another")
        witnesses = len({key.public for key in self.witness_keys})
        if not 0 <= self.quorum <= witnesses:
            raise ProofError("out_of_range", "quorum", f"0 to {witnesses}", f"{self.quorum}")


@dataclass(frozen=True, slots=True)
class VerifiedCheckpoint:
    """A checkpoint that fulfils a policy."""

    checkpoint: Checkpoint
    note: Note
    signatures: tuple[Verified, ...]
    """The log's."""
    cosignatures: tuple[Verified, ...]
    """The known witnesses', each with its time."""


def parse_checkpoint(text: str) -> Checkpoint:
    """What a note's text says; `Checkpoint.text` gives it back."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop():
        raise ProofError("malformed", "checkpoint", "three lines or more", f"{len(lines)}")
    origin, size, root, *extensions = lines
    head = TreeHead(number_of(size, "tree size"), hash_of(root, "root"))
    return Checkpoint(origin, head, tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, *keys: SigningKey) -> Note:
    """The checkpoint signed by keys of the log, which bear its origin's name."""
    origin = checkpoint.origin
    if "://" in origin or origin.endswith("/"):
        expected = "a URL without scheme and without slash at the end"
        raise ProofError("wrong_origin", "origin", expected, repr(origin))
    for key in keys:
        if key.name != origin:
            raise ProofError("wrong_key", "log key", f"the name {origin!r}", repr(key.name))
    return sign_note(checkpoint.text, *keys)


def verify_checkpoint(data: bytes, policy: Policy) -> VerifiedCheckpoint:
    """The checkpoint of a signed note if it fulfils the policy; raises `ProofError`.

    Times of cosignatures are told, not judged: only the caller has a clock.
    """
    note = parse_note(data)
    signatures = verified_signatures(note, policy.log_keys)
    if not signatures:
        raise ProofError("unsigned", "checkpoint", "a signature of a key of the log", "none")
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != policy.origin:
        raise ProofError("wrong_origin", "checkpoint", repr(policy.origin), repr(checkpoint.origin))
    cosignatures = verified_signatures(note, policy.witness_keys)
    # A cosignature does not commit to its key's name: one key under two names is one witness.
    witnesses = len({verified.key.public for verified in cosignatures})
    if witnesses < policy.quorum:
        expected = f"{policy.quorum} witnesses"
        raise ProofError("too_few_witnesses", "checkpoint", expected, f"{witnesses}")
    return VerifiedCheckpoint(checkpoint, note, signatures, cosignatures)
