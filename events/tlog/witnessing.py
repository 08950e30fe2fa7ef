"""Witnessing: what a log asks of a witness, and what the witness decides (c2sp.org/tlog-witness).

The body of `POST /add-checkpoint`, and of the answer 200 the lines that cosign it:

    old <size the witness is thought to know>
    <base64 of a hash>               at most 63, the consistency proof from that size
    <an empty line>
    <the checkpoint>

The witness must keep its new state before it answers, and must let no other decision about the
same log come between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from events.tlog.checkpoint import TreeHead, parse_checkpoint
from events.tlog.errors import ProofError
from events.tlog.keys import SignatureType, SigningKey, VerifierKey
from events.tlog.lines import HASH_BYTES, LARGEST, base64_text, hash_of, number_of
from events.tlog.merkle import EMPTY_ROOT, verify_consistency
from events.tlog.note import (
    Note,
    parse_note,
    parse_signature_lines,
    signature_line,
    verified_signatures,
)

MOST_HASHES = 63
SIZE_TYPE = "text/x.tlog.size"
"""Content type of a body that tells the size a witness knows."""

_OLD = "old "


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A log's request to cosign a checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Note

    def __post_init__(self) -> None:
        if not 0 <= self.old <= LARGEST:
            raise ProofError("out_of_range", "old size", f"0 to {LARGEST}", f"{self.old}")
        if len(self.proof) > MOST_HASHES:
            got = f"{len(self.proof)}"
            raise ProofError("wrong_length", "proof", f"at most {MOST_HASHES} hashes", got)
        for node in self.proof:
            if len(node) != HASH_BYTES:
                raise ProofError("malformed", "proof", f"{HASH_BYTES} bytes", f"{len(node)}")

    def encode(self) -> bytes:
        """The body of the request."""
        lines = [f"{_OLD}{self.old}", *(base64_text(node) for node in self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint.encode()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A checkpoint to cosign, once the state is kept."""

    origin: str
    head: TreeHead
    """The witness's new state of this log."""
    text: str
    """What a cosignature is over."""

    def answer(self, timestamp: int, *keys: SigningKey) -> bytes:
        """The body of the answer 200: a line of each of the witness's keys; seconds since 1970."""
        lines = (signature_line(self.text, key, timestamp).encode() for key in keys)
        return "".join(lines).encode()


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer other than 200."""

    status: int
    why: str
    known_size: int | None = None
    """With 409 only: the size the witness knows."""

    def answer(self) -> bytes:
        """The body: with 409 the known size, of type `SIZE_TYPE`; else words."""
        return f"{self.why if self.known_size is None else self.known_size}\n".encode()


def parse_request(data: bytes) -> AddCheckpoint:
    """The request of a body; raises `ProofError`."""
    head, gap, checkpoint = data.partition(b"\n\n")
    try:
        first, *rest = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise ProofError("malformed", "request", "ASCII", str(error)) from None
    if not gap or not first.startswith(_OLD):
        raise ProofError("malformed", "request", "old size, proof, checkpoint", repr(first))
    old = number_of(first.removeprefix(_OLD), "old size")
    if len(rest) > MOST_HASHES:
        raise ProofError("wrong_length", "proof", f"at most {MOST_HASHES} hashes", f"{len(rest)}")
    return AddCheckpoint(
        old, tuple(hash_of(line, "proof") for line in rest), parse_note(checkpoint)
    )


def decide(
    data: bytes,
    known: Mapping[str, TreeHead],
    logs: Mapping[str, Sequence[VerifierKey]],
) -> Accepted | Refused:
    """What a witness answers to a request's body; it never raises for what a client sent.

    `known` is its state, the last tree it cosigned of each log by origin; `logs` the keys it
    trusts for each.
    """
    try:
        request = parse_request(data)
        checkpoint = parse_checkpoint(request.checkpoint.text)
    except ProofError as error:
        return Refused(400, str(error))
    origin, head = checkpoint.origin, checkpoint.head
    if origin not in logs:
        return Refused(404, f"no log {origin!r} is known here")
    try:
        signed = verified_signatures(request.checkpoint, logs[origin])
    except ProofError as error:
        return Refused(403, str(error))
    if not signed:
        return Refused(403, "no key that is trusted for this log has signed")
    if request.old > head.size:
        return Refused(400, f"old size: expected at most {head.size}, got {request.old}")
    last = known.get(origin, TreeHead(0, EMPTY_ROOT))
    if request.old != last.size:
        return Refused(409, f"old size: expected {last.size}, got {request.old}", last.size)
    if head.size == last.size and head.root != last.root:
        return Refused(409, f"another root of size {last.size} is known", last.size)
    try:
        _verify_growth(last, head, request.proof)
    except ProofError as error:
        return Refused(422, str(error))
    return Accepted(origin, head, request.checkpoint.text)


def _verify_growth(last: TreeHead, head: TreeHead, proof: Sequence[bytes]) -> None:
    if last.size:
        verify_consistency(last.size, head.size, last.root, head.root, proof)
    elif proof:
        raise ProofError("wrong_length", "proof", "no hash from size 0", f"{len(proof)}")


def cosigned(checkpoint: Note, data: bytes, witnesses: Sequence[VerifierKey]) -> Note:
    """The checkpoint with the known witnesses' cosignatures of an answer 200; others are left out.

    Raises `ProofError` when a known one does not hold, or none is there.
    """
    try:
        lines = parse_signature_lines(data.decode())
    except UnicodeDecodeError as error:
        raise ProofError("malformed", "answer", "UTF-8", str(error)) from None
    keys = [key for key in witnesses if key.type is SignatureType.COSIGNATURE]
    verified_signatures(Note(checkpoint.text, lines), keys)
    known = {(key.name, key.key_id) for key in keys}
    added = tuple(line for line in lines if (line.name, line.key_id) in known)
    if not added:
        raise ProofError("unsigned", "answer", "a cosignature of a known witness", "none")
    return Note(checkpoint.text, (*checkpoint.signatures, *added))


def parse_size(data: bytes) -> int:
    """The size of an answer 409; raises `ProofError`."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise ProofError("malformed", "answer", "ASCII", str(error)) from None
    if not text.endswith("\n"):
        raise ProofError("malformed", "answer", "a line feed at the end", repr(text[-1:]))
    return number_of(text[:-1], "known size")
