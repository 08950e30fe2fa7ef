"""Checking a bundle from its bytes alone: no store, no network, nothing taken on trust.

What holds after it: these records are in the log of the checkpoint, as they were stored; they are
all there was of their acts at the basis, up to the last that is shown; the answer follows from
them. What cannot hold by it: that no other act between the two was in the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from domain.parties import Registry
from domain.relationship import LAW_EDITION
from events.evidence.bundle import UNREADABLE, Bundle, Leaf, Sealed, parse_bundle
from events.evidence.following import BAD_VALUE, Difference, basis_of, check_answer, law_of
from events.log.record import Record, decode, digest_holds, instant_text, instant_us
from events.tlog.checkpoint import Policy, TreeHead, VerifiedCheckpoint, verify_checkpoint
from events.tlog.errors import ProofError
from events.tlog.keys import SignatureType, VerifierKey
from events.tlog.merkle import leaf_hash, verify_inclusion
from events.tlog.note import Verified, verified_signatures


class OtherLaw(NamedTuple):
    """Two editions of the law (ADR 22)."""

    answer: int
    """By which the answer was given."""
    program: int
    """By which this program answers."""

    def __str__(self) -> str:
        return (
            "records, proofs and seal hold; whether the answer follows from the records can only be"
            f" told by a program of edition {self.answer} of the law, and this one is of edition"
            f" {self.program}"
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of checking a bundle."""

    differences: tuple[Difference, ...]
    """None when everything holds."""
    bundle: Bundle | None
    """None where the bytes are no bundle."""
    head: TreeHead | None
    signers: tuple[Verified, ...]
    """The log's keys whose signatures hold on the checkpoint."""
    witnesses: tuple[Verified, ...]
    """The witnesses, with the seconds since 1970 at which they cosigned."""
    trusted: bool
    """Whether keys were named by the verifier; else the bundle's own word was taken for them."""
    other_law: OtherLaw | None = None
    """Set where all holds, and only a program of another edition can fold the records again."""


def verify_bundle(data: bytes, registry: Registry, trusted: Sequence[VerifierKey] = ()) -> Verdict:
    """Check everything in a bundle.

    With `trusted` keys, one of the log's among them must have signed the checkpoint and the seal,
    and each witness's must have cosigned. Without any, the bundle's own keys are taken, which
    shows that the file is whole, not whose it is.
    """
    try:
        read = parse_bundle(data)
    except UNREADABLE as error:
        difference = Difference(error.what, error.expected, error.got)
        return Verdict((difference,), None, None, (), (), bool(trusted))
    found: list[Difference] = []
    checkpoint = _checkpoint(read.bundle, trusted, found)
    head = checkpoint.checkpoint.head if checkpoint else None
    if head is not None:
        found.extend(_records(read.bundle, head))
        found.extend(_basis(read.bundle, head))
    found.extend(check_answer(read.bundle, registry))
    found.extend(_seal(read, trusted))
    return Verdict(
        tuple(found),
        read.bundle,
        head,
        checkpoint.signatures if checkpoint else (),
        checkpoint.cosignatures if checkpoint else (),
        bool(trusted),
        None if found else _other_law(read.bundle),
    )


def _other_law(bundle: Bundle) -> OtherLaw | None:
    law = law_of(bundle.answer)
    return None if law == LAW_EDITION else OtherLaw(law, LAW_EDITION)


def _of_type(keys: Sequence[VerifierKey], *, log: bool) -> tuple[VerifierKey, ...]:
    return tuple(key for key in keys if (key.type is SignatureType.ED25519) == log)


def _checkpoint(
    bundle: Bundle, trusted: Sequence[VerifierKey], found: list[Difference]
) -> VerifiedCheckpoint | None:
    keys = trusted or bundle.keys
    logs, witnesses = _of_type(keys, log=True), _of_type(keys, log=False)
    if not logs:
        found.append(Difference("keys", "a key of the log", "none"))
        return None
    quorum = len({key.public for key in witnesses})
    try:
        return verify_checkpoint(bundle.checkpoint, Policy(logs[0].name, logs, witnesses, quorum))
    except ProofError as error:
        found.append(_refused(error))
        return None


def _records(bundle: Bundle, head: TreeHead) -> Iterator[Difference]:
    """Whether each record is what its header commits to, and in the tree."""
    before = 0
    for given in bundle.records:
        try:
            record = decode(given.state)
        except BAD_VALUE as error:
            yield Difference("record", "header, salt and body", str(error)[:160])
            continue
        what = f"record {record.position}"
        if record.position <= before:
            yield Difference(what, f"a position beyond {before}", f"{record.position}")
        before = record.position
        if not digest_holds(given.state):
            body = bytes.fromhex(given.salt or "") + (given.body or b"")
            yield Difference(
                f"digest of {what}", f"sha256:{sha256(body).hexdigest()}", record.digest
            )
        yield from _included(given.leaf, head, what)
    for leaf in bundle.edges:
        yield from _included(leaf, head, "edge")


def _included(leaf: Leaf, head: TreeHead, what: str) -> Iterator[Difference]:
    try:
        index = _header(leaf).position - 1
        verify_inclusion(index, head.size, leaf_hash(leaf.header), leaf.proof, head.root)
    except ProofError as error:
        yield Difference(f"{error.what} of {what}", error.expected, error.got)
    except BAD_VALUE as error:
        yield Difference(what, "a header with its position", str(error)[:160])


def _header(leaf: Leaf) -> Record:
    """The record of a header alone."""
    return decode(leaf.header + b"\n\n")


def _basis(bundle: Bundle, head: TreeHead) -> Iterator[Difference]:
    """Whether the position is the last that was known at the instant asked about."""
    try:
        basis = basis_of(bundle.answer)
        edges = [_header(leaf) for leaf in bundle.edges]
        instant = None if basis.known_at is None else instant_us(basis.known_at)
    except BAD_VALUE as error:
        yield Difference("basis", "a day, an instant and a position", str(error)[:160])
        return
    position = basis.position
    if not 0 <= position <= head.size:
        yield Difference("position of the basis", f"at most {head.size}", f"{position}")
        return
    places = [place for place in (position, position + 1) if 1 <= place <= head.size]
    given = [edge.position for edge in edges]
    if given != places:
        yield Difference("edges", f"records {places}", f"records {given}")
        return
    for edge in edges:
        known = edge.position == position
        if instant is None:
            # Before all records there is no instant, unless one was asked about.
            holds = not known
        elif known:
            holds = edge.recorded_at <= instant
        else:
            # A position may stand between records of one instant: then it is the last one's.
            between = position > 0 and edges[0].recorded_at == instant
            holds = edge.recorded_at > instant or between
        if not holds:
            at = f"record {edge.position} at {instant_text(edge.recorded_at)}"
            yield Difference("known_at", at, f"position {position} at {basis.known_at}")


def _seal(read: Sealed, trusted: Sequence[VerifierKey]) -> Iterator[Difference]:
    """Whether the log's key vouches for every byte of the file.

    A line that no key of the bundle made is refused, where other notes pass it over: it could be
    changed unseen.
    """
    keys = _of_type(read.bundle.keys, log=True)
    if read.seal.text != read.text:
        yield Difference("seal", _digest(read.text), _digest(read.seal.text))
    try:
        verified = verified_signatures(read.seal, keys)
    except ProofError as error:
        yield _refused(error)
        return
    if len(verified) != len(read.seal.signatures) or not verified:
        lines = f"{len(read.seal.signatures)} signatures, {len(verified)} of them by its keys"
        yield Difference("seal", "signatures of the keys in the bundle alone", lines)
    named = _of_type(trusted, log=True)
    if trusted and not any(entry.key in named for entry in verified):
        expected = " or ".join(key.encode() for key in named) or "a key of the log"
        signers = ", ".join(entry.key.encode() for entry in verified) or "none"
        yield Difference("signer of the seal", expected, signers)


def _digest(text: str) -> str:
    return " ".join(text.split())[:160]


def _refused(error: ProofError) -> Difference:
    return Difference(error.what, error.expected, error.got)
