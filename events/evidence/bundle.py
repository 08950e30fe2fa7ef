"""The bundle: one canonical JSON value, sealed with the log's key.

A bundle's file is the canonical bytes (RFC 8785) of one object and nothing else, so that each
value has one spelling and any other byte is a difference. What the log's proofs do not cover, its
seal does: a signed note over the digest of everything else in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

import orjson

from events.errors import ChanceryError
from events.log.canonical import canonical
from events.tlog.errors import ProofError
from events.tlog.keys import VerifierKey, parse_verifier_key
from events.tlog.lines import base64_text, hash_of
from events.tlog.note import Note, parse_note

FORMAT = "chancery-evidence/v1"
_FIELDS = {
    "answer",
    "checkpoint",
    "edges",
    "edition",
    "format",
    "keys",
    "page",
    "records",
    "seal",
    "sources",
}
_BEGINS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"answer"\s*:')

Json = dict[str, Any]


class EvidenceError(ChanceryError):
    """Bytes that are no evidence bundle; they prove nothing."""

    def __init__(self, what: str, expected: str, got: str) -> None:
        super().__init__(f"{what}: expected {expected}, got {got}")
        self.what = what
        self.expected = expected
        self.got = got


class Signer(Protocol):
    """Who signs for the log; see `events.notary.notary`."""

    @property
    def verifier_keys(self) -> tuple[VerifierKey, ...]:
        """The public halves of its keys."""
        ...

    def sign(self, text: str) -> Note:
        """A note of a text, signed with every key."""
        ...


@dataclass(frozen=True, slots=True)
class Leaf:
    """A record's header with its way to the root."""

    header: bytes
    proof: tuple[bytes, ...]
    """RFC 6962's inclusion proof, from the leaf's sibling upwards."""

    def to_json(self) -> Json:
        """The header as the text it is, the hashes in base64."""
        return {
            "header": self.header.decode(),
            "proof": [base64_text(node) for node in self.proof],
        }


@dataclass(frozen=True, slots=True)
class ProvenRecord:
    """A record as it is stored, with its way to the root."""

    leaf: Leaf
    salt: str | None
    """Hexadecimal; None, like the body, after a lawful erasure."""
    body: bytes | None

    @property
    def state(self) -> bytes:
        """The stored bytes (see `events.log.record`)."""
        return b"\n".join((self.leaf.header, (self.salt or "").encode(), self.body or b""))

    def to_json(self) -> Json:
        """The record's three lines as texts, and the proof."""
        body = None if self.body is None else self.body.decode()
        return {**self.leaf.to_json(), "salt": self.salt, "body": body}


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle says, apart from its seal."""

    answer: Mapping[str, Any]
    """A state, with its basis."""
    records: tuple[ProvenRecord, ...]
    """All that is known at the basis of every act the answer rests on, by position."""
    edges: tuple[Leaf, ...]
    """The last record known at the basis and the one after it, where they exist."""
    checkpoint: bytes
    """A signed note of the log, which holds all these records."""
    keys: tuple[VerifierKey, ...]
    """Who has signed, as the maker tells it: the log's keys, and witnesses'."""
    sources: list[Json]
    page: str
    """HTML for a person to read."""
    edition: str
    """Of the fold and the registry that gave the answer."""

    def content(self) -> Json:
        """Everything but the seal."""
        return {
            "format": FORMAT,
            "answer": self.answer,
            "records": [record.to_json() for record in self.records],
            "edges": [edge.to_json() for edge in self.edges],
            "checkpoint": self.checkpoint.decode(),
            "keys": [key.encode() for key in self.keys],
            "sources": self.sources,
            "page": self.page,
            "edition": self.edition,
        }

    def sealed(self, signer: Signer) -> bytes:
        """The file, sealed by the keys of the log."""
        content = self.content()
        seal = signer.sign(seal_text(content)).encode().decode()
        return canonical({**content, "seal": seal})


@dataclass(frozen=True, slots=True)
class Sealed:
    """A bundle as it was read, nothing of it verified but its form."""

    bundle: Bundle
    seal: Note
    text: str
    """What the seal must be over."""


def seal_text(content: Json) -> str:
    """The text that is signed: the format, and the SHA-256 of the content's canonical bytes."""
    return f"{FORMAT}\n{sha256(canonical(content)).hexdigest()}\n"


def looks_like_bundle(beginning: bytes) -> bool:
    """Whether a file that begins so is meant as a bundle, sound or not."""
    return _BEGINS.match(beginning) is not None


def parse_bundle(data: bytes) -> Sealed:
    """The bundle of these bytes and no others; raises `EvidenceError` and `ProofError`."""
    whole = _value(data)
    fields = set(whole) if isinstance(whole, dict) else set()
    if fields != _FIELDS:
        odd = ", ".join(sorted(fields ^ _FIELDS))
        raise EvidenceError("bundle", "the fields of its format", f"otherwise: {odd[:160]}")
    if whole["format"] != FORMAT:
        raise EvidenceError("format", FORMAT, repr(whole["format"])[:160])
    content = {name: value for name, value in whole.items() if name != "seal"}
    bundle = Bundle(
        _object(whole["answer"], "answer"),
        tuple(_record(entry) for entry in _list(whole["records"], "records")),
        tuple(_leaf(entry, {"header", "proof"}) for entry in _list(whole["edges"], "edges")),
        _text(whole["checkpoint"], "checkpoint").encode(),
        tuple(parse_verifier_key(_text(key, "key")) for key in _list(whole["keys"], "keys")),
        [_object(entry, "source") for entry in _list(whole["sources"], "sources")],
        _text(whole["page"], "page"),
        _text(whole["edition"], "edition"),
    )
    seal = parse_note(_text(whole["seal"], "seal").encode())
    return Sealed(bundle, seal, seal_text(content))


def _value(data: bytes) -> Any:
    try:
        whole = orjson.loads(data)
        spelt = canonical(whole)
    except (ValueError, RecursionError) as error:
        raise EvidenceError("bundle", "canonical JSON (RFC 8785)", str(error)[:160]) from None
    if spelt != data:
        at = next((n for n, (a, b) in enumerate(zip(spelt, data, strict=False)) if a != b), None)
        place = min(len(spelt), len(data)) if at is None else at
        got = f"another spelling from byte {place} on"
        raise EvidenceError("bundle", "canonical JSON (RFC 8785)", got)
    return whole


def _record(entry: Any) -> ProvenRecord:
    leaf = _leaf(entry, {"header", "proof", "salt", "body"})
    salt, body = entry["salt"], entry["body"]
    if (salt is None) != (body is None):
        raise EvidenceError("record", "salt and body, or neither", "one of them")
    if salt is None:
        return ProvenRecord(leaf, None, None)
    if not re.fullmatch(r"[0-9a-f]{32}", _text(salt, "salt")):
        raise EvidenceError("salt", "32 hexadecimal digits", repr(salt)[:160])
    return ProvenRecord(leaf, salt, _line(body, "body"))


def _leaf(entry: Any, fields: set[str]) -> Leaf:
    if set(_object(entry, "record")) != fields:
        raise EvidenceError("record", ", ".join(sorted(fields)), ", ".join(sorted(entry))[:160])
    hashes = _list(entry["proof"], "proof")
    return Leaf(
        _line(entry["header"], "header"),
        tuple(hash_of(_text(node, "proof"), "proof") for node in hashes),
    )


def _line(value: Any, what: str) -> bytes:
    text = _text(value, what)
    if not text or "\n" in text:
        raise EvidenceError(what, "one line", repr(text)[:160])
    return text.encode()


def _object(value: Any, what: str) -> Json:
    if not isinstance(value, dict):
        raise EvidenceError(what, "an object", repr(value)[:160])
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise EvidenceError(what, "a list", repr(value)[:160])
    return value


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise EvidenceError(what, "text", repr(value)[:160])
    return value


#: What reading a bundle may raise.
UNREADABLE = (EvidenceError, ProofError)
