"""Signed notes: a text and lines that sign it (c2sp.org/signed-note).

    <text, whose last byte is a line feed>
    <an empty line>
    — <key name> <base64 of key id and signature>

The text may hold empty lines; it ends at the last one. It means nothing before it is verified.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from events.tlog.errors import ProofError
from events.tlog.keys import KEY_ID_BYTES, SigningKey, VerifierKey, check_name
from events.tlog.lines import base64_bytes, base64_text

MOST_SIGNATURES = 100
"""More lines than this are refused; every verifier must take 16."""

LARGEST_NOTE = 1_000_000
"""Bytes beyond which a note is not read."""

_DASH = "\u2014 "


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature as it stands in a note, verified or not."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key_id) != KEY_ID_BYTES or not self.signature:
            raise _malformed("signature line", "four bytes of key id and a signature", self.name)

    def encode(self) -> str:
        """The line with its line feed."""
        return f"{_DASH}{self.name} {base64_text(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signatures, of which there is at least one."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def __post_init__(self) -> None:
        _check_text(self.text)
        if not 1 <= len(self.signatures) <= MOST_SIGNATURES:
            got = f"{len(self.signatures)}"
            raise ProofError("malformed", "note", f"1 to {MOST_SIGNATURES} signatures", got)

    def encode(self) -> bytes:
        """The note in UTF-8."""
        lines = "".join(line.encode() for line in self.signatures)
        return f"{self.text}\n{lines}".encode()

    def signed(self, key: SigningKey, timestamp: int | None = None) -> Note:
        """The note with one signature more; a witness's key needs the seconds since 1970."""
        return Note(self.text, (*self.signatures, signature_line(self.text, key, timestamp)))


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that holds."""

    key: VerifierKey
    timestamp: int | None
    """Seconds since 1970 that a cosignature tells."""


def parse_note(data: bytes) -> Note:
    """The note of these bytes and no others: `encode` gives them back."""
    if len(data) > LARGEST_NOTE:
        raise ProofError("malformed", "note", f"at most {LARGEST_NOTE} bytes", f"{len(data)}")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise _malformed("note", "UTF-8", str(error)) from None
    end = text.rfind("\n\n")
    if end < 0:
        raise _malformed("note", "an empty line before the signatures", "none")
    return Note(text[: end + 1], parse_signature_lines(text[end + 2 :]))


def parse_signature_lines(text: str) -> tuple[SignatureLine, ...]:
    """The signatures of lines, of which each ends in a line feed; at least one."""
    if not text.endswith("\n"):
        raise _malformed("signature lines", "a line feed at the end", text[-1:])
    return tuple(_signature_line(line) for line in text[:-1].split("\n"))


def sign_note(text: str, *keys: SigningKey) -> Note:
    """A note signed by plain keys in their order."""
    _check_text(text)
    return Note(text, tuple(signature_line(text, key) for key in keys))


def signature_line(text: str, key: SigningKey, timestamp: int | None = None) -> SignatureLine:
    """The line by which a key signs a text."""
    return SignatureLine(key.name, key.verifier.key_id, key.sign(text, timestamp))


def verified_signatures(note: Note, known: Iterable[VerifierKey]) -> tuple[Verified, ...]:
    """The signatures of known keys, the first of each, in the note's order; perhaps none.

    A key is known by name and key id together; lines of others are passed over. Raises
    `ProofError` when any signature of a known key does not hold.
    """
    keys: dict[tuple[str, bytes], VerifierKey] = {}
    for key in known:
        if keys.setdefault((key.name, key.key_id), key) != key:
            raise ProofError("ambiguous_key", f"key {key.name}", "one of this key id", "two")
    verified: dict[VerifierKey, Verified] = {}
    for line in note.signatures:
        signer = keys.get((line.name, line.key_id))
        if signer:
            timestamp = signer.verify(note.text, line.signature)
            verified.setdefault(signer, Verified(signer, timestamp))
    return tuple(verified.values())


def _signature_line(line: str) -> SignatureLine:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH):
        raise _malformed("signature line", f"{_DASH}<name> <base64>", line)
    material = base64_bytes(encoded, "signature")
    return SignatureLine(name, material[:KEY_ID_BYTES], material[KEY_ID_BYTES:])


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise _malformed("note text", "a line feed at the end", text[-1:])
    for letter in text:
        if (letter < " " and letter != "\n") or "\ud800" <= letter <= "\udfff":
            raise _malformed("note text", "no control characters but line feeds", letter)


def _malformed(what: str, expected: str, got: str) -> ProofError:
    return ProofError("malformed", what, expected, repr(got))
